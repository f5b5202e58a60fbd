"""pain.001.001.09: valid against the public schema, and what stands in which element.

The schema is ISO 20022's own, as the package sepaxml brings it along."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from uuid import UUID
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xmlschema import XMLSchema

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
SCHEMA = XMLSchema(files("sepaxml").joinpath("schemas/pain.001.001.09.xsd").read_text())


def name(node: Element) -> str:
    assert node.tag.startswith(f"{{{NAMESPACE}}}")
    return node.tag.rpartition("}")[2]


def texts(root: Element, wanted: str) -> list[str]:
    return [node.text or "" for node in root.iter() if name(node) == wanted]


def read(order: PaymentOrder) -> Element:
    content = make_sepa(order)
    SCHEMA.validate(content.decode())
    return ElementTree.fromstring(content)


def test_every_element_says_what_was_ordered() -> None:
    root = read(ORDER)
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
    root = read(ORDER)
    assert texts(root, "Nm") == ["Northgate Capital S.a r.l."] * 2 + ["Zoe Muller Sohne KG", "-"]
    assert "NOTPROVIDED" in texts(root, "Id")


def test_other_currencies_share_charges_and_a_bic_is_named() -> None:
    given = replace(ORDER, currency="USD", origin=replace(ORIGIN, bic="BCEELULL"))
    root = read(given)
    assert (texts(root, "Cd"), texts(root, "ChrgBr"), texts(root, "BICFI")) == ([], ["SHAR"], ["BCEELULL"])
