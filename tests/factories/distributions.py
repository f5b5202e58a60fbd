"""Distributions for tests: prepared, sent for approval, decided upon."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import find_open_approval, get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import DISTRIBUTION, Approval, ApprovalState
from portal.domain.investments.distributions.services.drafting import create_distribution, submit_distribution
from portal.domain.investments.distributions.services.paying import post_due_distribution, request_reversal
from portal.domain.investments.distributions.services.releasing import request_release
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Line, Method, Source
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.funds import make_fund


def lines_of(*lines: tuple[str, str], recallable: str = "0", deal: UUID | None = None) -> tuple[Line, ...]:
    """Lines of (source, amount)."""
    return tuple(Line(Source(source), Decimal(amount), Decimal(recallable), deal) for source, amount in lines)


def prepare(
    actor: Actor, vehicle_id: UUID, on: str, *lines: tuple[str, str], method: Method = Method.WATERFALL,
    note: str = "", nets: UUID | None = None, **more: object,
) -> UUID:  # fmt: skip
    """A draft; its id."""
    with acting_as(actor.tenancy):
        entered = lines_of(*lines, **more)  # type: ignore[arg-type]
        return create_distribution(actor, Draft(vehicle_id, date.fromisoformat(on), method, entered, note, nets))


def submit(actor: Actor, distribution_id: UUID) -> UUID:
    """Send a draft for approval; the id of the request."""
    with acting_as(actor.tenancy):
        return submit_distribution(actor, distribution_id)


def request_of(actor: Actor, distribution_id: UUID) -> Approval:
    """The open request for its approval."""
    with acting_as(actor.tenancy):
        found = find_open_approval(actor, DISTRIBUTION.name, f"distribution:{distribution_id}")
    assert found
    return found


def decide(actor: Actor, distribution_id: UUID, *, approves: bool = True, comment: str = "") -> ApprovalState:
    """What this person says to it; where the request stands then."""
    request = request_of(actor, distribution_id)
    with acting_as(actor.tenancy):
        return decide_approval(actor, request.id, digest=request.digest, approves=approves, comment=comment)


def pay_out(maker: Actor, approvers: tuple[Actor, Actor], vehicle_id: UUID, on: str, *lines: tuple[str, str],
            **more: object) -> UUID:  # fmt: skip
    """A distribution that was prepared, sent, approved by two and posted if its day has come; its id."""
    found = prepare(maker, vehicle_id, on, *lines, **more)  # type: ignore[arg-type]
    submit(maker, found)
    for approver in approvers:
        decide(approver, found)
    if date.fromisoformat(on) <= clock.today():
        post(maker.firm_id, found)
    return found


def ask_back(actor: Actor, distribution_id: UUID, reason: str) -> Approval:
    """The request, just made, to take a distribution back."""
    with acting_as(actor.tenancy):
        return get_approval(actor, request_reversal(actor, distribution_id, reason=reason))


def take_back(maker: Actor, approver: Actor, distribution_id: UUID, reason: str) -> None:
    """A distribution is taken back: asked for by one, approved by another."""
    asked = ask_back(maker, distribution_id, reason)
    with acting_as(approver.tenancy):
        decide_approval(approver, asked.id, digest=asked.digest, approves=True)


def ask_to_let_go(actor: Actor, vehicle_id: UUID, amount: str, reason: str = "The audit is done.") -> Approval:
    """The request, just made, to let carry go that is held back."""
    with acting_as(actor.tenancy):
        return get_approval(actor, request_release(actor, vehicle_id, amount=Decimal(amount), reason=reason))


def let_go(maker: Actor, approver: Actor, vehicle_id: UUID, amount: str, reason: str = "The audit is done.") -> None:
    """Carry is let go: asked for by one, approved by another."""
    asked = ask_to_let_go(maker, vehicle_id, amount, reason)
    with acting_as(approver.tenancy):
        decide_approval(approver, asked.id, digest=asked.digest, approves=True)


def paid_out(world: World) -> UUID:
    """A distribution in the books that pays the investor of the world."""
    fund = make_fund(world, "Lane Payee")
    fund.history(("contribution", "2025-01-01", "600"))
    return pay_out(fund.maker, fund.approvers, fund.vehicle, "2026-01-01", ("gain", "2000"))


def post(firm_id: UUID, distribution_id: UUID) -> bool:
    """What the machinery does when the day has come."""
    system = Actor.system(firm_id)
    with acting_as(system.tenancy):
        return post_due_distribution(system, distribution_id)
