"""Tables of plain text: readable, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from portal.platform.screening.values import ScreeningRefused

_MARKUP = re.compile(r"\s*<(!doctype|html|script|svg|\?xml|\?php|body|iframe)", re.IGNORECASE)
# Where a cell begins, whichever separator the reader's spreadsheet goes by, in quotation marks or not.
_CELL = r"(?:^|[,;\t|])[^\S\n]*[\"'\s]{0,9}"
# A number, a date, a telephone number or a remark may start with a sign; a call of a function or a program may not.
# Spreadsheets of East Asia take the wide signs too.
_RUNS = re.compile(
    _CELL + r"(?:[=@＝＠]|[+\-＋－][^,;\t\n]*?(?:[\w.]\(|[A-Za-z]\s*\|[^\n]*!|\w!\$?\w))",
    re.MULTILINE,
)
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
    _require_harmless(text.replace("\r\n", "\n").replace("\r", "\n"))
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
    if runs := _RUNS.search(text):
        row = text.count("\n", 0, runs.end()) + 1
        raise ScreeningRefused(
            "formula",
            f"Row {row} holds a formula, which a spreadsheet would run. "
            "Save the values instead of the formulas and upload that.",
        )
    first = text.partition("\n")[0]
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count)):
            pass
    except csv.Error as error:
        raise ScreeningRefused(
            "damaged", "The table cannot be read. Open it in a spreadsheet, save it as CSV and upload that."
        ) from error
