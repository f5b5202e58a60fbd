"""Second factors coming, going and being used.

Called with no transaction in force: each step works in the firm's system tenancy, so that neither people nor a
fault in a page can read a secret or take back a try, and a refusal does not undo what was counted before it.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.services import hold_person, lock_user
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.factors.errors import EnrolmentOver, FactorNeeded, FactorThere, TooManyTries, WrongCode
from portal.domain.identity.factors.models import FactorAttempt, RecoveryCode, TextCode, TextFactor, TotpFactor
from portal.domain.identity.factors.queries import (
    find_totp_secret,
    get_standing,
    list_secrets_to_reseal,
    list_tries,
)
from portal.domain.identity.factors.rules import (
    find_step,
    is_of_an_app,
    normal_code,
    waiting_time,
    write_recovery_code,
)
from portal.domain.identity.factors.values import LIMITS, RECOVERY_CODES, TEXT_LENGTH, Enrolment
from portal.platform import clock, db
from portal.platform.crypto import Vault
from portal.platform.db import session, transactional
from portal.platform.errors import NotFound
from portal.platform.ids import digest, new_id
from portal.platform.outbox import enqueue
from portal.platform.personal import blind_indexes
from portal.platform.tenancy import acting_as

TAKE_STEP = """
UPDATE identity.totp_factors SET last_step = %(step)s, used_at = %(now)s WHERE id = %(id)s AND last_step < %(step)s
"""
TAKE_CODE = """
UPDATE identity.recovery_codes SET used_at = %(now)s
WHERE user_id = %(user)s AND code_hash = %(hash)s AND used_at IS NULL
"""
RESEAL = "UPDATE identity.totp_factors SET secret = %(sealed)s WHERE id = %(id)s"
RETIRE_CODES = """
DELETE FROM identity.recovery_codes c WHERE c.user_id = %(user)s
  AND NOT EXISTS (SELECT FROM identity.totp_factors t WHERE t.user_id = c.user_id)
  AND NOT EXISTS (SELECT FROM identity.passkeys p WHERE p.user_id = c.user_id)
  AND NOT EXISTS (SELECT FROM identity.text_factors x WHERE x.user_id = c.user_id)
"""
TAKE_TEXT = """
WITH taken AS (
  DELETE FROM identity.text_codes WHERE user_id = %(user)s AND code_hash = ANY(%(hashes)s) AND expires_at > %(now)s
  RETURNING user_id
)
UPDATE identity.text_factors f SET used_at = %(now)s FROM taken WHERE f.user_id = taken.user_id
"""


def confirm_enrolment(actor: Actor, vault: Vault, *, sealed: str, code: str) -> Sequence[str]:
    """Take the authenticator app of a sealed `Enrolment` into use in the place of any other; the new recovery codes.
    EnrolmentOver, WrongCode where the app does not show the right code, or FactorThere where it began by the password
    alone and there is a factor by now."""
    assert actor.user_id
    enrolment = Enrolment.unseal(vault, actor.user_id, sealed)
    step = find_step(enrolment.secret, normal_code(code), clock.now())
    if step is None:
        raise WrongCode("This code is not right. Check the clock of your device, and type the code it shows now.")
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return take_app(actor, vault, enrolment, step=step)


@transactional
def take_app(actor: Actor, vault: Vault, enrolment: Enrolment, *, step: int) -> Sequence[str]:
    """Take an app whose code of `step` was right into use, in the system tenancy, and tell the person by mail; the
    recovery codes."""
    user_id = hold_person(actor)
    present = find_totp_secret(user_id)
    if present and _secret_of(present, vault) == enrolment.secret:  # sent twice: used codes would be good once more
        raise EnrolmentOver
    change = "app_replaced" if get_standing(user_id).has_app else "app_added"
    enqueue("accounts.announce_factor", user_id=str(user_id), change=change)
    secret, replaces = enrolment.secret, enrolment.replaces
    return enrol_totp(actor, user_id, vault, secret=secret, step=step, may_replace=replaces)


@transactional
def enrol_totp(
    actor: Actor, user_id: UUID, vault: Vault, *, secret: str, step: int = 0, may_replace: bool = True
) -> Sequence[str]:
    """Give a person an authenticator app whose codes count after `step`, in the system tenancy; the recovery codes.
    FactorThere for one that has a factor, unless it `may_replace` that."""
    lock_user(actor, user_id)
    if get_standing(user_id).enrolled and not may_replace:
        raise FactorThere
    replaced = db.execute("DELETE FROM identity.totp_factors WHERE user_id = %(user)s", user=user_id)
    factor_id = new_id()
    sealed = vault.seal(secret.encode(), place=_place(factor_id, user_id))
    session.add(TotpFactor(id=factor_id, firm_id=actor.firm_id, user_id=user_id, secret=sealed, last_step=step))
    record_act(actor.user_id, "factor.replace" if replaced else "factor.enrol", f"user:{user_id}", kind="totp")
    return issue_recovery_codes(actor, user_id)


def remove_factor(actor: Actor) -> None:
    """Take the actor's authenticator app away, and the recovery codes where no factor is left; FactorNeeded where they
    must have one, NotFound where there is no app."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _remove(actor)


