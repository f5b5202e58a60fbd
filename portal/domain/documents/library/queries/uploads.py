"""Reading files that arrive in parts: each person's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.values.files import Upload
from portal.domain.identity.access.values import Actor
from portal.platform import db

OWN = """
SELECT u.id, u.name, u.size, u.received, u.finished_at IS NOT NULL FROM documents.uploads u
WHERE u.firm_id = %(firm)s AND u.user_id = %(user)s AND u.id = ANY(%(ids)s)
"""


def find_uploads(actor: Actor, upload_ids: Sequence[UUID]) -> list[Upload]:
    """Those of these uploads that are the actor's own and under way, in the order of the ids."""
    rows = db.fetch_all(OWN, firm=actor.firm_id, user=actor.user_id, ids=list(upload_ids))
    found = {row.id: Upload(*row) for row in rows}
    return [found[each] for each in upload_ids if each in found]


def count_uploads(actor: Actor) -> int:
    """How many uploads of the actor are under way."""
    return int(
        db.fetch_value(
            "SELECT count(*) FROM documents.uploads WHERE firm_id = %(firm)s AND user_id = %(user)s",
            firm=actor.firm_id,
            user=actor.user_id,
        )
    )


def list_old_uploads(actor: Actor, *, before: datetime, most: int) -> list[UUID]:
    """Uploads of the firm that were begun before a moment and that nothing was made of."""
    rows = db.fetch_all(
        "SELECT id FROM documents.uploads WHERE firm_id = %(firm)s AND created_at < %(before)s"
        " ORDER BY created_at LIMIT %(most)s",
        firm=actor.firm_id,
        before=before,
        most=most,
    )
    return [row.id for row in rows]


def list_uploads_of(actor: Actor, user_id: UUID) -> list[UUID]:
    """What a person has on its way, whole or not; in the firm's system tenancy."""
    statement = "SELECT id FROM documents.uploads WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY id"
    return [row.id for row in db.fetch_all(statement, firm=actor.firm_id, user=user_id)]
