"""Distributions of a firm: one that was paid, one that was taken back, one that nobody outside may know of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.distributions.services.particulars import keep_deal, set_withholding_rate
from portal.domain.investments.distributions.values.distributions import Cost, CostKind
from portal.domain.investments.distributions.values.plans import Method, Rate, Source
from portal.domain.investments.vehicles.services import change_vehicle
from portal.domain.investments.vehicles.values import Terms, VehicleDescription
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.tenancy import acting_as
from tests.factories.distributions import ask_to_let_go, let_go, pay_out, prepare, take_back
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.security.canaries import Write

LET_GO = """
INSERT INTO investments.carry_releases (id, firm_id, vehicle_id, account_id, released_on, amount, withheld, reason,
  asked_by, approved_by)
VALUES (gen_random_uuid(), %(firm)s, %(vehicle)s, %(account)s, current_date, 1, 0, %(reason)s, %(asked)s, %(approved)s)
"""


def pay_everybody(associate: Actor, manager: Actor, vehicle: UUID, write: Write, *, shared: str, inside: str) -> None:
    """Everybody who holds `vehicle` is paid, with tax withheld; what staff alone know is written inside."""
    second = make_user(manager.firm_id, f"{write(inside)}@example.com", Role.MANAGER)
    with acting_as(associate.tenancy):
        rate = Rate("US", None, Source.DIVIDEND, Decimal("0.1"), write(shared))
        set_withholding_rate(associate, vehicle, rate)
        cost = Cost(clock.today(), CostKind.CAPITAL, Decimal(1))
        keep_deal(associate, vehicle, name=write(inside), costs=[cost])
    today = clock.today().isoformat()
    approvers = (manager, second)
    pay_out(associate, approvers, vehicle, today, ("dividend", "100"), method=Method.PAID_IN, note=write(shared))
    undone = pay_out(associate, approvers, vehicle, today, ("gain", "5"), method=Method.PAID_IN, note=write(shared))
    take_back(associate, manager, undone, write(shared))
    prepare(associate, vehicle, today, ("gain", "7"), method=Method.PAID_IN, note=write(inside))
    _let_carry_go(associate, approvers, write, inside)


def _let_carry_go(associate: Actor, approvers: tuple[Actor, Actor], write: Write, inside: str) -> None:
    """Carry of a vehicle that no investor holds: held back, a part let go, more asked for."""
    firm_id = associate.firm_id
    partner, general = (make_account(firm_id, write(inside)) for _ in range(2))
    terms = Terms(carry=Decimal("0.2"), escrow=Decimal("0.5"), carry_account_id=general)
    names = {"strategy": write(inside), "sector": write(inside)}
    vehicle = make_vehicle(firm_id, write(inside), vintage=2024, terms=terms, **names)
    post_history(firm_id, partner, vehicle, [("contribution", "2024-01-01", "100")], reference=write(inside))
    pay_out(associate, approvers, vehicle, clock.today().isoformat(), ("gain", "200"), note=write(inside))
    let_go(associate, approvers[0], vehicle, "2", write(inside))
    with acting_as(Actor.system(firm_id).tenancy):
        _write_as_before(firm_id, vehicle, general, approvers, write(inside))
    ask_to_let_go(associate, vehicle, "3", write(inside))
    _have_carry_paid_back(associate, partner, vehicle, replace(terms, clawback=True), write, inside)


@transactional
def _write_as_before(firm_id: UUID, vehicle: UUID, account: UUID, people: tuple[Actor, Actor], reason: str) -> None:
    """Carry that was let go before that was a distribution."""
    asked_by, approved_by = (each.user_id for each in people)
    execute(
        LET_GO, firm=firm_id, vehicle=vehicle, account=account, reason=reason, asked=asked_by, approved=approved_by
    )  # fmt: skip


def _have_carry_paid_back(
    associate: Actor, partner: UUID, vehicle: UUID, terms: Terms, write: Write, inside: str
) -> None:
    """What was gained is lost again, and a payback is drafted."""
    post_history(associate.firm_id, partner, vehicle, [("contribution", "2024-02-01", "90")], reference=write(inside))
    with acting_as(associate.tenancy):
        given = VehicleDescription(write(inside), "USD", vintage=2024, terms=terms)
        change_vehicle(associate, vehicle, replace(given, strategy=write(inside), sector=write(inside)))
    today = clock.today().isoformat()
    prepare(associate, vehicle, today, ("clawback", "1"), method=Method.CLAWBACK, note=write(inside))
