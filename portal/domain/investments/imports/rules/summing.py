"""What checking a file came to: counts, totals, and what posting would make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import compress

from portal.domain.investments.imports.rules.holders import guess_kind
from portal.domain.investments.imports.values.records import (
    CheckSummary,
    Ground,
    NewAccount,
    NewVehicle,
    RowState,
    Total,
)
from portal.domain.investments.imports.values.tables import (
    AMOUNT_FIELDS,
    Entry,
    ImportKind,
    PositionRow,
    Problem,
    TransactionRow,
    TransactionType,
)
from portal.platform.ids import name_key

LISTED = 200  # more new names than that are counted, not listed


def rows_to_post(rows: Sequence[Entry], states: Sequence[RowState]) -> list[Entry]:
    """The rows that are new."""
    return list(compress(rows, (state is RowState.NEW for state in states)))


def new_accounts(rows: Iterable[Entry], ground: Ground) -> list[NewAccount]:
    """The accounts that `rows` name and nobody has, as they are first written."""
    names = {name_key(name): name for name in reversed(list(dict.fromkeys(row.account for row in rows)))}
    unknown = [name for key, name in reversed(names.items()) if key not in ground.accounts]
    return [NewAccount(name, guess_kind(name)) for name in unknown]


def new_vehicles(rows: Sequence[Entry], ground: Ground) -> list[NewVehicle]:
    """The vehicles that `rows` name and nobody has set up, with the first vintage and strategy stated for each."""
    found: dict[str, NewVehicle] = {}
    for name, vintage, strategy, currency in dict.fromkeys(
        (row.vehicle, row.vintage, row.strategy, row.currency) for row in rows
    ):
        key = name_key(name)
        if key in ground.vehicles:
            continue
        before = found.get(key, NewVehicle(name, currency, None, None))
        found[key] = NewVehicle(before.name, currency, before.vintage or vintage, before.strategy or strategy)
    return list(found.values())


def total_rows(rows: Sequence[Entry], kind: ImportKind) -> tuple[Total, ...]:
    """Positions by figure, transactions by type."""
    if kind is ImportKind.POSITIONS:
        positions = [row for row in rows if isinstance(row, PositionRow)]
        return tuple(
            Total(figure, len(positions), sum((getattr(row, figure) for row in positions), Decimal(0)))
            for figure in AMOUNT_FIELDS[kind]
        )
    counts: Counter[TransactionType] = Counter()
    sums: dict[TransactionType, Decimal] = {}
    for row in rows:
        if isinstance(row, TransactionRow):
            counts[row.type] += 1
            sums[row.type] = sums.get(row.type, Decimal(0)) + row.amount
    return tuple(Total(each.value, counts[each], sums[each]) for each in TransactionType if each in counts)


def summarise(
    kind: ImportKind,
    row_count: int,
    rows: Sequence[Entry],
    states: Sequence[RowState],
    problems: Sequence[Problem],
    notes: Sequence[str],
    ground: Ground,
) -> CheckSummary:
    """Everything the preview says above its rows. `rows` are the sound ones with their `states`; `problems` are all
    there are, those of row 0 about the file."""
    fresh = rows_to_post(rows, states)
    accounts, vehicles = new_accounts(fresh, ground), new_vehicles(fresh, ground)
    days = [row.as_of if isinstance(row, PositionRow) else row.date for row in fresh]
    return CheckSummary(
        rows=row_count,
        new=len(fresh),
        standing=sum(state is RowState.STANDING for state in states),
        refused=len({problem.row for problem in problems if problem.row}),
        problems=len(problems),
        file_problems=tuple(problem for problem in problems if not problem.row),
        notes=tuple(notes),
        totals=total_rows(fresh, kind),
        accounts=tuple(accounts[:LISTED]),
        account_count=len(accounts),
        vehicles=tuple(vehicles[:LISTED]),
        vehicle_count=len(vehicles),
        first_on=min(days, default=None),
        last_on=max(days, default=None),
    )
