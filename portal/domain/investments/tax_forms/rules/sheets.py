"""Allocations read from a sheet: a line for each account, a column for each box, and a line with the vehicle's
totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Sequence
from typing import NamedTuple

from portal.domain.investments.tax_forms.errors import SheetRefused
from portal.domain.investments.tax_forms.rules.cells import read_cell
from portal.domain.investments.tax_forms.values.boxes import Box, BoxKind, Layout
from portal.domain.investments.tax_forms.values.incomes import APART, income_of
from portal.domain.investments.tax_forms.values.runs import Boxes, Sheet, SheetProblem, SheetRow
from portal.platform.ids import name_key

MOST_LINES = 20_000
MOST_COLUMNS = 120
MOST_PROBLEMS = 100
TOTAL = "total"
ACCOUNT = "Account"


class SheetCell(NamedTuple):
    """A cell: where it stands and what is written there."""

    line: int
    box: Box
    text: str


def read_sheet(content: bytes, layout: Layout, places: int, accounts: Container[str] | None = None) -> Sheet:
    """The sheet in a CSV file (UTF-8; commas, semicolons or tabs). SheetRefused with all that is to mend, lines of
    accounts that are none of `accounts` too, which are known by the keys of their names and numbers."""
    lines = _lines(content)
    boxes = _boxes(lines[0][1], layout)
    problems: list[SheetProblem] = []
    found = [
        SheetRow(number, name_key(cells[0]), _values(number, cells, boxes, places, problems))
        for number, cells in lines[1:]
    ]
    totals = next((row.boxes for row in found if row.name == TOTAL), None)
    rows = [row for row in found if row.name != TOTAL]
    problems += _name_problems(found, layout)
    problems += [] if accounts is None else _find_strangers(rows, accounts)
    if totals is None:
        message = "Add a line “Total” with what the vehicle's own return says."
        problems.append(SheetProblem(lines[-1][0], ACCOUNT, message))
    if not rows:
        problems.append(SheetProblem(lines[0][0], ACCOUNT, "There is no line of an account."))
    if problems or totals is None:
        raise SheetRefused(sorted(problems)[:MOST_PROBLEMS])
    amounts = {box.code for box in boxes if box is not None and box.kind is BoxKind.AMOUNT}
    return Sheet(rows, {code: value for code, value in totals.items() if code in amounts})


def _name_problems(rows: Sequence[SheetRow], layout: Layout) -> list[SheetProblem]:
    """Lines of nobody's, and lines of the same account, and the same income where forms are apart by that."""
    problems: list[SheetProblem] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row.name, "" if row.name == TOTAL else income_of(layout.kind, row.boxes)
        if not row.name:
            problems.append(SheetProblem(row.line, ACCOUNT, "Say whose line this is, by the account's name or number."))
        elif key in seen:
            problems.append(SheetProblem(row.line, ACCOUNT, f"It stands in line {seen[key]} already."))
        seen.setdefault(key, row.line)
    return problems


