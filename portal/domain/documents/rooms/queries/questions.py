"""Reading questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.rooms.queries.visibility import visible_room_contents, visible_rooms_parameters
from portal.domain.documents.rooms.values.questions import Answer, AnswerAudience, Question, QuestionState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db
from portal.platform.errors import NotFound

MOST = 500
# A title is told to whoever may see the document now: to members, row security leaves no other.
QUESTIONS = """
SELECT q.id, q.room_id, q.document_id, COALESCE(d.title, '') AS document, {asker}, q.asked_at, q.question, q.state,
  COALESCE(a.answer, '') AS answer, a.audience, {group}, a.answered_at
FROM documents.room_questions q
JOIN documents.rooms r ON r.id = q.room_id
LEFT JOIN documents.documents d ON d.id = q.document_id
LEFT JOIN documents.room_answers a ON a.question_id = q.id
{names}
WHERE {visible}
"""
OF_STAFF = {
    "asker": "q.asked_by AS asker_id, u.name AS asker",
    "group": "COALESCE(g.name, '') AS group_name",
    "names": "JOIN identity.users u ON u.id = q.asked_by LEFT JOIN documents.room_groups g ON g.id = a.group_id",
}
OF_MEMBERS = {"asker": "NULL::uuid AS asker_id, '' AS asker", "group": "'' AS group_name", "names": ""}
ANSWERS = """
SELECT a.id, a.document_id, COALESCE(d.title, '') AS document, a.question, a.answer, a.answered_at
FROM documents.room_answers a
JOIN documents.rooms r ON r.id = a.room_id
LEFT JOIN documents.documents d ON d.id = a.document_id
WHERE {visible} AND a.room_id = %(room)s AND {shared}
ORDER BY a.answered_at DESC, a.id LIMIT %(most)s
"""
SHARED_WITH_ME = """
CASE a.audience WHEN 'everybody' THEN true WHEN 'group' THEN a.group_id IN (
  SELECT p.group_id FROM documents.room_placements p WHERE p.user_id = %(viewer)s) ELSE false END
"""
SHARED_WITH_GROUP = "CASE a.audience WHEN 'everybody' THEN true ELSE a.group_id = %(group)s END"
OPEN = """
SELECT count(*) FROM documents.room_questions
WHERE firm_id = %(firm)s AND room_id = %(room)s AND asked_by = %(user)s AND state = 'open'
"""


def _question(row: db.AnyRow) -> Question:
    return Question(
        row.id,
        row.room_id,
        row.document_id,
        row.document,
        row.asker_id,
        row.asker,
        row.asked_at,
        row.question,
        QuestionState(row.state),
        row.answer,
        AnswerAudience(row.audience) if row.audience else None,
        row.group_name,
        row.answered_at,
    )


def list_questions(actor: Actor, room_id: UUID, *, state: QuestionState | None = None) -> Sequence[Question]:
    """Every question of a room for staff, those that wait first; latest first otherwise."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    narrowed = " AND q.state = %(state)s" if state else ""
    statement = QUESTIONS.format(**OF_STAFF, visible=visible_room_contents(actor))
    rows = db.fetch_all(
        f"{statement} AND q.room_id = %(room)s{narrowed}"
        " ORDER BY (q.state = 'open') DESC, q.asked_at DESC, q.id LIMIT %(most)s",
        room=room_id,
        state=state,
        most=MOST,
        **visible_rooms_parameters(actor),
    )
    return [_question(row) for row in rows]


def get_question(actor: Actor, question_id: UUID) -> Question:
    """One question, as staff read it; NotFound."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    statement = QUESTIONS.format(**OF_STAFF, visible=visible_room_contents(actor))
    row = db.fetch_one(f"{statement} AND q.id = %(id)s", id=question_id, **visible_rooms_parameters(actor))
    if row is None:
        raise NotFound
    return _question(row)


def list_own_questions(actor: Actor, room_id: UUID) -> Sequence[Question]:
    """What the actor asked in a room they have entered, latest first, with the answers."""
    statement = QUESTIONS.format(**OF_MEMBERS, visible=visible_room_contents(actor))
    rows = db.fetch_all(
        f"{statement} AND q.room_id = %(room)s AND q.asked_by = %(viewer)s"
        " ORDER BY q.asked_at DESC, q.id LIMIT %(most)s",
        room=room_id,
        most=MOST,
        **visible_rooms_parameters(actor),
    )
    return [_question(row) for row in rows]


def list_answers(actor: Actor, room_id: UUID, *, group_id: UUID | None = None) -> Sequence[Answer]:
    """What was answered to everybody, and to the actor's groups, in a room they have entered; for staff with a group
    what that group reads. Latest first. An answer about a document is for those who may see the document."""
    shared = SHARED_WITH_ME if group_id is None else SHARED_WITH_GROUP
    rows = db.fetch_all(
        ANSWERS.format(visible=visible_room_contents(actor), shared=shared),
        room=room_id,
        group=group_id,
        most=MOST,
        **visible_rooms_parameters(actor),
    )
    return [Answer(*row) for row in rows]


def count_open_questions(actor: Actor, room_id: UUID, user_id: UUID) -> int:
    """How many questions of a member wait for an answer."""
    return int(db.fetch_value(OPEN, firm=actor.firm_id, room=room_id, user=user_id))
