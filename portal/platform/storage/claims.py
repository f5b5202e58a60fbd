"""Rows that say a file is in the store. A column that holds the key of one says so where it is declared, by `claim`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text

from portal.platform import db, tenancy

CLAIM = "file"  # under which a column's `info` has its FileColumn
PAGE = 500
FILES = """
SELECT firm_id, {key} COLLATE "C" AS key, '{table}' AS "table", {row} AS row_id, {digest}::text AS digest,
  {size}::bigint AS size, {drawn} AS drawn
FROM {table} WHERE firm_id = %(firm)s AND {key} IS NOT NULL AND NOT COALESCE(({unless}), false)
  AND {key} COLLATE "C" """
AFTER = f'({FILES} > %(after)s ORDER BY {{key}} COLLATE "C" LIMIT %(most)s)'
EQUAL = f"{FILES} = %(key)s"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """What is known of the files whose keys a column holds: the first segment of their keys; the columns of their
    digest and size, or None; the rows whose files may be gone (SQL); the column that names the row; whether they are
    drawn from other files, and can be again."""

    folder: str
    digest: str | None
    size: str | None
    unless: str
    row: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that says a file is there: the file's key, digest and size as far as they are known, and the row."""

    firm_id: UUID
    key: str
    table: str
    row_id: UUID
    digest: str | None
    size: int | None
    drawn: bool = False


def claim(
    folder: str,
    *,
    digest: str | None = None,
    size: str | None = None,
    unless: str = "false",
    row: str = "id",
    drawn: bool = False,
) -> dict[Any, Any]:
    """The `info` of a column of keys, each of a file below `folder` that is there as long as its row is, `unless` that
    condition holds; one that is `drawn` from others is no loss. The sweep throws away what lies below such a folder
    and in no row."""
    return {CLAIM: FileColumn(folder, digest, size, unless, row, drawn)}


def file_index(name: str, column: str) -> Index:
    """The index by which the sweep goes through a column of keys. Its migration adds `COLLATE "C"`, the order in which
    every store lists them, which a comparison of models and tables does not see."""
    return Index(name, "firm_id", column, postgresql_where=text(f"{column} IS NOT NULL"))


def file_columns() -> list[tuple[str, str, FileColumn]]:
    """Every column of keys: its table, its name, what is known of its files."""
    return [
        (name, column.name, column.info[CLAIM])
        for name, table in sorted(db.Base.metadata.tables.items())
        for column in table.columns
        if CLAIM in column.info
    ]


def file_folders() -> frozenset[str]:
    """The folders of the store whose files are claimed by rows."""
    return frozenset(column.folder for _, _, column in file_columns())


def list_claims(*, after: str = "", most: int = PAGE) -> list[Claim]:
    """Claims of the current firm in the order of their keys, those after `after`, in the firm's system tenancy."""
    found = db.fetch_all(
        f"{_union(AFTER)} ORDER BY key LIMIT %(most)s", firm=tenancy.current_firm_id(), after=after, most=most
    )
    return [Claim(*row) for row in found]


def find_claim(key: str) -> Claim | None:
    """The current firm's claim to this very key, or None."""
    row = db.fetch_one(_union(EQUAL), firm=tenancy.current_firm_id(), key=key)
    return None if row is None else Claim(*row)


def _union(arm: str) -> str:
    """The question of one column asked of all."""
    return " UNION ALL ".join(
        arm.format(
            table=table,
            key=name,
            row=column.row,
            digest=column.digest or "NULL",
            size=column.size or "NULL",
            drawn=str(column.drawn).lower(),
            unless=column.unless,
        )
        for table, name, column in file_columns()
    )
