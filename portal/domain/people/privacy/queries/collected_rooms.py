"""The statements that collect what a person did in data rooms."""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import MOMENT, Question

# A room is named to whom its door is, and what was said in it told to them: not before it opens, and not once it is
# over or they were taken out, when it may be called something else. What they did themselves they are told for good.
DOOR = "room_id IN (SELECT o.room_id FROM documents.rooms_of(%(user)s) o)"
ROOMS = (
    Question.of(
        "documents/rooms",
        "Data rooms that you were invited to, and when you were there.",
        f"""SELECT m.room_id, CASE WHEN m.{DOOR} THEN r.name END AS room,
          m.added_at, m.until, m.removed_at, m.wants_digest, v.visits, v.began_at, v.last_at
        FROM documents.room_members m JOIN documents.rooms r ON r.id = m.room_id
        LEFT JOIN documents.room_visits v ON v.room_id = m.room_id AND v.user_id = m.user_id
        WHERE m.firm_id = %(firm)s AND m.user_id = %(user)s AND r.state <> 'draft' ORDER BY m.added_at, m.room_id""",  # noqa: S608 - our own text
        room_id="number of the room",
        room="its name; none where you cannot come to it now",
        added_at=f"invited, {MOMENT}",
        until=f"invited until, {MOMENT}",
        removed_at=f"taken out, {MOMENT}",
        wants_digest="whether you want to be told each morning what is new",
        visits="how often you were there",
        began_at=f"your latest visit, {MOMENT}",
        last_at=f"its end, {MOMENT}",
    ),
    Question.of(
        "documents/room-agreements",
        "What you signed at the door of data rooms.",
        f"""SELECT a.room_id, CASE WHEN a.{DOOR} THEN r.name END AS room, a.version, a.digest AS sha256,
          CASE WHEN a.{DOOR} THEN t.body END AS text, a.typed_name, a.agreed_at, a.proven_by, a.address, a.agent
        FROM documents.room_agreements a JOIN documents.rooms r ON r.id = a.room_id
        JOIN documents.room_texts t ON t.room_id = a.room_id AND t.version = a.version
        WHERE a.firm_id = %(firm)s AND a.user_id = %(user)s ORDER BY a.agreed_at, a.id""",  # noqa: S608 - our own text
        room_id="number of the room",
        room="its name; none where you cannot come to it now",
        version="version of the text",
        sha256="digest of the text (SHA-256)",
        text="the text, word for word; none where you cannot come to the room now: the firm has it",
        typed_name="your name as you typed it",
        agreed_at=f"signed, {MOMENT}",
        proven_by="how you had proven who you are",
        address="network address you signed from",
        agent="browser or app you signed with",
    ),
    Question.of(
        "documents/room-questions",
        "What you asked in data rooms, and what you were answered.",
        f"""SELECT q.room_id, CASE WHEN q.{DOOR} THEN r.name END AS room, q.document_id, q.asked_at, q.question,
          q.state, CASE WHEN q.{DOOR} THEN w.answer END AS answer, w.answered_at, w.audience
        FROM documents.room_questions q JOIN documents.rooms r ON r.id = q.room_id
        LEFT JOIN documents.room_answers w ON w.question_id = q.id
        WHERE q.firm_id = %(firm)s AND q.asked_by = %(user)s ORDER BY q.asked_at, q.id""",  # noqa: S608 - our own text
        room_id="number of the room",
        room="its name; none where you cannot come to it now",
        document_id="number of the document that you asked about",
        asked_at=f"asked, {MOMENT}",
        question="your question",
        state="whether it waits, was answered or declined",
        answer="the answer; none where you cannot come to the room now",
        answered_at=f"answered, {MOMENT}",
        audience="who reads the answer: you (asker), your group, or everybody in the room; none learns who asked",
    ),
)
