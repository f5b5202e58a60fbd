"""What a span is made of: the value at its start, its flows, the NAVs on their days, on each basis."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.performance.values import Basis, Draw, Part
from portal.domain.investments.returns.values import Flow
from tests.domain.investments.performance.worlds import between, course, whole

FUND = course(
    ("2024-01-15", 1000, 0), ("2024-08-01", 500, 0), ("2025-05-01", 0, 300),
    marks=(("2024-06-30", 1050), ("2024-12-31", 1650), ("2025-06-30", 1500)),
)  # fmt: skip


def test_a_span_begins_with_the_value_then_and_ends_with_the_nav_on_its_own_day() -> None:
    found = between(FUND, since="2024-12-31", until="2025-07-10")
    assert found.parts == (
        Part(date(2024, 12, 31), "opening", Decimal(-1650)),
        Part(date(2025, 5, 1), "paid_out", Decimal(300)),
        Part(date(2025, 6, 30), "nav", Decimal(1500)),
    )
    assert (found.ends_on, found.nav_on, found.nav_adjusted) == (date(2025, 6, 30), date(2025, 6, 30), False)
    assert found.values == ((date(2025, 6, 30), Decimal(1500)),)


def test_amounts_of_one_kind_on_one_day_are_added_up_and_each_kind_has_its_total() -> None:
    found = between(FUND, FUND, since="2024-12-31", until="2025-07-10")
    assert found.daily == (
        Part(date(2024, 12, 31), "opening", Decimal(-3300)),
        Part(date(2025, 5, 1), "paid_out", Decimal(600)),
        Part(date(2025, 6, 30), "nav", Decimal(3000)),
    )
    assert found.totals == {"opening": Decimal(-3300), "paid_out": Decimal(600), "nav": Decimal(3000)}
    everything = whole(FUND, FUND, until="2025-07-10")
    assert [each.on for each in everything.daily] == sorted(each.on for each in everything.daily)
    assert sum(everything.totals.values()) == sum(each.amount for each in everything.parts)


def test_the_value_at_the_start_is_the_last_valuation_rolled_forward() -> None:
    assert between(FUND, since="2024-08-31", until="2025-06-30").opening == 1050 + 500
    assert between(FUND, since="2025-05-15", until="2025-06-30").opening == 1650 - 300


def test_before_its_first_valuation_a_holding_counts_at_cost() -> None:
    found = between(FUND, since="2024-03-31", until="2024-12-31")
    assert (found.opening, found.at_cost) == (Decimal(1000), True)
    assert not between(FUND, since="2024-06-30", until="2024-12-31").at_cost


def test_later_flows_move_the_nav_to_their_day() -> None:
    found = between(FUND, since="2024-06-30", until="2024-11-30")
    assert found.reason == "not_valued_in_period"
    both = course(("2024-01-15", 1000, 0), ("2024-10-01", 100, 0), marks=(("2024-09-30", 1200),))
    found = between(both, since="2024-06-30", until="2024-11-30")
    assert found.closings == (Part(date(2024, 10, 1), "nav", Decimal(1300)),)
    assert found.nav_adjusted


def test_opening_balances_after_the_start_leave_no_rate_and_before_it_do_not_matter() -> None:
    opened = course(("2024-01-15", 1000, 0), marks=(("2024-06-30", 1050), ("2024-12-31", 1100)),
                    opening_on=date(2024, 1, 15))  # fmt: skip
    assert whole(opened, until="2024-12-31").reason == "opening_balances"
    assert between(opened, since="2024-06-30", until="2024-12-31").reason is None


def test_days_on_which_all_was_valued_are_cuts() -> None:
    other = course(("2024-01-15", 10, 0), marks=(("2024-12-31", 11), ("2025-03-31", 12)))
    assert [day for day, _ in whole(FUND, other, until="2025-06-30").values] == [date(2024, 12, 31)]


def test_gross_adds_back_fees_and_the_carry_of_a_fund() -> None:
    investor = course(
        ("2024-01-15", 1000, 0), ("2024-12-31", 0, 800), marks=(("2024-12-31", 300),),
        fees=(Flow(date(2024, 6, 30), Decimal(20)),),
    )  # fmt: skip
    partner = course(("2024-12-31", 0, 200), incentive=(Flow(date(2024, 12, 31), Decimal(200)),))
    net = whole(investor, partner, until="2024-12-31")
    gross = whole(investor, partner, until="2024-12-31", basis=Basis.GROSS)
    assert net.sum_of("paid_out", "fee", "incentive") == 800
    assert (gross.sum_of("paid_out"), gross.sum_of("fee"), gross.sum_of("incentive")) == (800, 20, 200)
    assert whole(partner, until="2024-12-31").sum_of("paid_out") == 200


def test_without_the_line_a_contribution_counts_from_the_day_it_was_drawn() -> None:
    drawn = course(
        ("2024-07-01", 1000, 0), marks=(("2024-03-31", 0), ("2024-12-31", 1200)),
        draws=(Draw(date(2024, 7, 1), date(2024, 1, 1), Decimal(1000)),),
    )  # fmt: skip
    found = whole(drawn, until="2024-12-31", basis=Basis.WITHOUT_LINE)
    assert [(part.on, part.amount) for part in found.flows if part.amount < 0] == [
        (date(2024, 1, 1), Decimal(-1000)),
        (date(2024, 7, 1), Decimal(-1000)),
    ]
    assert found.sum_of("paid_in") == -1000
    assert between(drawn, since="2024-03-31", until="2024-12-31", basis=Basis.WITHOUT_LINE).opening == 1000
    early = whole(drawn, until="2024-05-31", basis=Basis.WITHOUT_LINE)
    assert (early.paid_in_ever, early.closing) == (1000, 1000)


def test_nothing_held_has_its_reason() -> None:
    assert between(FUND, since="2020-01-01", until="2020-12-31").reason == "not_held"
    assert whole(course(vehicle_id=UUID(int=2)), until="2025-01-01").parts == ()
