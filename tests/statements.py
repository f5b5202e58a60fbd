"""What is sent to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

BOUNDARIES = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL", "SET CONSTRAINTS")


@contextmanager
def noted_statements() -> Iterator[list[str]]:
    """Collects what this process sends meanwhile, but for savepoints and the settings each transaction begins with."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def noting(cursor: psycopg.Cursor[Any], statement: Any, *more: Any, **options: Any) -> psycopg.Cursor[Any]:
        if not str(statement).startswith(BOUNDARIES):
            sent.append(str(statement))
        return execute(cursor, statement, *more, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noting)
        yield sent
