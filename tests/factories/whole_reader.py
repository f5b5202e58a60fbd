"""Somebody who sent, read, confirmed, signed and asked whatever the library lets them, each in words of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from portal.domain.documents.reading.services.acknowledgements import acknowledge_document
from portal.domain.documents.reading.services.archives import request_archive
from portal.domain.documents.reading.services.receipts import note_page_view, note_reading_time
from portal.domain.documents.reading.values.pages import Reader
from portal.domain.documents.rooms.services.questions import answer_question, ask_question
from portal.domain.documents.rooms.services.visits import record_visit
from portal.domain.documents.rooms.values.questions import AnswerAudience, AnswerGiven
from portal.domain.documents.signing.services.signing import decline_envelope, open_envelope
from portal.domain.identity.access.values import Actor
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.papers import send
from tests.factories.reading import make_paper, readable_by
from tests.factories.rooms import MadeRoom, make_room
from tests.factories.signing import circumstances, make_envelope, sign


@dataclass(frozen=True)
class Library:
    """What the words of somebody's rows are told from: all have `word` in them, addresses are of their `net`."""

    word: str
    net: str
    room: UUID
    archive: UUID
    envelope: UUID

    @property
    def address(self) -> str:
        """Where they read from."""
        return f"{self.net}.7"

    @property
    def written(self) -> dict[str, str]:
        """What they wrote, or was written to them, by what it is."""
        kinds = ("note", "paper", "letter", "agent", "typed", "question", "answer", "signed", "refusal", "room")
        return {kind: words(self.word, kind) for kind in kinds}


def words(word: str, kind: str) -> str:
    """A text of this person that nobody else has."""
    return f"{word} {kind} words"


def give_library(staff: Actor, person: Actor, account_id: UUID, *, word: str, net: str) -> Library:
    """A paper sent; a letter read, confirmed and put into an archive; a room entered, with a question answered; one
    request signed and one declined. All of `person`, who acts for the account, with `staff` on the other side."""
    reader = Reader(new_id(), words(word, "agent"), f"{net}.7")
    send(person, account_id, name=f"{words(word, 'paper')}.pdf", note=words(word, "note"))
    archive = _read(person, account_id, reader, words(word, "letter"))
    room = make_room(staff, words(word, "room"))
    _enter(room, person, word)
    envelope = _sign(staff, person, word)
    return Library(word, net, room.id, archive, envelope)


def _read(person: Actor, account_id: UUID, reader: Reader, name: str) -> UUID:
    document = make_paper(account_id, person.firm_id, name, name=f"{name}.pdf", must_acknowledge=True)
    readable = readable_by(person, document)
    with acting_as(person.tenancy):
        note_page_view(person, readable, 2, reader)
        note_reading_time(person, readable.version_id, {2: 1}, reader)
        acknowledge_document(person, document, readable.version_id, reader)
        return request_archive(person, [document])


def _enter(room: MadeRoom, person: Actor, word: str) -> None:
    room.let_in(person, room.group(f"{word} group"))
    room.ask_to_sign(f"{word} keeps what is said here.")
    room.sign(person, words(word, "typed"))
    with acting_as(Actor.system(person.firm_id).tenancy):
        record_visit(person, room.id)
    with acting_as(person.tenancy):
        question = ask_question(person, room.id, words(word, "question"))
    with acting_as(room.staff.tenancy):
        given = AnswerGiven(AnswerAudience.ASKER, words(word, "question"), words(word, "answer"))
        answer_question(room.staff, question, given)


def _sign(staff: Actor, person: Actor, word: str) -> UUID:
    signed, declined = (make_envelope(staff, (person, 1), title=f"{word} {what}") for what in ("deed", "waiver"))
    acting = replace(circumstances(), agent=words(word, "agent"))
    with acting_as(person.tenancy):
        open_envelope(person, signed, acting)
        decline_envelope(person, declined, acting, reason=words(word, "refusal"))
    sign(person, signed, name=words(word, "signed"))
    return signed
