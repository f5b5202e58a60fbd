"""A fund's life divided among its holders: the entries that the ledger is given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.cli.demo.cast import Fund
from portal.cli.demo.takahashi_alexander import Distribution, FundLife, model_fund
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.platform.money import Money, allocate, minor_places

DAYS_TO_VALUE = 45  # a fund's value at a quarter's end is known about that much later
TYPES = (EntryKind.RETURN_OF_CAPITAL, EntryKind.GAIN, EntryKind.DIVIDEND, EntryKind.INTEREST)


def live(fund: Fund, *, size: Decimal, today: date) -> FundLife:
    """The fund's life up to yesterday, with the valuations that would be known by then."""
    currency = fund.description.currency
    whole = model_fund(
        fund.strategy,
        vintage=fund.vintage,
        commitment=Money(size, currency),
        seed=fund.seed,
        until=today - timedelta(days=1),
        first_quarter=fund.quarter,
    )
    known = tuple(each for each in whole.valuations if each.on <= last_valued_quarter(today))
    return FundLife(whole.calls, whole.fees, whole.distributions, known)


def last_valued_quarter(today: date) -> date:
    """The last day of the latest quarter whose valuations are known."""
    known = today - timedelta(days=DAYS_TO_VALUE - 1)
    return date(known.year, (known.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)


def list_entries(fund: Fund, vehicle_id: UUID, commitments: Mapping[UUID, Decimal], *, today: date) -> list[Entry]:
    """Everything that happened to the holdings of a vehicle, by account committed amounts in order of admission."""
    life = live(fund, size=sum(commitments.values(), Decimal(0)), today=today)
    ledger = _Division(vehicle_id, fund.description.currency, commitments)
    opened = date(fund.vintage, fund.quarter * 3 - 2, 12)
    return [
        *ledger.promise(opened),
        *(entry for number, call in enumerate(life.calls, 1) for entry in ledger.call(number, call.on, call.amount)),
        *(entry for fee in life.fees for entry in ledger.charge(fee.on, fee.amount)),
        *(entry for number, each in enumerate(life.distributions, 1) for entry in ledger.distribute(number, each)),
        *(entry for each in life.valuations for entry in ledger.value(each.on, each.nav)),
    ]


class _Division:
    """Divides a fund's amounts by commitment. Each kind of movement is divided as a running total less what was
    divided before, so that nobody drifts from their share over the fund's life."""

    def __init__(self, vehicle_id: UUID, currency: str, commitments: Mapping[UUID, Decimal]) -> None:
        self._vehicle_id = vehicle_id
        self._accounts = list(commitments)
        self._weights = list(commitments.values())
        self._places = minor_places(currency)
        self._so_far: dict[EntryKind, tuple[Decimal, list[Decimal]]] = {}

    def promise(self, on: date) -> Iterator[Entry]:
        return self._entries(EntryKind.COMMITMENT, on, self._weights, "Commitment")

    def call(self, number: int, on: date, amount: Decimal) -> Iterator[Entry]:
        return self._entries(EntryKind.CONTRIBUTION, on, self._next(EntryKind.CONTRIBUTION, amount), f"Call {number}")

    def charge(self, on: date, amount: Decimal) -> Iterator[Entry]:
        reference = f"Fee {on.year} Q{(on.month + 2) // 3}"
        return self._entries(EntryKind.FEE, on, self._next(EntryKind.FEE, amount), reference)

    def distribute(self, number: int, each: Distribution) -> Iterator[Entry]:
        amounts = (each.return_of_capital, each.gain, each.dividend, each.interest)
        for kind, amount in zip(TYPES, amounts, strict=True):
            yield from self._entries(kind, each.on, self._next(kind, amount), f"Distribution {number}")

    def value(self, on: date, nav: Decimal) -> Iterator[Entry]:
        parts = allocate(nav, self._weights, places=self._places)
        return self._entries(EntryKind.VALUATION, on, parts, f"NAV {on.day} {on:%b %Y}")

    def _next(self, kind: EntryKind, amount: Decimal) -> list[Decimal]:
        total, divided = self._so_far.get(kind, (Decimal(0), [Decimal(0)] * len(self._weights)))
        due = allocate(total + amount, self._weights, places=self._places)
        self._so_far[kind] = total + amount, due
        return [now - before for now, before in zip(due, divided, strict=True)]

    def _entries(self, kind: EntryKind, on: date, amounts: Iterable[Decimal], reference: str) -> Iterator[Entry]:
        for account_id, amount in zip(self._accounts, amounts, strict=True):
            if amount or kind is EntryKind.VALUATION:
                key = f"demo:{self._vehicle_id}:{account_id}:{kind}:{reference}"
                digest = hashlib.sha256(f"{kind}|{on}|{amount}".encode()).hexdigest()
                yield Entry(account_id, self._vehicle_id, kind, on, amount, key, digest, reference)
