"""What is forgotten of members who are erased: their places at once, at the end what they asked and signed with."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.forgetting.values import ERASED_NAME
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden

ERASED_TEXT = "(erased)"
LEAVE = (
    "UPDATE documents.room_members SET removed_at = COALESCE(removed_at, %(now)s), wants_digest = false"
    " WHERE firm_id = %(firm)s AND user_id = %(user)s",
    "DELETE FROM documents.room_placements WHERE firm_id = %(firm)s AND user_id = %(user)s",
    "UPDATE documents.room_members SET inviter = '' WHERE firm_id = %(firm)s AND invited_by = %(user)s",
)
# What the staff wrote for a group or everybody is theirs, and does not say who asked.
FORGET = (
    "UPDATE documents.room_answers SET question = %(text)s, answer = %(text)s WHERE firm_id = %(firm)s"
    " AND audience = 'asker' AND question_id IN (SELECT id FROM documents.room_questions WHERE asked_by = %(user)s)",
    "UPDATE documents.room_questions SET question = %(text)s WHERE firm_id = %(firm)s AND asked_by = %(user)s",
    "UPDATE documents.room_agreements SET typed_name = %(name)s, address = NULL, agent = NULL"
    " WHERE firm_id = %(firm)s AND user_id = %(user)s",
)


@transactional
def leave_rooms(actor: Actor, user_id: UUID) -> None:
    """Take a person out of all rooms, and their name from those whom they invited. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    for statement in LEAVE:
        execute(statement, firm=actor.firm_id, user=user_id, now=clock.now())


@transactional
def forget_member(actor: Actor, user_id: UUID) -> None:
    """Forget what a person whose time is over asked and was answered alone, and the name and address they signed with;
    that somebody signed stays. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    for statement in FORGET:
        execute(statement, firm=actor.firm_id, user=user_id, text=ERASED_TEXT, name=ERASED_NAME)
