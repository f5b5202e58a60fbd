"""What the library holds about a person is in their export, and nothing there that is another's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask

from portal.domain.documents.library.services.uploads import start_upload
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.privacy.queries.exports import list_collections
from portal.platform import clock, db
from portal.platform.tenancy import acting_as
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.factories.privacy import Firm, make_privacy_firm
from tests.factories.rooms import make_room
from tests.factories.shares import make_share
from tests.factories.whole_reader import Library, give_library


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("library-of-people")


@pytest.fixture
def librarian(firm: Firm) -> Actor:
    return make_user(firm.id, "librarian@library-of-people.example", Role.MANAGER)


@pytest.fixture
def mine(firm: Firm, librarian: Actor) -> Library:
    account = make_account(firm.id, "Mona Holdings", firm.person)
    return give_library(librarian, firm.person, account, word="Wagtail", net="192.0.2")


def told(firm: Firm, person: Actor) -> dict[str, list[dict[str, Any]]]:
    """What is collected about somebody."""
    assert person.user_id
    with acting_as(firm.system.tenancy):
        found = {each.file: [dict(row) for row in each.rows] for each in list_collections(firm.system, person.user_id)}
        db.end_reading()
    return found


def test_what_one_sent_read_and_confirmed_is_there(firm: Firm, mine: Library) -> None:
    files, words = told(firm, firm.person), mine.written
    (paper,) = files["documents/papers"]
    assert (paper["note"], paper["name"], paper["by_you"], paper["state"]) == (
        words["note"], f"{words['paper']}.pdf", True, "sent",
    )  # fmt: skip
    (reading,) = files["documents/readings"]
    assert (reading["name"], reading["way"]) == (f"{words['letter']}.pdf", "viewed")
    assert (reading["address"], reading["agent"]) == (mine.address, words["agent"])
    assert [(each["read_id"], each["page"]) for each in files["documents/pages-read"]] == [(reading["id"], 2)]
    (said,) = files["documents/confirmations"]
    assert (said["address"], said["agent"]) == (mine.address, words["agent"])
    assert words["letter"] in said["said"]
    assert [each["document_id"] for each in files["documents/archives"]] == [reading["document_id"]]


def test_what_one_signed_and_declined_is_there(firm: Firm, mine: Library) -> None:
    files, words = told(firm, firm.person), mine.written
    asked = {each["title"]: each for each in files["documents/signing"]}
    assert {title: each["state"] for title, each in asked.items()} == {
        "Wagtail deed": "signed", "Wagtail waiver": "declined",
    }  # fmt: skip
    assert asked["Wagtail deed"]["signed_with"]["name"] == words["signed"]
    steps = [each for each in files["documents/signing-steps"] if each["title"] == "Wagtail deed"]
    assert [(each["kind"], each["by_you"]) for each in steps] == [("asked", False), ("opened", True), ("signed", True)]
    assert [each["agent"] for each in steps] == [None, words["agent"], "Firefox on Linux"]
    assert steps[2]["consent_version"]
    assert words["refusal"] in {each["note"] for each in files["documents/signing-steps"]}


def test_what_one_did_in_rooms_is_there(firm: Firm, mine: Library, librarian: Actor) -> None:
    hidden = make_room(librarian, "Not opened yet", opened=False)
    hidden.let_in(firm.person, hidden.group("Nobody knows"))
    late = make_room(librarian, "Closed before they came")
    late.let_in(firm.person, late.group("Too late"), until=clock.now() + timedelta(days=1))
    _run_out(firm, late.id)
    files, words = told(firm, firm.person), mine.written
    assert {each["room_id"]: (each["room"], each["visits"]) for each in files["documents/rooms"]} == {
        mine.room: (words["room"], 1),
        late.id: (None, None),
    }
    (agreement,) = files["documents/room-agreements"]
    assert (agreement["typed_name"], agreement["text"]) == (words["typed"], "Wagtail keeps what is said here.")
    (question,) = files["documents/room-questions"]
    assert (question["question"], question["answer"]) == (words["question"], words["answer"])
    _run_out(firm, mine.room)
    files = told(firm, firm.person)
    assert {
        each["room"] for name in ("rooms", "room-agreements", "room-questions") for each in files[f"documents/{name}"]
    } == {None}
    assert [(each["typed_name"], each["text"]) for each in files["documents/room-agreements"]] == [
        (words["typed"], None)
    ]
    assert [(each["question"], each["answer"]) for each in files["documents/room-questions"]] == [
        (words["question"], None)
    ]


@db.transactional
def _end(room_id: object) -> None:
    db.execute("UPDATE documents.room_members SET until = now() - interval '1 hour' WHERE room_id = %(id)s", id=room_id)


def _run_out(firm: Firm, room_id: object) -> None:
    with acting_as(firm.system.tenancy):
        _end(room_id)


def test_nothing_of_another_is_there(firm: Firm, mine: Library, librarian: Actor) -> None:
    other = make_user(firm.id, "otto.other@library-of-people.example", Role.INVESTOR)
    account = make_account(firm.id, "Otto Holdings", other)
    give_library(librarian, other, account, word="Bittern", net="198.51.100")
    for person, own, foreign in ((firm.person, "Wagtail", "Bittern"), (other, "Bittern", "Wagtail")):
        text = orjson.dumps(told(firm, person), default=str).decode()
        assert text.count(own) > 10
        assert foreign not in text
    assert "198.51.100" not in orjson.dumps(told(firm, firm.person), default=str).decode()


def test_who_gave_a_document_outside_is_told_of_it_without_the_reader(firm: Firm, librarian: Actor) -> None:
    letter = make_document(firm.id)
    make_share(librarian, letter, name="Rea Outside", email="rea.outside@example.org", note="As we said")
    with acting_as(librarian.tenancy):
        start_upload(librarian, name="half.pdf", size=10)
    files = told(firm, librarian)
    (share,) = files["documents/shares"]
    assert (share["document_id"], share["given_by_you"], share["note"]) == (letter, True, "As we said")
    assert [(each["name"], each["received"]) for each in files["documents/uploads"]] == [("half.pdf", 0)]
    assert "outside@example" not in orjson.dumps(files, default=str).decode()