def renew_recovery_codes(actor: Actor) -> Sequence[str]:
    """New recovery codes in the place of the actor's old ones; NotFound where there is no factor."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _renew(actor)


def prove_code(actor: Actor, vault: Vault, code: str) -> None:
    """Use up a code of the actor's app, or a recovery code; WrongCode, or TooManyTries before it is looked at."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        attempt_id = register_attempt(actor)
        if not take_code(actor, vault, code):
            raise WrongCode
        forget_attempt(attempt_id)


@transactional
def register_attempt(actor: Actor) -> UUID:
    """Count a try of the actor before it is made; its id. TooManyTries, uncounted, beyond the limits: several at once
    wait for one another."""
    assert actor.user_id
    now = clock.now()
    db.take_turns("tries of a person", str(actor.user_id))
    wait = waiting_time(list_tries(actor.user_id, now=now), now)
    if wait is not None:
        raise TooManyTries(retry_after=math.ceil(wait.total_seconds()))
    longest = LIMITS[-1][1]
    db.execute(
        "DELETE FROM identity.factor_attempts WHERE user_id = %(user)s AND at <= %(over)s",
        user=actor.user_id,
        over=now - longest,
    )
    attempt = FactorAttempt(id=new_id(), firm_id=actor.firm_id, user_id=actor.user_id, at=now)
    session.add(attempt)
    session.flush()
    return attempt.id


@transactional
def forget_attempt(attempt_id: UUID) -> None:
    """Take back a try that came to a good end: only what was in vain is limited."""
    db.execute("DELETE FROM identity.factor_attempts WHERE id = %(id)s", id=attempt_id)


@transactional
def take_code(actor: Actor, vault: Vault, code: str) -> bool:
    """Whether this code of the actor was right and nobody used it before; it is used up. Uncounted: see prove_code."""
    code, now = normal_code(code), clock.now()
    if is_of_an_app(code):
        kind = "text" if _take_text(actor, code, now) else "totp"
        taken = kind == "text" or _take_totp(actor, vault, code, now)
    else:
        kind, taken = "recovery", _take_recovery(actor, code, now)
    record_act(actor.user_id, "factor.prove", f"user:{actor.user_id}", result="done" if taken else "refused", kind=kind)
    return taken


def _take_totp(actor: Actor, vault: Vault, code: str, now: datetime) -> bool:
    factor = find_totp_secret(actor.user_id)
    if factor is None:
        return False
    step = find_step(_secret_of(factor, vault), code, now)
    return step is not None and db.execute(TAKE_STEP, step=step, id=factor.id, now=now) == 1


def _secret_of(factor: db.AnyRow, vault: Vault) -> str:
    return vault.unseal(factor.secret, place=_place(factor.id, factor.user_id)).decode()


def _take_text(actor: Actor, code: str, now: datetime) -> bool:
    if not get_standing(actor.user_id).texts:
        return False
    return db.execute(TAKE_TEXT, user=actor.user_id, hashes=_text_hashes(actor.user_id, code), now=now) == 1


@transactional
def add_text_factor(actor: Actor, user_id: UUID) -> None:
    """Have a person's sign-in take codes that are sent by text message, in the system tenancy."""
    session.add(TextFactor(id=new_id(), firm_id=actor.firm_id, user_id=user_id))
    session.flush()
    record_act(user_id, "factor.enrol", f"user:{user_id}", kind="text")


