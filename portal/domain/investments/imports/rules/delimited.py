"""Rows out of CSV: encoding and delimiter are found out, quoted line breaks stay in their cell."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from portal.domain.investments.imports.errors import DamagedFile, WrongFileType
from portal.domain.investments.imports.rules.grids import MAX_CELLS, Grid, gathered, too_large
from portal.domain.investments.imports.values.tables import Cell

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_ROWS = 50
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)


def read_delimited(content: bytes) -> Grid:
    """All rows of a delimited text file; raises UnreadableFile saying what to do."""
    text, encoding = _decoded(content)
    stated = _SEPARATOR_LINE.match(text)  # Excel's own hint, which it does not show as a row
    if stated:
        text = text[stated.end() :]
    delimiter = stated[1] if stated else sniff_delimiter(text)
    if text.count(delimiter) > MAX_CELLS:
        raise too_large()
    return Grid(gathered(_records(text, delimiter)), encoding=encoding, delimiter=delimiter)


def sniff_delimiter(text: str) -> str:
    """The delimiter under which the first rows agree best on their number of cells; a comma if none does."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[bool, int, int]:
    """How well a delimiter explains a sample: rows agree, few lines stand before the header, many columns."""
    widths = []
    for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
        if "".join(record).strip():
            widths.append(len(record))
        if len(widths) == _SAMPLE_ROWS:
            break
    skipped = next((place for place, width in enumerate(widths) if width > 1), None)
    if skipped is None:
        return False, -len(widths), 0
    table = widths[skipped:]
    agreeing = sum(width == table[0] for width in table)
    return agreeing * 5 >= len(table) * 4, -skipped, table[0]


def _records(text: str, delimiter: str) -> Iterator[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):  # noqa: B007 the error names the row it got to
            yield [cell or None for cell in record] if "".join(record).strip() else []
    except csv.Error:
        raise DamagedFile(
            f"Row {number + 1} has a quotation mark that does not close, or text after one that does. "
            "Write a quotation mark inside a value twice, or save the sheet as CSV again."
        )


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in (_encoding(content), "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text):
            return text, encoding.removesuffix("-sig")
    raise WrongFileType(
        "The file is not readable as text. Save it as “CSV UTF-8” or as an Excel workbook (.xlsx) and upload that."
    )


def _encoding(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:200]
    if start[1::2].count(0) * 4 > len(start):  # Latin letters in UTF-16 have a zero in every other byte
        return "utf-16-le"
    if start[0::2].count(0) * 4 > len(start):
        return "utf-16-be"
    return "utf-8"
