"""A value shared out: exact, fair, and in the order of admission."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.valuations.rules import find_faults, net_asset_value, share_out, shares_digest
from portal.domain.investments.valuations.values import Basis, NewValuation
from portal.platform.ids import new_id
from portal.platform.money import NothingToShareBy

DAY = date(2025, 12, 31)
VEHICLE = new_id()
CENTS = st.integers(0, 10**10).map(lambda cents: Decimal(cents) / 100)


def holding(nav: Decimal, *, paid_in: Decimal = Decimal(0), valued: bool = True, first: date = DAY) -> HoldingFigures:
    zero = Decimal(0)
    return HoldingFigures(
        new_id(), new_id(), "A", VEHICLE, "V", "USD", None, None, None, Decimal(100), zero, paid_in, zero,
        nav, zero, False, DAY if valued else None, None, 1, first_on=first,
    )  # fmt: skip


def entered(**changes: object) -> NewValuation:
    return NewValuation(VEHICLE, DAY, {"investments": Decimal(100)}, reason="Audited", **changes)  # type: ignore[arg-type]


@settings(max_examples=50, deadline=None)
@given(CENTS, st.lists(CENTS, min_size=1, max_size=12).filter(any))
def test_the_parts_come_to_the_value_and_nobody_is_a_cent_off_the_quota(total: Decimal, navs: list[Decimal]) -> None:
    holdings = [holding(nav) for nav in navs]
    shares = share_out(total, holdings, entered(), "USD")
    assert sum(share.amount for share in shares) == total
    for share in shares:
        assert abs(share.amount - total * share.weight / sum(navs)) < Decimal("0.01")


@settings(max_examples=50, deadline=None)
@given(CENTS, CENTS, st.lists(CENTS, min_size=1, max_size=12).filter(any))
def test_carry_set_aside_is_divided_as_the_value_is(total: Decimal, carry: Decimal, navs: list[Decimal]) -> None:
    parts = {"investments": total + carry, "accrued_carry": carry}
    shares = share_out(total, [holding(nav) for nav in navs], replace(entered(), components=parts), "USD")
    assert sum(share.accrued_carry for share in shares) == carry
    for share in shares:
        assert abs(share.accrued_carry - carry * share.weight / sum(navs)) < Decimal("0.01")


def test_another_part_of_the_carry_is_another_approval() -> None:
    (share,) = share_out(Decimal(5), [holding(Decimal(1))], entered(), "USD")
    other = share._replace(accrued_carry=Decimal("0.01"))
    digests = {shares_digest(VEHICLE, DAY, Decimal(5), [each]) for each in (share, other)}
    assert len(digests) == 2


def test_before_the_first_valuation_capital_is_what_was_paid_in() -> None:
    shares = share_out(
        Decimal(400),
        [
            holding(Decimal(0), paid_in=Decimal(30), valued=False),
            holding(Decimal(0), paid_in=Decimal(10), valued=False),
        ],
        entered(),
        "USD",
    )
    assert sorted(share.amount for share in shares) == [100, 300]


def test_the_last_cent_goes_to_who_came_first() -> None:
    late, early = holding(Decimal(1), first=date(2024, 5, 1)), holding(Decimal(1), first=date(2023, 1, 1))
    shares = share_out(Decimal("0.01"), [late, early], entered(), "USD")
    assert [(share.account_id, share.amount) for share in shares] == [
        (early.account_id, Decimal("0.01")), (late.account_id, 0),
    ]  # fmt: skip


def test_units_that_nobody_has_share_nothing_out() -> None:
    with pytest.raises(NothingToShareBy):
        share_out(Decimal(5), [holding(Decimal(1))], entered(basis=Basis.UNITS), "USD")


def test_liabilities_are_taken_off() -> None:
    parts = {"investments": Decimal(100), "cash": Decimal(7), "payables": Decimal(20), "accrued_carry": Decimal(8)}
    assert net_asset_value(parts) == 79


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        (NewValuation(VEHICLE, date(2026, 1, 2), {"cash": Decimal(1)}, reason="x"), "valued_on"),
        (NewValuation(VEHICLE, DAY, {"cash": Decimal(-1)}, reason="x"), "cash"),
        (NewValuation(VEHICLE, DAY, {"payables": Decimal(1)}, reason="x"), "payables"),
        (NewValuation(VEHICLE, DAY, {"cash": Decimal(1)}, reason=" "), "reason"),
    ],
)
def test_what_makes_no_sense_is_named(given_: NewValuation, field: str) -> None:
    assert field in find_faults(given_, date(2026, 1, 1))
