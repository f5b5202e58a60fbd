"""Snapshots go to JSON and back, and their digest is of what they say."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from portal.domain.investments.ledger.values import EntryKind
from portal.domain.investments.statements.rules.numbers import statement_number
from portal.domain.investments.statements.rules.snapshots import figures_digest, read_snapshot, write_snapshot
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import Change, Correction, Snapshot, StatedTransaction
from tests.domain.investments.statements.rules.worlds import Ledger


def example() -> Snapshot:
    snapshot = Ledger.of(
        [
            ("commitment", date(2024, 1, 1), Decimal(1000)),
            ("contribution", date(2024, 1, 2), Decimal(300)),
            ("valuation", date(2024, 3, 31), Decimal("310.1")),
        ]
    ).snapshot(Period.parse("2024-Q1"))
    correction = Correction("N-0", 1, "Søren's reason", (Change("gain", "year", None, "1.00"),))
    listed = StatedTransaction(date(2024, 1, 2), EntryKind.GAIN, "Żółć", True, Decimal("-1.10"), Decimal("0.00"))
    return replace(snapshot, correction=correction, transactions=(*snapshot.transactions, listed))


def test_what_is_written_is_read() -> None:
    stored = json.loads(json.dumps(write_snapshot(example())))
    assert read_snapshot(stored) == example()
    assert write_snapshot(read_snapshot(stored)) == stored


def test_amounts_have_the_currency_s_places_and_ratios_ten() -> None:
    stored = write_snapshot(example())
    assert stored["performance"]["nav"] == "310.10"
    assert stored["performance"]["tvpi"] == "1.0336666667"
    assert stored["performance"]["irr"] is None


def test_the_digest_is_of_the_canonical_json() -> None:
    stored = write_snapshot(example())
    canonical = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert figures_digest(stored) == hashlib.sha256(canonical).hexdigest()
    assert figures_digest(dict(reversed(stored.items()))) == figures_digest(stored)
    assert figures_digest({**stored, "account": "Somebody else"}) != figures_digest(stored)


def test_numbers_name_the_period_and_count_nothing() -> None:
    assert statement_number(Period.parse("2026-Q3"), 0) == "2026Q3-0000-0000"
    assert statement_number(Period.parse("2026-09"), 2**40 - 1) == "202609-ZZZZ-ZZZZ"
