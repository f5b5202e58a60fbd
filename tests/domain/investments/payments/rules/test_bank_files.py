"""A bank's file as a whole: its format, what is kept of it, what tells one line from another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from portal.domain.investments.payments.errors import UnreadableStatement
from portal.domain.investments.payments.rules.bank_files import (
    line_identities,
    read_bank_file,
    read_confined,
    unpack_statement,
)
from portal.domain.investments.payments.values.bank_lines import LONGEST_TEXT, BankFormat
from portal.platform.confined import run_confined
from tests.domain.investments.payments.rules.test_bai2 import FILE
from tests.domain.investments.payments.rules.test_camt import entry, statement

TABLE = b"Date,Memo,Amount\n2026-03-31,C1-A,10\n2026-03-31,C1-A,10\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (FILE.encode(), BankFormat.BAI2),
        (b"\xef\xbb\xbf" + statement("02", entry("<TxDtls/>")), BankFormat.CAMT),
        (TABLE, BankFormat.CSV),
    ],
)
def test_the_content_says_the_format_and_a_confined_reader_answers_the_same(
    content: bytes, kind: BankFormat, tmp_path: Path
) -> None:
    found = read_bank_file(content, currency="USD")
    assert found.format is kind
    (tmp_path / "file").write_bytes(content)
    call = "portal.domain.investments.payments.rules.bank_files:read_confined"
    answer = run_confined(call, source=str(tmp_path / "file"), currency="USD", dates="auto")
    assert unpack_statement(answer) == found


def test_a_refusal_travels_and_a_file_without_movements_is_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(statement("02", ""))
    answer = json.loads(json.dumps(read_confined(str(tmp_path / "file"), "USD", "auto")))
    with pytest.raises(UnreadableStatement, match="no booked movement"):
        unpack_statement(answer)


def test_texts_are_cut_and_lose_what_cannot_be_seen() -> None:
    content = b"Date,Memo,Amount\n2026-03-31," + "a\u202eb ".encode() * 400 + b",10\n"
    (line,) = read_bank_file(content, currency="USD").lines
    assert len(line.reference) == LONGEST_TEXT
    assert "\u202e" not in line.reference


def test_equal_payments_of_a_day_are_two_and_the_same_file_gives_the_same_names() -> None:
    lines = read_bank_file(TABLE, currency="USD").lines
    first, second = line_identities(lines)
    assert first != second
    assert line_identities(lines) == [first, second]
    named = tuple(replace(line, bank_id="T1", reference=str(line.number)) for line in lines)
    one, other = line_identities(named)
    assert one != first
    assert line_identities((replace(named[0], payer="Ada", number=9),)) == [one]  # the bank's own id is what counts
    assert other == f"{one}:2"
