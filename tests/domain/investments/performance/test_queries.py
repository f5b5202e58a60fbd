"""Returns as the ledger has them: the reader's own, on each basis, in a few statements, and as the portfolio says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from portal.domain.identity.access.values import Actor
from portal.domain.investments.index_series.services import add_index_series
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.performance import queries
from portal.domain.investments.performance.errors import TooManyHoldings
from portal.domain.investments.performance.queries import (
    Asked,
    find_last_valued,
    get_opened_return,
    list_asked_holdings,
    list_returns,
)
from portal.domain.investments.performance.values import Basis, Measure, Period, Returns
from portal.domain.investments.returns.queries import (
    get_holding_returns,
    get_opened_figure,
    get_portfolio,
    list_holding_returns,
)
from portal.domain.investments.returns.values import Figures, ratio_text
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import entry, make_account, make_vehicle, post_history
from tests.statements import noted_statements

pytestmark = pytest.mark.usefixtures("app")
HISTORY = [
    ("commitment", "2022-12-01", "1000"),
    ("contribution", "2022-12-31", "400"),
    ("valuation", "2023-12-31", "440"),
    ("contribution", "2024-03-31", "100"),
    ("fee", "2024-06-30", "10"),
    ("valuation", "2024-12-31", "600"),
    ("gain", "2025-06-30", "60"),
    ("valuation", "2025-12-31", "594"),
]
END = date(2025, 12, 31)


@pytest.fixture
def vehicle(world: World) -> UUID:
    """A vehicle in which both investors hold the same."""
    vehicle_id = make_vehicle(world.firm_id, "Span Fund")
    for investor, name in ((world.investor, "Ada's trust"), (world.another_investor, "Ben's trust")):
        post_history(world.firm_id, make_account(world.firm_id, name, investor), vehicle_id, HISTORY)
    return vehicle_id


def read(actor: Actor, **asked: Any) -> list[Returns]:
    given = Asked(**({"as_of": END} | asked))
    with acting_as(actor.tenancy):
        return list_returns(actor, given, list_asked_holdings(actor, given))


def test_a_year_is_told_from_its_first_to_its_last_valuation(world: World, vehicle: UUID) -> None:
    (year,) = read(world.investor, period=Period.ONE_YEAR)
    net = year.net
    assert (net.stretch.opening, net.stretch.closing, year.holdings) == (600, 594, 1)
    rate = float(net.measured["irr"].value or 0)
    assert abs(-600 + 60 * (1 + rate) ** (-181 / 365) + 594 / (1 + rate)) < 1e-6
    assert net.measured["tvpi"].value == Decimal("1.09")
    assert net.measured["modified_dietz"].value == round(54 / (600 - Decimal(60 * 184) / 365), 10)


def test_since_inception_it_is_what_the_portfolio_says(world: World, vehicle: UUID) -> None:
    for reader in (world.investor, world.manager):
        (found,) = read(reader)
        with acting_as(reader.tenancy):
            (total,) = get_portfolio(reader, as_of=END).totals
        for name in ("irr", "tvpi", "dpi", "rvpi", "pic"):
            assert found.net.measured[name].value == getattr(total, name), name  # type: ignore[index]


@pytest.mark.parametrize("paid_back", [False, True])
def test_carry_is_no_return_of_a_fund_but_one_of_who_receives_it(world: World, vehicle: UUID, paid_back: bool) -> None:
    """Portfolio, holding, statement's figures and returns of one day say the same, with carry paid and paid back."""
    partner = make_account(world.firm_id, "The partner")
    rows = [("commitment", "2022-12-01", "10"), ("contribution", "2022-12-31", "10"),
            ("carried_interest", "2025-06-30", "25")]  # fmt: skip
    rows += [("clawback", "2025-09-30", "-5")] if paid_back else []
    post_history(world.firm_id, partner, vehicle, rows)
    (found,) = read(world.manager, vehicle_id=vehicle)
    with acting_as(world.manager.tenancy):
        (total,) = get_portfolio(world.manager, as_of=END, vehicle_id=vehicle).totals
        opened = get_opened_figure(world.manager, "irr", as_of=END, currency="USD", vehicle_id=vehicle)
        holdings = list_holdings(world.manager, as_of=END, vehicle_id=vehicle)
        own = {each.id: get_holding_returns(world.manager, each.id, as_of=END).figures for each in holdings}
        stated = list_holding_returns(world.manager, list(own), as_of=END)
    carry = 20 if paid_back else 25
    assert (total.distributed, total.carried) == (120 + carry, carry)
    assert ratio_text(total.dpi) == ratio_text(Decimal(120) / 1010)
    assert sum(flow.cash for flow in opened.flows) == 120 - 1010
    _same(found, total)
    _same(found, opened.figures)
    for each in holdings:
        (alone,) = read(world.manager, vehicle_id=vehicle, account_id=each.account_id)
        _same(alone, own[each.id])
        _same(alone, stated[each.id].figures)
    partners = next(own[each.id] for each in holdings if each.account_id == partner)
    assert ratio_text(partners.dpi) == ratio_text(Decimal(carry) / 10)


