"""Imports for tests: small files taken from upload to posting, the jobs done in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.queries.imports import get_import, list_import_rows
from portal.domain.investments.imports.services.checks import choose_import_options
from portal.domain.investments.imports.services.commands import import_file
from portal.domain.investments.imports.services.postings import queue_posting, queue_undo
from portal.domain.investments.imports.services.uploads import start_import
from portal.domain.investments.imports.values.records import Import, ImportOutcome, PreviewRow
from portal.domain.investments.imports.values.tables import ImportKind, ImportOptions
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.values import HoldingFigures
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.domain.investments.imports.files import csv_file

POSITIONS = ("account", "vehicle", "as_of", "commitment", "paid_in", "distributed", "nav")
TRANSACTIONS = ("account", "vehicle", "date", "type", "amount", "reference")
Rows = Sequence[Sequence[object]]


def options_for(header: Sequence[str], **changes: Any) -> ImportOptions:
    """Every column by its own name; positions where there is a NAV."""
    kind = ImportKind.POSITIONS if "nav" in header else ImportKind.TRANSACTIONS
    return replace(ImportOptions(kind, {name: name for name in header}), **changes)


def history(rows: Rows, header: Sequence[str] = TRANSACTIONS) -> bytes:
    """The rows as a CSV file."""
    return csv_file([header, *rows])


def post_file(actor: Actor, rows: Rows, header: Sequence[str] = TRANSACTIONS, **changes: Any) -> ImportOutcome:
    """Check and post the rows as a command does."""
    dry_run = changes.pop("dry_run", False)
    with acting_as(actor.tenancy):
        return import_file(
            actor, name="history.csv", content=history(rows, header), options=options_for(header, **changes),
            dry_run=dry_run,
        )  # fmt: skip


def checked(actor: Actor, rows: Rows, header: Sequence[str] = TRANSACTIONS, **changes: Any) -> Import:
    """An import uploaded and checked, waiting for its posting."""
    with acting_as(actor.tenancy):
        import_id = start_import(actor, name="history.csv", content=history(rows, header))
        choose_import_options(actor, import_id, options_for(header, **changes))
    drain()
    return seen(actor, import_id)


def posted(actor: Actor, rows: Rows, header: Sequence[str] = TRANSACTIONS, **changes: Any) -> Import:
    """An import uploaded, checked and posted."""
    found = checked(actor, rows, header, **changes)
    with acting_as(actor.tenancy):
        queue_posting(actor, found.id, attempt=found.attempt)
    drain()
    return seen(actor, found.id)


def undone(actor: Actor, import_id: UUID) -> Import:
    """The import after it was taken back."""
    with acting_as(actor.tenancy):
        queue_undo(actor, import_id)
    drain()
    return seen(actor, import_id)


def seen(actor: Actor, import_id: UUID) -> Import:
    """The import as it stands now."""
    with acting_as(actor.tenancy):
        return get_import(actor, import_id)


def preview(actor: Actor, import_id: UUID) -> Sequence[PreviewRow]:
    """Its rows as the preview shows them."""
    with acting_as(actor.tenancy):
        return list_import_rows(actor, import_id)


def holdings_of(actor: Actor, as_of: str = "2026-11-01") -> list[HoldingFigures]:
    """What the actor sees of the ledger."""
    with acting_as(actor.tenancy):
        return list_holdings(actor, as_of=date.fromisoformat(as_of))
