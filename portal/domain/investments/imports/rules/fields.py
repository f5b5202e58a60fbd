"""A table's cells read as the fields of an import, column by column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any, TypeVar

from portal.domain.investments.imports.rules.amounts import AmountReader
from portal.domain.investments.imports.rules.columns import (
    Column,
    UndecidedFormat,
    UnreadableCell,
    read_column,
    shown,
)
from portal.domain.investments.imports.rules.dates import date_reader, decide_date_format
from portal.domain.investments.imports.rules.digits import decide_number_format
from portal.domain.investments.imports.rules.names import read_name, read_text, read_type, read_year
from portal.domain.investments.imports.values.tables import (
    AMOUNT_FIELDS,
    DATE_FIELD,
    Cell,
    ImportKind,
    ImportOptions,
    Problem,
    Row,
    Table,
    TransactionType,
)

T = TypeVar("T")

_AHEAD = dt.timedelta(days=366)  # how far ahead a call or distribution may already be dated


@dataclass(slots=True)
class Fields:
    """Every field of every row that is not blank; None for one that cannot be read at all.

    `rounded` holds the places of rows that state more than the currency's minor unit can hold.
    """

    numbers: Sequence[int]
    account: Column[str] | None
    vehicle: Column[str] | None
    date: Column[dt.date] | None
    amounts: Mapping[str, Column[Decimal]]
    rounded: Collection[int]
    type: Column[TransactionType] | None
    reference: Column[str | None]
    vintage: Column[int | None]
    strategy: Column[str | None]
    problems: list[Problem] = field(default_factory=list)

    def failures(self, kind: ImportKind) -> Iterator[Problem]:
        """A problem for each cell that could not be read."""
        single: dict[str, Column[Any] | None] = {
            "account": self.account,
            "vehicle": self.vehicle,
            DATE_FIELD[kind]: self.date,
            "type": self.type,
            "reference": self.reference,
            "vintage": self.vintage,
            "strategy": self.strategy,
        }
        for name, column in (*single.items(), *self.amounts.items()):
            for place, message in column.failures.items() if column else ():
                yield Problem(self.numbers[place], name, message)


class FieldReader:
    """Reads one table's columns; what concerns a whole column goes to `problems` with row 0."""

    def __init__(self, table: Table, places: Mapping[str, int], options: ImportOptions) -> None:
        self.numbers = [number for number, row in enumerate(table.rows, start=table.first_row) if row]
        self.rows: list[Row] = [row for row in table.rows if row]
        self.table = table
        self.places = places
        self.options = options
        self.problems: list[Problem] = []
        self.rounded: set[int] = set()

    def read(self, *, today: dt.date, units_known: bool) -> Fields:
        """All fields; amounts only when currency and scale are known. `today` bounds the dates."""
        return Fields(
            numbers=self.numbers,
            account=self.stated_or("account", read_name, self.options.account),
            vehicle=self.stated_or("vehicle", read_name, self.options.vehicle),
            date=self._dates(today),
            amounts=self._amounts() if units_known else {},
            rounded=self.rounded,
            type=self.stated_or("type", read_type, None),
            reference=self.optional("reference", read_text),
            vintage=self.optional("vintage", read_year),
            strategy=self.optional("strategy", read_text),
            problems=self.problems,
        )

    def stated_or(self, name: str, read: Callable[[Cell], T], stand_in: Cell) -> Column[T] | None:
        """The field's column, or else the value that stands in for it on every row, or else None."""
        if name in self.places:
            return read_column(self._cells(name), read)
        if stand_in is None:
            return None
        try:
            return Column([read(stand_in)] * len(self.rows))
        except UnreadableCell as error:
            self.problems.append(Problem(0, name, str(error)))
            return None

    def optional(self, name: str, read: Callable[[Cell], T | None]) -> Column[T | None]:
        """The field's column, or nothing on every row."""
        if name in self.places:
            return read_column(self._cells(name), read)
        return Column([None] * len(self.rows))

    def _cells(self, name: str) -> list[Cell]:
        place = self.places[name]
        return [row[place] for row in self.rows]

    def _dates(self, today: dt.date) -> Column[dt.date] | None:
        name = DATE_FIELD[self.options.kind]
        cells = self._cells(name) if name in self.places else []
        try:
            date_format = decide_date_format(dict.fromkeys(cells), self.options.date_format)
        except UndecidedFormat as error:
            self.problems.append(Problem(0, name, str(error)))
            return None
        read = date_reader(date_format, self.table.epoch)
        return self.stated_or(name, _bounded(read, self.options.kind, today), self.options.date)

    def _amounts(self) -> dict[str, Column[Decimal]]:
        options = self.options
        cells = {name: self._cells(name) for name in AMOUNT_FIELDS[options.kind] if name in self.places}
        try:
            number_format = decide_number_format(
                dict.fromkeys(chain.from_iterable(cells.values())),
                options.number_format,
                self.table.delimiter,
            )
        except UndecidedFormat as error:
            self.problems.append(Problem(0, next(iter(cells)), str(error)))
            return {}
        read = AmountReader(number_format, options.currency, options.scale)
        amounts = {name: read_column(column, read) for name, column in cells.items()}
        for column in cells.values() if read.rounded else ():
            self.rounded.update(place for place, cell in enumerate(column) if cell in read.rounded)
        return amounts


def _bounded(read: Callable[[Cell], dt.date], kind: ImportKind, today: dt.date) -> Callable[[Cell], dt.date]:
    latest = today if kind is ImportKind.POSITIONS else today + _AHEAD
    reason = "in the future" if kind is ImportKind.POSITIONS else "more than a year ahead"

    def read_bounded(cell: Cell) -> dt.date:
        found = read(cell)
        if found > latest:
            raise UnreadableCell(f"{shown(cell)} is {reason} (today is {today.isoformat()}). Correct the date.")
        return found

    return read_bounded
