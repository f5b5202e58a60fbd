"""camt.053, the ISO 20022 bank statement in XML: every version by the local names of its elements.

An entry with several transaction details (a batch that the bank books as one) gives a line for each of them where
their amounts add up to the entry's, and one line otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from portal.domain.investments.payments.errors import UnreadableStatement
from portal.domain.investments.payments.values.bank_lines import BankFormat, BankLine, BankStatement

_BOOKED = {"BOOK", ""}  # the rest is pending, or for information


def read_camt(content: bytes) -> BankStatement:
    """The booked entries of a camt.053 file; UnreadableStatement."""
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableStatement("The file is no sound XML. Export the statement from your bank again.") from error
    statements = [node for node in root.iter() if _name(node) == "Stmt"]
    if not statements:
        raise UnreadableStatement(
            "The XML holds no bank statement (camt.053). Intraday reports and notifications are not read."
        )
    lines: list[BankLine] = []
    pending = 0
    for statement in statements:
        account = _text(statement, "Acct", "Id", "IBAN") or _text(statement, "Acct", "Id", "Othr", "Id")
        for entry in _all(statement, "Ntry"):
            if _status(entry) not in _BOOKED:
                pending += 1
                continue
            lines += _lines(entry, account, len(lines) + 1)
    notes = (f"{pending} entries are not booked yet; they were not taken.",) if pending else ()
    return BankStatement(BankFormat.CAMT, tuple(lines), notes)


def _lines(entry: Element, account: str, first: int) -> Iterator[BankLine]:
    sign = Decimal(1 if _text(entry, "CdtDbtInd") == "CRDT" else -1)
    amount, currency = _amount(entry, "Amt")
    booked = _day(entry, "BookgDt")
    value = _day(entry, "ValDt") if _first(entry, "ValDt") is not None else booked
    details = [each for batch in _all(entry, "NtryDtls") for each in _all(batch, "TxDtls")]
    parts = [_part_amount(each) for each in details]
    apart = len(details) > 1 and all(parts) and sum((part for part in parts if part), Decimal(0)) == amount
    bank_id = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    for place, detail in enumerate(details if apart else details[:1] or [entry]):
        own = _text(detail, "Refs", "AcctSvcrRef") or _text(detail, "Refs", "TxId")
        yield BankLine(
            number=first + place,
            booked_on=booked,
            value_on=value,
            amount=sign * (parts[place] or amount if apart else amount),
            currency=currency,
            payer=_party(detail, incoming=sign > 0),
            reference=_remittance(detail) or _text(entry, "AddtlNtryInf"),
            bank_id=(own or (f"{bank_id}/{place + 1}" if bank_id else "")) if apart else bank_id or own,
            account=account,
        )


def _status(entry: Element) -> str:
    """BOOK, PDNG or INFO: a text up to version .06, a code in an element of its own since."""
    return _text(entry, "Sts", "Cd") or _text(entry, "Sts")


def _part_amount(detail: Element) -> Decimal | None:
    """The amount of one transaction of an entry: `Amt` since .03, `AmtDtls/TxAmt/Amt` before and beside."""
    for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt")):
        found = _text(detail, *path)
        if found:
            return _number(found)
    return None


def _party(detail: Element, *, incoming: bool) -> str:
    """Who is on the other side: the party's name lies in `Pty` since .08."""
    role = "Dbtr" if incoming else "Cdtr"
    for name in (f"Ultmt{role}", role):
        found = _text(detail, "RltdPties", name, "Nm") or _text(detail, "RltdPties", name, "Pty", "Nm")
        if found:
            return found
    return ""


def _remittance(detail: Element) -> str:
    """What was written: free text, the creditor's reference, the end-to-end name."""
    texts = [each.text or "" for each in _all(detail, "RmtInf", "Ustrd")]
    texts += [_text(each, "CdtrRefInf", "Ref") for each in _all(detail, "RmtInf", "Strd")]
    end_to_end = _text(detail, "Refs", "EndToEndId")
    texts.append("" if end_to_end == "NOTPROVIDED" else end_to_end)
    return " ".join(" ".join(texts).split())


def _amount(node: Element, name: str) -> tuple[Decimal, str]:
    found = _first(node, name)
    if found is None or not found.text:
        raise UnreadableStatement("An entry of the statement has no amount. Export it from your bank again.")
    return _number(found.text), found.get("Ccy", "")


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise UnreadableStatement(f"“{text.strip()[:40]}” is no amount. Export the statement from your bank again.")
    return number


def _day(entry: Element, name: str) -> date:
    text = _text(entry, name, "Dt") or _text(entry, name, "DtTm")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise UnreadableStatement("An entry of the statement has no booking date.") from None


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _all(node: Element, *path: str) -> list[Element]:
    found = [node]
    for name in path:
        found = [child for each in found for child in each if _name(child) == name]
    return found


def _first(node: Element, *path: str) -> Element | None:
    return next(iter(_all(node, *path)), None)


def _text(node: Element, *path: str) -> str:
    found = _first(node, *path)
    return "" if found is None else " ".join((found.text or "").split())
