"""A distribution worked out for everybody: sums exact, nobody off their share, tax by holder."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.distributions.rules.planning import Course, Ground, plan_distribution
from portal.domain.investments.distributions.values.plans import Line, Method, Partner, Plan, Rate, Source
from portal.domain.investments.distributions.values.waterfalls import Drawn, Tier, WaterfallTerms
from portal.domain.investments.vehicles.values import Compounding, DayCount
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.money import NothingToShareBy

D = Decimal
TERMS = WaterfallTerms(D("0.08"), Compounding.SIMPLE, DayCount.ACTUAL_365, D("0.20"), D(1))
CARRY = UUID(int=99)
ON = date(2026, 1, 1)


def partner(number: int, paid_in: str, **more: object) -> Partner:
    return Partner(UUID(int=number), number, D(paid_in), D(paid_in), **more)  # type: ignore[arg-type]


def ground(*partners: Partner, rates: tuple[Rate, ...] = (), escrow: str = "0") -> Ground:
    charged = sum((each.paid_in for each in partners if not each.carries), D(0))
    course = Course("All", [Drawn(date(2025, 1, 1), charged)])
    return Ground("USD", TERMS, partners, {None: course}, rates, CARRY, D(escrow))


def gross(plan: Plan) -> dict[int, Decimal]:
    return {share.account_id.int: share.gross for share in plan.shares}


def test_the_own_commitment_shares_without_carry() -> None:
    books = ground(partner(1, "600"), partner(2, "300"), partner(99, "100", carries=True))
    plan = plan_distribution(books, Method.WATERFALL, [Line(Source.GAIN, D(2000))], on=ON)
    # 200 beside the tiers; 1,800 on 900: capital 900, preferred 72, catch-up 18, then 810 as 648 and 162
    (fall,) = plan.falls
    assert [fall.own, fall.carry] == [200, 180]
    assert gross(plan) == {1: D(1080), 2: D(540), 99: D(380)}
    assert plan.gross == 2000
    assert [(each.source, each.amount) for each in plan.shares[-1].components] == [
        (Source.GAIN, D(200)),
        (Source.CARRIED_INTEREST, D(180)),
    ]


def test_carry_comes_out_of_profits_and_sources_stay_whole() -> None:
    books = ground(partner(1, "600"), partner(2, "400"))
    lines = [Line(Source.RETURN_OF_CAPITAL, D(1000), D(500)), Line(Source.DIVIDEND, D(1000))]
    plan = plan_distribution(books, Method.WATERFALL, lines, on=ON)
    by_source = {
        source: sum(each.amount for share in plan.shares for each in share.components if each.source is source)
        for source in (Source.RETURN_OF_CAPITAL, Source.DIVIDEND, Source.CARRIED_INTEREST)
    }
    assert list(by_source.values()) == [1000, 800, 200]
    assert sum(share.recallable for share in plan.shares) == 500
    assert [*plan.shares[0].tiers[Tier.CAPITAL]] == [600, 600, 1000]


def test_part_of_the_carry_is_held_back() -> None:
    plan = plan_distribution(
        ground(partner(1, "1000"), escrow="0.3"), Method.WATERFALL, [Line(Source.GAIN, D(2000))], on=ON
    )
    assert [plan.carry, plan.escrow] == [200, 60]
    assert gross(plan) == {1: D(1800), 99: D(140)}


def test_capital_goes_back_to_whom_it_is_lacking() -> None:
    books = ground(partner(1, "200", returned=D(100)), partner(2, "100", returned=D(100)))
    plan = plan_distribution(books, Method.WATERFALL, [Line(Source.RETURN_OF_CAPITAL, D(60))], on=ON)
    assert gross(plan) == {1: D(60)}


def test_unused_capital_goes_back_beside_the_tiers() -> None:
    books = ground(partner(1, "600"), partner(2, "400"))
    plan = plan_distribution(books, Method.WATERFALL, [Line(Source.RETURN_OF_UNUSED, D(100), D(100))], on=ON)
    assert (plan.falls, gross(plan)) == ((), {1: D(60), 2: D(40)})


def test_tax_is_withheld_by_country_kind_and_source() -> None:
    rates = (
        Rate("DE", None, Source.DIVIDEND, D("0.15"), "Treaty, article 10"),
        Rate("DE", AccountKind.COMPANY, Source.DIVIDEND, D("0.05"), "Treaty, article 10(2)"),
    )
    holders = [
        partner(1, "100", residence="DE", kind=AccountKind.TRUST),
        partner(2, "100", residence="DE", kind=AccountKind.COMPANY),
        partner(3, "100", residence="US", kind=AccountKind.TRUST),
        partner(4, "100"),
    ]
    lines = [Line(Source.DIVIDEND, D("402.00")), Line(Source.GAIN, D(400)), Line(Source.IN_KIND, D(40))]
    plan = plan_distribution(ground(*holders, rates=rates), Method.PAID_IN, lines, on=ON)
    assert [share.withheld for share in plan.shares] == [D("15.08"), D("5.03"), 0, 0]  # 15.075 and 5.025, half up
    assert [share.net for share in plan.shares] == [D("185.42"), D("195.47"), D("200.50"), D("200.50")]
    assert plan.shares[0].components[1].basis == "Treaty, article 10"


def test_nobody_to_share_with_is_an_error() -> None:
    with pytest.raises(NothingToShareBy):
        plan_distribution(ground(partner(1, "0")), Method.WATERFALL, [Line(Source.GAIN, D(1))], on=ON)


UNITS = st.integers(0, 10**8).map(lambda units: D(units).scaleb(-2))


@settings(max_examples=40)
@given(
    st.lists(UNITS, min_size=1, max_size=8).filter(any),
    st.lists(st.tuples(st.sampled_from(list(Source)[:7]), UNITS, st.integers(0, 100)), min_size=1, max_size=4),
    st.sampled_from(list(Method)),
    st.booleans(),
)
def test_every_sum_is_exact(
    paid_in: list[Decimal], entered: list[tuple[Source, Decimal, int]], method: Method, own: bool
) -> None:
    partners = [partner(number, str(amount)) for number, amount in enumerate(paid_in, 1)]
    if own:
        partners.append(partner(99, "12.34", carries=True))
    lines = [Line(source, amount, (amount * again / 100).quantize(D("0.01"))) for source, amount, again in entered]
    plan = plan_distribution(ground(*partners), method, lines, on=ON)
    assert plan.gross == sum(line.amount for line in lines)
    assert all(each.amount >= each.recallable >= 0 for share in plan.shares for each in share.components)
    for share in plan.shares:
        carried = sum((each.amount for each in share.components if each.source is Source.CARRIED_INTEREST), D(0))
        assert share.gross - carried == sum(part.amount for part in share.tiers.values())
