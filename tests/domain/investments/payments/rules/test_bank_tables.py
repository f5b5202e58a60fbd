"""Statements as CSV: the habits of several banks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.domain.investments.payments.errors import UnknownColumns, UnreadableStatement
from portal.domain.investments.payments.rules.bank_tables import map_columns, read_bank_table


def test_a_signed_amount_with_payer_reference_and_id() -> None:
    text = (
        "Date,Description,Name,Amount,Transaction ID,Balance\n"
        '03/31/2026,"Wire C3-A7",Ada Lovelace,"1,000.50",T1,"9,000.00"\n'
        "04/01/2026,Bank fee,,-12.00,T2,8988.00\n"
    )
    found = read_bank_table(text.encode(), currency="USD")
    ada, fee = found.lines
    assert (ada.number, ada.booked_on, ada.amount, ada.currency) == (2, date(2026, 3, 31), Decimal("1000.50"), "USD")
    assert (ada.payer, ada.reference, ada.bank_id) == ("Ada Lovelace", "Wire C3-A7", "T1")
    assert fee.amount == Decimal(-12)
    assert found.notes == ("Columns that were not read: Balance.",)


def test_a_german_statement_with_its_own_dates_and_commas() -> None:
    text = (
        "Kontoauszug März\n"
        "Buchungstag;Valutadatum;Begünstigter/Zahlungspflichtiger;Verwendungszweck;Kundenreferenz;Betrag;Währung\n"
        "31.03.2026;01.04.2026;Ada Lovelace;Kapitalabruf;C3-A7;1.000,50;EUR\n"
    )
    (line,) = read_bank_table(text.encode("cp1252"), currency="USD").lines
    assert (line.amount, line.currency, line.value_on) == (Decimal("1000.50"), "EUR", date(2026, 4, 1))
    assert (line.payer, line.reference) == ("Ada Lovelace", "Kapitalabruf C3-A7")


def test_credit_and_debit_have_columns_of_their_own() -> None:
    text = "Posting Date\tValue Date\tMemo\tDebit\tCredit\n2026-03-31\t\tC3-A7\t\t$500.25\n2026-03-31\t\tfee\t3.10\t\n"
    first, second = read_bank_table(text.encode(), currency="USD").lines
    assert (first.amount, first.value_on, second.amount) == (Decimal("500.25"), date(2026, 3, 31), Decimal("-3.10"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Date,Memo\n2026-01-01,x\n", "No column holds the amount"),
        ("Name,Amount\nx,1\n", "No column holds the date"),
        ("Date,Amount\n2026-01-01,1\n2026-01-32,1\n", "Row 3"),
        ("Date,Amount\n2026-01-01,1.001\n", "finer than USD"),
        ("Date,Amount\n01/02/2026,1\n", "day first or month first"),
        ("Date,Amount,Currency\n2026-01-01,1,XQX\n", "is not a currency"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_row(text: str, said: str) -> None:
    with pytest.raises(UnreadableStatement) as refusal:
        read_bank_table(text.encode(), currency="USD")
    assert said in refusal.value.message


def test_what_somebody_said_of_columns_goes_before_their_names_while_the_file_has_them() -> None:
    header = ("Day", "Date", "Sum", "Word", "Ref", "ID")
    layout = {"booked_on": "Day", "amount": "Sum", "reference": "Word"}
    found = map_columns(header, layout)
    read = [found[name] for name in ("booked_on", "amount", "reference", "bank_id")]
    assert read == [["Day"], ["Sum"], ["Word"], ["ID"]]
    with pytest.raises(UnknownColumns, match="the amount by its name") as refused:
        map_columns(header[1:], layout)
    assert refused.value.header == header[1:]
