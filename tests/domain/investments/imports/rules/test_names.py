"""Names, types and years as they stand in cells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain.investments.imports.rules.columns import UnreadableCell
from portal.domain.investments.imports.rules.names import read_name, read_text, read_type, read_year
from portal.domain.investments.imports.values.tables import Cell, TransactionType
from portal.platform.ids import name_key


@pytest.mark.parametrize("kind", list(TransactionType))
def test_every_type_is_read_by_its_own_name(kind: TransactionType) -> None:
    assert read_type(kind.value) is read_type(kind.value.replace("_", " ").upper()) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Capital Call", "contribution"),
        ("capital-call", "contribution"),
        ("Drawdown", "contribution"),
        ("ROC", "return_of_capital"),
        ("Return of Capital ", "return_of_capital"),
        ("Return of unused capital", "return_of_unused"),
        ("Partnership Expenses", "expense"),
        ("Management fee offset", "fee_rebate"),
        ("income dividend", "dividend"),
        ("mgmt. fee", "fee"),
        ("Management\xa0Fee", "fee"),
        ("NAV", "valuation"),
        ("Realized  gains", "gain"),
    ],
)
def test_usual_words_for_types_are_understood(text: str, kind: str) -> None:
    assert read_type(text) == kind


@pytest.mark.parametrize("cell", ["carry", "", None, Decimal(7), "contribution2x"])
def test_any_other_type_is_told_with_those_allowed(cell: Cell) -> None:
    with pytest.raises(UnreadableCell, match="commitment, contribution, distribution, return_of_capital, gain"):
        read_type(cell)


def test_names_lose_spare_space_and_nothing_else() -> None:
    assert read_name("  The\xa0Smith \n Trust ") == "The Smith Trust"
    assert read_name(Decimal("1204")) == "1204"
    assert read_text(" ") is None
    assert name_key("The  ＳMITH trust") == name_key("the Smith\xa0Trust") == "the smith trust"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (None, "is empty"),
        (" ", "is empty"),
        ("x" * 201, "longer than 200"),
        ("a\x00b", "cannot be seen"),
        ("a\u202eb", "seen"),
    ],
)
def test_what_is_no_name_is_told(cell: Cell, words: str) -> None:
    with pytest.raises(UnreadableCell, match=words):
        read_name(cell)


def test_years() -> None:
    assert [read_year(cell) for cell in ("2012", Decimal(2012), "2012.0", None, "")] == [2012, 2012, 2012, None, None]
    for cell in ("12", "FY2012", "2112"):
        with pytest.raises(UnreadableCell, match="is not a year"):
            read_year(cell)
