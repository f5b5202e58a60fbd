"""Statements on paper: every figure of the snapshot, names with accents, pages that know how many they are."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from portal.domain.investments.ledger.values import EntryKind
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import (
    LINE_LABELS,
    Change,
    Correction,
    Snapshot,
    StatedTransaction,
)
from portal.platform import formatting
from portal.printing.statements import Edition, print_statement
from tests.domain.investments.statements.rules.worlds import Ledger

EDITION = Edition("0123456789abcdef" * 4, "https://portal.example.com/verify/harbour", "wine", "en")
HISTORY = [
    ("commitment", date(2023, 1, 1), Decimal(1_000_000)),
    ("contribution", date(2023, 1, 2), Decimal("400000.55")),
    ("valuation", date(2024, 3, 31), Decimal(410_000)),
    ("fee", date(2024, 5, 1), Decimal(5_000)),
    ("gain", date(2024, 6, 1), Decimal(20_000)),
    ("valuation", date(2024, 6, 30), Decimal("390000.25")),
]


@pytest.fixture
def snapshot() -> Snapshot:
    made = Ledger.of(HISTORY).snapshot(Period.parse("2024-Q2"), "2024Q2-7KM4-9PXR")
    return replace(made, account="Żółć & Søren Ærø Trust", firm="Harbour Capital")


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_every_figure_is_on_the_paper(snapshot: Snapshot) -> None:
    (text,) = texts(print_statement(snapshot, EDITION))
    rows = [" ".join(row.split()) for row in text.splitlines()]
    for line in (*snapshot.account_lines, *snapshot.commitment_lines):
        amounts = [formatting.money(each, "USD", "en") for each in (line.period, line.year, line.inception)]
        assert " ".join([LINE_LABELS[line.code], *amounts]) in rows
    for name in ("dpi", "rvpi", "tvpi", "pic"):
        assert formatting.ratio(getattr(snapshot.performance, name), "en") in text
    assert "Żółć & Søren Ærø Trust" in text
    assert "2024Q2-7KM4-9PXR" in text
    assert "Figures " + "0123456789abcdef" * 4 in text
    assert "https://portal.example.com/verify/harbour" in text
    assert "Page 1 of 1" in text


def test_an_undefined_rate_is_a_dash_with_its_reason(snapshot: Snapshot) -> None:
    assert snapshot.performance.irr is None
    (text,) = texts(print_statement(snapshot, EDITION))
    assert "–" in text
    assert "IRR is not stated." in text


def test_the_same_content_is_the_same_file(snapshot: Snapshot) -> None:
    assert print_statement(snapshot, EDITION) == print_statement(snapshot, EDITION)
    other = replace(snapshot, prepared_on=date(2031, 1, 1))
    assert print_statement(other, EDITION) != print_statement(snapshot, EDITION)


def test_long_lists_go_on_with_their_headings(snapshot: Snapshot) -> None:
    listed = tuple(
        StatedTransaction(date(2024, 6, 1), EntryKind.GAIN, f"Sale {n}", False, Decimal(-n), Decimal(0))
        for n in range(1, 121)
    )
    pages = texts(print_statement(replace(snapshot, transactions=listed), EDITION))
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
    assert all("Żółć & Søren Ærø Trust · 2024Q2-7KM4-9PXR" in text for text in pages[1:])
    assert "Capital account" in pages[1]
    assert all(f"Sale {n}" in "".join(pages) for n in range(1, 121))


def test_a_correction_says_what_changed_and_why(snapshot: Snapshot) -> None:
    changes = (
        Change("gain", "period", "10.00", "5000.25"),
        Change("tvpi", "inception", None, "1.0250"),
        Change("irr", "inception", "0.1", None),
    )
    corrected = replace(
        snapshot, version=2, correction=Correction("2024Q2-AAAA-BBBB", 1, "A fee was missing.", changes)
    )
    text = "\n".join(texts(print_statement(corrected, EDITION)))
    assert "Replaces 2024Q2-AAAA-BBBB, version 1" in text
    assert "A fee was missing." in text
    for figure in ("10.00", "5,000.25", "1.03×", "10.00%"):
        assert figure in text


def test_names_too_long_for_a_line_are_broken(snapshot: Snapshot) -> None:
    name = "Antidisestablishmentarian" * 8 + " Trust"
    (text,) = texts(print_statement(replace(snapshot, account=name), EDITION))
    assert name.replace(" ", "") in text.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "390,000"), ("KWD", "390,000.250")])
def test_places_are_the_currency_s(snapshot: Snapshot, currency: str, shown: str) -> None:
    (text,) = texts(print_statement(replace(snapshot, currency=currency), EDITION))
    assert shown in text
