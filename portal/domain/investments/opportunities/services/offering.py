"""Preparing an offering: what it is, its closes, its documents, whom it is for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.opportunities.errors import NotDraft, OpportunityNameTaken
from portal.domain.investments.opportunities.models import (
    CapacityRecord,
    CloseRecord,
    NamedAccountRecord,
    OfferedDocumentRecord,
    OfferedVehicleRecord,
    OpportunityRecord,
)
from portal.domain.investments.opportunities.queries.opportunities import list_closes
from portal.domain.investments.opportunities.rules.offering import find_faults, terms_of
from portal.domain.investments.opportunities.services.telling import tell_watchers
from portal.domain.investments.opportunities.values.news import News
from portal.domain.investments.opportunities.values.opportunities import OpportunityDescription, OpportunityState
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid, NotFound
from portal.platform.ids import name_key, new_id

CHANGEABLE = (OpportunityState.DRAFT,)
SCHEDULABLE = (OpportunityState.DRAFT, OpportunityState.OPEN)
REMOVE_CLOSE = """
DELETE FROM investments.opportunity_closes WHERE firm_id = %(firm)s AND opportunity_id = %(id)s
AND number = (SELECT max(number) FROM investments.opportunity_closes WHERE opportunity_id = %(id)s)
"""
WITHHOLD = """
DELETE FROM investments.opportunity_documents
WHERE firm_id = %(firm)s AND opportunity_id = %(id)s AND document_id = %(document)s
"""
LEAVE_OUT = """
DELETE FROM investments.opportunity_vehicles
WHERE firm_id = %(firm)s AND opportunity_id = %(id)s AND vehicle_id = %(vehicle)s
"""
UNNAME = """
DELETE FROM investments.opportunity_accounts
WHERE firm_id = %(firm)s AND opportunity_id = %(id)s AND account_id = %(account)s
"""


@transactional
def create_opportunity(actor: Actor, description: OpportunityDescription) -> UUID:
    """A draft that only staff see; the new id. NotFound for vehicle or room, Invalid, OpportunityNameTaken."""
    require(actor, Permission.EDIT_OFFERINGS)
    record = OpportunityRecord(id=new_id(), firm_id=actor.firm_id, created_by=actor.user_id)
    _describe(actor, record, description)
    session.add(CapacityRecord(opportunity_id=record.id, firm_id=actor.firm_id))
    session.flush()
    record_act(actor.user_id, "opportunity.create", f"opportunity:{record.id}")
    return record.id


@transactional
def change_opportunity(actor: Actor, opportunity_id: UUID, description: OpportunityDescription) -> None:
    """Say other things of a draft. NotFound, NotDraft, Invalid, OpportunityNameTaken."""
    _describe(actor, _changeable(actor, opportunity_id), description)
    record_act(actor.user_id, "opportunity.change", f"opportunity:{opportunity_id}")


@transactional
def lock_opportunity(actor: Actor, opportunity_id: UUID) -> OpportunityRecord:
    """The opportunity, which nobody else moves meanwhile; NotFound."""
    record = session.get(OpportunityRecord, opportunity_id, with_for_update=True, populate_existing=True)
    if record is None or record.firm_id != actor.firm_id:
        raise NotFound
    return record


def _changeable(
    actor: Actor, opportunity_id: UUID, states: tuple[OpportunityState, ...] = CHANGEABLE
) -> OpportunityRecord:
    require(actor, Permission.EDIT_OFFERINGS)
    record = lock_opportunity(actor, opportunity_id)
    if record.state not in states:
        raise NotDraft
    return record


def _describe(actor: Actor, record: OpportunityRecord, description: OpportunityDescription) -> None:
    vehicle = get_vehicle(actor, description.vehicle_id)
    if description.room_id is not None:
        get_room(actor, description.room_id)
    if faults := find_faults(description, vehicle.currency):
        raise Invalid(fields=faults)
    record.vehicle_id, record.currency, record.terms = vehicle.id, vehicle.currency, terms_of(vehicle)
    record.name, record.name_key = description.name.strip(), name_key(description.name)
    record.exemption, record.audience = description.exemption.value, description.audience.value
    record.target, record.minimum = description.target, description.minimum
    record.maximum, record.cap = description.maximum, description.cap
    record.jurisdictions, record.summary = list(description.jurisdictions), description.summary.strip()
    record.room_id = description.room_id
    _add(record)


def _add(record: Any) -> None:
    """Write a row; OpportunityNameTaken, or NotFound where what it refers to is not there."""
    session.add(record)
    try:
        session.flush()
    except IntegrityError as error:
        if "opportunities_name" in str(error.orig):
            raise OpportunityNameTaken(fields={"name": OpportunityNameTaken.message}) from error
        raise NotFound from error


@transactional
def add_close(actor: Actor, opportunity_id: UUID, closes_on: date) -> None:
    """One more day on which subscriptions are admitted, after those that there are; also while it is open, when those
    who watch it are told. NotFound, NotDraft, Invalid."""
    record = _changeable(actor, opportunity_id, SCHEDULABLE)
    closes = list_closes(actor, opportunity_id)
    if closes_on < clock.today() or (closes and closes_on <= closes[-1].closes_on):
        raise Invalid(fields={"closes_on": "Enter a day that is still to come, after the closes there are."})
    _add(CloseRecord(firm_id=actor.firm_id, opportunity_id=opportunity_id, number=len(closes) + 1, closes_on=closes_on))
    if record.state == OpportunityState.OPEN:
        tell_watchers(actor, opportunity_id, News.DATED, which=f":{closes_on}")
    record_act(actor.user_id, "opportunity.add_close", f"opportunity:{opportunity_id}", on=closes_on.isoformat())


@transactional
def remove_last_close(actor: Actor, opportunity_id: UUID) -> None:
    """Take the last close of a draft back. NotFound, NotDraft."""
    _changeable(actor, opportunity_id)
    if not execute(REMOVE_CLOSE, firm=actor.firm_id, id=opportunity_id):
        raise NotFound
    record_act(actor.user_id, "opportunity.remove_close", f"opportunity:{opportunity_id}")


@transactional
def offer_document(actor: Actor, opportunity_id: UUID, document_id: UUID, *, must_read: bool) -> None:
    """Put a document of the library to a draft; who may see it there sees it here. NotFound, NotDraft."""
    record = _changeable(actor, opportunity_id)
    get_document(actor, document_id)
    session.merge(
        OfferedDocumentRecord(
            opportunity_id=record.id, document_id=document_id, firm_id=actor.firm_id, must_read=must_read
        )
    )
    session.flush()
    record_act(actor.user_id, "opportunity.offer_document", f"opportunity:{opportunity_id}", document=str(document_id))


@transactional
def withhold_document(actor: Actor, opportunity_id: UUID, document_id: UUID) -> None:
    """Take a document from a draft. NotFound, NotDraft."""
    _changeable(actor, opportunity_id)
    if not execute(WITHHOLD, firm=actor.firm_id, id=opportunity_id, document=document_id):
        raise NotFound
    record_act(
        actor.user_id, "opportunity.withhold_document", f"opportunity:{opportunity_id}", document=str(document_id)
    )


@transactional
def name_account(actor: Actor, opportunity_id: UUID, account_id: UUID) -> None:
    """Name an account to which a draft will be shown. NotFound, NotDraft."""
    record = _changeable(actor, opportunity_id)
    get_account(actor, account_id)
    session.merge(NamedAccountRecord(opportunity_id=record.id, account_id=account_id, firm_id=actor.firm_id))
    session.flush()
    record_act(actor.user_id, "opportunity.name_account", f"opportunity:{opportunity_id}", account=str(account_id))


@transactional
def unname_account(actor: Actor, opportunity_id: UUID, account_id: UUID) -> None:
    """Take an account from those a draft will be shown to. NotFound, NotDraft."""
    _changeable(actor, opportunity_id)
    if not execute(UNNAME, firm=actor.firm_id, id=opportunity_id, account=account_id):
        raise NotFound
    record_act(actor.user_id, "opportunity.unname_account", f"opportunity:{opportunity_id}", account=str(account_id))


@transactional
def include_investors(actor: Actor, opportunity_id: UUID, vehicle_id: UUID) -> None:
    """Have a draft be shown to everybody invested in a vehicle. NotFound, NotDraft."""
    record = _changeable(actor, opportunity_id)
    get_vehicle(actor, vehicle_id)
    session.merge(OfferedVehicleRecord(opportunity_id=record.id, vehicle_id=vehicle_id, firm_id=actor.firm_id))
    session.flush()
    record_act(actor.user_id, "opportunity.include_investors", f"opportunity:{opportunity_id}", vehicle=str(vehicle_id))


@transactional
def leave_investors_out(actor: Actor, opportunity_id: UUID, vehicle_id: UUID) -> None:
    """Show a draft to those invested in a vehicle no longer. NotFound, NotDraft."""
    _changeable(actor, opportunity_id)
    if not execute(LEAVE_OUT, firm=actor.firm_id, id=opportunity_id, vehicle=vehicle_id):
        raise NotFound
    record_act(
        actor.user_id, "opportunity.leave_investors_out", f"opportunity:{opportunity_id}", vehicle=str(vehicle_id)
    )
