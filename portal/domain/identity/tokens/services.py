"""Tokens for apps. Called with no tenancy in force: each step enters the one it needs."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.factors.errors import EnrolmentDue
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import prove_code
from portal.domain.identity.passkeys.services import prove_passkey_holder
from portal.domain.identity.passkeys.values import PasskeyAnswer
from portal.domain.identity.sessions.errors import SessionEnded
from portal.domain.identity.sessions.queries import find_pending_session
from portal.domain.identity.sessions.services import end_session, open_session, prove_credentials
from portal.domain.identity.sessions.values import Browser, Proof, Stage
from portal.domain.identity.tokens.errors import TokenRefused
from portal.domain.identity.tokens.models import RefreshToken
from portal.domain.identity.tokens.queries import find_refresh_token, find_refresh_token_firm
from portal.domain.identity.tokens.values import (
    ACCESS_LENGTH,
    MFA_TOKEN_LENGTH,
    SAME_ANSWER,
    SESSION_LENGTH,
    FactorDue,
    TokenPair,
)
from portal.platform import clock, db
from portal.platform.crypto import Vault
from portal.platform.db import session, transactional
from portal.platform.ids import digest, new_secret
from portal.platform.signing import TokenSigner
from portal.platform.tenancy import acting_as


def sign_in_app(
    signer: TokenSigner, email: str, password: str, *, firm_id: UUID | None, agent: str, address: str
) -> TokenPair | FactorDue:
    """The first token pair of a new app session for the person with these credentials (in `firm_id`, or in whichever
    firm they match), or what goes with the code of their factor. WrongCredentials, or EnrolmentDue where they must
    have a factor and have none."""
    proven, secret = prove_credentials(email, password, firm_id=firm_id), new_secret()
    user_id, hashed = proven.user_id, proven.password_hash
    with acting_as(Actor.system(proven.firm_id).tenancy):
        standing = get_standing(user_id)
        if standing.enrolled:
            open_session(
                proven.firm_id,
                user_id,
                kind="api",
                token=secret,
                agent=agent,
                address=address,
                length=MFA_TOKEN_LENGTH,
                stage=Stage.FACTOR,
                password_hash=hashed,
            )
            return FactorDue(secret)
        if standing.required:
            raise EnrolmentDue
        session_id = open_app_session(
            proven.firm_id, user_id, refresh=secret, agent=agent, address=address, password_hash=hashed
        )
    return _pair(signer, user_id, session_id, secret, int(clock.now().timestamp()), Proof.PASSWORD)


def pass_app_factor(signer: TokenSigner, vault: Vault, mfa_token: str, code: str, browser: Browser) -> TokenPair:
    """The second step of an app's sign-in: its first token pair. TokenRefused for a token that is unknown, used or
    older than five minutes; WrongCode, TooManyTries; SessionEnded where another call was quicker."""
    pending = find_pending_session(mfa_token, kind="api")
    if pending is None or pending.actor.user_id is None:
        raise TokenRefused
    prove_code(pending.actor, vault, code)
    refresh, user_id = new_secret(), pending.actor.user_id
    with acting_as(Actor.system(pending.actor.firm_id).tenancy):
        session_id = open_proven_app_session(pending.actor, refresh=refresh, browser=browser)
    return _pair(signer, user_id, session_id, refresh, int(clock.now().timestamp()), Proof.FACTOR)


def sign_in_app_with_passkey(
    signer: TokenSigner, vault: Vault, answer: PasskeyAnswer, *, firm_id: UUID | None, browser: Browser
) -> TokenPair:
    """The first token pair of a new app session for the person with this passkey (in `firm_id`, or in whichever firm it
    is of). CeremonyOver, UnknownPasskey."""
    user_id, found_firm = prove_passkey_holder(vault, answer, firm_id=firm_id)
    refresh = new_secret()
    with acting_as(Actor.system(found_firm).tenancy):
        session_id = open_app_session(
            found_firm,
            user_id,
            refresh=refresh,
            agent=browser.agent,
            address=browser.address,
            proven_by=Proof.PASSKEY,
        )
    return _pair(signer, user_id, session_id, refresh, int(clock.now().timestamp()), Proof.PASSKEY)


@transactional
def open_proven_app_session(pending: Actor, *, refresh: str, browser: Browser) -> UUID:
    """An app's session in the place of the one that waited for the factor; its id. SessionEnded where another call
    was quicker."""
    assert pending.user_id
    if not end_session(pending):
        raise SessionEnded
    return open_app_session(
        pending.firm_id,
        pending.user_id,
        refresh=refresh,
        agent=browser.agent,
        address=browser.address,
        proven_by=Proof.FACTOR,
    )


@transactional
def open_app_session(
    firm_id: UUID,
    user_id: UUID,
    *,
    refresh: str,
    agent: str,
    address: str,
    proven_by: Proof = Proof.PASSWORD,
    password_hash: str | None = None,
) -> UUID:
    """An app's session with its first refresh token; the session's id. `password_hash` as of `open_session`."""
    session_id = open_session(
        firm_id,
        user_id,
        kind="api",
        token=None,
        agent=agent,
        address=address,
        length=SESSION_LENGTH,
        proven_by=proven_by,
        password_hash=password_hash,
    )
    session.add(RefreshToken(token_hash=digest(refresh), firm_id=firm_id, session_id=session_id))
    return session_id


def refresh_tokens(signer: TokenSigner, refresh_token: str) -> TokenPair:
    """The next pair for an unused refresh token, the same pair's successor again within ten seconds (a phone lost the
    answer); TokenRefused otherwise, and the reuse of an old token ends its whole session."""
    firm_id = find_refresh_token_firm(refresh_token)
    if firm_id is None:
        raise TokenRefused
    with acting_as(Actor.system(firm_id).tenancy):
        pair = rotate_refresh_token(signer, firm_id, refresh_token)
    if pair is None:
        raise TokenRefused
    return pair


@transactional
def rotate_refresh_token(signer: TokenSigner, firm_id: UUID, refresh_token: str) -> TokenPair | None:
    """Use up a refresh token for its successor; None, with the session revoked, when it was used before."""
    row = find_refresh_token(refresh_token)
    if row is None or not row.good:
        return None
    successor = signer.successor(refresh_token)
    if row.used_at is None:
        db.execute(
            "UPDATE identity.refresh_tokens SET used_at = now() WHERE token_hash = %(hash)s", hash=digest(refresh_token)
        )
        session.add(RefreshToken(token_hash=digest(successor), firm_id=firm_id, session_id=row.session_id))
    elif clock.now() - row.used_at > SAME_ANSWER:
        db.execute("UPDATE identity.sessions SET revoked_at = now() WHERE id = %(id)s", id=row.session_id)
        record_act(row.user_id, "session.reuse", f"session:{row.session_id}", result="refused")
        return None
    return _pair(signer, row.user_id, row.session_id, successor, row.auth_time, Proof(row.proven_by))


def _pair(
    signer: TokenSigner, user_id: UUID, session_id: UUID, refresh: str, auth_time: int, proven_by: Proof
) -> TokenPair:
    access = signer.sign(
        subject=str(user_id), session=str(session_id), length=ACCESS_LENGTH, auth_time=auth_time, acr=proven_by
    )
    return TokenPair(access, refresh, int(ACCESS_LENGTH.total_seconds()))
