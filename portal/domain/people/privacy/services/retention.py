"""How long the firm keeps what it must, what stops the end of it, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.forgetting.services import destroy_subject_key, destroy_user_key, empty_requests
from portal.domain.identity.forgetting.values import ERASED_NAME
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.domain.people.privacy.errors import HoldInForce, OwnErasure, TermTooShort
from portal.domain.people.privacy.models import LegalHold
from portal.domain.people.privacy.queries.erasures import (
    get_plan_of_kept,
    list_accounts_left,
    list_due_erasures,
    list_sealed_instructions,
    list_statement_keys,
)
from portal.domain.people.privacy.signals import RetentionEnded
from portal.domain.people.privacy.values.erasures import DUTIES
from portal.domain.people.privacy.values.inventory import Category
from portal.platform import clock
from portal.platform.db import AnyRow, execute, session, transactional
from portal.platform.errors import NotFound
from portal.platform.outbox import enqueue_many
from portal.platform.signals import publish
from portal.platform.tenancy import acting_as

FORGET_DETAILS = "DELETE FROM people.profiles WHERE firm_id = %(firm)s AND subject_id = ANY(%(ids)s)"
EMPTY_BANK = "UPDATE people.payment_instructions SET details = %(details)s WHERE firm_id = %(firm)s AND id = %(id)s"
SET_TERM = """
INSERT INTO people.retention_terms (firm_id, category, years) VALUES (%(firm)s, %(category)s, %(years)s)
ON CONFLICT (firm_id, category) DO UPDATE SET years = EXCLUDED.years
"""
LIFT = """
UPDATE people.legal_holds SET lifted_at = %(now)s, lifted_by = %(by)s
WHERE firm_id = %(firm)s AND id = %(id)s AND user_id = %(user)s AND lifted_at IS NULL
"""
KEEP_ON = "UPDATE people.erasures SET destroy_after = %(after)s WHERE firm_id = %(firm)s AND id = %(id)s"
DESTROYED = """
UPDATE people.erasures SET destroyed_at = %(now)s, account_ids = %(accounts)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'done' AND destroyed_at IS NULL
"""
RENAME = """
UPDATE people.investor_accounts SET name = 'Erased account ' || left(id::text, 8),
  name_key = 'erased account ' || id::text, tax_residence = NULL
WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
"""


@transactional
def set_retention_term(actor: Actor, category: Category, *, years: int) -> None:
    """Keep a category longer than the law asks for; TermTooShort for less. Erasures to come are planned by it, and what
    is kept of earlier ones is looked at by it before it is destroyed."""
    require(actor, Permission.HANDLE_PRIVACY)
    duty = DUTIES.get(category)
    if duty is None:
        raise NotFound
    if not duty.years <= years <= 100:
        raise TermTooShort(fields={"years": f"Between {duty.years} and 100 years."})
    execute(SET_TERM, firm=actor.firm_id, category=category.value, years=years)
    record_act(actor.user_id, "retention.change", f"firm:{actor.firm_id}", category=category.value, years=years)


@transactional
def place_hold(actor: Actor, user_id: UUID, *, reason: str) -> None:
    """Keep everything of a person as it is until the hold is lifted; HoldInForce where one is."""
    require(actor, Permission.HANDLE_PRIVACY)
    get_user(actor, user_id)
    assert actor.user_id is not None
    session.add(
        LegalHold(
            firm_id=actor.firm_id,
            user_id=user_id,
            reason=reason.strip(),
            placed_by=actor.user_id,
            placed_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise HoldInForce("A legal hold on this person is in force already.") from error
    record_act(actor.user_id, "hold.place", f"user:{user_id}")


@transactional
def lift_hold(actor: Actor, user_id: UUID, hold_id: UUID) -> None:
    """Let erasure and the end of retention go on; NotFound where no such hold on this person is in force, OwnErasure
    for who is held themselves."""
    require(actor, Permission.HANDLE_PRIVACY)
    if user_id == actor.user_id:
        raise OwnErasure
    if execute(LIFT, firm=actor.firm_id, id=hold_id, user=user_id, by=actor.user_id, now=clock.now()) != 1:
        raise NotFound
    record_act(actor.user_id, "hold.lift", f"user:{user_id}")


def destroy_due_keys(actor: Actor) -> int:
    """Destroy what was kept of erased people and whose time is over, in the firm's system tenancy, each in a
    transaction of its own; of how many people. Where entries were made since, or the firm keeps longer now, it is kept
    on; an account that somebody acts for again is theirs."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return sum(_destroy(actor, row) for row in list_due_erasures(actor))


@transactional
def _destroy(actor: Actor, row: AnyRow) -> int:
    account_ids = list_accounts_left(actor, row.account_ids)
    plan = get_plan_of_kept(actor, account_ids, row.closed_at.date())
    if plan.destroy_after >= clock.today():
        execute(KEEP_ON, firm=actor.firm_id, id=row.id, after=plan.destroy_after)
        return 0
    if execute(DESTROYED, firm=actor.firm_id, id=row.id, now=clock.now(), accounts=account_ids) != 1:
        return 0
    publish(RetentionEnded(actor, row.user_id, tuple(account_ids)))
    destroy_user_key(actor, row.user_id)
    for account_id in account_ids:
        destroy_subject_key(actor, account_id)
    _empty_what_was_sealed(actor, row.user_id, account_ids)
    execute(RENAME, firm=actor.firm_id, ids=account_ids)
    works: list[tuple[dict[str, str], str | None]] = [
        ({"file_key": key}, f"retention:{key}") for key in list_statement_keys(account_ids)
    ]
    enqueue_many("privacy.discard_file", works)
    record_act(None, "retention.end", f"user:{row.user_id}", accounts=len(account_ids))
    return 1


def _empty_what_was_sealed(actor: Actor, user_id: UUID, account_ids: Sequence[UUID]) -> None:
    """Delete personal details, and put nothing in the place of bank details, whose steps are never deleted: nobody
    could open them, and pages that list them go on. What requests for approval copied of them goes too."""
    execute(FORGET_DETAILS, firm=actor.firm_id, ids=[user_id, *account_ids])
    instructions = list_sealed_instructions(account_ids)
    empty_requests(actor, user_id, about=[f"payment_instruction:{each.id}" for each in instructions])
    for each in instructions:
        nothing = BankDetails(Method(each.method), ERASED_NAME, "", "").seal(each.id, each.account_id, each.wrapped)
        execute(EMPTY_BANK, firm=actor.firm_id, id=each.id, details=nothing)
