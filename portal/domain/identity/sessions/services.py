"""Signing in and out. Called with no transaction in force: each step enters the tenancy it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.services import lock_user
from portal.domain.identity.arrivals.services import announce_device
from portal.domain.identity.attempts.services import forgive_attempt, note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act, record_failed_sign_in
from portal.domain.identity.factors.errors import WrongProof
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import confirm_enrolment, forget_attempt, register_attempt
from portal.domain.identity.factors.values import Standing
from portal.domain.identity.firms.queries import list_firms
from portal.domain.identity.passkeys.services import confirm_passkey, prove_factor, prove_passkey_holder
from portal.domain.identity.passkeys.values import PasskeyAnswer
from portal.domain.identity.sessions.errors import SessionEnded, WrongCredentials
from portal.domain.identity.sessions.models import SessionRecord
from portal.domain.identity.sessions.queries import find_password_hash, list_credentials
from portal.domain.identity.sessions.values import (
    ABSOLUTE,
    LENGTHS,
    MOST_MEANT,
    Browser,
    Entry,
    Proof,
    Proven,
    SignedIn,
    Stage,
)
from portal.platform import clock, db
from portal.platform.crypto import Vault
from portal.platform.db import session, transactional
from portal.platform.ids import digest, new_secret
from portal.platform.passwords import hash_password, needs_rehash, verify_password
from portal.platform.tenancy import acting_as

REHASH = "UPDATE identity.users SET password_hash = %(hash)s WHERE id = %(id)s AND password_hash = %(old)s"


def sign_in(email: str, password: str, *, firm_id: UUID | None, agent: str, address: str) -> Entry:
    """A new browser session for the person with these credentials (in `firm_id`, or in whichever firm they match): a
    full one, or one that waits for a factor. WrongCredentials otherwise, with the same work done for unknown
    addresses."""
    proven, token = prove_credentials(email, password, firm_id=firm_id), new_secret()
    with acting_as(Actor.system(proven.firm_id).tenancy):
        stage = _stage_after_password(get_standing(proven.user_id))
        open_session(
            proven.firm_id,
            proven.user_id,
            kind="web",
            token=token,
            agent=agent,
            address=address,
            length=LENGTHS[stage],
            stage=stage,
            password_hash=proven.password_hash,
        )
    return Entry(token, stage)


def sign_in_with_passkey(vault: Vault, answer: PasskeyAnswer, *, firm_id: UUID | None, browser: Browser) -> str:
    """The token of a full session for the person with this passkey (in `firm_id`, or in whichever firm it is of): it
    was unlocked by them, so that it is two factors in one. CeremonyOver, UnknownPasskey."""
    user_id, found_firm = prove_passkey_holder(vault, answer, firm_id=firm_id)
    token = new_secret()
    with acting_as(Actor.system(found_firm).tenancy):
        open_session(
            found_firm,
            user_id,
            kind="web",
            token=token,
            agent=browser.agent,
            address=browser.address,
            length=ABSOLUTE,
            proven_by=Proof.PASSKEY,
        )
    return token


def _stage_after_password(standing: Standing) -> Stage:
    if standing.enrolled:
        return Stage.FACTOR
    return Stage.ENROL if standing.required else Stage.FULL


def prove_credentials(email: str, password: str, *, firm_id: UUID | None) -> Proven:
    """The person with these credentials (in `firm_id`, or in whichever firm they match); WrongCredentials
    otherwise, with the same work done for unknown addresses, and Limited after many wrong ones."""
    attempt = note_attempt(Trial.SIGN_IN, email, firm_id=firm_id)
    rows = list_credentials(email, firm_id=firm_id)
    matching = [row for row in rows if verify_password(row.password_hash, password)]
    others = _firms_not_met(rows, firm_id)
    for _ in others:
        verify_password(None, password)
    if not matching:
        meant = [(f"user:{row.id}", row.firm_id) for row in rows] + [(f"firm:{firm}", firm) for firm in others]
        record_failed_sign_in(meant)
        raise WrongCredentials
    forgive_attempt(attempt)
    user = matching[0]
    proven = Proven(user.id, user.firm_id, user.password_hash)
    if not needs_rehash(proven.password_hash):
        return proven
    with acting_as(Actor.system(proven.firm_id).tenancy):
        return rehash_password(proven, password)


def _firms_not_met(rows: Sequence[db.AnyRow], firm_id: UUID | None) -> Sequence[UUID]:
    """Firms for which the work of a sign-in is done although nobody there was meant, so that it is as much for every
    address: `firm_id`, or MOST_MEANT firms where the host names none."""
    asked = [firm_id] if firm_id else [firm.id for firm in list_firms()]
    met = {row.firm_id for row in rows}
    wanted = min(len(asked), MOST_MEANT) - len(rows)
    return [firm for firm in asked if firm not in met][: max(0, wanted)]


@transactional
def rehash_password(proven: Proven, password: str) -> Proven:
    """Store the hash of a password just proven right with the parameters in force, unless there is another password by
    now; what it is proven by from now on."""
    hashed = hash_password(password)
    written = db.execute(REHASH, hash=hashed, id=proven.user_id, old=proven.password_hash)
    return replace(proven, password_hash=hashed) if written else proven


def pass_factor(vault: Vault, pending: SignedIn, given: str | PasskeyAnswer, browser: Browser) -> str:
    """The second step of a browser's sign-in, by a code or a passkey: the token of a full session in the place of the
    pending one. WrongCode, PasskeyRefused, TooManyTries, or SessionEnded where the step was taken already."""
    return _renewed(pending.actor, browser, _prove(vault, pending.actor, given))


def _prove(vault: Vault, actor: Actor, given: str | PasskeyAnswer) -> Proof:
    prove_factor(actor, vault, given)
    return Proof.FACTOR if isinstance(given, str) else Proof.PASSKEY


def pass_enrolment(
    vault: Vault, person: SignedIn, *, sealed: str, code: str, browser: Browser
) -> tuple[str, Sequence[str]]:
    """Take an authenticator app into use: the token of the full session that follows, and the recovery codes.
    EnrolmentOver, WrongCode, or FactorThere where only the password was proven and a factor is there already."""
    codes = confirm_enrolment(person.actor, vault, sealed=sealed, code=code)
    return _renewed(person.actor, browser, Proof.FACTOR), codes


def pass_passkey_enrolment(
    vault: Vault, person: SignedIn, answer: PasskeyAnswer, *, name: str, browser: Browser
) -> tuple[str, Sequence[str]]:
    """Take a passkey into use: the token of the full session that follows, and the recovery codes where it is the first
    factor. CeremonyOver, PasskeyRefused, PasskeyKnown, FactorThere."""
    codes = confirm_passkey(person.actor, vault, answer, name=name)
    return _renewed(person.actor, browser, Proof.PASSKEY), codes


def prove_person(vault: Vault, person: SignedIn, proof: str | PasskeyAnswer) -> Proof:
    """Make sure that it is still the person themselves, by a code of their factor or a passkey, or by their password
    where they have none. WrongCode, PasskeyRefused, WrongProof or TooManyTries."""
    with acting_as(person.actor.tenancy):
        enrolled, stored = get_standing(person.actor.user_id).enrolled, find_password_hash(person.actor.user_id)
    if enrolled or not isinstance(proof, str):
        return _prove(vault, person.actor, proof)
    with acting_as(Actor.system(person.actor.firm_id).tenancy):
        attempt_id = register_attempt(person.actor)
        if not verify_password(stored, proof):
            record_act(person.actor.user_id, "session.misprove", f"user:{person.actor.user_id}", result="refused")
            raise WrongProof
        forget_attempt(attempt_id)
    return Proof.PASSWORD


def prove_again(vault: Vault, person: SignedIn, proof: str | PasskeyAnswer, browser: Browser) -> str:
    """`prove_person`, and a session of a new id in the place of this one, to end when this would have ended; its
    token."""
    return _renewed(person.actor, browser, prove_person(vault, person, proof))


def _renewed(actor: Actor, browser: Browser, proven_by: Proof) -> str:
    token = new_secret()
    with acting_as(Actor.system(actor.firm_id).tenancy):
        renew_session(actor, token=token, browser=browser, proven_by=proven_by)
    return token


@transactional
def renew_session(actor: Actor, *, token: str, browser: Browser, proven_by: Proof) -> UUID:
    """A full session in the place of the actor's, which is revoked; the new id. A session that was full ends no later
    for it. SessionEnded where it was replaced or revoked already."""
    assert actor.user_id
    _take_turn(actor.firm_id, actor.user_id)
    old = session.get(SessionRecord, actor.session_id, with_for_update=True, populate_existing=True)
    if old is None or old.revoked_at is not None:
        raise SessionEnded
    old.revoked_at = clock.now()
    length = old.expires_at - clock.now() if old.stage == Stage.FULL else ABSOLUTE
    return open_session(
        old.firm_id,
        old.user_id,
        kind=old.kind,
        token=token,
        agent=browser.agent,
        address=browser.address,
        length=length,
        proven_by=proven_by,
    )


@transactional
def open_session(
    firm_id: UUID,
    user_id: UUID,
    *,
    kind: str,
    token: str | None,
    agent: str,
    address: str,
    length: timedelta,
    stage: Stage = Stage.FULL,
    proven_by: Proof = Proof.PASSWORD,
    password_hash: str | None = None,
) -> UUID:
    """A session row of `kind` for a person already proven, in the firm's system tenancy; its id. WrongCredentials where
    they were proven by the password behind `password_hash` and have another by now."""
    _take_turn(firm_id, user_id)
    if password_hash is not None and find_password_hash(user_id) != password_hash:
        raise WrongCredentials
    expires: datetime = clock.now() + length
    hashed = None if token is None else digest(token)
    row = SessionRecord(
        firm_id=firm_id,
        user_id=user_id,
        kind=kind,
        token_hash=hashed,
        stage=stage,
        proven_by=proven_by,
        proven_at=clock.now(),
        agent=agent[:300],
        address=address,
        expires_at=expires,
    )
    session.add(row)
    session.flush()
    record_act(user_id, "session.open", f"session:{row.id}", kind=kind, stage=stage)
    announce_device(user_id, row.id, agent=row.agent, address=address)
    return row.id


def _take_turn(firm_id: UUID, user_id: UUID) -> None:
    """Come before or after whoever ends all sessions of a person, never in between: none is left over."""
    lock_user(Actor.system(firm_id), user_id)
    db.take_turns("sessions", str(user_id))


@transactional
def touch_session(actor: Actor) -> None:
    """Note that the actor's session is in use."""
    db.execute("UPDATE identity.sessions SET seen_at = now() WHERE id = %(id)s", id=actor.session_id)


@transactional
def end_session(actor: Actor) -> bool:
    """Sign the actor's session out; it is refused from now on, everywhere. Whether it was still open."""
    ended = db.execute(
        "UPDATE identity.sessions SET revoked_at = now() WHERE id = %(id)s AND revoked_at IS NULL", id=actor.session_id
    )
    record_act(actor.user_id, "session.end", f"session:{actor.session_id}")
    return bool(ended)
