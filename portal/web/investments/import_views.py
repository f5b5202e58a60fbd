"""What the pages of an import show beyond its values: the bar of a running job, a page of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.queries.imports import find_previous_place, list_import_rows
from portal.domain.investments.imports.values.records import CheckSummary, Import, PreviewRow, RowState
from portal.domain.investments.imports.values.tables import AMOUNT_FIELDS, DATE_FIELD, ImportKind, ImportOptions
from portal.platform import clock
from portal.platform.errors import NotFound
from portal.platform.progress import find_progress

ROWS = 50
PATIENCE = 20  # seconds without a worker after which the page says where to look
PHASES = {
    "reading": "Reading the file",
    "checking": "Checking every row",
    "comparing": "Comparing with the ledger",
    "keeping": "Preparing the preview",
    "posting": "Posting to the ledger",
    "balancing": "Balancing the books",
    "undoing": "Taking back what was posted",
}
SHOWN = {"": None, "problems": RowState.REFUSED, "new": RowState.NEW, "standing": RowState.STANDING}


@dataclass(frozen=True, slots=True)
class Bar:
    """A running job: what it does, how far it is, at what rate. `total` is None where it is not known yet."""

    label: str
    done: int
    total: int | None
    rate: int | None
    seconds_left: int | None
    waits_long: bool


def progress_of(found: Import) -> Bar:
    """How far the job has come that is at this import."""
    told = find_progress(found.id)
    elapsed = (clock.now() - found.changed_at).total_seconds()
    if told is None or told.phase not in PHASES:
        return Bar("Waiting for a worker", 0, None, None, None, waits_long=elapsed > PATIENCE)
    if not told.done:
        return Bar(PHASES[told.phase], 0, None, None, None, waits_long=False)
    rate = round(told.done / elapsed) if elapsed > 1 else None
    left = round((told.total - told.done) / rate) if rate else None
    return Bar(PHASES[told.phase], told.done, told.total, rate, left, waits_long=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of an import's rows, with its tabs and its ways on."""

    options: ImportOptions
    summary: CheckSummary
    columns: tuple[str, ...]
    amounts: tuple[str, ...]
    tabs: tuple[tuple[str, str, bool, int], ...]
    rows: Sequence[PreviewRow]
    shown: str
    previous_url: str | None
    next_url: str | None


def preview_of(actor: Actor, found: Import, arguments: Mapping[str, str]) -> Preview:
    """The rows that ?show= narrows to, those after row ?after=."""
    if found.options is None or found.summary is None:
        raise NotFound
    shown, after = arguments.get("show", ""), arguments.get("after", "0")
    if shown not in SHOWN or not after.isdecimal() or len(after) > 9:
        raise NotFound
    state = SHOWN[shown]
    rows = list_import_rows(actor, found.id, state=state, after=int(after), most=ROWS + 1)
    page, kind = rows[:ROWS], found.options.kind
    previous = find_previous_place(actor, found.id, state=state, before=page[0].row, most=ROWS) if page else None
    return Preview(
        found.options,
        found.summary,
        (DATE_FIELD[kind], *(("type",) if kind is ImportKind.TRANSACTIONS else ())),
        AMOUNT_FIELDS[kind],
        _tabs(found.id, found.summary, shown),
        page,
        shown,
        None if previous is None else _url(found.id, shown, previous),
        _url(found.id, shown, page[-1].row) if len(rows) > ROWS else None,
    )


def _tabs(import_id: UUID, summary: CheckSummary, shown: str) -> tuple[tuple[str, str, bool, int], ...]:
    counted = (
        ("All rows", "", summary.new + summary.standing + summary.refused),
        ("With problems", "problems", summary.refused),
        ("To be posted", "new", summary.new),
        ("Posted before", "standing", summary.standing),
    )
    return tuple((label, _url(import_id, key), key == shown, count) for label, key, count in counted)


def _url(import_id: UUID, shown: str, after: int = 0) -> str:
    return url_for("imports.show", import_id=import_id, show=shown or None, after=after or None)
