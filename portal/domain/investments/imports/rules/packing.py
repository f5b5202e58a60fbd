"""Options, layouts and summaries as JSON, to be kept and read again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.domain.investments.imports.values.records import CheckSummary, Layout, NewAccount, NewVehicle, Total
from portal.domain.investments.imports.values.tables import (
    DateFormat,
    ImportKind,
    ImportOptions,
    NumberFormat,
    Problem,
    Table,
)
from portal.domain.people.investor_accounts.values import AccountKind

Json = dict[str, Any]
_SAMPLE_ROWS = 5


def layout_of(table: Table) -> Layout:
    """What is kept of a table to choose its columns by."""
    rows = [row for row in table.rows if row]
    sample = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows[:_SAMPLE_ROWS])
    return Layout(table.header, sample, len(rows), table.notes)


def habits_of(options: ImportOptions) -> ImportOptions:
    """What is remembered for the next file of this shape: not what is true of one file only."""
    return replace(options, account=None, vehicle=None, date=None, owner=None)


def pack_options(options: ImportOptions) -> str:
    """Options as JSON."""
    plain = {
        "kind": options.kind.value,
        "mapping": dict(options.mapping),
        "scale": f"{options.scale:f}",
        "currency": options.currency,
        "account": options.account,
        "vehicle": options.vehicle,
        "date": options.date.isoformat() if options.date else None,
        "date_format": options.date_format.value,
        "number_format": options.number_format.value,
        "owner": options.owner,
    }
    return json.dumps(plain)


def unpack_options(kept: Json) -> ImportOptions:
    """Options out of JSON."""
    return ImportOptions(
        kind=ImportKind(kept["kind"]),
        mapping=kept["mapping"],
        scale=Decimal(kept["scale"]),
        currency=kept["currency"],
        account=kept["account"],
        vehicle=kept["vehicle"],
        date=dt.date.fromisoformat(kept["date"]) if kept["date"] else None,
        date_format=DateFormat(kept["date_format"]),
        number_format=NumberFormat(kept["number_format"]),
        owner=kept["owner"],
    )


def pack_layout(layout: Layout) -> str:
    """A layout as JSON."""
    return json.dumps({name: getattr(layout, name) for name in Layout.__dataclass_fields__})


def unpack_layout(kept: Json) -> Layout:
    """A layout out of JSON."""
    sample = tuple(tuple(row) for row in kept["sample"])
    return Layout(tuple(kept["header"]), sample, kept["rows"], tuple(kept["notes"]))


def pack_summary(summary: CheckSummary) -> str:
    """A summary as JSON."""
    plain = {name: getattr(summary, name) for name in CheckSummary.__dataclass_fields__}
    plain |= {
        "totals": [(total.figure, total.rows, f"{total.amount:f}") for total in summary.totals],
        "first_on": summary.first_on.isoformat() if summary.first_on else None,
        "last_on": summary.last_on.isoformat() if summary.last_on else None,
    }
    return json.dumps(plain)


def unpack_summary(kept: Json) -> CheckSummary:
    """A summary out of JSON."""
    return CheckSummary(
        **kept
        | {
            "file_problems": tuple(Problem(*each) for each in kept["file_problems"]),
            "notes": tuple(kept["notes"]),
            "totals": tuple(Total(figure, rows, Decimal(amount)) for figure, rows, amount in kept["totals"]),
            "accounts": tuple(NewAccount(name, AccountKind(kind)) for name, kind in kept["accounts"]),
            "vehicles": tuple(NewVehicle(*each) for each in kept["vehicles"]),
            "first_on": dt.date.fromisoformat(kept["first_on"]) if kept["first_on"] else None,
            "last_on": dt.date.fromisoformat(kept["last_on"]) if kept["last_on"] else None,
        }
    )
