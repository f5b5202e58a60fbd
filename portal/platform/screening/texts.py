"""Tables of plain text: readable, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from portal.platform.screening.values import ScreeningRefused

_MARKUP = re.compile(r"\s*<(!doctype|html|script|svg|\?xml|\?php|body|iframe)", re.IGNORECASE)
# A number, a date or a telephone number may start with a sign; a call of a function or a program may not.
_RUNS = re.compile(r"[=@]|[+-].*[(|!]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_CELL = 100_000


def screen_csv(source: Path, target: Path) -> None:
    """Writes the table to `target` as UTF-8; ScreeningRefused names the row that a spreadsheet would run.

    Read as UTF-8, UTF-16 with its mark, or Windows-1252.
    """
    text = _decoded(source.read_bytes())
    if _CONTROLS.search(text) or _MARKUP.match(text):
        raise ScreeningRefused(
            "wrong_content",
            "Its name says CSV table, but it holds something else. Save the table as CSV and upload that.",
        )
    _require_harmless(text)
    target.write_bytes(text.encode())


def _decoded(content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for code in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    raise ScreeningRefused(
        "wrong_content", "The table is written in an unknown way. Save it as “CSV UTF-8” and upload that."
    )


def _require_harmless(text: str) -> None:
    lines = text.splitlines()
    first = lines[0] if lines else ""
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            for cell in row:
                if _RUNS.match(cell.strip()):
                    raise ScreeningRefused(
                        "formula",
                        f"Row {number} holds a formula, which a spreadsheet would run. "
                        "Save the values instead of the formulas and upload that.",
                    )
    except csv.Error as error:
        raise ScreeningRefused(
            "damaged", "The table cannot be read. Open it in a spreadsheet, save it as CSV and upload that."
        ) from error
