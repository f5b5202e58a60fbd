"""The one module that begins, commits and rolls back transactions.

Writes use the session inside `@transactional` operations. Reads use `fetch_all` and its kin: SQL as
written, psycopg's parameters, rows by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import TIMESTAMP, Connection, Row, Text, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.types import UserDefinedType

from portal.platform import tenancy

P = ParamSpec("P")
R = TypeVar("R")
AnyRow = Row[*tuple[Any, ...]]
DatabaseUnavailable = OperationalError  # the server cannot be reached, or gave the connection up

CONTEXT = (
    "SELECT set_config('role', %(role)s, true), set_config('app.firm_id', %(firm)s, true),"
    " set_config('app.actor_id', %(actor)s, true)"
)


class Base(DeclarativeBase):
    """Parent of every table."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, datetime: TIMESTAMP(timezone=True)}


db = SQLAlchemy(session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"})
session = db.session


@event.listens_for(Session, "after_begin")
def _enter_tenancy(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Give the new transaction the rights of the tenancy in force, for its own length only."""
    context = tenancy.current()
    if context is None:
        values = {"role": "none", "firm": "", "actor": ""}
    else:
        values = {"role": context.role.value, "firm": _text(context.firm_id), "actor": _text(context.actor_id)}
    connection.exec_driver_sql(CONTEXT, values)


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)


def transactional(operation: Callable[P, R]) -> Callable[P, R]:
    """Run `operation` in one transaction; a nested operation joins its caller's."""

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        state = session().info
        if state.get("operation"):
            return operation(*args, **kwargs)
        state["operation"], state["after_commit"] = operation.__qualname__, {}
        try:
            result = operation(*args, **kwargs)
            session.commit()
        except BaseException:
            session.rollback()
            state["after_commit"].clear()
            raise
        finally:
            callbacks = state.pop("after_commit")
            state.pop("operation")
        for callback in callbacks:
            callback()
        return result

    run.__dict__["transactional"] = True
    return run


def after_commit(callback: Callable[[], None]) -> None:
    """Call `callback` once, after the current operation has committed; never if it fails."""
    try:
        session().info["after_commit"][callback] = None
    except KeyError:
        raise RuntimeError("after_commit() outside a @transactional operation") from None


def end_reading() -> None:
    """End a transaction that only read; RuntimeError inside a `@transactional` operation."""
    if not db_ready():
        return
    current = session()
    if current.info.get("operation"):
        raise RuntimeError("The tenancy cannot change inside a @transactional operation.")
    if current.in_transaction():
        session.rollback()


def db_ready() -> bool:
    """Whether an application context with a database is in force here."""
    from flask import has_app_context

    return has_app_context()


def fetch_all(statement: str, **parameters: Any) -> Sequence[AnyRow]:
    """All rows of `statement` (psycopg's `%(name)s` placeholders), in the current transaction."""
    return session.connection().exec_driver_sql(statement, parameters).all()


def fetch_one(statement: str, **parameters: Any) -> AnyRow | None:
    """The first row of `statement`, or None."""
    return session.connection().exec_driver_sql(statement, parameters).first()


def fetch_value(statement: str, **parameters: Any) -> Any:
    """The first column of the first row of `statement`, or None."""
    return session.connection().exec_driver_sql(statement, parameters).scalar()


def containing(search: str) -> str:
    """The LIKE pattern of texts that have `search` in them, taken as it is written."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def execute(statement: str, **parameters: Any) -> int:
    """Run a writing `statement` in the current operation; the number of rows it touched."""
    if not session().info.get("operation"):
        raise RuntimeError("A write outside a @transactional operation.")
    return session.connection().exec_driver_sql(statement, parameters).rowcount


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Stream `rows` by COPY into `table`, a temporary table of this transaction (COPY and row security exclude
    each other, so that bulk work goes through a staging table and one set-based statement)."""
    driver = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:  # type: ignore[union-attr]
        for row in rows:
            copy.write_row(row)


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The column's type in SQL."""
        return "xid8"


tenancy.at_borders(end_reading)
