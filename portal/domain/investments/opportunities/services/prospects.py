"""Keeping the pipeline."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.opportunities.errors import ProspectChanged
from portal.domain.investments.opportunities.models import ProspectNoteRecord, ProspectRecord
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.opportunities.queries.prospects import get_prospect
from portal.domain.investments.opportunities.rules.pipeline import find_prospect_faults
from portal.domain.investments.opportunities.values.prospects import LONGEST_NOTE, ProspectDescription
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue_many


@transactional
def add_prospect(actor: Actor, description: ProspectDescription) -> UUID:
    """Add somebody to the pipeline, as the actor's; the new id. Invalid, NotFound for account or opportunity."""
    require(actor, Permission.EDIT_OFFERINGS)
    record = ProspectRecord(id=new_id(), firm_id=actor.firm_id)
    _describe(actor, record, description)
    record_act(actor.user_id, "prospect.add", f"prospect:{record.id}")
    return record.id


@transactional
def change_prospect(actor: Actor, prospect_id: UUID, description: ProspectDescription) -> None:
    """Write other things of a prospect, who is the actor's from now on. NotFound, Invalid."""
    require(actor, Permission.EDIT_OFFERINGS)
    record = session.get(ProspectRecord, prospect_id, with_for_update=True, populate_existing=True)
    if record is None or record.firm_id != actor.firm_id:
        raise NotFound
    _describe(actor, record, description)
    record_act(actor.user_id, "prospect.change", f"prospect:{prospect_id}", stage=description.stage.value)


def _describe(actor: Actor, record: ProspectRecord, description: ProspectDescription) -> None:
    if actor.user_id is None:
        raise Forbidden
    if faults := find_prospect_faults(description):
        raise Invalid(fields=faults)
    if description.account_id is not None:
        get_account(actor, description.account_id)
    if description.opportunity_id is not None:
        get_opportunity(actor, description.opportunity_id)
    reminded = (record.next_on, record.owner_id)
    record.owner_id = actor.user_id
    record.name, record.organisation = description.name.strip(), description.organisation.strip()
    record.account_id, record.opportunity_id = description.account_id, description.opportunity_id
    record.stage, record.probability = description.stage.value, description.probability
    record.amount, record.currency = description.amount, description.currency
    record.next_on, record.next_step = description.next_on, description.next_step.strip()
    record.changed_at = clock.now()
    session.add(record)
    session.flush()
    if record.next_on is not None and reminded != (record.next_on, record.owner_id):
        _plan_reminder(record)


def _plan_reminder(record: ProspectRecord) -> None:
    """Have the owner written to in the morning of the day, unless it is another one or another's by then."""
    assert record.next_on is not None
    due = datetime.combine(record.next_on, time(7), tzinfo=UTC)
    work = {"prospect_id": str(record.id), "owner_id": str(record.owner_id), "on": record.next_on.isoformat()}
    once = f"{record.id}:{record.owner_id}:{record.next_on}"
    enqueue_many("offerings.remind", [(work, once)], due_at=max(due, clock.now()))


@transactional
def note_about_prospect(actor: Actor, prospect_id: UUID, body: str) -> None:
    """Write something down about a prospect. NotFound, Invalid, ProspectChanged."""
    require(actor, Permission.EDIT_OFFERINGS)
    get_prospect(actor, prospect_id)
    if not 1 <= len(body.strip()) <= LONGEST_NOTE:
        raise Invalid(fields={"body": f"Write a note of up to {LONGEST_NOTE:,} characters."})
    session.add(
        ProspectNoteRecord(firm_id=actor.firm_id, prospect_id=prospect_id, body=body.strip(), written_by=actor.user_id)
    )
    try:
        session.flush()
    except IntegrityError as error:  # removed at the same moment
        raise ProspectChanged from error
    record_act(actor.user_id, "prospect.note", f"prospect:{prospect_id}")


@transactional
def remove_prospect(actor: Actor, prospect_id: UUID) -> None:
    """Remove a prospect and all that was written down about them. NotFound."""
    require(actor, Permission.EDIT_OFFERINGS)
    remove = "DELETE FROM investments.prospects WHERE firm_id = %(firm)s AND id = %(id)s"
    if not execute(remove, firm=actor.firm_id, id=prospect_id):
        raise NotFound
    record_act(actor.user_id, "prospect.remove", f"prospect:{prospect_id}")
