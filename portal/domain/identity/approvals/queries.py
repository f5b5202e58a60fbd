"""Reading requests for approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import PERMISSIONS, Actor
from portal.domain.identity.approvals.policies import can_decide, can_read
from portal.domain.identity.approvals.values import KINDS, Approval, ApprovalState, Vote
from portal.platform import db
from portal.platform.errors import NotFound

# While a request is open, an approval counts as long as whoever gave it might still give it.
COUNTS = """EXISTS (SELECT FROM identity.users p JOIN identity.role_grants g ON g.user_id = p.id
        WHERE p.id = v.approver_id AND p.active AND (%(deciders)s::jsonb -> a.kind) ? g.role)"""
SELECT = """
SELECT a.id, a.kind, a.subject, a.content, encode(a.content_hash, 'hex') AS digest, a.reason, a.maker_id,
  m.name AS maker, a.needed,
  (SELECT count(*) FROM identity.approval_votes v
    WHERE v.approval_id = a.id AND v.content_hash = a.content_hash AND v.approves
      AND (a.state <> 'open' OR {counts})) AS approvals,
  CASE WHEN a.state = 'open' AND a.expires_at <= now() THEN 'expired' ELSE a.state END AS state,
  a.created_at, a.expires_at, a.closed_at
FROM identity.approvals a JOIN identity.users m ON m.id = a.maker_id
WHERE a.firm_id = %(firm)s
"""
COUNT = """
SELECT count(*) FROM identity.approval_votes v
JOIN identity.approvals a ON a.id = v.approval_id AND a.content_hash = v.content_hash
WHERE a.id = %(id)s AND v.approves AND {counts}
"""
DECIDERS = orjson.dumps(
    {
        kind.name: [role.value for role, permissions in PERMISSIONS.items() if kind.approver in permissions]
        for kind in KINDS.values()
    }
).decode()
NEWEST = (
    " AND (a.created_at, a.id) < (%(before_at)s, %(before_id)s) ORDER BY a.created_at DESC, a.id DESC LIMIT %(most)s"
)
VOTES = """
SELECT v.approver_id, u.name AS approver, v.approves, v.comment, v.at, v.content_hash = a.content_hash AS current
FROM identity.approval_votes v JOIN identity.users u ON u.id = v.approver_id
JOIN identity.approvals a ON a.id = v.approval_id
WHERE v.firm_id = %(firm)s AND v.approval_id = %(id)s ORDER BY v.at
"""
READABLE = " AND (a.kind = ANY(%(kinds)s) OR a.maker_id = %(actor)s)"
OPEN = " AND a.state = 'open' AND a.expires_at > now()"
OPEN_SUBJECTS = """
SELECT a.subject FROM identity.approvals a
WHERE a.firm_id = %(firm)s AND a.kind = %(kind)s AND a.subject = ANY(%(subjects)s)
"""


def _approval(row: db.AnyRow) -> Approval:
    return Approval(
        row.id, KINDS[row.kind], row.subject, row.content, row.digest, row.reason, row.maker_id, row.maker, row.needed,
        row.approvals, ApprovalState(row.state), row.created_at, row.expires_at, row.closed_at,
    )  # fmt: skip


def _list(firm_id: UUID, statement: str, **parameters: Any) -> list[Approval]:
    rows = db.fetch_all(statement.format(counts=COUNTS), firm=firm_id, deciders=DECIDERS, **parameters)
    return [_approval(row) for row in rows]


def list_approvals(
    actor: Actor, *, before: tuple[datetime, UUID], most: int, only_open: bool = False
) -> Sequence[Approval]:
    """The firm's requests that the actor may see, newest first, those before the (time, id) pair."""
    statement = SELECT + READABLE + (OPEN if only_open else "") + NEWEST
    kinds = [kind.name for kind in KINDS.values() if can(actor, kind.approver)]
    seen = {"kinds": kinds, "actor": actor.user_id}
    return _list(actor.firm_id, statement, **seen, before_at=before[0], before_id=before[1], most=most)


def list_awaited_approvals(actor: Actor, *, most: int) -> Sequence[Approval]:
    """Open requests that `actor` may decide and has not yet, the newest `most` open ones looked through."""
    found = _list(
        actor.firm_id,
        f"""{SELECT}{OPEN} AND NOT EXISTS (SELECT FROM identity.approval_votes v WHERE v.approval_id = a.id
          AND v.content_hash = a.content_hash AND v.approver_id = %(actor)s)
        ORDER BY a.created_at DESC, a.id DESC LIMIT %(most)s""",
        actor=actor.user_id,
        most=most,
    )
    return [each for each in found if can_decide(actor, each.kind, each.maker_id, each.subject, each.content)]


def get_approval(actor: Actor, approval_id: UUID) -> Approval:
    """One request of the actor's firm; NotFound where there is none that they may see."""
    found = _list(actor.firm_id, f"{SELECT} AND a.id = %(id)s", id=approval_id)
    if not found or not can_read(actor, found[0].kind, found[0].maker_id):
        raise NotFound
    return found[0]


def find_open_approval(actor: Actor, kind: str, subject: str) -> Approval | None:
    """The request for this act on this thing that is open now, or None."""
    found = _list(
        actor.firm_id, f"{SELECT}{OPEN} AND a.kind = %(kind)s AND a.subject = %(subject)s", kind=kind, subject=subject
    )
    return found[0] if found else None


def list_open_subjects(actor: Actor, kind: str, subjects: Sequence[str]) -> frozenset[str]:
    """Which of `subjects`, things of the actor's firm, a request of this kind is open about now."""
    rows = db.fetch_all(OPEN_SUBJECTS + OPEN, firm=actor.firm_id, kind=kind, subjects=list(subjects))
    return frozenset(row.subject for row in rows)


def exists_active_maker(actor: Actor, approval_id: UUID) -> bool:
    """Whether the person who asked still may sign in."""
    found: bool = db.fetch_value(
        "SELECT EXISTS (SELECT FROM identity.approvals a JOIN identity.users m ON m.id = a.maker_id"
        " WHERE a.firm_id = %(firm)s AND a.id = %(id)s AND m.active)",
        firm=actor.firm_id,
        id=approval_id,
    )
    return found


def count_approvals(approval_id: UUID) -> int:
    """How many approved the request's content as it is now, of those who may still decide it; inside the operation that
    decides it."""
    count: int = db.fetch_value(COUNT.format(counts=COUNTS), id=approval_id, deciders=DECIDERS)
    return count


def list_votes(actor: Actor, approval_id: UUID) -> Sequence[Vote]:
    """What people said to a request of the actor's firm, in order."""
    return [Vote(*row) for row in db.fetch_all(VOTES, firm=actor.firm_id, id=approval_id)]
