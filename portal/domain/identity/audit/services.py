"""Writing the record of acts, in the transaction of the act, and sealing it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import orjson
from structlog.contextvars import get_contextvars

from portal.domain.identity.audit.queries import find_last_seal, get_horizon, get_own_txid, list_events_to_seal
from portal.domain.identity.audit.rules import ORIGIN, event_digest, sealed
from portal.domain.identity.audit.values import Kept, Seal
from portal.platform import db, tenancy
from portal.platform.tenancy import DatabaseRole, Tenancy, acting_as

# The transaction has its number before the event has its own: verification tells by them what was written when.
INSERT = """
INSERT INTO identity.audit_events
  (firm_id, txid, actor_id, on_behalf_of, act, resource, result, address, agent, request_id, detail)
SELECT %(firm)s::uuid, begun.txid, %(actor)s::uuid, %(behalf)s::uuid, %(act)s::text, %(resource)s::text,
  %(result)s::text, %(address)s::text, %(agent)s::text, %(request)s::text, %(detail)s::jsonb
FROM (SELECT pg_current_xact_id() AS txid OFFSET 0) begun
"""
ONE_SEALER = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit seals:' || %(firm)s::text, 0))"
SEAL = """
INSERT INTO identity.audit_seals
  (firm_id, number, first_id, last_id, events, below_txid, next_txid, sealed_at, previous_hash, hash)
VALUES (%(firm)s, %(number)s, %(first)s, %(last)s, %(events)s, %(below)s::xid8, %(next)s::xid8,
  timestamptz 'epoch' + %(sealed_at)s::numeric * interval '1 second', %(previous)s, %(hash)s)
"""
SEAL_EVENTS = """
INSERT INTO identity.audit_sealed (event_id, firm_id, number, digest)
SELECT given.id, %(firm)s, %(number)s, given.digest
FROM unnest(%(ids)s::bigint[], %(digests)s::bytea[]) AS given (id, digest)
"""
MOST_IN_BLOCK = 5_000


@db.transactional
def record_act(
    actor_id: UUID | None,
    act: str,
    resource: str,
    *,
    result: str = "done",
    on_behalf_of: UUID | None = None,
    **detail: str | int,
) -> None:
    """Record that `actor_id` did `act` (`import.post`) to `resource` (`import:<id>`); `detail` holds ids and
    counts, never personal data. Address, agent and request id come from the context of the request or job."""
    context = get_contextvars()
    db.execute(
        INSERT,
        firm=tenancy.current_firm_id(),
        actor=actor_id,
        behalf=on_behalf_of,
        act=act,
        resource=resource,
        result=result,
        address=context.get("address"),
        agent=context.get("agent"),
        request=context.get("request_id"),
        detail=orjson.dumps(detail).decode(),
    )


def record_refusal(person: Tenancy, resource: str, *, code: str, route: str) -> None:
    """Record that somebody signed in was refused, in a transaction of its own: that of the act is gone. `code` is the
    refusal's, `route` the method and name of the address."""
    with acting_as(person):
        record_act(person.actor_id, "access.refuse", resource, result="refused", code=code, route=route)


def record_failed_sign_in(meant: Iterable[tuple[str, UUID]]) -> None:
    """Record a failed sign-in for each (resource, firm) it may have meant: a person, or a firm in which it met none, so
    that a known address takes no longer than an unknown one."""
    for resource, firm in meant:
        with acting_as(Tenancy(DatabaseRole.SYSTEM, firm)):
            record_act(None, "session.fail", resource, result="refused")


@db.transactional
def seal_events() -> int:
    """Seal what no running transaction can still add to into the firm's next block; how many events, 0 where there is
    nothing or another sealer is at it. Up to MOST_IN_BLOCK at once: where it sealed so many there may be more."""
    firm_id = tenancy.current_firm_id()
    if not db.fetch_value(ONE_SEALER, firm=firm_id):
        return 0
    horizon, last = get_horizon(), find_last_seal()
    done = last.below_txid if last and last.below_txid <= horizon.below_txid else 0
    events = list_events_to_seal(horizon, since_txid=done, most=MOST_IN_BLOCK)
    if events:
        whole = len(events) < MOST_IN_BLOCK
        _write(
            Seal(
                firm_id,
                last.number + 1 if last else 1,
                events[0].id,
                events[-1].id,
                len(events),
                horizon.below_txid if whole else done,
                get_own_txid(),  # asked when the events are read: whoever begins later writes under higher ids
                horizon.at,
                last.hash if last else ORIGIN,
                b"",
            ),
            events,
        )
    return len(events)


def _write(open_seal: Seal, events: list[Kept]) -> None:
    seal = sealed(open_seal, events)
    db.execute(
        SEAL,
        firm=seal.firm_id,
        number=seal.number,
        first=seal.first_id,
        last=seal.last_id,
        events=seal.events,
        below=str(seal.below_txid),
        next=str(seal.next_txid),
        sealed_at=seal.sealed_at,
        previous=seal.previous_hash,
        hash=seal.hash,
    )
    digests = [event_digest(event) for event in events]
    ids = [event.id for event in events]
    db.execute(SEAL_EVENTS, firm=seal.firm_id, number=seal.number, ids=ids, digests=digests)
