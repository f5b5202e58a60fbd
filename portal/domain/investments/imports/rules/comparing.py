"""Rows held against what stands in the ledger: which are new, which stand already, which cannot be posted."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.investments.imports.rules.keys import Identity
from portal.domain.investments.imports.values.records import Ground, HoldingGround, Origin, RowState
from portal.domain.investments.imports.values.tables import Entry, PositionRow, Problem
from portal.platform.ids import name_key


def compare_rows(
    rows: Sequence[Entry], identities: Sequence[Identity], ground: Ground
) -> tuple[list[RowState], list[Problem]]:
    """The state of each row, and a problem for each refused one.

    A row whose key stands with the same digest is skipped. Refused are: a key that stands with other content, a
    vehicle kept in another currency, a position of a holding that has dated transactions or a position of that
    date or later, and a transaction of a day that an opening balance already includes.
    """
    states = [RowState.NEW] * len(rows)
    problems = []
    for place, (row, identity) in enumerate(zip(rows, identities, strict=True)):
        standing = ground.standing.get(identity.key)
        if standing == identity.digest:
            states[place] = RowState.STANDING
            continue
        problem = _changed(row, ground.origins[identity.key]) if standing else _against_the_books(row, ground)
        if problem is not None:
            states[place] = RowState.REFUSED
            problems.append(problem)
    return states, problems


def _changed(row: Entry, origin: Origin) -> Problem:
    where = f"import “{origin.file_name}”" if origin.file_name else "the ledger"
    before = f"{where}, {origin.posted_on.isoformat()}"
    if isinstance(row, PositionRow):
        return Problem(
            row.row,
            "",
            f"This position was posted before with other figures ({before}). Undo what was posted, or correct the row.",
        )
    return Problem(
        row.row,
        "amount",
        f"This {row.type.value} was posted before with another amount ({before}). Undo what was posted, correct the "
        "amount, or give the row a reference of its own.",
    )


def _against_the_books(row: Entry, ground: Ground) -> Problem | None:
    vehicle = ground.vehicles.get(name_key(row.vehicle))
    if vehicle is None:
        return None
    if vehicle.currency != row.currency:
        return Problem(
            row.row,
            "vehicle",
            f"{row.vehicle} is kept in {vehicle.currency} and this import is in {row.currency}. Import the rows in "
            f"{vehicle.currency} on their own.",
        )
    account = ground.accounts.get(name_key(row.account))
    holding = ground.holdings.get((account, vehicle.id)) if account else None
    if holding is None:
        return None
    return _position(row, holding) if isinstance(row, PositionRow) else _dated(row, holding)


def _position(row: PositionRow, holding: HoldingGround) -> Problem | None:
    if holding.dated_on is not None:
        return Problem(
            row.row,
            "vehicle",
            f"This holding has dated transactions, the latest of {holding.dated_on.isoformat()}, so that its figures "
            "follow from them. Import a valuation as a transaction instead, or delete the row.",
        )
    if holding.opened_on is not None and row.as_of <= holding.opened_on:
        return Problem(
            row.row,
            "as_of",
            f"A position of {holding.opened_on.isoformat()} is posted for this holding, and positions follow one "
            "another. Undo that import and load both dates together, or delete the row.",
        )
    return None


def _dated(row: Entry, holding: HoldingGround) -> Problem | None:
    if isinstance(row, PositionRow) or holding.opened_on is None or row.date > holding.opened_on:
        return None
    return Problem(
        row.row,
        "date",
        f"The position of {holding.opened_on.isoformat()} already includes what happened until then. Delete the row, "
        "or undo the import of that position and load the whole history as transactions.",
    )
