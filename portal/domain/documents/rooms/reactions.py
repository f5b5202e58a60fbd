"""What follows in rooms from documents being published."""

from __future__ import annotations

from portal.domain.documents.library.signals import DocumentPublishing
from portal.domain.documents.rooms.queries.contents import find_room_of
from portal.domain.documents.rooms.services.announcing import plan_digest
from portal.platform.signals import reacts_to


@reacts_to(DocumentPublishing)
def tell_members(publishing: DocumentPublishing) -> None:
    """Members are told on the next morning. What is only planned by then is told of when its moment has come, as this
    is said again."""
    room_id = find_room_of(publishing.actor, publishing.document_id)
    if room_id is not None:
        plan_digest(room_id)
