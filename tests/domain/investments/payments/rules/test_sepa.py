"""pain.001.001.09, field by field: elements in the order of the schema, their lengths and patterns, the sums."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from portal.domain.investments.payments.rules.sepa import NAMESPACE, make_sepa
from portal.domain.investments.payments.values.payouts import Origin, Payee, PaymentOrder

IBAN = "DE89370400440532013000"
ORIGIN = Origin("Northgate Capital S.à r.l.", iban="LU280019400644750000")
PAYEES = (
    Payee("P1", UUID(int=1), UUID(int=1), "Zoë Müller & Söhne <KG>", Decimal("1000.50"), IBAN),
    Payee("P2", UUID(int=2), UUID(int=2), "Ω", Decimal("0.01"), "FR1420041010050500013M02606"),
)
ORDER = PaymentOrder(
    "D7-20260330-1", ORIGIN, "EUR", date(2026, 3, 31), datetime(2026, 3, 30, 9, 5, 59, 7, tzinfo=UTC), 1,
    "Distribution 7", PAYEES,
)  # fmt: skip
# What may stand in an element, in this order (message definition report of pain.001.001.09).
SEQUENCES = {
    "Document": ["CstmrCdtTrfInitn"],
    "CstmrCdtTrfInitn": ["GrpHdr", "PmtInf", "SplmtryData"],
    "GrpHdr": ["MsgId", "CreDtTm", "Authstn", "NbOfTxs", "CtrlSum", "InitgPty", "FwdgAgt", "InitnSrc"],
    "PmtInf": [
        "PmtInfId", "PmtMtd", "ReqdAdvcTp", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt",
        "PoolgAdjstmntDt", "Dbtr", "DbtrAcct", "DbtrAgt", "DbtrAgtAcct", "InstrForDbtrAgt", "UltmtDbtr", "ChrgBr",
        "ChrgsAcct", "ChrgsAcctAgt", "CdtTrfTxInf",
    ],
    "CdtTrfTxInf": ["PmtId", "PmtTpInf", "Amt", "XchgRateInf", "ChrgBr", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf"],
    "PmtId": ["InstrId", "EndToEndId", "UETR"],
    "FinInstnId": ["BICFI", "ClrSysMmbId", "LEI", "Nm", "PstlAdr", "Othr"],
}  # fmt: skip
PATTERNS = {
    "MsgId": r".{1,35}", "PmtInfId": r".{1,35}", "EndToEndId": r".{1,35}", "NbOfTxs": r"[0-9]{1,15}",
    "CreDtTm": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "CtrlSum": r"\d{1,16}\.\d\d", "PmtMtd": "TRF", "Nm": r".{1,70}",
    "IBAN": r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}", "BICFI": r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?",
    "Ustrd": r".{1,140}", "InstdAmt": r"\d{1,13}\.\d\d", "Dt": r"\d{4}-\d\d-\d\d", "ChrgBr": "SLEV|SHAR",
}  # fmt: skip


def name(node: Element) -> str:
    assert node.tag.startswith(f"{{{NAMESPACE}}}")
    return node.tag.rpartition("}")[2]


def texts(root: Element, wanted: str) -> list[str]:
    return [node.text or "" for node in root.iter() if name(node) == wanted]


def check(root: Element) -> None:
    for node in root.iter():
        own = name(node)
        inner = [name(child) for child in node]
        if own in SEQUENCES:
            places = [SEQUENCES[own].index(child) for child in inner]
            assert places == sorted(places), own
        if own in PATTERNS:
            assert not inner
            assert re.fullmatch(PATTERNS[own], node.text or ""), (own, node.text)


def test_every_element_stands_in_its_place_and_form() -> None:
    root = ElementTree.fromstring(make_sepa(ORDER))
    check(root)
    assert texts(root, "EndToEndId") == ["P1", "P2"]
    assert texts(root, "InstdAmt") == ["1000.50", "0.01"]
    assert texts(root, "CtrlSum") == ["1000.51"] * 2
    assert texts(root, "NbOfTxs") == ["2"] * 2
    assert texts(root, "Dt") == ["2026-03-31"]
    assert texts(root, "IBAN") == [ORIGIN.iban, IBAN, PAYEES[1].number]
    assert texts(root, "Cd") == ["SEPA"]
    assert texts(root, "ChrgBr") == ["SLEV"]
    assert {node.get("Ccy") for node in root.iter() if name(node) == "InstdAmt"} == {"EUR"}


def test_names_are_written_in_the_letters_of_sepa_and_never_empty() -> None:
    root = ElementTree.fromstring(make_sepa(ORDER))
    assert texts(root, "Nm") == ["Northgate Capital S.a r.l."] * 2 + ["Zoe Muller Sohne KG", "-"]
    assert "NOTPROVIDED" in texts(root, "Id")


def test_other_currencies_share_charges_and_a_bic_is_named() -> None:
    given = replace(ORDER, currency="USD", origin=replace(ORIGIN, bic="BCEELULL"))
    root = ElementTree.fromstring(make_sepa(given))
    check(root)
    assert (texts(root, "Cd"), texts(root, "ChrgBr"), texts(root, "BICFI")) == ([], ["SHAR"], ["BCEELULL"])