def read_totals(text: str, layout: Layout, places: int) -> list[SheetRow]:
    """A vehicle's totals from lines of a box and what stands in it, with a semicolon or tab between them: one for each
    kind of income where forms are apart by that, which begins with its first box (1, the income code, of a Form
    1042-S). SheetRefused with what to mend: a partner's share in percent is each partner's own, and has no total."""
    found: list[tuple[int, dict[str, str]]] = [(1, {})]
    begins = APART.get(layout.kind, ("",))[0]
    problems: list[SheetProblem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        code, _, value = line.replace("\t", ";").partition(";")
        box = layout.find(code)
        if not line.strip():
            continue
        if box is None or (box.kind is BoxKind.RATE and box.code.startswith("J")):
            problems.append(SheetProblem(number, code.strip(), _unknown(code, layout)))
            continue
        if box.code == begins and begins in found[-1][1]:
            found.append((number, {}))
        if box.code in found[-1][1]:
            problems.append(SheetProblem(number, box.code, "This box stands in a line above already."))
        _keep(found[-1][1], SheetCell(number, box, value), places, problems)
    rows = [SheetRow(line, "", boxes) for line, boxes in found if boxes]
    problems += _repeated_incomes(rows, layout)
    if not rows and not problems:
        problems.append(SheetProblem(1, "", "Write a line for each box that is filled, such as “1; 125,000.00”."))
    if problems:
        raise SheetRefused(problems[:MOST_PROBLEMS])
    return rows


def _repeated_incomes(rows: Sequence[SheetRow], layout: Layout) -> list[SheetProblem]:
    incomes = [income_of(layout.kind, row.boxes) for row in rows]
    return [
        SheetProblem(row.line, "", "This income stands above already, with the same chapter and rate.")
        for place, row in enumerate(rows)
        if incomes[place] in incomes[:place]
    ]


def write_sheet(layout: Layout, rows: Sequence[tuple[str, Boxes]], totals: Boxes) -> tuple[list[str], list[list[str]]]:
    """The columns and lines of the sheet that gives these allocations when it is read again."""
    used = {code for _, boxes in rows for code in boxes} | set(totals)
    codes = sorted(used, key=layout.place) or [box.code for box in layout.boxes if not box.coded]
    lines = [[name, *(boxes.get(code, "") for code in codes)] for name, boxes in [*rows, ("Total", totals)]]
    return [ACCOUNT, *codes], lines


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetRefused([SheetProblem(1, "", "Save the sheet as CSV in UTF-8.")]) from error
    first = text.lstrip("\r\n").split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    try:
        read = list(enumerate(csv.reader(io.StringIO(text), delimiter=mark, strict=True), start=1))
    except csv.Error as error:
        raise SheetRefused([SheetProblem(1, "", "This is no CSV file: a quotation mark is left open.")]) from error
    lines = [(number, cells) for number, cells in read if any(cell.strip() for cell in cells)]
    if not lines or len(lines) > MOST_LINES or max(len(cells) for _, cells in lines) > MOST_COLUMNS:
        message = f"A sheet has a line of headings and up to {MOST_LINES:,} lines, with up to {MOST_COLUMNS} columns."
        raise SheetRefused([SheetProblem(1, "", message)])
    return lines


def _boxes(heads: Sequence[str], layout: Layout) -> list[Box | None]:
    boxes = [None, *(layout.find(head) for head in heads[1:])]
    problems = [
        SheetProblem(1, head.strip(), _unknown(head, layout))
        for head, box in zip(heads[1:], boxes[1:], strict=True)
        if box is None and head.strip()
    ]
    codes = [box.code for box in boxes if box is not None]
    problems += [
        SheetProblem(1, code, "This box has two columns.") for code in sorted(set(codes)) if codes.count(code) > 1
    ]
    if not codes and not problems:
        problems.append(SheetProblem(1, "", "The first line names the boxes: “Account”, then their numbers."))
    if problems:
        raise SheetRefused(problems[:MOST_PROBLEMS])
    return boxes


def _unknown(head: str, layout: Layout) -> str:
    near = next((box for box in layout.boxes if box.coded and box.code == head.strip()), None)
    if near is not None:
        return f"Box {near.code} has codes: write {near.code}A for its code A."
    return f"The form of {layout.year} has no such box, or it has no total."


def _values(
    number: int, cells: Sequence[str], boxes: Sequence[Box | None], places: int, problems: list[SheetProblem]
) -> Boxes:
    given: dict[str, str] = {}
    for place, text in enumerate(cells[1:], start=1):
        box = boxes[place] if place < len(boxes) else None
        if box is not None:
            _keep(given, SheetCell(number, box, text), places, problems)
        elif text.strip():
            problems.append(SheetProblem(number, "", "There is a value in a column without a heading."))
    return given


def _keep(given: dict[str, str], cell: SheetCell, places: int, problems: list[SheetProblem]) -> None:
    try:
        value = read_cell(cell.box, cell.text, places)
    except ValueError as error:
        problems.append(SheetProblem(cell.line, cell.box.code, str(error)))
        return
    if value:
        given[cell.box.code] = value


def _find_strangers(rows: Sequence[SheetRow], accounts: Container[str]) -> list[SheetProblem]:
    return [
        SheetProblem(row.line, ACCOUNT, "No account of this name or number held the vehicle in this year.")
        for row in rows
        if row.name and row.name not in accounts
    ]
