"""The one module that begins, commits and rolls back transactions.

Writes use the session inside `@transactional` operations. Reads use `fetch_all` and its kin: SQL as
written, psycopg's parameters, rows by name. Outside an operation they go to the driver directly, since the way
through the session costs as much as the question.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import TIMESTAMP, Connection, Text, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import UserDefinedType

from portal.platform import tenancy
from portal.platform.reading import Reading as Reading
from portal.platform.tenancy import Tenancy

P = ParamSpec("P")
R = TypeVar("R")
AnyRow = Any  # a tuple whose parts have the names of the columns
DatabaseUnavailable = OperationalError  # the server cannot be reached, or gave the connection up

CONTEXT = "SET LOCAL ROLE {role}; SET LOCAL app.firm_id = '{firm}'; SET LOCAL app.actor_id = '{actor}'"
ENTERED = "portal.entered"  # the tenancy a connection or session works in, as far as it knows
LEFT_AT = "portal.left_at"
READING = "portal.reading"
TOGETHER = "together"  # the name of a transaction around several operations
CHECK_WHAT_WAITS = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
IDLE_SECONDS = 1.0


class Base(DeclarativeBase):
    """Parent of every table."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, datetime: TIMESTAMP(timezone=True)}


db = SQLAlchemy(
    session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"},
    engine_options={"connect_args": {"autocommit": True}},  # transactions begin and end below
)
session = db.session


def init_app(app: Flask) -> None:
    """Give `app` its engine, set up so that a read costs three trips to the server: begin in the tenancy, ask, end."""
    db.init_app(app)
    app.teardown_appcontext(_stop_reading)  # before the session goes, as what is set up last is torn down first
    with app.app_context():
        event.listen(db.engine, "begin", _begin)
        event.listen(db.engine, "rollback", _roll_back)
        event.listen(db.engine, "checkin", _note_leaving)
        event.listen(db.engine, "checkout", _refuse_dead)


def _begin(connection: Connection) -> None:
    """Begin a transaction and enter the tenancy in force, in one trip."""
    context = tenancy.current()
    connection.info[ENTERED] = context
    connection.exec_driver_sql(f"BEGIN; {_rights_of(context)}")


def _roll_back(connection: Connection) -> None:
    """End the transaction by a statement of our own: after the driver's, which forgets the statements it has prepared,
    every read would be planned anew."""
    if not connection.invalidated:
        connection.exec_driver_sql("ROLLBACK")


