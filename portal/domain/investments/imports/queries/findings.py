"""What is found when a table's rows are read by the rules and held against the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.queries.ground import get_ground
from portal.domain.investments.imports.rules.checking import check_rows
from portal.domain.investments.imports.rules.comparing import compare_rows
from portal.domain.investments.imports.rules.keys import Identity, identify_rows
from portal.domain.investments.imports.rules.mapping import locate_fields
from portal.domain.investments.imports.rules.summing import summarise
from portal.domain.investments.imports.values.records import CheckSummary, Ground, RowState
from portal.domain.investments.imports.values.tables import Entry, ImportOptions, PositionRow, Problem, Row, Table

_NO_VALUES = (None,) * 14


@dataclass(frozen=True, slots=True)
class Findings:
    """The sound rows with their identities and states, every problem, and what it all comes to."""

    table: Table
    places: Mapping[str, int]
    rows: Sequence[Entry]
    identities: Sequence[Identity]
    states: Sequence[RowState]
    problems: Sequence[Problem]
    ground: Ground
    summary: CheckSummary

    def lines(self) -> Iterator[tuple[Any, ...]]:
        """Every row to be kept: number, state, key and digest, values, what its cells say, what is wrong with it.
        The last two only for refused rows."""
        refused: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for problem in self.problems:
            if problem.row:
                refused[problem.row].append((problem.field, problem.message))
        for row, identity, state in zip(self.rows, self.identities, self.states, strict=True):
            problems = refused.pop(row.row, None) if state is RowState.REFUSED else None
            given = self._given(row.row) if problems else None
            yield (row.row, state.value, *identity, *_values(row), given, problems)
        for number, problems in refused.items():
            yield (number, RowState.REFUSED.value, *_NO_VALUES, False, self._given(number), problems)

    def _given(self, number: int) -> dict[str, str]:
        row: Row = self.table.rows[number - self.table.first_row]
        return {field: str(row[place] or "") for field, place in self.places.items()}


def _values(row: Entry) -> tuple[Any, ...]:
    who, described = (row.account, row.vehicle), (row.vintage, row.strategy, row.rounded)
    if isinstance(row, PositionRow):
        return (*who, row.as_of, None, None, row.commitment, row.paid_in, row.distributed, row.nav, None, *described)
    return (*who, row.date, row.type.value, row.amount, None, None, None, None, row.reference, *described)


def get_findings(actor: Actor, table: Table, options: ImportOptions, *, today: date) -> Findings:
    """Everything there is to say of a table read with `options`; reads the books, writes nothing."""
    checked = check_rows(table, options, today=today)
    identities = identify_rows(checked.entries)
    ground = get_ground(actor, checked.entries, identities)
    states, found = compare_rows(checked.entries, identities, ground)
    problems = sorted([*checked.problems, *found], key=lambda problem: problem.row)
    row_count = sum(1 for row in table.rows if row)
    summary = summarise(
        options.kind, row_count, checked.entries, states, problems, (*table.notes, *checked.notes), ground
    )
    places, _ = locate_fields(table.header, options)
    return Findings(table, places, checked.entries, identities, states, problems, ground, summary)