def _same(found: Returns, figures: Figures) -> None:
    names: tuple[Measure, ...] = ("irr", "tvpi", "dpi", "rvpi", "pic")
    assert {name: found.net.measured[name].value for name in names} == {name: getattr(figures, name) for name in names}


def test_fees_are_added_back_gross(world: World, vehicle: UUID) -> None:
    (whole,) = read(world.investor)
    assert set(whole.by_basis) == {Basis.NET, Basis.GROSS}
    assert whole.by_basis[Basis.GROSS].stretch.sum_of("fee") == 10
    gross, net = (whole.by_basis[basis].measured["irr"].value for basis in (Basis.GROSS, Basis.NET))
    assert gross is not None
    assert net is not None
    assert gross > net


def test_an_opening_balance_before_the_span_does_not_matter(world: World) -> None:
    vehicle, account = make_vehicle(world.firm_id, "Old Fund"), make_account(world.firm_id, "Old", world.investor)
    history = [("commitment", "2023-12-31", "100"), ("contribution", "2023-12-31", "100")]
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        post_entries(system, [entry(account, vehicle, *line, opening=True) for line in history])
    valuations = [("valuation", "2024-12-31", "120"), ("valuation", "2025-12-31", "132")]
    post_history(world.firm_id, account, vehicle, valuations)
    (year,) = read(world.investor, period=Period.ONE_YEAR)
    assert year.net.measured["irr"].value == Decimal("0.1")
    (whole,) = read(world.investor)
    assert whole.net.measured["irr"].reason == "opening_balances"
    assert whole.net.measured["tvpi"].value == Decimal("1.32")


def test_an_index_compares(world: World, vehicle: UUID) -> None:
    rows = "\n".join(f"{year}-{month},100" for year in range(2022, 2026) for month in ("12-31", "03-31", "06-30"))
    with acting_as(world.associate.tenancy):
        index_id = add_index_series(world.associate, name="Flat", currency="USD", content=rows.encode())
    (whole,) = read(world.investor, index_id=index_id)
    assert whole.net.measured["ks_pme"].value == whole.net.measured["tvpi"].value
    assert whole.net.measured["direct_alpha"].value == whole.net.measured["irr"].value
    with pytest.raises(NotFound):
        read(world.investor, index_id=new_id())


def test_each_figure_opens_to_flows_that_are_all_of_it(world: World, vehicle: UUID) -> None:
    asked = Asked(as_of=END, period=Period.THREE_YEARS)
    with acting_as(world.investor.tenancy):
        opened = get_opened_return(world.investor, asked, "irr", Basis.NET, "USD")
        assert sum(each.present_value or Decimal(0) for each in opened.discounted) < Decimal("1e-6")
        steps = get_opened_return(world.investor, asked, "time_weighted", Basis.NET, "USD").sub_periods
        assert [step.ends_on.year for step in steps] == [2023, 2024, 2025]
        for currency, basis, name in (("EUR", Basis.NET, "irr"), ("USD", Basis.WITHOUT_LINE, "irr"),
                                      ("USD", Basis.NET, "ks_pme")):  # fmt: skip
            with pytest.raises(NotFound):
                get_opened_return(world.investor, asked, name, basis, currency)  # type: ignore[arg-type]


def test_nobody_reads_anothers(world: World, vehicle: UUID) -> None:
    assert read(world.foreign_manager) == []
    (own,) = read(world.investor, vehicle_id=vehicle)
    (both,) = read(world.manager, vehicle_id=vehicle)
    assert (own.holdings, both.holdings, both.net.stretch.closing) == (1, 2, 2 * own.net.stretch.closing)
    with acting_as(world.investor.tenancy):
        assert find_last_valued(world.investor, Asked(as_of=date(2025, 6, 1))) == date(2024, 12, 31)


def test_many_holdings_take_as_many_statements_as_one(world: World, vehicle: UUID) -> None:
    with noted_statements() as few:
        read(world.investor)
    account = make_account(world.firm_id, "Everything", world.investor)
    vehicles = [make_vehicle(world.firm_id, f"Fund {number}") for number in range(200)]
    with acting_as(Actor.system(world.firm_id).tenancy):
        post_entries(
            Actor.system(world.firm_id), [entry(account, each, *line) for each in vehicles for line in HISTORY]
        )
    with noted_statements() as many:
        (found,) = read(world.investor)
    assert found.holdings == 201
    assert len(many) == len(few)


def test_more_than_one_total_is_made_of_is_narrowed_first(world: World, vehicle: UUID) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "MOST", 1)
        with pytest.raises(TooManyHoldings):
            read(world.manager)
        assert read(world.investor)
