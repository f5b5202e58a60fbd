"""What follows in rooms from documents being published, and people being erased."""

from __future__ import annotations

from portal.domain.documents.library.signals import DocumentPublishing
from portal.domain.documents.rooms.queries.contents import find_room_of
from portal.domain.documents.rooms.services.announcing import plan_digest
from portal.domain.documents.rooms.services.forgetting import forget_member, leave_rooms
from portal.domain.people.privacy.signals import PersonErased, RetentionEnded
from portal.platform.signals import reacts_to


@reacts_to(DocumentPublishing)
def tell_members(publishing: DocumentPublishing) -> None:
    """Members are told on the next morning. What is only planned by then is told of when its moment has come, as this
    is said again."""
    room_id = find_room_of(publishing.actor, publishing.document_id)
    if room_id is not None:
        plan_digest(room_id)


@reacts_to(PersonErased)
def take_out_the_erased(erased: PersonErased) -> None:
    """Nobody who is erased is of a room any more."""
    leave_rooms(erased.actor, erased.user_id)


@reacts_to(RetentionEnded)
def forget_the_erased(ended: RetentionEnded) -> None:
    """What they asked and signed with is known no longer."""
    forget_member(ended.actor, ended.user_id)
