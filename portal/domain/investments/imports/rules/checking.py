"""Every row of a table as it will be posted, and everything that stands in the way of posting it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import Any

from portal.domain.investments.imports.rules.fields import FieldReader, Fields
from portal.domain.investments.imports.rules.judging import judge_positions, judge_transactions
from portal.domain.investments.imports.rules.mapping import locate_fields
from portal.domain.investments.imports.values.tables import (
    AMOUNT_FIELDS,
    BOTH_WAYS,
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    Checked,
    Entry,
    ImportKind,
    ImportOptions,
    PositionRow,
    Problem,
    Table,
    TransactionRow,
)


def check_rows(table: Table, options: ImportOptions, *, today: dt.date) -> Checked:
    """Read every row of a table; the rows that can be read come back whatever else is wrong with the file.

    All problems of all rows are told, in the file's order, those of the whole file first with row 0. No entry
    is made for a row with a problem, and none at all while a required field has no column or no format. A
    position may not be dated after `today`, nor a valuation, nor anything else more than a year after it.
    """
    places, problems = locate_fields(table.header, options)
    units_known = not any(problem.field in {"currency", "scale"} for problem in problems)
    fields = FieldReader(table, places, options).read(today=today, units_known=units_known)
    problems += [*fields.problems, *_surplus_cells(table), *fields.failures(options.kind)]
    is_positions = options.kind is ImportKind.POSITIONS
    found, notes = judge_positions(fields) if is_positions else judge_transactions(fields, today)
    problems += found
    refused = {problem.row for problem in problems}
    sound = [number not in refused for number in fields.numbers]
    entries: tuple[Entry, ...] = tuple((_positions if is_positions else _transactions)(fields, options.currency, sound))
    rounded = sum(entry.rounded for entry in entries) if fields.rounded else 0
    if rounded:
        notes.append(
            f"Rows with amounts finer than {options.currency} goes, rounded half-up to its smallest unit: {rounded:,}."
        )
    return Checked(entries, tuple(_in_order(problems, options.kind)), tuple(notes))


def _in_order(problems: Iterable[Problem], kind: ImportKind) -> list[Problem]:
    rank = {field: place for place, field in enumerate(REQUIRED_FIELDS[kind] + OPTIONAL_FIELDS[kind])}
    return sorted(problems, key=lambda problem: (problem.row, rank.get(problem.field, -1)))


def _surplus_cells(table: Table) -> Iterator[Problem]:
    width = len(table.header)
    for number, row in enumerate(table.rows, start=table.first_row):
        if len(row) > width:
            yield Problem(
                number,
                "",
                f"The row has {len(row)} cells and the header {width}. If a value contains the separator, "
                "put it in quotation marks; otherwise delete what stands beyond the last column.",
            )


def _positions(fields: Fields, currency: str, sound: Sequence[bool]) -> Iterable[PositionRow]:
    account, vehicle, date = fields.account, fields.vehicle, fields.date
    amounts = [fields.amounts[name] for name in AMOUNT_FIELDS[ImportKind.POSITIONS] if name in fields.amounts]
    if not account or not vehicle or not date or len(amounts) < len(AMOUNT_FIELDS[ImportKind.POSITIONS]):
        return ()
    columns = [fields.numbers, *(column.values for column in (account, vehicle, date, *amounts))]
    return map(PositionRow, *_kept([*columns, *_described(fields, currency)], sound))


def _transactions(fields: Fields, currency: str, sound: Sequence[bool]) -> Iterable[TransactionRow]:
    account, vehicle, date, kinds = fields.account, fields.vehicle, fields.date, fields.type
    amounts = fields.amounts.get("amount")
    if not account or not vehicle or not date or not kinds or not amounts:
        return ()
    stated = [fields.numbers, *(column.values for column in (account, vehicle, date, kinds))]
    # A sign that is left in a sound row is the investor's view of what they paid, or of what goes both ways.
    signed = zip(compress(kinds.values, sound), compress(amounts.values, sound), strict=True)
    amount = [value if kind is BOTH_WAYS else abs(value) for kind, value in signed]
    described = [fields.reference.values, *_described(fields, currency)]
    return map(TransactionRow, *_kept(stated, sound), amount, *_kept(described, sound))


def _described(fields: Fields, currency: str) -> list[Iterable[object]]:
    flags = [place in fields.rounded for place in range(len(fields.numbers))] if fields.rounded else repeat(False)
    return [repeat(currency), flags, fields.vintage.values, fields.strategy.values]


def _kept(columns: Iterable[Iterable[Any]], sound: Sequence[bool]) -> list[Iterator[Any]]:
    return [compress(column, sound) for column in columns]
