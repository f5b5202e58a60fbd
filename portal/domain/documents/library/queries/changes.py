"""What changed in the library for one reader since they last asked.

A change is told by the transaction it was made in, and only once every transaction before that one is over: what
commits late is not passed by. That a document is gone is told by the reach it was taken from (documents.withdrawals),
and only while the reader's reaches are those they had when they last asked: so nobody is told of a document that they
never saw. For the staff their roles are the reaches. What ends by the clock is told by the clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from portal.domain.documents.library.policies import can_see_library
from portal.domain.documents.library.queries.documents import list_changed_documents
from portal.domain.documents.library.queries.visibility import FOR_ROLES, visible_parameters
from portal.domain.documents.library.rules import role_reach
from portal.domain.documents.library.values.changes import NOBODY, DocumentChange, DocumentChanges, FeedPlace
from portal.domain.documents.library.values.documents import DocumentState, DocumentSummary
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.tenancy import acting_as

REMEMBERED = timedelta(days=30)  # as long as what was deleted is still there to be told of
NOW = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS below, clock_timestamp() AS at,
  documents.my_reaches() AS reaches
"""
SEEN = """
NOT EXISTS (SELECT FROM documents.audiences n JOIN documents.documents d ON d.id = n.document_id
  WHERE n.document_id = {id} AND n.reach = ANY(%(reaches)s) AND n.published_at IS NOT NULL
    AND COALESCE(n.until, 'infinity') > now() AND d.state = 'published' AND COALESCE(d.expires_at, 'infinity') > now())
"""
WITHDRAWN = """
SELECT max(w.txid)::text::bigint AS txid, w.document_id AS id FROM documents.withdrawals w
WHERE w.firm_id = %(firm)s AND w.reach = ANY(%(reaches)s) AND w.txid >= %(since)s::text::xid8
  AND w.txid < %(below)s::text::xid8 AND {unseen}
GROUP BY w.document_id HAVING (max(w.txid), w.document_id) > (%(since)s::text::xid8, %(after)s)
ORDER BY 1, 2 LIMIT %(most)s
"""
UNSEEN_BY_STAFF = f"NOT EXISTS (SELECT FROM documents.documents d WHERE d.id = w.document_id AND {FOR_ROLES})"
EXPIRED = f"""
SELECT DISTINCT a.document_id AS id FROM documents.audiences a JOIN documents.documents d ON d.id = a.document_id
WHERE a.firm_id = %(firm)s AND a.reach = ANY(%(reaches)s) AND a.published_at IS NOT NULL AND d.state = 'published'
  AND LEAST(a.until, d.expires_at) > %(at)s AND LEAST(a.until, d.expires_at) <= %(now)s
  AND {SEEN.format(id="a.document_id")} ORDER BY 1
"""  # noqa: S608 - our own conditions


def list_changes(actor: Actor, since: FeedPlace | None, *, most: int) -> DocumentChanges:
    """What became of documents for the actor since `since` (None: from the beginning, when all they see is new), at
    most so many at once; those that ended by the clock come with the last of them."""
    now = db.fetch_one(NOW)
    assert now is not None
    reaches = [role_reach(role) for role in actor.roles] if can_see_library(actor) else list(now.reaches)
    digest = _digest(actor, reaches)
    if since is not None and (since.reaches != digest or since.at < now.at - REMEMBERED):
        return DocumentChanges((), FeedPlace(0, NOBODY, now.at, digest), more=True, anew=True)
    place = since or FeedPlace(0, NOBODY, now.at, digest)
    changed = list_changed_documents(
        actor, after=(place.transaction, place.document_id), below=now.below, most=most + 1
    )
    found = [(transaction, each.id, _change(each)) for transaction, each in changed]
    found += [(row.txid, row.id, DocumentChange(row.id, None)) for row in _withdrawn(actor, place, reaches, now, most)]
    found.sort(key=lambda each: each[:2])
    if len(found) > most:
        transaction, document_id, _last = found[most - 1]
        items = tuple(change for *_place, change in found[:most])
        return DocumentChanges(items, FeedPlace(transaction, document_id, place.at, digest), more=True, anew=False)
    items = tuple(change for *_place, change in found)
    if since is not None:
        told = {each.id for each in items}
        over = [each for each in _expired(actor, place, reaches, now) if each not in told]
        items += tuple(DocumentChange(each, None) for each in over)
    return DocumentChanges(items, FeedPlace(now.below, NOBODY, now.at, digest), more=False, anew=False)


def _digest(actor: Actor, reaches: Sequence[str]) -> str:
    told = "\n".join([*sorted(actor.roles), *sorted(reaches)])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _change(document: DocumentSummary) -> DocumentChange:
    return DocumentChange(document.id, None if document.state is DocumentState.DELETED else document)


def _withdrawn(actor: Actor, place: FeedPlace, reaches: list[str], now: db.AnyRow, most: int) -> Sequence[db.AnyRow]:
    if not reaches:
        return []
    unseen = UNSEEN_BY_STAFF if can_see_library(actor) else SEEN.format(id="w.document_id")
    with acting_as(Actor.system(actor.firm_id).tenancy):  # row security hides from readers what they see no more
        return db.fetch_all(
            WITHDRAWN.format(unseen=unseen),
            reaches=reaches,
            since=place.transaction,
            after=place.document_id,
            below=now.below,
            most=most + 1,
            **visible_parameters(actor),
        )


def _expired(actor: Actor, place: FeedPlace, reaches: list[str], now: db.AnyRow) -> list[UUID]:
    if not reaches:
        return []
    with acting_as(Actor.system(actor.firm_id).tenancy):
        rows = db.fetch_all(EXPIRED, firm=actor.firm_id, reaches=reaches, at=place.at, now=now.at)
    return [row.id for row in rows]
