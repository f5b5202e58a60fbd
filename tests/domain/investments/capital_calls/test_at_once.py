"""Several people at the same moment: a call is issued once, a receipt counts once, for no more than is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.calls import approve, ask_for_call, draft_of, issue_call, make_fund, open_bank_account
from tests.factories.identity import found_firm, make_user


@dataclass(frozen=True)
class Desk:
    """A firm of its own with a fund, who prepares and who approves."""

    maker: Actor
    approvers: tuple[Actor, Actor]
    vehicle: UUID


@pytest.fixture
def desk(committed_app: Flask) -> Iterator[Desk]:
    with committed_app.app_context():
        name = new_id().hex[:12]
        firm = found_firm(f"calls-{name}", "Calls at once")
        maker = make_user(firm, f"maker-{name}@example.com", Role.ASSOCIATE)
        first, second = (make_user(firm, f"{place}-{name}@example.com", Role.MANAGER) for place in "ab")
        vehicle, _ = make_fund(firm, "Fund at once", ["1000", "3000"])
        open_bank_account(maker, first, vehicle)
        yield Desk(maker, (first, second), vehicle)


def at_once(app: Flask, acts: Sequence[Callable[[], object]]) -> int:
    """How many of these acts go through when all begin together; the others are refused."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        with app.app_context():
            together.wait(10)
            try:
                act()
            except DomainError:
                return False
            return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return sum(pool.map(run, acts))


def standing(desk: Desk) -> list[tuple[Decimal, Decimal, Decimal]]:
    with acting_as(desk.maker.tenancy):
        assert list_ledger_findings(desk.maker) == []
        found = list_holdings(desk.maker, as_of=clock.today())
    return [(each.unfunded, each.called, each.paid_in) for each in found]


def test_two_approvers_at_once_issue_a_call_once(committed_app: Flask, desk: Desk) -> None:
    _, asked = ask_for_call(desk.maker, draft_of(desk.vehicle))
    acts = [lambda who=who: approve(who, asked) for who in (*desk.approvers, *desk.approvers)]
    assert at_once(committed_app, acts) == 1
    assert standing(desk) == [(750, 250, 0), (2250, 750, 0)]


def test_a_receipt_sent_several_times_at_once_counts_once_and_no_more_than_is_open(
    committed_app: Flask, desk: Desk
) -> None:
    issue_call(desk.maker, desk.approvers[0], draft_of(desk.vehicle))
    with acting_as(desk.maker.tenancy):
        share = list_dues(desk.maker)[0]

    def pay(receipt: UUID, amount: Decimal) -> None:
        with acting_as(desk.maker.tenancy):
            record_payment(desk.maker, share.id, amount=amount, value_on=clock.today(), receipt_id=receipt)

    receipt, half = uuid4(), share.amount / 2
    assert at_once(committed_app, [lambda: pay(receipt, half)] * 4) == 4  # the later ones are answered as the first
    assert at_once(committed_app, [lambda: pay(uuid4(), share.amount)] * 2 + [lambda: pay(uuid4(), half)] * 2) == 1
    with acting_as(desk.maker.tenancy):
        assert share.id not in {each.id for each in list_dues(desk.maker)}
    assert sum(paid for _, _, paid in standing(desk)) == share.amount
