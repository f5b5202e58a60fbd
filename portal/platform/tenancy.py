"""For whom the database works: the role, firm and actor that each transaction is opened with.

Without one the log-in's own (empty) rights apply and every statement is "permission denied".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class DatabaseRole(StrEnum):
    """The database roles that carry rights; one policy per role decides which rows."""

    INVESTOR = "portal_investor"
    STAFF = "portal_staff"
    SYSTEM = "portal_system"
    GATE = "portal_gate"


@dataclass(frozen=True, slots=True)
class Tenancy:
    """Role, firm and actor of a piece of work, and whether the database refuses to write in it; the gate alone has no
    firm."""

    role: DatabaseRole
    firm_id: UUID | None = None
    actor_id: UUID | None = None
    read_only: bool = False


GATE = Tenancy(DatabaseRole.GATE)

_current: ContextVar[Tenancy | None] = ContextVar("tenancy", default=None)


_at_borders: list[Callable[[], None]] = []


def at_borders(callback: Callable[[], None]) -> None:
    """Have `callback` end what was read for one tenancy before another is entered or left."""
    _at_borders.append(callback)


def _end_reading() -> None:
    for callback in _at_borders:
        callback()


def current() -> Tenancy | None:
    """The tenancy in force here, or None."""
    return _current.get()


def current_firm_id() -> UUID:
    """The firm in force here; RuntimeError where there is none."""
    tenancy = _current.get()
    if tenancy is None or tenancy.firm_id is None:
        raise RuntimeError("This needs a firm: enter acting_as(Tenancy(role, firm_id)) first.")
    return tenancy.firm_id


@contextmanager
def acting_as(tenancy: Tenancy) -> Iterator[None]:
    """Work as `tenancy` inside the block; an open read of another tenancy is ended at both borders.

    RuntimeError inside a `@transactional` operation: one transaction serves one tenancy.
    """
    same = _current.get() == tenancy
    if not same:
        _end_reading()
    token = _current.set(tenancy)
    try:
        yield
    finally:
        _current.reset(token)
        if not same:
            _end_reading()
