"""What checking came to, and that it is read back as it was kept."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from portal.domain.investments.imports.rules.packing import (
    habits_of,
    layout_of,
    pack_layout,
    pack_options,
    pack_summary,
    unpack_layout,
    unpack_options,
    unpack_summary,
)
from portal.domain.investments.imports.rules.summing import summarise
from portal.domain.investments.imports.values.records import (
    CheckSummary,
    Ground,
    NewAccount,
    NewVehicle,
    RowState,
    Total,
    VehicleGround,
)
from portal.domain.investments.imports.values.tables import (
    DateFormat,
    Entry,
    ImportKind,
    ImportOptions,
    PositionRow,
    Problem,
    Table,
    TransactionRow,
    TransactionType,
)
from portal.domain.people.investor_accounts.values import AccountKind

KNOWN = Ground({"known llc": uuid4()}, {"fund a": VehicleGround(uuid4(), "USD")}, {}, {}, {})
OPTIONS = ImportOptions(
    ImportKind.POSITIONS, {"nav": "NAV"}, Decimal("1E+6"), "EUR", "A", "B", dt.date(2020, 1, 1), DateFormat.ISO,
    owner="ada@example.com",
)  # fmt: skip


def paid(row: int, account: str, vehicle: str, amount: str, kind: str = "contribution") -> TransactionRow:
    day = dt.date(2020, 1, row)
    return TransactionRow(row, account, vehicle, day, TransactionType(kind), Decimal(amount), None, "USD")


def summary_of(rows: list[Entry], states: list[RowState], kind: ImportKind = ImportKind.TRANSACTIONS) -> CheckSummary:
    problems = [Problem(0, "nav", "x"), Problem(9, "amount", "y"), Problem(9, "date", "z")]
    return summarise(kind, 9, rows, states, problems, ["note"], KNOWN)


def test_only_rows_to_be_posted_count_and_make_accounts_and_vehicles() -> None:
    rows: list[Entry] = [
        paid(2, "New Trust", "Fund B", "1.50"),
        paid(3, "NEW  trust", "fund b", "2", "fee"),
        paid(4, "Known LLC", "FUND A", "4"),
        paid(5, "Other", "Fund C", "8"),
    ]
    found = summary_of(rows, [RowState.NEW, RowState.NEW, RowState.NEW, RowState.STANDING])
    assert (found.rows, found.new, found.standing, found.refused, found.problems) == (9, 3, 1, 1, 3)
    assert found.totals == (Total("contribution", 2, Decimal("5.50")), Total("fee", 1, Decimal(2)))
    assert found.accounts == (NewAccount("New Trust", AccountKind.TRUST),)
    assert found.vehicles == (NewVehicle("Fund B", "USD", None, None),)
    assert (found.first_on, found.last_on) == (dt.date(2020, 1, 2), dt.date(2020, 1, 4))
    assert found.file_problems == (Problem(0, "nav", "x"),)
    assert not found.ready


def test_the_first_vintage_and_strategy_stated_describe_a_vehicle() -> None:
    row = PositionRow(2, "A", "Fund B", dt.date(2020, 1, 1), *[Decimal(3)] * 4, "USD")
    rows: list[Entry] = [row, row._replace(account="B", vintage=2019), row._replace(account="C", strategy="Buyout")]
    found = summary_of(rows, [RowState.NEW] * 3, ImportKind.POSITIONS)
    assert found.vehicles == (NewVehicle("Fund B", "USD", 2019, "Buyout"),)
    assert found.totals[0] == Total("commitment", 3, Decimal(9))


def test_what_is_kept_is_read_back() -> None:
    assert unpack_options(_read(pack_options(OPTIONS))) == OPTIONS
    layout = layout_of(Table(("a", "b"), [("x", None), (), (Decimal("1.0"), dt.date(2020, 1, 1))], notes=("n",)))
    assert layout.sample == (("x", ""), ("1.0", "2020-01-01"))
    assert layout.rows == 2
    assert unpack_layout(_read(pack_layout(layout))) == layout
    found = summary_of([paid(2, "New Trust", "Fund B", "1.50")], [RowState.NEW])
    assert unpack_summary(_read(pack_summary(found))) == found


def test_what_is_true_of_one_file_only_is_not_remembered() -> None:
    assert habits_of(OPTIONS) == replace(OPTIONS, account=None, vehicle=None, date=None, owner=None)


def _read(text: str) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(text)
    return parsed
