"""Changing tables that people are working with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op


def add_index(name: str, table: str, columns: str, *, unique: bool = False) -> None:
    """Build an index, a `unique` one perhaps, while others read and write the table. It commits what the migration did
    before, so that it comes first in one; a half-built index of an earlier try is thrown away."""
    schema = table.split(".")[0]
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema}.{name}")
        op.execute(f"CREATE {'UNIQUE ' if unique else ''}INDEX CONCURRENTLY {name} ON {table} {columns}")


def replace_check(name: str, table: str, condition: str) -> None:
    """Put a check in the place of the one of this name, or of none, and look at the rows while others read and write
    the table: in the transaction that adds it, looking would keep everybody waiting. It commits what the migration did
    before, so that it comes first in one."""
    drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"
    with op.get_context().autocommit_block():
        op.execute(f"{drop}, ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


@contextmanager
def open_to_owner(*tables: str) -> Iterator[None]:
    """Let the owner of tables, to whom forced row security closes them too, fill them while others read and write:
    setting this aside waits for everybody, and nobody waits for the filling then. The portal never signs in as the
    owner. It commits what the migration did before and what is done inside, so that both must be able to come twice."""
    with op.get_context().autocommit_block():
        for table in tables:
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    with op.get_context().autocommit_block():
        for table in tables:
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