@transactional
def delete_text_factor(user_id: UUID) -> bool:
    """Have it take them no longer, in the system tenancy; whether it did."""
    if db.execute("DELETE FROM identity.text_factors WHERE user_id = %(user)s", user=user_id) != 1:
        return False
    retire_recovery_codes(user_id)
    record_act(user_id, "factor.remove", f"user:{user_id}", kind="text")
    return True


@transactional
def issue_text_code(actor: Actor, user_id: UUID, *, code_id: UUID, code: str) -> None:
    """Write down the code that is sent to a person, in the place of an earlier one, in the system tenancy."""
    db.execute("DELETE FROM identity.text_codes WHERE user_id = %(user)s", user=user_id)
    expires, hashed = clock.now() + TEXT_LENGTH, _text_hashes(user_id, code)[0]
    session.add(TextCode(id=code_id, firm_id=actor.firm_id, user_id=user_id, code_hash=hashed, expires_at=expires))
    session.flush()


def _text_hashes(user_id: UUID | None, code: str) -> list[bytes]:
    """What a code may be written down as: digests under keys, as a million codes are soon tried."""
    return list(blind_indexes("identity.text_codes.code", f"{user_id}:{code}"))


def _take_recovery(actor: Actor, code: str, now: datetime) -> bool:
    return db.execute(TAKE_CODE, user=actor.user_id, hash=digest(code), now=now) == 1


@transactional
def reseal_secrets(actor: Actor, vault: Vault, *, most: int) -> int:
    """Seal up to `most` secrets of the firm with the vault's key in force, in the system tenancy; how many there
    were."""
    found = list_secrets_to_reseal(actor.firm_id, vault.key_in_force(), most=most)
    for row in found:
        place = _place(row.id, row.user_id)
        db.execute(RESEAL, id=row.id, sealed=vault.seal(vault.unseal(row.secret, place=place), place=place))
    return len(found)


@transactional
def _remove(actor: Actor) -> None:
    user_id = hold_person(actor)
    standing = get_standing(user_id)
    if not standing.has_app:
        raise NotFound
    if standing.required and standing.factors == 1:
        raise FactorNeeded
    db.execute("DELETE FROM identity.totp_factors WHERE user_id = %(user)s", user=user_id)
    retire_recovery_codes(user_id)
    record_act(user_id, "factor.remove", f"user:{user_id}", kind="totp")
    enqueue("accounts.announce_factor", user_id=str(user_id), change="app_removed")


@transactional
def retire_recovery_codes(user_id: UUID) -> None:
    """Let a person's recovery codes go where no factor is left that they could stand in for."""
    db.execute(RETIRE_CODES, user=user_id)


@transactional
def clear_factors(user_id: UUID) -> None:
    """Take a person's app, codes by text message and recovery codes away, in the system tenancy."""
    db.execute("DELETE FROM identity.text_factors WHERE user_id = %(user)s", user=user_id)
    db.execute("DELETE FROM identity.totp_factors WHERE user_id = %(user)s", user=user_id)
    db.execute("DELETE FROM identity.recovery_codes WHERE user_id = %(user)s", user=user_id)


@transactional
def _renew(actor: Actor) -> Sequence[str]:
    user_id = hold_person(actor)
    if not get_standing(user_id).enrolled:
        raise NotFound
    enqueue("accounts.announce_factor", user_id=str(user_id), change="codes_renewed")
    return issue_recovery_codes(actor, user_id)


@transactional
def issue_recovery_codes(actor: Actor, user_id: UUID) -> Sequence[str]:
    """New recovery codes for a person in the place of any others, in the system tenancy."""
    db.execute("DELETE FROM identity.recovery_codes WHERE user_id = %(user)s", user=user_id)
    codes = [write_recovery_code(secrets.token_bytes(15)) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(firm_id=actor.firm_id, user_id=user_id, code_hash=digest(normal_code(code))) for code in codes
    )
    session.flush()
    record_act(actor.user_id, "recovery_codes.issue", f"user:{user_id}", count=len(codes))
    return codes


def _place(factor_id: UUID, user_id: UUID | None) -> str:
    """Where a secret belongs: moved to another row or person it no longer opens."""
    return f"identity.totp_factors.secret:{factor_id}:{user_id}"
