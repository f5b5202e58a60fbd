"""Mail about data rooms. Nobody is told anything of a room's contents before they have signed what it asks for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.rooms.queries.news import (
    count_waiting_questions,
    find_asker,
    find_news,
    find_room_mail,
    find_staff_mail,
    list_answering_staff,
)
from portal.domain.documents.rooms.services.announcing import start_digest
from portal.domain.identity.access.values import Actor
from portal.jobs.posting import address_of, post
from portal.platform.outbox import Work, enqueue

SHOWN = 20


def invite(work: Work) -> None:
    """Tell a person that they may come to a room; nothing where they may not any more."""
    room_id, user_id = UUID(work.arguments["room_id"]), UUID(work.arguments["user_id"])
    person = find_room_mail(Actor.system(work.firm_id), room_id, user_id)
    if person is not None:
        subject = f"{person.firm}: you are invited to a data room"
        post(work, person, subject, "mail/room_invitation.txt", url=address_of(f"documents/data-rooms/{room_id}"))


def digest(work: Work) -> None:
    """Have each member who wants it told of what is new."""
    start_digest(Actor.system(work.firm_id), UUID(work.arguments["room_id"]))


def post_digest(work: Work) -> None:
    """Tell one member what is new; nothing where there is nothing, or they may not see it any more."""
    actor = Actor.system(work.firm_id)
    room_id, user_id = UUID(work.arguments["room_id"]), UUID(work.arguments["user_id"])
    person = find_room_mail(actor, room_id, user_id, wanting=True)
    news = find_news(actor, room_id, user_id, datetime.fromisoformat(work.arguments["since"]))
    if person is None or not news:
        return
    post(
        work,
        person,
        f"{person.firm}: new in {person.room}",
        "mail/room_digest.txt",
        documents=news.documents[:SHOWN],
        more=max(0, len(news.documents) - SHOWN),
        answers=news.answers,
        url=address_of(f"documents/data-rooms/{room_id}"),
    )


def digest_questions(work: Work) -> None:
    """Have everybody who answers told of the questions that wait."""
    for user_id in list_answering_staff(Actor.system(work.firm_id)):
        enqueue("rooms.post_questions", once=f"{work.id}:{user_id}", user_id=str(user_id), **work.arguments)


def post_questions(work: Work) -> None:
    """Tell one of the staff how many questions wait; nothing where all are answered meanwhile."""
    actor = Actor.system(work.firm_id)
    room_id, user_id = UUID(work.arguments["room_id"]), UUID(work.arguments["user_id"])
    person, waiting = find_staff_mail(actor, room_id, user_id), count_waiting_questions(actor, room_id)
    if person is None or not waiting:
        return
    subject = f"{person.firm}: questions wait in {person.room}"
    url = address_of(f"documents/room-questions/{room_id}")
    post(work, person, subject, "mail/room_questions.txt", waiting=waiting, url=url)


def announce_answer(work: Work) -> None:
    """Tell who asked that there is an answer; what it says is read in the room."""
    actor = Actor.system(work.firm_id)
    asked = find_asker(actor, UUID(work.arguments["question_id"]))
    person = asked and find_room_mail(actor, *asked)
    if asked and person:
        subject = f"{person.firm}: your question was answered"
        post(
            work, person, subject, "mail/room_answer.txt", url=address_of(f"documents/data-rooms/{asked[0]}/questions")
        )
