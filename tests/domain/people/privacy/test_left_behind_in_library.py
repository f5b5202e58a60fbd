"""What the library held of somebody erased: gone at once where nothing keeps it, and all of it in the end."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.documents.library.services.uploads import start_upload
from portal.domain.documents.rooms.queries.members import get_member
from portal.domain.documents.rooms.values.members import Standing
from portal.domain.documents.signing.queries.envelopes import list_history
from portal.domain.documents.signing.values.sealing import open_kept
from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.crypto import Unopenable
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.identity import make_user
from tests.factories.privacy import Firm, end_retention, erased, make_privacy_firm
from tests.factories.rooms import make_room
from tests.factories.whole_reader import Library, give_library, words

WORD = "Wagtail"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'documents' ORDER BY 1"
EVIDENCE = {"acknowledgements": "user_id", "room_agreements": "user_id", "signing_events": "actor_id"}
BATCH = """
INSERT INTO documents.batches (id, firm_id, state, kind, name, size, type, period, title, created_by)
VALUES (%(id)s, %(firm)s, 'filed', 'zip', 'all.zip', 1, 'other', '', 'All', %(staff)s)
"""
PIECE = """
INSERT INTO documents.pieces (id, firm_id, batch_id, first, last, name, account_id, evidence)
VALUES (%(id)s, %(firm)s, %(id)s, 1, 1, %(name)s, %(account)s, '[{"kind": "name"}]')
"""
CLEARING = """
INSERT INTO documents.clearings (version_id, subject_id, kind, firm_id, cleared_by, reason)
SELECT min(id::text)::uuid, %(account)s, 'name', %(firm)s, %(staff)s, %(reason)s FROM documents.versions
WHERE document_id NOT IN (SELECT id FROM documents.documents WHERE account_id = %(account)s)
"""


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("leaving-the-library")


@pytest.fixture
def librarian(firm: Firm) -> Actor:
    return make_user(firm.id, "librarian@leaving-the-library.example", Role.MANAGER)


@pytest.fixture
def mine(firm: Firm, librarian: Actor) -> Library:
    with acting_as(firm.system.tenancy):
        name = words(WORD, "account")
        account = open_account(firm.system, name=name, kind=AccountKind.INDIVIDUAL, members=[firm.person_id])
    made = give_library(librarian, firm.person, account, word=WORD, net="192.0.2")
    with acting_as(firm.system.tenancy):
        _be_named(firm, librarian, account)
    drain()
    return made


@transactional
def _be_named(firm: Firm, librarian: Actor, account_id: UUID) -> None:
    """A file of many was split for them, and they may be named in somebody else's."""
    given = {"id": new_id(), "firm": firm.id, "staff": librarian.user_id, "account": account_id}
    db.execute(BATCH, **given)
    db.execute(PIECE, name=f"{words(WORD, 'piece')}.pdf", **given)
    db.execute(CLEARING, reason=words(WORD, "reason"), **given)


def count(firm: Firm, table: str, condition: str) -> int:
    """How many rows of the person a table of the library has."""
    with acting_as(firm.system.tenancy):
        statement = f"SELECT count(*) FROM documents.{table} WHERE {condition}"
        return int(db.fetch_value(statement, user=firm.person_id))


def tables_that_tell(postgres_url: str, firm: Firm, text: str) -> set[str]:
    """The tables of the library with a row of the firm in which this stands, in any column."""
    with acting_as(firm.system.tenancy):
        with psycopg.connect(postgres_url) as connection:
            names = [row[0] for row in connection.execute(TABLES)]
        statement = "SELECT EXISTS (SELECT FROM documents.{} t WHERE strpos(t::text, %(text)s) > 0)"
        return {name for name in names if db.fetch_value(statement.format(name), text=text)}


def test_where_they_read_and_what_they_were_in_is_gone_at_once(firm: Firm, mine: Library, librarian: Actor) -> None:
    with acting_as(firm.system.tenancy):
        key = db.fetch_value("SELECT file_key FROM documents.archives WHERE id = %(id)s", id=mine.archive)
    assert resources().store.exists(key)
    erased(firm)
    assert count(firm, "reads", "user_id = %(user)s") == 1
    assert count(firm, "reads", "user_id = %(user)s AND (address IS NOT NULL OR agent IS NOT NULL)") == 0
    assert count(firm, "archives", "user_id = %(user)s AND state <> 'gone'") == 0
    assert count(firm, "room_placements", "user_id = %(user)s") == 0
    with acting_as(librarian.tenancy):
        assert get_member(librarian, mine.room, firm.person_id).standing is Standing.REMOVED
    assert not resources().store.exists(key)


