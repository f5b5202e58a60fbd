"""camt.053: versions, entries with one and with several transactions, what is not booked, what is no XML."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.domain.investments.payments.errors import UnreadableStatement
from portal.domain.investments.payments.rules.camt import read_camt

PARTY_02 = "<RltdPties><Dbtr><Nm>Ada Lovelace</Nm></Dbtr></RltdPties>"
PARTY_08 = "<RltdPties><Dbtr><Pty><Nm>Ada Lovelace</Nm></Pty></Dbtr></RltdPties>"


def statement(version: str, entries: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr/><Stmt>'
        f"<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(details: str, *, amount: str = "1000.50", sign: str = "CRDT", status: str = "BOOK") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{status}</Sts>'
        "<BookgDt><Dt>2026-03-31</Dt></BookgDt><ValDt><Dt>2026-04-01</Dt></ValDt><AcctSvcrRef>B-1</AcctSvcrRef>"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


@pytest.mark.parametrize(("version", "party", "status"), [("02", PARTY_02, "BOOK"), ("08", PARTY_08, "<Cd>BOOK</Cd>")])
def test_an_entry_is_read_in_old_and_new_versions(version: str, party: str, status: str) -> None:
    details = f"<TxDtls>{party}<RmtInf><Ustrd>Capital call</Ustrd><Ustrd>C3-A7</Ustrd></RmtInf></TxDtls>"
    (line,) = read_camt(statement(version, entry(details, status=status))).lines
    assert (line.booked_on, line.value_on) == (date(2026, 3, 31), date(2026, 4, 1))
    assert (line.amount, line.currency, line.payer) == (Decimal("1000.50"), "EUR", "Ada Lovelace")
    assert (line.reference, line.bank_id, line.account) == ("Capital call C3-A7", "B-1", "DE89370400440532013000")


def test_a_batch_gives_a_line_for_each_payment_that_it_holds() -> None:
    parts = "".join(
        f'<TxDtls><Refs><EndToEndId>C3-{name}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt></TxDtls>'
        for name, amount in (("A1", "400.50"), ("A2", "600"))
    )
    lines = read_camt(statement("08", entry(parts))).lines
    assert [(each.amount, each.reference) for each in lines] == [
        (Decimal("400.50"), "C3-A1"),
        (Decimal("600"), "C3-A2"),
    ]
    assert len({each.bank_id for each in lines}) == 2
    whole = read_camt(statement("08", entry(parts, amount="1000.51"))).lines  # they do not add up: one line
    assert [each.amount for each in whole] == [Decimal("1000.51")]


def test_money_out_is_negative_and_what_is_pending_is_left() -> None:
    entries = entry("<TxDtls/>", sign="DBIT") + entry("<TxDtls/>", status="PDNG")
    found = read_camt(statement("02", entries))
    assert [each.amount for each in found.lines] == [Decimal("-1000.50")]
    assert "1 entries are not booked yet" in found.notes[0]


@pytest.mark.parametrize(
    "content",
    [
        b"<Document",
        b"<Document/>",
        b'<!DOCTYPE d [<!ENTITY a "aaaa">]><Document><Stmt>&a;</Stmt></Document>',
        statement("02", entry("", amount="1e400000")).replace(b"1e400000", b"NaN"),
        statement("02", "<Ntry><Amt Ccy='EUR'>1</Amt></Ntry>"),
    ],
)
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableStatement):
        read_camt(content)
