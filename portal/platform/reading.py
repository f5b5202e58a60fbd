"""Transactions that only read: straight to the driver, as the way through the session costs as much as a question."""

from __future__ import annotations

from typing import Any

import psycopg
import structlog
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

log = structlog.get_logger(__name__)


class Reading:
    """A transaction that only reads, with the `rights` (statements) it began with; every question of it is asked of one
    connection."""

    def __init__(self, engine: Engine, rights: str) -> None:
        self._dialect = engine.dialect
        try:
            self._lent = engine.raw_connection()
        except psycopg.Error as error:  # the pool hands the driver's error on as it is
            raise self._as_session_raises(None, error) from error
        self.ask(f"BEGIN; {rights}", None)

    def ask(self, statement: str, parameters: dict[str, Any] | None) -> psycopg.Cursor[Any]:
        """The answer to `statement`, its rows not fetched yet; raises what the session raises."""
        driver = self._lent.driver_connection
        assert driver is not None
        try:
            answer: psycopg.Cursor[Any] = driver.cursor(row_factory=namedtuple_row).execute(statement, parameters)
        except psycopg.Error as error:
            if driver.closed:
                self._lent.invalidate(error)
            raise self._as_session_raises(statement, error) from error
        return answer

    def end(self) -> None:
        """Give the connection back. The transaction ends by a statement of our own: after the driver's, which forgets
        the statements it has prepared, every read would be planned anew."""
        try:
            if self._lent.is_valid:
                self.ask("ROLLBACK", None)
        except OperationalError as error:
            log.warning("reading_lost", error=str(error.orig))  # the server has ended it already
        finally:
            self._lent.close()

    def _as_session_raises(self, statement: str | None, error: psycopg.Error) -> BaseException:
        """The error that the session makes of the driver's, without parameters: errors are logged, and they may be
        personal."""
        return DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True, dialect=self._dialect)
