"""Accounts, vehicles and history for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind, PostingOutcome
from portal.domain.investments.vehicles.services import create_vehicle
from portal.domain.investments.vehicles.values import VehicleDescription
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.db import session, transactional
from portal.platform.tenancy import acting_as

History = Sequence[tuple[str, str, str]]


def make_account(firm_id: UUID, name: str, *members: Actor) -> UUID:
    """An account that these people act for."""
    with acting_as(Actor.system(firm_id).tenancy):
        return open_account(
            Actor.system(firm_id),
            name=name,
            kind=AccountKind.TRUST,
            members=[member.user_id for member in members if member.user_id],
        )


def make_vehicle(firm_id: UUID, name: str, currency: str = "USD", **particulars: object) -> UUID:
    """A vehicle."""
    with acting_as(Actor.system(firm_id).tenancy):
        return create_vehicle(Actor.system(firm_id), VehicleDescription(name, currency, **particulars))  # type: ignore[arg-type]


def entry(account_id: UUID, vehicle_id: UUID, kind: str, on: str, amount: str, **more: object) -> Entry:
    """One thing that happened, its key made of what it is."""
    key = f"test:{account_id}:{vehicle_id}:{kind}:{on}:{amount}"
    return Entry(
        account_id,
        vehicle_id,
        EntryKind(kind),
        date.fromisoformat(on),
        Decimal(amount),
        key,
        f"digest:{amount}",
        **more,
    )  # type: ignore[arg-type]


def post_history(
    firm_id: UUID, account_id: UUID, vehicle_id: UUID, history: History, *, reference: str = "", **more: object
) -> PostingOutcome:
    """Post (kind, date, amount) lines for one holding."""
    with acting_as(Actor.system(firm_id).tenancy):
        entries = [entry(account_id, vehicle_id, *line, reference=reference) for line in history]
        outcome = post_entries(Actor.system(firm_id), entries, **more)  # type: ignore[arg-type]
        _check_now()
        return outcome


@transactional
def _check_now() -> None:
    """Make the deferred checks while the firm's rows can be seen: a test's one transaction serves several firms."""
    connection = session.connection()
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
