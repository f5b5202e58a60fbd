"""pain.001.001.09, the ISO 20022 order of credit transfers (European Payments Council, customer-to-bank guidelines)."""

from __future__ import annotations

import re
import unicodedata
from xml.etree.ElementTree import Element, SubElement, tostring

from portal.domain.investments.payments.values.payouts import Payee, PaymentOrder
from portal.platform.money import Money

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_NAME, _TEXT, _ID = 70, 140, 35
_ODD = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")  # what every bank of SEPA takes


def make_sepa(order: PaymentOrder) -> bytes:
    """The file of an order: one payment group with a transfer for each payee, all to IBANs. In euros it asks for SEPA;
    in another currency it leaves the way to the bank and shares the charges."""
    root = Element("Document", xmlns=NAMESPACE)
    body = SubElement(root, "CstmrCdtTrfInitn")
    header = SubElement(body, "GrpHdr")
    _add(header, "MsgId", order.id)
    _add(header, "CreDtTm", order.made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _sums(header, order)
    _add(SubElement(header, "InitgPty"), "Nm", _plain(order.origin.name, _NAME))
    group = SubElement(body, "PmtInf")
    _describe(group, order)
    for payee in order.payees:
        _transfer(group, order, payee)
    content: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}'.encode()


def _describe(group: Element, order: PaymentOrder) -> None:
    _add(group, "PmtInfId", f"{order.id}-1"[:_ID])
    _add(group, "PmtMtd", "TRF")
    _add(group, "BtchBookg", "true")
    _sums(group, order)
    if order.currency == "EUR":
        _add(SubElement(SubElement(group, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(SubElement(group, "ReqdExctnDt"), "Dt", order.pay_on.isoformat())
    _add(SubElement(group, "Dbtr"), "Nm", _plain(order.origin.name, _NAME))
    _account(group, "DbtrAcct", order.origin.iban)
    bank = SubElement(SubElement(group, "DbtrAgt"), "FinInstnId")
    if order.origin.bic:
        _add(bank, "BICFI", order.origin.bic)
    else:
        _add(SubElement(bank, "Othr"), "Id", "NOTPROVIDED")
    _add(group, "ChrgBr", "SLEV" if order.currency == "EUR" else "SHAR")


def _transfer(group: Element, order: PaymentOrder, payee: Payee) -> None:
    transfer = SubElement(group, "CdtTrfTxInf")
    _add(SubElement(transfer, "PmtId"), "EndToEndId", payee.id)
    amount = SubElement(SubElement(transfer, "Amt"), "InstdAmt", Ccy=order.currency)
    amount.text = Money(payee.amount, order.currency).to_string()
    _add(SubElement(transfer, "Cdtr"), "Nm", _plain(payee.name, _NAME))
    _account(transfer, "CdtrAcct", payee.number)
    _add(SubElement(transfer, "RmtInf"), "Ustrd", _plain(f"{order.about} {payee.id}", _TEXT))


def _sums(node: Element, order: PaymentOrder) -> None:
    _add(node, "NbOfTxs", str(len(order.payees)))
    _add(node, "CtrlSum", Money(order.total, order.currency).to_string())


def _account(node: Element, name: str, iban: str) -> None:
    _add(SubElement(SubElement(node, name), "Id"), "IBAN", iban)


def _add(node: Element, name: str, text: str) -> None:
    SubElement(node, name).text = text


def _plain(text: str, most: int) -> str:
    """The text in the characters of SEPA, cut; never empty, as the schema asks."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(_ODD.sub(" ", plain).split())[:most].strip() or "-"
