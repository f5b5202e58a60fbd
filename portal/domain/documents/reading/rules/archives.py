"""Names inside an archive, and the list of what is in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from datetime import UTC

from portal.domain.documents.reading.values.archives import Filed
from portal.platform.screening.names import clean_name
from portal.platform.spreadsheets import defused

MANIFEST, README = "Contents.csv", "README.txt"
README_TEXT = """Documents from the investor portal of {firm}

Each document lies under its account, its vehicle and its type, byte for byte as it was published: PDF, or the format
in which it was filed (DOCX, XLSX, CSV, PNG, JPEG).

Contents.csv lists them: UTF-8, commas, first line: names of the columns.
  Path       where it lies in this archive
  Title      what it is called in the portal
  Type       statement, notice, tax_form and so on
  Version    which of its versions this is
  Bytes      its size
  SHA-256    its digest: compare it to see that the file is whole
  Published  when it was published (ISO 8601, UTC)
A text there that a spreadsheet would take for a formula stands behind an apostrophe.

All that the portal holds of you in figures (holdings, transactions, calls, distributions, returns) is in the archive
that you ask for under “Privacy”, “Your data”.
"""
DEEPEST = 6
COLUMNS = ("Path", "Title", "Type", "Version", "Bytes", "SHA-256", "Published")


def place_in_archive(filed: Filed, taken: Collection[str]) -> str:
    """The path of a file in an archive: safe on every system, and not one of `taken`, whatever the case of letters.

    Names lose what hides, steers or leads out; of the folders the innermost DEEPEST count.
    """
    folders = [clean_name(folder) for folder in filed.folders[-DEEPEST:]]
    used = {path.casefold() for path in (*taken, MANIFEST, README)}
    name = clean_name(filed.name)
    stem, dot, extension = name.rpartition(".") if "." in name else (name, "", "")
    for turn in range(1, len(used) + 2):
        again = f"{stem} ({turn})" if turn > 1 else stem
        path = "/".join([*folders, f"{again}{dot}{extension}"])
        if path.casefold() not in used:
            return path
    raise AssertionError("There are more names than paths that are taken.")


def write_readme(*, firm: str) -> bytes:
    """The page that says in plain words what stands where in an archive, in UTF-8."""
    return README_TEXT.format(firm=firm).encode()


def write_manifest(files: Iterable[tuple[str, Filed]]) -> bytes:
    """The list of contents as CSV, in UTF-8 with its mark: path, title, type, version, bytes, SHA-256, when published
    (ISO 8601, UTC). A text that a spreadsheet would run stands behind an apostrophe."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for path, filed in files:
        published = filed.published_at.astimezone(UTC).isoformat() if filed.published_at else ""
        words = (defused(text) for text in (path, filed.title, filed.type))
        writer.writerow([*words, filed.version, filed.size, filed.digest, published])
    return buffer.getvalue().encode()
