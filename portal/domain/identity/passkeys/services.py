"""Passkeys coming, going and being used.

Called with no transaction in force: each step works in the firm's system tenancy, so that a refusal does not undo
what was recorded before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.services import hold_person
from portal.domain.identity.attempts.services import forgive_attempt, note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act, record_failed_sign_in
from portal.domain.identity.factors.errors import FactorNeeded, FactorThere
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import (
    forget_attempt,
    issue_recovery_codes,
    prove_code,
    register_attempt,
    retire_recovery_codes,
)
from portal.domain.identity.passkeys.errors import CeremonyOver, PasskeyKnown, PasskeyRefused, UnknownPasskey
from portal.domain.identity.passkeys.models import PasskeyRecord
from portal.domain.identity.passkeys.queries import find_passkey_holder
from portal.domain.identity.passkeys.values import CEREMONY_LENGTH, LONGEST_NAME, Ceremony, PasskeyAnswer, Purpose
from portal.platform import clock, db
from portal.platform.crypto import Vault
from portal.platform.db import session, transactional
from portal.platform.errors import NotFound
from portal.platform.ids import digest, new_id
from portal.platform.outbox import enqueue
from portal.platform.passkeys import BadPasskey, Created, check_assertion, check_created, read_credential_id
from portal.platform.tenancy import acting_as

USE_CHALLENGE = """
INSERT INTO identity.passkey_challenges (hash, firm_id, used_at) VALUES (%(hash)s, %(firm)s, %(now)s)
ON CONFLICT (hash) DO NOTHING
"""
FORGET_CHALLENGES = "DELETE FROM identity.passkey_challenges WHERE firm_id = %(firm)s AND used_at < %(before)s"
# An authenticator without a counter says 0 each time; one with a counter counts up, and its copy falls behind.
USE = """
UPDATE identity.passkeys SET sign_count = %(count)s, used_at = %(now)s
WHERE id = %(id)s AND (sign_count < %(count)s OR (sign_count = 0 AND %(count)s = 0))
"""

RENAME = """
UPDATE identity.passkeys SET name = %(name)s WHERE id = %(id)s AND user_id = %(user)s AND firm_id = %(firm)s
"""


def confirm_passkey(actor: Actor, vault: Vault, answer: PasskeyAnswer, *, name: str) -> Sequence[str]:
    """Take the passkey that a browser made into use; the recovery codes where it is the actor's first factor, none
    otherwise. CeremonyOver, PasskeyRefused, PasskeyKnown, or FactorThere where a factor was set up since it was asked
    for by the password alone."""
    ceremony = Ceremony.unseal(vault, answer.ceremony, Purpose.ENROL, actor.session_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        use_challenge(actor.firm_id, ceremony.challenge)
        try:
            created = check_created(answer.party, ceremony.challenge, answer.credential)
        except BadPasskey:
            raise PasskeyRefused("This passkey could not be set up. Try again, or set up an app instead.") from None
        return enrol_passkey(actor, created, host=answer.party.host, name=name, may_add=ceremony.replaces)


@transactional
def enrol_passkey(actor: Actor, created: Created, *, host: str, name: str, may_add: bool) -> Sequence[str]:
    """Give the actor a passkey bound to `host`, in the system tenancy, and tell them by mail; the recovery codes where
    it is their first factor. FactorThere for one who has a factor, unless it `may_add` to that; PasskeyKnown."""
    user_id = hold_person(actor)
    standing = get_standing(user_id)
    if standing.enrolled and not may_add:
        raise FactorThere
    session.add(
        PasskeyRecord(
            id=new_id(),
            firm_id=actor.firm_id,
            user_id=user_id,
            credential_id=created.credential_id,
            public_key=created.public_key,
            sign_count=created.sign_count,
            rp_id=host,
            transports=created.transports,
            name=_named(name),
            backed_up=created.backed_up,
            created_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise PasskeyKnown from error
    record_act(user_id, "factor.enrol", f"user:{user_id}", kind="passkey")
    enqueue("accounts.announce_factor", user_id=str(user_id), change="passkey_added")
    return () if standing.enrolled else issue_recovery_codes(actor, user_id)


def remove_passkey(actor: Actor, passkey_id: UUID) -> None:
    """Take one of the actor's passkeys away; FactorNeeded where it is their last factor and they must have one,
    NotFound where it is not theirs."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        withdraw_passkey(actor, passkey_id)


@transactional
def withdraw_passkey(actor: Actor, passkey_id: UUID) -> None:
    """`remove_passkey`, in the system tenancy."""
    user_id = hold_person(actor)
    standing = get_standing(user_id)
    statement = "DELETE FROM identity.passkeys WHERE id = %(id)s AND user_id = %(user)s AND firm_id = %(firm)s"
    if db.execute(statement, id=passkey_id, user=user_id, firm=actor.firm_id) != 1:
        raise NotFound
    if standing.required and standing.factors == 1:
        raise FactorNeeded
    retire_recovery_codes(user_id)
    record_act(user_id, "factor.remove", f"user:{user_id}", kind="passkey")
    enqueue("accounts.announce_factor", user_id=str(user_id), change="passkey_removed")


