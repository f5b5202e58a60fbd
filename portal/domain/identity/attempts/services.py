"""Counting attempts, in PostgreSQL, so that every process counts the same.

An attempt counts from before it is judged, so that many at once gain nothing; one that succeeds is forgiven.
"""

from __future__ import annotations

from math import ceil
from uuid import UUID

from structlog.contextvars import get_contextvars

from portal.domain.identity.attempts.models import AttemptRecord
from portal.domain.identity.attempts.queries import find_opening
from portal.domain.identity.attempts.values import WINDOW, Trial
from portal.platform import clock, db
from portal.platform.db import session, transactional
from portal.platform.errors import Limited
from portal.platform.personal import blind_index
from portal.platform.tenancy import GATE, acting_as

NOBODYS = UUID(int=0)
FORGIVE = "DELETE FROM identity.attempts WHERE id = %(id)s"
FORGET = "DELETE FROM identity.attempts WHERE at < %(before)s"


def note_attempt(trial: Trial, account: str, *, firm_id: UUID | None) -> int:
    """Count an attempt with `account` (an e-mail address or a user's id, known or not) from the address of this
    request, and let it through; Limited where one of the limits is reached. Its id, for `forgive_attempt`."""
    with acting_as(GATE):
        return _note(trial, account.strip().lower(), firm_id or NOBODYS, get_contextvars().get("address") or "")


@transactional
def _note(trial: Trial, account: str, firm_id: UUID, address: str) -> int:
    # Not of one firm: an address of no firm would be another way to the same account.
    key = blind_index("identity.attempts.account", account)
    # Always in this order, so that two that share account or address wait for each other and never both ways.
    db.take_turns("attempts of an account", key.hex())
    db.take_turns("attempts from an address", address)
    moment = clock.now()
    opening = find_opening(trial.value, key, address, moment)
    if opening is not None:
        raise Limited(
            "That was tried too often, so it is closed for a while.",
            retry_after=ceil((opening - moment).total_seconds()),
        )
    row = AttemptRecord(firm_id=firm_id, kind=trial.value, account=key, address=address, at=moment)
    session.add(row)
    session.flush()
    return row.id


def forgive_attempt(attempt_id: int) -> None:
    """Take back an attempt that succeeded: only what fails is counted."""
    with acting_as(GATE):
        _delete(FORGIVE, id=attempt_id)


def forget_attempts() -> None:
    """Delete the attempts that no limit counts any more."""
    with acting_as(GATE):
        _delete(FORGET, before=clock.now() - WINDOW)


@transactional
def _delete(statement: str, **parameters: object) -> None:
    db.execute(statement, **parameters)
