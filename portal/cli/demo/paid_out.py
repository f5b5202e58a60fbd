"""A vehicle of the demo that has ended well: its capital, preferred return, catch-up and carry are paid out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import DISTRIBUTION
from portal.domain.investments.distributions.services.drafting import create_distribution, submit_distribution
from portal.domain.investments.distributions.services.paying import post_due_distribution
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Line, Method, Source
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.vehicles.services import create_vehicle
from portal.domain.investments.vehicles.values import Compounding, Terms, VehicleDescription
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.tenancy import acting_as

NAME = "Meridian Harbour Bridge Loans I"
MILLION = Decimal(1_000_000)
PROMISED, PAID, VALUED = timedelta(days=430), timedelta(days=400), timedelta(days=30)
WORTH = MILLION * 7 / 5  # what each is to get, net of the carried interest


def pay_all_out(
    system: Actor, associate: Actor, managers: Iterable[Actor], accounts: Iterable[UUID], *, today: date
) -> None:
    """A million each came in 400 days ago; half as much again goes out today, through four tiers."""
    held = list(accounts)
    with acting_as(system.tenancy):
        partner = open_account(
            system, name="Meridian Harbour GP LLC", kind=AccountKind.COMPANY, tax_residence="US", members=[]
        )
        terms = Terms(
            Decimal("0.08"), Compounding.SIMPLE, carry=Decimal("0.20"), catch_up=Decimal(1), carry_account_id=partner
        )
        description = VehicleDescription(NAME, "USD", strategy="Credit", vintage=(today - PROMISED).year, terms=terms)
        vehicle = create_vehicle(system, description)
        promised = [_entry(each, vehicle, EntryKind.COMMITMENT, today - PROMISED) for each in held]
        post_entries(
            system,
            [
                *promised,
                *(_entry(each, vehicle, EntryKind.CONTRIBUTION, today - PAID) for each in held),
                *(_entry(each, vehicle, EntryKind.VALUATION, today - VALUED, WORTH) for each in held),
            ],
        )
    capital = MILLION * len(held)
    lines = (
        Line(Source.RETURN_OF_CAPITAL, capital, Decimal(0), None),
        Line(Source.GAIN, capital / 2, Decimal(0), None),
    )
    with acting_as(associate.tenancy):
        found = create_distribution(associate, Draft(vehicle, today, Method.WATERFALL, lines, "All loans were repaid"))
        submit_distribution(associate, found)
    for manager in managers:
        with acting_as(manager.tenancy):
            asked = find_open_approval(manager, DISTRIBUTION.name, f"distribution:{found}")
            assert asked is not None
            decide_approval(manager, asked.id, digest=asked.digest, approves=True)
    with acting_as(system.tenancy):
        post_due_distribution(system, found)


def _entry(account: UUID, vehicle: UUID, kind: EntryKind, on: date, amount: Decimal = MILLION) -> Entry:
    key = f"demo:{vehicle}:{account}:{kind}:{on}"
    return Entry(account, vehicle, kind, on, amount, key, key)
