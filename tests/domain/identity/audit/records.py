"""A firm's record of acts for tests: events that are committed, blocks over them, what is found in them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from uuid import UUID, uuid4

import psycopg

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.queries import list_heads, list_record_findings
from portal.domain.identity.audit.services import record_act, seal_events
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm

Heads = Mapping[int, frozenset[bytes]]


def new_firm() -> UUID:
    """A firm of its own, whose founding is its first event."""
    return found_firm(f"record-{uuid4().hex[:12]}", "Record Capital")


def act(firm_id: UUID, name: str = "vehicle.change", resource: str = "vehicle:1", **detail: str | int) -> None:
    """An event of the firm, committed."""
    with acting_as(Actor.system(firm_id).tenancy):
        record_act(uuid4(), name, resource, **detail)


def seal(firm_id: UUID) -> int:
    """The firm's next block, once nothing older runs that would keep events out of it; how many events it has."""
    outlast_strangers()
    return seal_now(firm_id)


def seal_now(firm_id: UUID) -> int:
    """The firm's next block of what is older than all that still runs; how many events it has."""
    with acting_as(Actor.system(firm_id).tenancy):
        return seal_events()


def outlast_strangers() -> None:
    """Wait for what ends by itself, such as the server's own analyzing of tables, which holds a transaction id."""
    until = time.monotonic() + 30
    while db.fetch_value("SELECT pg_snapshot_xmin(s) < pg_snapshot_xmax(s) FROM pg_current_snapshot() AS s"):
        db.end_reading()
        assert time.monotonic() < until, "a transaction has been running for 30 s"
        time.sleep(0.02)
    db.end_reading()


def anchored(firm_id: UUID) -> Heads:
    """What an anchor that kept up would hold."""
    with acting_as(Actor.system(firm_id).tenancy):
        return {row.number: frozenset({bytes(row.hash)}) for row in list_heads()}


def findings(firm_id: UUID, heads: Heads | None = None) -> list[str]:
    """What verification tells of the firm's record."""
    heads = anchored(firm_id) if heads is None else heads
    with acting_as(Actor.system(firm_id).tenancy):
        return [f"{each.place} {each.message}" for each in list_record_findings(heads)]


def counts(url: str, firm_id: UUID) -> tuple[int, int, int]:
    """Blocks, events that are in a block, events altogether."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM identity.audit_seals WHERE firm_id = %(firm)s),"
            " (SELECT count(*) FROM identity.audit_sealed WHERE firm_id = %(firm)s),"
            " (SELECT count(*) FROM identity.audit_events WHERE firm_id = %(firm)s)",
            {"firm": firm_id},
        ).fetchone()
    db.end_reading()
    assert row is not None
    return row[0], row[1], row[2]