def test_what_staff_had_on_its_way_and_their_names_beside_invitations_are_gone_at_once(firm: Firm) -> None:
    with acting_as(firm.system.tenancy):
        grant_role(firm.system, firm.person_id, role=Role.MANAGER)
    staff = Actor(firm.id, firm.person_id, frozenset({Role.MANAGER}), name="Mona Leaving")
    guest = make_user(firm.id, "guest@leaving-the-library.example", Role.INVESTOR)
    room = make_room(staff, "Staff room")
    room.let_in(guest, room.group("Guests"))
    with acting_as(staff.tenancy):
        start_upload(staff, name="half.pdf", size=10)
    assert count(firm, "room_members", "invited_by = %(user)s AND inviter <> ''") == 1
    erased(firm)
    assert count(firm, "room_members", "invited_by = %(user)s AND inviter <> ''") == 0
    assert count(firm, "uploads", "user_id = %(user)s") == 0


def test_evidence_is_kept_as_long_as_it_must_and_names_nobody_then(
    firm: Firm, mine: Library, postgres_url: str
) -> None:
    told = {kind: text for kind, text in mine.written.items() if kind not in {"room", "signed", "refusal"}}
    told |= {kind: words(WORD, kind) for kind in ("account", "piece", "reason")} | {"address": mine.address}
    for kind, text in told.items():
        assert tables_that_tell(postgres_url, firm, text), kind
    erased(firm)
    assert tables_that_tell(postgres_url, firm, mine.address) == set(EVIDENCE) - {"room_agreements"}
    assert tables_that_tell(postgres_url, firm, told["typed"]) == {"room_agreements"}
    assert tables_that_tell(postgres_url, firm, told["note"]) == {"papers"}
    signed = count(firm, "signing_events", "actor_id = %(user)s AND kind = 'signed'")
    end_retention(firm)
    for kind, text in told.items():
        assert tables_that_tell(postgres_url, firm, text) == set(), kind
    assert count(firm, "room_agreements", "user_id = %(user)s") == 1
    assert count(firm, "signing_events", "actor_id = %(user)s AND kind = 'signed'") == signed == 1


def test_what_they_signed_with_and_wrote_opens_to_nobody_in_the_end(firm: Firm, mine: Library) -> None:
    assert words(WORD, "refusal") in _notes(firm)
    row = _signature(firm, mine)
    assert open_kept(row.answers_sealed, row.id, row.user_id, row.wrapped).mark.name == words(WORD, "signed")
    erased(firm)
    assert words(WORD, "refusal") in _notes(firm)
    end_retention(firm)
    assert _notes(firm) == {""}
    row = _signature(firm, mine)
    with pytest.raises(Unopenable):
        open_kept(row.answers_sealed, row.id, row.user_id, row.wrapped)


def _notes(firm: Firm) -> set[str]:
    """What the firm reads beside what happened to its envelopes."""
    with acting_as(firm.system.tenancy):
        envelopes = [row.id for row in db.fetch_all("SELECT id FROM documents.envelopes")]
        return {each.note for envelope in envelopes for each in list_history(firm.system, envelope)}


def _signature(firm: Firm, mine: Library) -> db.AnyRow:
    with acting_as(firm.system.tenancy):
        row = db.fetch_one(
            "SELECT s.id, s.user_id, s.answers_sealed, k.wrapped FROM documents.signers s"
            " JOIN identity.subject_keys k ON k.subject_id = s.user_id WHERE s.envelope_id = %(id)s",
            id=mine.envelope,
        )
    assert row is not None
    return row


@transactional
def _change(statement: str, firm: Firm) -> int:
    return db.execute(statement, user=firm.person_id)


@pytest.mark.parametrize(("table", "column"), EVIDENCE.items())
def test_evidence_of_somebody_who_is_here_never_changes(firm: Firm, mine: Library, table: str, column: str) -> None:
    blank = f"UPDATE documents.{table} SET agent = '' WHERE {column} = %(user)s"
    moment = "agreed_at" if table == "room_agreements" else "at"
    later = f"UPDATE documents.{table} SET {moment} = now() WHERE {column} = %(user)s"
    with acting_as(firm.system.tenancy):
        with pytest.raises(DBAPIError, match="append-only"):
            _change(blank, firm)
        with pytest.raises(DBAPIError, match="permission denied"):
            _change(later, firm)
