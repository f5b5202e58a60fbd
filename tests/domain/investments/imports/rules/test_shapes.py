"""What columns mean is suggested, never forced, and remembered per shape of file."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.imports.rules.shapes import (
    complete_mapping,
    fit_mapping,
    shape_key,
    suggest_mapping,
    suggest_options,
    suggest_scale,
)
from portal.domain.investments.imports.values.tables import (
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    ImportKind,
    ImportOptions,
)

POSITIONS, TRANSACTIONS = KINDS = (ImportKind.POSITIONS, ImportKind.TRANSACTIONS)


def test_a_pension_plans_disclosure_is_understood() -> None:
    header = (
        *("pension_fund_name", "fund_name", "general_partner", "asset_class", "sub_strategy", "vintage_year"),
        *(
            "commitment_mm",
            "capital_called_mm",
            "capital_distributed_mm",
            "remaining_value_mm",
            "net_irr",
            "as_of_date",
        ),
    )
    mapping = suggest_mapping(header, POSITIONS)

    assert mapping == {
        "account": "pension_fund_name",
        "vehicle": "fund_name",
        "as_of": "as_of_date",
        "commitment": "commitment_mm",
        "paid_in": "capital_called_mm",
        "distributed": "capital_distributed_mm",
        "nav": "remaining_value_mm",
        "vintage": "vintage_year",
        "strategy": "asset_class",
    }
    assert suggest_scale(mapping, POSITIONS) == 1_000_000


def test_a_fund_administrators_export_is_understood() -> None:
    header = ("LimitedPartner", "Fund", "Effective Date", "Transaction Type", "Amount (USD)", "Ref.")

    assert suggest_mapping(header, TRANSACTIONS) == {
        "account": "LimitedPartner",
        "vehicle": "Fund",
        "date": "Effective Date",
        "type": "Transaction Type",
        "amount": "Amount (USD)",
        "reference": "Ref.",
    }


def test_the_more_telling_name_wins_whatever_the_order() -> None:
    for header in (("Investor", "Account", "Fund"), ("Account", "Fund", "Investor")):
        assert suggest_mapping(header, TRANSACTIONS) == {"account": "Account", "vehicle": "Fund"}


@given(
    st.lists(
        st.text(max_size=20) | st.sampled_from(["Date", "NAV", "Fund", "value", "LP", "type", "as of"]), unique=True
    )
)
def test_no_column_serves_two_fields(header: list[str]) -> None:
    for kind in ImportKind:
        mapping = suggest_mapping(header, kind)
        assert len(set(mapping.values())) == len(mapping)
        assert set(mapping.values()) <= set(header)
        assert mapping.keys() <= {*REQUIRED_FIELDS[kind], *OPTIONAL_FIELDS[kind]}


@pytest.mark.parametrize(
    ("column", "scale"),
    [
        ("NAV ($mm)", 1_000_000),
        ("NAV, USD millions", 1_000_000),
        ("nav_m", 1_000_000),
        ("NAV ($000s)", 1_000),
        ("NAV in thousands", 1_000),
        ("NAV (EUR bn)", 1_000_000_000),
        ("NAV", 1),
        ("Memo", 1),
    ],
)
def test_units_are_read_from_the_names_of_columns(column: str, scale: int) -> None:
    assert suggest_scale({"nav": column, "account": "LP in thousands"}, POSITIONS) == scale


def test_different_units_suggest_none() -> None:
    assert suggest_scale({"nav": "NAV (mm)", "commitment": "Commitment"}, POSITIONS) == Decimal(1)


def test_a_shape_is_its_columns_in_order_for_one_kind() -> None:
    key = shape_key(("Account", "Fund  Name"), POSITIONS)

    assert len(key) == 64
    assert shape_key(("account", "fund name"), POSITIONS) == key
    others = [
        (("Fund Name", "Account"), POSITIONS),
        (("Account", "Fund Name"), TRANSACTIONS),
        (("AccountFund Name",), POSITIONS),
    ]
    assert all(shape_key(header, kind) != key for header, kind in others)


def test_the_kind_that_fits_the_columns_best_is_suggested() -> None:
    positions = suggest_options(("Fund", "Investor", "As of", "Committed_mm", "Called_mm", "Paid_mm", "NAV_mm"), KINDS)
    assert (positions.kind, positions.scale) == (POSITIONS, 1_000_000)
    assert suggest_options(("Fund", "Investor", "Date", "Type", "Amount"), KINDS).kind is TRANSACTIONS


def test_remembered_columns_take_this_files_spelling_and_lost_ones_go() -> None:
    kept = ImportOptions(POSITIONS, {"nav": "NAV", "account": "Plan name", "vehicle": "Fund"})
    assert fit_mapping(("nav ", "PLAN  NAME"), kept).mapping == {"nav": "nav ", "account": "PLAN  NAME"}


def test_a_command_may_leave_out_columns_of_the_same_name() -> None:
    header = ("Plan", "As of", "vehicle", "NAV", "Commitment", "paid in", "Distributed", "currency")
    given = ImportOptions(POSITIONS, {"account": "Plan", "paid_in": "NAV"}, vehicle="Harbour I")
    assert complete_mapping(header, given).mapping == {
        "account": "Plan",
        "as_of": "As of",
        "commitment": "Commitment",
        "paid_in": "NAV",
        "distributed": "Distributed",
    }
    assert complete_mapping(header, ImportOptions(POSITIONS)).mapping == suggest_mapping(header, POSITIONS)
