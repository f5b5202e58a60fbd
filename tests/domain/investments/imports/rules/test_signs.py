"""The two conventions for signs, and what fits neither."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain.investments.imports.rules.signs import Signs, judge_signs
from portal.domain.investments.imports.values.tables import TransactionType


def judge(*rows: tuple[str, int]) -> Signs:
    kinds = [TransactionType(kind) for kind, _ in rows]
    return judge_signs(range(len(rows)), kinds, [Decimal(amount) for _, amount in rows])


def test_all_positive_is_the_plain_view() -> None:
    signs = judge(*((kind.value, 5) for kind in TransactionType))

    assert signs == Signs(investor_view=False)


def test_what_investors_paid_may_be_negative_all_over_the_file() -> None:
    signs = judge(("contribution", -5), ("fee", -1), ("distribution", 5), ("valuation", 9), ("commitment", 9))

    assert signs == Signs(investor_view=True)
    assert judge(("contribution", -5)).investor_view


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        (
            [("contribution", 5), ("contribution", 6), ("fee", -1)],
            2,
            "A fee of -1 is negative while most .* Write it as 1",
        ),
        ([("contribution", -5), ("contribution", -6), ("fee", 1)], 2, "A fee of 1 is positive while most"),
        ([("contribution", 5), ("contribution", -6000)], 1, "Write it as 6,000; if it was paid back"),
        ([("contribution", -5), ("distribution", -6)], 1, "A distribution of -6 is negative. Write it as 6"),
        ([("commitment", -5)], 0, "A commitment of -5 is negative"),
        ([("valuation", -5)], 0, "A valuation of -5 is negative"),
        ([("gain", 0)], 0, "A gain of 0 posts nothing"),
        ([("contribution", 0), ("contribution", -1)], 0, "posts nothing"),
    ],
)
def test_a_lone_odd_sign_is_told_with_its_mend(rows: list[tuple[str, int]], place: int, words: str) -> None:
    failures = judge(*rows).failures

    assert list(failures) == [place]
    with pytest.raises(ValueError, match=words):
        raise ValueError(failures[place])


@pytest.mark.parametrize("paid", [-5, 5])
def test_carry_paid_back_goes_both_ways_in_either_convention(paid: int) -> None:
    signs = judge(("contribution", paid), ("clawback", 120), ("clawback", -120))

    assert signs == Signs(investor_view=paid < 0)
    assert list(judge(("clawback", 0)).failures) == [0]


def test_a_valuation_may_be_zero() -> None:
    assert judge(("valuation", 0)).failures == {}