def rename_passkey(actor: Actor, passkey_id: UUID, *, name: str) -> None:
    """Call one of the actor's passkeys otherwise; NotFound where it is not theirs."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        write_passkey_name(actor, passkey_id, name=name)


@transactional
def write_passkey_name(actor: Actor, passkey_id: UUID, *, name: str) -> None:
    """`rename_passkey`, in the system tenancy."""
    if db.execute(RENAME, name=_named(name), id=passkey_id, user=actor.user_id, firm=actor.firm_id) != 1:
        raise NotFound
    record_act(actor.user_id, "factor.rename", f"user:{actor.user_id}", kind="passkey")


def _named(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME] or "Passkey"


def prove_factor(actor: Actor, vault: Vault, given: str | PasskeyAnswer) -> None:
    """Make sure that it is still the actor by a code of theirs (`prove_code`), or by one of their passkeys.
    PasskeyRefused, CeremonyOver, WrongCode, TooManyTries."""
    if isinstance(given, str):
        prove_code(actor, vault, given)
        return
    ceremony = Ceremony.unseal(vault, given.ceremony, Purpose.PROVE, actor.session_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        attempt_id = register_attempt(actor)
        if not _take(given, ceremony, actor):
            record_act(actor.user_id, "factor.prove", f"user:{actor.user_id}", result="refused", kind="passkey")
            raise PasskeyRefused
        forget_attempt(attempt_id)


def prove_passkey_holder(vault: Vault, answer: PasskeyAnswer, *, firm_id: UUID | None) -> tuple[UUID, UUID]:
    """The (user, firm) who signs in with this passkey (in `firm_id`, or in whichever firm it is of). CeremonyOver, or
    UnknownPasskey whatever else is wrong; Limited after many wrong ones."""
    ceremony = Ceremony.unseal(vault, answer.ceremony, Purpose.SIGN_IN, None)
    try:
        credential_id = read_credential_id(answer.credential)
    except BadPasskey:
        raise UnknownPasskey from None
    attempt = note_attempt(Trial.PASSKEY, credential_id.hex(), firm_id=firm_id)
    holder = find_passkey_holder(credential_id)
    if holder is None or firm_id not in (None, holder.firm_id):
        record_failed_sign_in([(f"firm:{firm_id}", firm_id)] if firm_id else [])
        raise UnknownPasskey
    with acting_as(Actor.system(holder.firm_id).tenancy):
        person = Actor(holder.firm_id, holder.user_id, frozenset())
        taken = _take(answer, ceremony, person, must_name=True)
    if not taken:
        record_failed_sign_in([(f"user:{holder.user_id}", holder.firm_id)])
        raise UnknownPasskey
    forgive_attempt(attempt)
    return holder.user_id, holder.firm_id


def _take(answer: PasskeyAnswer, ceremony: Ceremony, actor: Actor, *, must_name: bool = False) -> bool:
    """Whether the answer is by a passkey of the actor, to a challenge nobody answered before."""
    use_challenge(actor.firm_id, ceremony.challenge)
    try:
        holder = find_passkey_holder(read_credential_id(answer.credential))
        if holder is None or (holder.user_id, holder.firm_id) != (actor.user_id, actor.firm_id):
            return False
        count = check_assertion(
            answer.party,
            ceremony.challenge,
            answer.credential,
            public_key=bytes(holder.public_key),
            user_id=holder.user_id,
            must_name=must_name,
        )
    except BadPasskey:
        return False
    return use_passkey(actor, holder.id, sign_count=count)


@transactional
def use_challenge(firm_id: UUID, challenge: bytes) -> None:
    """Let a challenge count no second time; CeremonyOver where it was answered already."""
    now = clock.now()
    db.execute(FORGET_CHALLENGES, firm=firm_id, before=now - 2 * CEREMONY_LENGTH)
    if db.execute(USE_CHALLENGE, hash=digest(challenge.hex()), firm=firm_id, now=now) != 1:
        raise CeremonyOver


@transactional
def use_passkey(actor: Actor, passkey_id: UUID, *, sign_count: int) -> bool:
    """Note that the actor's passkey was used; False where its counter does not go up: there is a copy of it."""
    used = db.execute(USE, id=passkey_id, count=sign_count, now=clock.now()) == 1
    result = "done" if used else "refused"
    if not used:
        record_act(actor.user_id, "passkey.copy", f"user:{actor.user_id}", result=result, sign_count=sign_count)
    record_act(actor.user_id, "factor.prove", f"user:{actor.user_id}", result=result, kind="passkey")
    return used


@transactional
def clear_passkeys(user_id: UUID) -> int:
    """Take every passkey of a person away, in the system tenancy; how many there were."""
    return db.execute("DELETE FROM identity.passkeys WHERE user_id = %(user)s", user=user_id)
