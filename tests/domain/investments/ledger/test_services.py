"""Posting and reversing, through the database that keeps the balances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.errors import KeyReused, NothingToReverse
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_flows, list_holdings
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.ledger.values import HoldingFigures, TransactionFilter
from portal.domain.investments.returns.queries import get_portfolio
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.investments import entry, make_account, make_vehicle, post_history

HISTORY = [
    ("commitment", "2020-01-01", "1000000"),
    ("contribution", "2020-02-01", "300000"),
    ("valuation", "2020-03-31", "290000"),
    ("contribution", "2020-05-01", "200000"),
    ("dividend", "2020-06-01", "10000"),
    ("fee", "2020-06-30", "5000"),
    ("valuation", "2020-06-30", "520000"),
]


@pytest.fixture
def account(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    return make_account(firm_id, "Lane Family Trust", investor)


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID) -> UUID:
    return make_vehicle(firm_id, "Harbour Buyout I")


def figures(actor: Actor, as_of: str = "2030-01-01", **more: object) -> HoldingFigures:
    with acting_as(actor.tenancy):
        (found,) = list_holdings(actor, as_of=date.fromisoformat(as_of), **more)  # type: ignore[arg-type]
        return found


def findings(firm_id: UUID) -> list[str]:
    with acting_as(Actor.system(firm_id).tenancy):
        return [finding.check for finding in list_ledger_findings(Actor.system(firm_id))]


def test_kept_balances_follow_the_history(firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID) -> None:
    outcome = post_history(firm_id, account, vehicle, HISTORY)
    now = figures(investor)
    assert (outcome.posted, outcome.skipped) == (7, 0)
    assert (now.commitment, now.unfunded, now.paid_in) == (Decimal(1000000), Decimal(500000), Decimal(500000))
    assert (now.distributed, now.nav, now.fees) == (Decimal(10000), Decimal(520000), Decimal(5000))
    assert (now.valued_on, now.nav_adjusted, now.opening) == (date(2020, 6, 30), False, False)
    assert findings(firm_id) == []


@pytest.mark.parametrize(
    ("as_of", "paid_in", "nav", "valued", "adjusted"),
    [
        ("2020-02-15", 300000, 0, None, False),
        ("2020-03-31", 300000, 290000, date(2020, 3, 31), False),
        ("2020-05-31", 500000, 490000, date(2020, 3, 31), True),
        ("2020-06-15", 500000, 480000, date(2020, 3, 31), True),
        ("2020-06-30", 500000, 520000, date(2020, 6, 30), False),
    ],
)
def test_any_date_is_summed_from_the_postings(
    firm_id: UUID,
    investor: Actor,
    account: UUID,
    vehicle: UUID,
    as_of: str,
    paid_in: int,
    nav: int,
    valued: date,
    adjusted: bool,
) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    then = figures(investor, as_of)
    assert (then.paid_in, then.nav, then.valued_on, then.nav_adjusted) == (paid_in, nav, valued, adjusted)


def test_before_the_first_entry_there_is_no_holding(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    with acting_as(investor.tenancy):
        assert list_holdings(investor, as_of=date(2019, 12, 31)) == []


def test_the_same_key_is_posted_once(firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    again = post_history(firm_id, account, vehicle, [*HISTORY, ("gain", "2020-07-01", "1")])
    assert (again.posted, again.skipped) == (1, 7)
    assert figures(investor).distributed == 10001


def test_the_same_key_with_other_content_is_refused(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    changed = (
        entry(account, vehicle, "gain", "2020-07-01", "5"),
        entry(account, vehicle, *HISTORY[1])._replace(content_digest="x"),
    )
    system = Actor.system(firm_id)
    with acting_as(system.tenancy), pytest.raises(KeyReused) as refused:
        post_entries(system, changed)
    assert refused.value.positions == (1,)
    assert figures(investor).distributed == 10000


def test_a_contribution_above_unfunded_is_outside_the_commitment(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    post_history(
        firm_id, account, vehicle, [("commitment", "2020-01-01", "100"), ("contribution", "2020-02-01", "130")]
    )
    now = figures(investor)
    assert (now.paid_in, now.unfunded) == (130, 0)


def test_a_backdated_flow_leaves_later_valuations_standing(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    post_history(firm_id, account, vehicle, [("contribution", "2020-03-01", "50000")])
    assert figures(investor, "2020-03-31").nav == 290000
    assert figures(investor).nav == 520000
    assert findings(firm_id) == []


def test_undoing_a_batch_restores_what_was_and_can_be_posted_anew(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    before, batch, system = figures(investor), new_id(), Actor.system(firm_id)
    later = [("contribution", "2020-03-15", "70000"), ("valuation", "2020-09-30", "600000")]
    post_history(firm_id, account, vehicle, later, batch_id=batch)
    with acting_as(system.tenancy):
        reverse_batch(system, batch)
    after = figures(investor)
    assert (after.paid_in, after.nav, after.unfunded, after.valued_on) == (
        before.paid_in, before.nav, before.unfunded, before.valued_on,
    )  # fmt: skip
    assert findings(firm_id) == []
    with acting_as(system.tenancy), pytest.raises(NothingToReverse):
        reverse_batch(system, batch)
    assert post_history(firm_id, account, vehicle, later).posted == 2
    assert figures(investor).nav == 600000


def test_figures_as_known_on_an_earlier_day(firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID) -> None:
    post_history(firm_id, account, vehicle, HISTORY[:3])
    with acting_as(investor.tenancy):
        (line, *_) = list_transactions(investor, TransactionFilter())
    post_history(firm_id, account, vehicle, HISTORY[3:])
    assert figures(investor, known_on=line.posted_at).paid_in == 300000
    assert figures(investor).paid_in == 500000


def test_another_investor_and_another_firm_see_nothing(
    firm_id: UUID, another_investor: Actor, world: object, account: UUID, vehicle: UUID
) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    for stranger in (another_investor, world.foreign_investor, world.foreign_manager):  # type: ignore[attr-defined]
        with acting_as(stranger.tenancy):
            assert list_holdings(stranger, as_of=date(2030, 1, 1)) == []
            assert list_transactions(stranger, TransactionFilter()) == []


def test_flows_are_by_day_and_leave_reversed_ones_out(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    batch, system = new_id(), Actor.system(firm_id)
    post_history(firm_id, account, vehicle, HISTORY)
    post_history(firm_id, account, vehicle, [("gain", "2020-08-01", "9")], batch_id=batch)
    with acting_as(system.tenancy):
        reverse_batch(system, batch)
    holding = figures(investor)
    with acting_as(investor.tenancy):
        flows = list_flows([holding.id], as_of=date(2030, 1, 1))
    assert [(flow.on.isoformat(), flow.contributed, flow.distributed, flow.fees) for flow in flows] == [
        ("2020-02-01", 300000, 0, 0),
        ("2020-05-01", 200000, 0, 0),
        ("2020-06-01", 0, 10000, 0),
        ("2020-06-30", 0, 0, 5000),
    ]


def test_transactions_are_paged_by_place(firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID) -> None:
    post_history(firm_id, account, vehicle, HISTORY)
    with acting_as(investor.tenancy):
        first = list_transactions(investor, TransactionFilter(), most=4)
        rest = list_transactions(investor, TransactionFilter(), before=(first[-1].effective_on, first[-1].id), most=4)
        everything = list_transactions(investor, TransactionFilter(), most=None)
    assert [line.id for line in (*first, *rest)] == [line.id for line in everything]
    assert len(everything) == len(HISTORY)


CALLED = [("commitment", "2020-01-01", "1000"), ("call", "2020-02-01", "400")]


def pay(firm_id: UUID, account: UUID, vehicle: UUID, on: str, amount: str, batch_id: UUID | None = None) -> None:
    """Money arrives for what was called."""
    line = [("contribution", on, amount)]
    with acting_as(Actor.system(firm_id).tenancy):
        paid = [entry(account, vehicle, *each, unfunded_effect=Decimal(0)) for each in line]
        post_entries(Actor.system(firm_id), paid, batch_id=batch_id)


def test_a_call_is_no_cash_and_its_payment_no_second_draw(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    post_history(firm_id, account, vehicle, CALLED)
    called = figures(investor)
    assert (called.unfunded, called.called, called.paid_in, called.last_flow_on) == (600, 400, 0, None)
    pay(firm_id, account, vehicle, "2020-02-20", "150")
    now, then = figures(investor), figures(investor, "2020-02-10")
    assert (now.unfunded, now.called, now.paid_in, now.last_flow_on) == (600, 250, 150, date(2020, 2, 20))
    assert (then.unfunded, then.called, then.paid_in) == (600, 400, 0)
    assert findings(firm_id) == []


def test_a_call_is_undone_as_if_it_had_not_been(firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID) -> None:
    call, receipt = new_id(), new_id()
    post_history(firm_id, account, vehicle, CALLED[:1])
    post_history(firm_id, account, vehicle, CALLED[1:], batch_id=call)
    pay(firm_id, account, vehicle, "2020-02-20", "400", receipt)
    manager = Actor.system(firm_id)
    with acting_as(manager.tenancy):
        assert (reverse_batch(manager, receipt), reverse_batch(manager, call)) == (1, 1)
    after = figures(investor)
    assert (after.unfunded, after.called, after.paid_in, after.last_flow_on) == (1000, 0, 0, None)
    assert findings(firm_id) == []


def test_a_transfer_is_a_flow_at_its_value_for_both(
    firm_id: UUID, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    other = make_account(firm_id, "Lane Children's Trust", investor)
    post_history(firm_id, account, vehicle, [*CALLED[:1], ("contribution", "2020-02-01", "400")])
    on, moved = "2021-02-01", {"unfunded_effect": Decimal(-600)}
    back = {"unfunded_effect": Decimal(600)}
    with acting_as(Actor.system(firm_id).tenancy):
        post_entries(
            Actor.system(firm_id),
            [
                entry(account, vehicle, "commitment", on, "-1000", **moved),
                entry(account, vehicle, "transfer", on, "-440"),
                entry(account, vehicle, "valuation", on, "0"),
                entry(other, vehicle, "commitment", on, "1000", **back),
                entry(other, vehicle, "transfer", on, "440"),
                entry(other, vehicle, "valuation", on, "440"),
            ],
        )
    post_history(firm_id, other, vehicle, [("valuation", "2022-02-01", "484")])
    with acting_as(investor.tenancy):
        portfolio = get_portfolio(investor, as_of=date(2022, 2, 1))
    taker, giver = (each.figures for each in portfolio.holdings)
    assert (giver.commitment, giver.unfunded, giver.nav, giver.tvpi) == (0, 0, 0, Decimal("1.1"))
    assert (taker.commitment, taker.unfunded, taker.nav, taker.tvpi) == (1000, 600, 484, Decimal("1.1"))
    assert [flow.amount for flow in giver.flows] == [-400, 440]
    assert [flow.amount for flow in taker.flows] == [-440, 484]
    assert taker.irr == Decimal("0.1")
    (total,) = portfolio.totals
    assert (total.transferred, total.tvpi, total.paid_in) == (0, Decimal("1.21"), 400)
    assert findings(firm_id) == []