def _note_leaving(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[LEFT_AT] = time.monotonic()


def _refuse_dead(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that was not used for a while whether it still lives; the pool opens another if not."""
    if time.monotonic() - record.info.get(LEFT_AT, math.inf) > IDLE_SECONDS:
        try:
            connection.execute("")
        except psycopg.OperationalError as error:
            raise DisconnectionError from error


@event.listens_for(Session, "after_begin")
def _enter_tenancy(begun: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Give the new transaction the rights of the tenancy in force, for its own length only, unless it began with them:
    it may be a savepoint in a transaction that began with others."""
    context = tenancy.current()
    if connection.info.pop(ENTERED, False) is not context:
        connection.exec_driver_sql(_rights_of(context))
    begun.info[ENTERED] = context


def _rights_of(context: Tenancy | None) -> str:
    if context is None:
        return CONTEXT.format(role="none", firm="", actor="")
    rights = CONTEXT.format(role=context.role.value, firm=_text(context.firm_id), actor=_text(context.actor_id))
    return f"{rights}; SET LOCAL transaction_read_only = on" if context.read_only else rights


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)


def transactional(operation: Callable[P, R]) -> Callable[P, R]:
    """Run `operation` in one transaction; a nested operation joins its caller's."""

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        within = session().info.get("operation")
        if within is None:
            with _committed(operation.__qualname__):
                return operation(*args, **kwargs)
        if within == TOGETHER:
            with _apart(operation.__qualname__):
                return operation(*args, **kwargs)
        return operation(*args, **kwargs)

    run.__dict__["transactional"] = True
    return run


@contextmanager
def together() -> Iterator[None]:
    """One transaction around several operations. Each of them stands or falls by itself, in the tenancy it is called
    in; what stands is committed at the end. An exception that leaves the block takes all of it back."""
    if session().info.get("operation"):
        raise RuntimeError("together() inside a @transactional operation.")
    with _committed(TOGETHER):
        yield


@contextmanager
def _committed(name: str) -> Iterator[None]:
    """The transaction of an operation of this name, then what was to follow its commit."""
    state = session().info
    _stop_reading()
    state["operation"], state["after_commit"] = name, {}
    try:
        yield
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


@contextmanager
def _apart(name: str) -> Iterator[None]:
    """A savepoint for one of several operations; what a commit would check is checked at its end, with its rights."""
    state = session().info
    state["operation"], callbacks = name, dict(state["after_commit"])
    try:
        with session.begin_nested():
            yield
            session.flush()
            session.connection().exec_driver_sql(CHECK_WHAT_WAITS)
    except BaseException:
        state["after_commit"], state[ENTERED] = callbacks, None
        raise
    finally:
        state["operation"] = TOGETHER


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
    if current.info.get("operation") == TOGETHER:
        return
    if current.info.get("operation"):
        raise RuntimeError("The tenancy cannot change inside a @transactional operation.")
    _stop_reading()
    if current.in_transaction():
        session.rollback()


def _stop_reading(_error: BaseException | None = None) -> None:
    reading: Reading | None = session().info.pop(READING, None)
    if reading is not None:
        reading.end()


def db_ready() -> bool:
    """Whether an application context with a database is in force here."""
    from flask import has_app_context

    return has_app_context()


def _ask(statement: str, parameters: dict[str, Any]) -> Any:
    """The answer to `statement`, in the current operation or else in a transaction that only reads."""
    state = session().info
    if state.get("operation"):
        return _connection().exec_driver_sql(statement, parameters)
    if READING not in state:
        state[READING] = Reading(db.engine, _rights_of(tenancy.current()))
    return state[READING].ask(statement, parameters)


def fetch_all(statement: str, **parameters: Any) -> Sequence[AnyRow]:
    """All rows of `statement` (psycopg's `%(name)s` placeholders), in the current transaction."""
    rows: Sequence[AnyRow] = _ask(statement, parameters).fetchall()
    return rows


def fetch_one(statement: str, **parameters: Any) -> AnyRow | None:
    """The first row of `statement`, or None."""
    return _ask(statement, parameters).fetchone()


def fetch_value(statement: str, **parameters: Any) -> Any:
    """The first column of the first row of `statement`, or None."""
    row = fetch_one(statement, **parameters)
    return None if row is None else row[0]


def containing(search: str) -> str:
    """The LIKE pattern of texts that have `search` in them, taken as it is written."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def execute(statement: str, **parameters: Any) -> int:
    """Run a writing `statement` in the current operation; the number of rows it touched."""
    if not session().info.get("operation"):
        raise RuntimeError("A write outside a @transactional operation.")
    return _connection().exec_driver_sql(statement, parameters).rowcount


def _connection() -> Connection:
    """That of the current operation. Between several that are one transaction it takes on the tenancy in force."""
    connection, state, context = session.connection(), session().info, tenancy.current()
    if state["operation"] == TOGETHER and state.get(ENTERED) is not context:
        connection.exec_driver_sql(_rights_of(context))
        state[ENTERED] = context
    return connection


def take_turns(what: str, key: str) -> None:
    """Wait until no other operation that takes turns at `what` with the same `key` runs; ours holds the turn to its
    end. Who takes several turns takes them in one order, so that no two wait for each other."""
    execute("SELECT pg_advisory_xact_lock(hashtext(%(what)s), hashtext(%(key)s))", what=what, key=key)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Stream `rows` by COPY into `table`, a temporary table of this transaction (COPY and row security exclude
    each other, so that bulk work goes through a staging table and one set-based statement)."""
    driver = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:  # type: ignore[union-attr]  # psycopg's
        for row in rows:
            copy.write_row(row)


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The column's type in SQL."""
        return "xid8"


tenancy.at_borders(end_reading)
