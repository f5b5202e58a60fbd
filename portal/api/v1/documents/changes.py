"""What became of documents since an app last asked."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

import orjson
from flask import Response

from portal.api.answers import answer
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import UnknownCursor
from portal.api.v1.documents.documents import SEEN_BY, document_item
from portal.api.v1.documents.schemas import ChangeItem, ChangeList, ChangesQuery
from portal.api.v1.routes import v1
from portal.domain.documents.library.queries.changes import list_changes
from portal.domain.documents.library.values.changes import DocumentChange, FeedPlace
from portal.platform.crypto import Unopenable
from portal.platform.resources import resources


@v1.get("/documents/changes")
@requires_any(*SEEN_BY)
@described(ChangeList, refusals=(401, 403, 404))
def show_document_changes(query: ChangesQuery) -> Response:
    """What became of the documents you may see since you last asked.

    Without `since` it begins with all that is there. Apply the items in their order and ask again with `next`: at once
    while `more`, later otherwise. With `anew` throw away what you have first.
    """
    since = _read(query.since) if query.since is not None else None
    found = list_changes(actor(), since, most=query.limit)
    return answer(ChangeList([_item(each) for each in found.items], _written(found.place), found.more, found.anew))


def _item(change: DocumentChange) -> ChangeItem:
    return ChangeItem(change.id, document_item(change.document) if change.document else None)


def _place() -> str:
    """A cursor is its reader's alone, and sealed: a made-up one would tell of what they never saw."""
    return f"documents.changes:{actor().user_id}"


def _written(place: FeedPlace) -> str:
    parts = orjson.dumps([str(place.transaction), place.document_id, place.at, place.reaches])
    return urlsafe_b64encode(resources().vault.seal(parts, place=_place())).decode().rstrip("=")


def _read(cursor: str) -> FeedPlace:
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        transaction, document_id, at, reaches = orjson.loads(resources().vault.unseal(sealed, place=_place()))
    except (ValueError, Unopenable):
        raise UnknownCursor from None
    return FeedPlace(int(transaction), UUID(document_id), datetime.fromisoformat(at), reaches)
