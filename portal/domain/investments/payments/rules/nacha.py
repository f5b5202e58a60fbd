"""Payment files of the United States' clearing house (NACHA operating rules, appendix on file formats).

Records of 94 characters in blocks of ten; credits to checking accounts; people in a batch of PPD, entities of CCD.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

from portal.domain.investments.payments.values.payouts import Payee, PaymentOrder

WIDTH, BLOCK = 94, 10
LARGEST = Decimal("99999999.99")  # ten digits of cents
CREDITS_ONLY, CHECKING_CREDIT = "220", "22"
_ODD = re.compile(r"[^A-Z0-9 .,&/()'+-]")
_MODIFIERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def make_nacha(order: PaymentOrder) -> bytes:
    """The file of an order in US dollars, as ASCII with a line feed after each record; up to 99,999 payees. Each has a
    routing number, an amount up to LARGEST and an id of at most 15 characters; `trace_number` numbers them."""
    records = [_file_header(order)]
    batches = [(kind, own) for kind, own in (("PPD", _people(order)), ("CCD", _entities(order))) if own]
    first = 1
    for number, (kind, payees) in enumerate(batches, start=1):
        records += _batch(order, kind, number, first, payees)
        first += len(payees)
    records.append(_file_control(order, len(batches), len(records) + 1))
    records += ["9" * WIDTH] * (-len(records) % BLOCK)
    assert all(len(record) == WIDTH for record in records)
    return "".join(f"{record}\n" for record in records).encode("ascii")


def in_order(order: PaymentOrder) -> list[Payee]:
    """The payees as they stand in the file: people first. The n-th has the n-th trace number."""
    return [*_people(order), *_entities(order)]


def trace_number(order: PaymentOrder, place: int) -> str:
    """The trace number of the payee at `place` in the file, from 1: the bank's eight digits, then two of the file's
    number, so that files close in time have none in common, and five of the place."""
    return f"{order.origin.routing[:8]}{order.number % 100:02d}{place:05d}"


def check_digit(routing: str) -> int:
    """The ninth digit that the first eight of a routing number ask for (weights 3, 7, 1)."""
    return -sum(int(digit) * weight for digit, weight in zip(routing[:8], (3, 7, 1) * 3, strict=False)) % 10


def _people(order: PaymentOrder) -> list[Payee]:
    return [each for each in order.payees if each.is_person]


def _entities(order: PaymentOrder) -> list[Payee]:
    return [each for each in order.payees if not each.is_person]


def _file_header(order: PaymentOrder) -> str:
    modifier = _MODIFIERS[(order.number - 1) % len(_MODIFIERS)]
    return (
        f"101 {order.origin.routing}{order.origin.company_id:>10}{order.made_at:%y%m%d%H%M}{modifier}094101"
        f"{_text(order.origin.bank, 23)}{_text(order.origin.name, 23)}{_text(order.id, 8)}"
    )


def _batch(order: PaymentOrder, kind: str, number: int, first: int, payees: Sequence[Payee]) -> Iterator[str]:
    company, odfi = f"{order.origin.company_id:>10}", order.origin.routing[:8]
    yield (
        f"5{CREDITS_ONLY}{_text(order.origin.name, 16)}{'':20}{company}{kind}{_text('DISTRIBUTN', 10)}"
        f"{order.made_at:%y%m%d}{order.pay_on:%y%m%d}{'':3}1{odfi}{number:07d}"
    )
    for place, payee in enumerate(payees, start=first):
        yield (
            f"6{CHECKING_CREDIT}{payee.routing}{payee.number:<17}{_cents(payee.amount):010d}{_text(payee.id, 15)}"
            f"{_text(payee.name, 22)}{'':2}0{trace_number(order, place)}"
        )
    total = sum(_cents(payee.amount) for payee in payees)
    yield (
        f"8{CREDITS_ONLY}{len(payees):06d}{_hash(payees):010d}{0:012d}{total:012d}{company}{'':25}{odfi}{number:07d}"
    )


def _file_control(order: PaymentOrder, batches: int, records: int) -> str:
    blocks = -(-records // BLOCK)
    return (
        f"9{batches:06d}{blocks:06d}{len(order.payees):08d}{_hash(order.payees):010d}{0:012d}"
        f"{_cents(order.total):012d}{'':39}"
    )


def _hash(payees: Sequence[Payee]) -> int:
    """The sum of the first eight digits of all routing numbers, its last ten digits."""
    return sum(int(payee.routing[:8]) for payee in payees) % 10**10


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _text(text: str, width: int) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return f"{_ODD.sub(' ', plain)[:width]:<{width}}"
