"""Codes by text message as a second factor: turned on and off, and sent.

Called with no transaction in force: each step works in the firm's system tenancy. The factors' `take_code` takes them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.services import hold_person
from portal.domain.identity.attempts.services import note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.factors.errors import FactorNeeded
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import (
    add_text_factor,
    delete_text_factor,
    issue_recovery_codes,
    issue_text_code,
)
from portal.domain.identity.texts.errors import TextsNotOffered
from portal.domain.identity.texts.queries import get_text_offer
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.sealing import Sealer
from portal.platform.tenancy import acting_as

PERMIT = "UPDATE identity.firms SET text_codes = %(allowed)s WHERE id = %(id)s"


@transactional
def set_text_codes(actor: Actor, *, allowed: bool) -> None:
    """Let the firm's investors use codes by text message as their second factor, or no longer; staff never may."""
    require(actor, Permission.EDIT_PEOPLE)
    db.execute(PERMIT, allowed=allowed, id=actor.firm_id)
    record_act(actor.user_id, "firm.text_codes", f"firm:{actor.firm_id}", allowed=int(allowed))


def enrol_texts(actor: Actor) -> Sequence[str]:
    """Have codes sent to the actor's telephone number from now on; recovery codes where it is their first factor.
    TextsNotOffered."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return complete_text_enrolment(actor)


@transactional
def complete_text_enrolment(actor: Actor) -> Sequence[str]:
    """Turn the codes on, with all that follows."""
    user_id = hold_person(actor)
    standing, offer = get_standing(user_id), get_text_offer(actor)
    if not offer.offered or offer.phone is None:
        raise TextsNotOffered
    if offer.factor_id is not None:
        return ()
    add_text_factor(actor, user_id)
    enqueue("accounts.announce_factor", user_id=str(user_id), change="texts_added")
    return () if standing.enrolled else issue_recovery_codes(actor, user_id)


def remove_texts(actor: Actor) -> None:
    """Have no codes sent any more; FactorNeeded where the actor must have a factor and has no other, NotFound where
    they are off."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        complete_text_removal(actor)


@transactional
def complete_text_removal(actor: Actor) -> None:
    """Turn the codes off, with all that follows."""
    user_id = hold_person(actor)
    standing = get_standing(user_id)
    if standing.required and standing.texts and standing.factors == 1:
        raise FactorNeeded
    if not delete_text_factor(user_id):
        raise NotFound
    enqueue("accounts.announce_factor", user_id=str(user_id), change="texts_removed")


def send_text_code(actor: Actor, sealer: Sealer) -> None:
    """Have a code sent to the actor, good once and for five minutes; one sent before is worth nothing then.
    TextsNotOffered where they do not use them, Limited."""
    note_attempt(Trial.TEXT, str(actor.user_id), firm_id=actor.firm_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        enqueue_text_code(actor, sealer)


@transactional
def enqueue_text_code(actor: Actor, sealer: Sealer) -> None:
    """Make the code and have it sent after this commit; the outbox holds it sealed."""
    user_id, code, code_id = hold_person(actor), f"{secrets.randbelow(1_000_000):06d}", new_id()
    if not get_standing(user_id).texts:
        raise TextsNotOffered
    issue_text_code(actor, user_id, code_id=code_id, code=code)
    enqueue("accounts.send_text_code", code_id=str(code_id), user_id=str(user_id), code=sealer.seal(code))
    record_act(user_id, "factor.send", f"user:{user_id}", kind="text")
