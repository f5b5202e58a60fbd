"""Several documents in one file: what is in it, who may have it, and when it cannot be had."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import travel

from portal.domain.documents.library.services.audiences import grant_document, revoke_document
from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.reading.queries.archives import list_archives
from portal.domain.documents.reading.queries.receipts import list_receipts
from portal.domain.documents.reading.values.archives import ArchiveState
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform import clock, db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.reading import make_next_version, make_paper
from tests.factories.web import sign_in
from tests.platform.screening.pdf_files import clean_pdf
from tests.web.documents.test_pages import NOT_READING


def ask(browser: FlaskClient, *documents: UUID) -> str:
    """The address of a new archive."""
    answer = browser.post("/documents/archives", data={"document": [str(each) for each in documents]})
    assert answer.status_code == 303
    return answer.headers["Location"]


def taken(browser: FlaskClient, address: str) -> zipfile.ZipFile:
    answer = browser.get(f"{address}/download")
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "private, no-store"
    return zipfile.ZipFile(io.BytesIO(browser.get(answer.headers["Location"]).data))


def test_documents_come_in_folders_with_a_list(world: World, account: UUID, reading: FlaskClient) -> None:
    first = make_paper(account, world.firm_id, "Call 1", content=clean_pdf("Mine"), pages=1)
    again = make_paper(account, world.firm_id, "CALL 1")
    address = ask(reading, first, again)
    assert "being put together" in reading.get(address).text
    drain()
    assert "Contents.csv" in reading.get(address).text
    archive = taken(reading, address)
    folder = "Lane Family Trust/Notice"
    assert archive.testzip() is None
    names = sorted(archive.namelist(), key=str.casefold)
    assert [name.casefold() for name in names] == [
        "contents.csv",
        f"{folder}/call 1 (2).pdf".casefold(),
        f"{folder}/call 1.pdf".casefold(),
        "readme.txt",
    ]
    assert "Contents.csv lists them" in archive.read("README.txt").decode()
    for row in csv.DictReader(io.StringIO(archive.read("Contents.csv").decode("utf-8-sig"))):
        assert hashlib.sha256(archive.read(row["Path"])).hexdigest() == row["SHA-256"]
    with acting_as(world.manager.tenancy):
        (receipt,) = list_receipts(world.manager, first)
    assert receipt.way == "archived"


def test_what_can_only_be_read_here_is_in_none(world: World, account: UUID, reading: FlaskClient) -> None:
    paper, closed = make_paper(account, world.firm_id), make_paper(account, world.firm_id, "Closed", view_only=True)
    assert "only to be read here" in reading.get("/documents/archives/new").text
    answer = reading.post("/documents/archives", data={"document": str(closed)})
    assert answer.status_code == 422
    assert "can only be read here" in answer.text
    address = ask(reading, paper, closed)
    drain()
    shown = reading.get(address).text
    for words in ("It may only be read here.", "Archive of 1 document", "1 document you chose was left out"):
        assert words in shown
    assert [name for name in taken(reading, address).namelist() if "Closed" in name] == []


def test_nothing_and_too_much_are_refused(world: World, account: UUID, reading: FlaskClient) -> None:
    assert reading.post("/documents/archives", data={}).status_code == 422
    many = [str(UUID(int=number)) for number in range(501)]
    assert reading.post("/documents/archives", data={"document": many}).status_code == 422


def test_nobody_asks_for_what_is_not_theirs(app: Flask, world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    theirs = make_paper(make_account(world.firm_id, "Ortiz", world.another_investor), world.firm_id)
    draft = make_paper(account, world.firm_id, published=False)
    for stranger in (theirs, draft, account):
        answer = reading.post("/documents/archives", data={"document": [str(paper), str(stranger)]})
        assert answer.status_code == 404


def test_an_archive_is_its_owners(app: Flask, world: World, account: UUID, reading: FlaskClient) -> None:
    address = ask(reading, make_paper(account, world.firm_id))
    drain()
    for person in (world.another_investor, world.manager, world.foreign_investor):
        browser = sign_in(app.test_client(), person)
        for path in (address, f"{address}/_progress", f"{address}/download"):
            assert browser.get(path).status_code == 404
        with acting_as(person.tenancy):
            assert list_archives(person) == []
            assert db.fetch_all("SELECT 1 FROM documents.archive_items") == []


Change = Callable[[World, UUID], None]


def taken_back(world: World, paper: UUID) -> None:
    archive_document(world.manager, paper)


def replaced(world: World, paper: UUID) -> None:
    make_next_version(world.firm_id, paper)


def expired(world: World, paper: UUID) -> None:
    _write("UPDATE documents.documents SET expires_at = now() - interval '1 second' WHERE id = %(id)s", id=paper)


def closed(world: World, paper: UUID) -> None:
    _write("UPDATE documents.documents SET view_only = true WHERE id = %(id)s", id=paper)


@db.transactional
def _write(statement: str, **values: object) -> None:
    db.execute(statement, **values)


@pytest.mark.parametrize("change", [taken_back, expired, closed])
def test_access_that_ends_before_it_is_made_leaves_it_out(
    world: World, account: UUID, reading: FlaskClient, change: Change
) -> None:
    paper, other = make_paper(account, world.firm_id, "Secret"), make_paper(account, world.firm_id, "Other")
    address = ask(reading, paper, other)
    with acting_as(world.manager.tenancy):
        change(world, paper)
    drain()
    assert "left out" in reading.get(address).text
    assert [name for name in taken(reading, address).namelist() if "Secret" in name] == []


@pytest.mark.parametrize("change", [taken_back, replaced, expired, closed])
def test_access_that_ends_after_it_was_made_closes_it(
    world: World, account: UUID, reading: FlaskClient, change: Change
) -> None:
    paper = make_paper(account, world.firm_id)
    address = ask(reading, paper, make_paper(account, world.firm_id, "Other"))
    drain()
    with acting_as(world.manager.tenancy):
        change(world, paper)
    answer = reading.get(f"{address}/download")
    assert answer.status_code == 409
    assert "no longer open to you" in answer.text
    assert "Location" not in answer.headers


def test_what_a_person_was_given_by_name_is_checked_as_theirs(app: Flask, world: World, account: UUID) -> None:
    paper = make_paper(account, world.firm_id)
    another = world.another_investor.user_id
    assert another is not None
    with acting_as(world.manager.tenancy):
        grant_document(world.manager, paper, another)
    browser = sign_in(app.test_client(), world.another_investor)
    address = ask(browser, paper)
    drain()
    assert "Notice/Letter to investors.pdf" in taken(browser, address).namelist()
    with acting_as(world.manager.tenancy):
        revoke_document(world.manager, paper, another)
    assert browser.get(f"{address}/download").status_code == 409
    assert "Letter" not in browser.get(address).text


def test_where_nothing_is_left_there_is_no_archive(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    address = ask(reading, paper)
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, paper)
    drain()
    assert "nothing in it" in reading.get(address).text
    assert reading.get(f"{address}/download").status_code == 409


def test_a_file_that_is_lost_is_left_out(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    with acting_as(world.manager.tenancy):
        key = db.fetch_value("SELECT file_key FROM documents.versions WHERE document_id = %(id)s", id=paper)
    address = ask(reading, paper, make_paper(account, world.firm_id, "Other"))
    resources().store.delete(key)
    drain()
    assert "could not be read" in reading.get(address).text


def test_it_is_deleted_after_a_day(world: World, account: UUID, reading: FlaskClient) -> None:
    address = ask(reading, make_paper(account, world.firm_id))
    drain()
    with acting_as(world.investor.tenancy):
        (archive,) = list_archives(world.investor)
    assert archive.file_key is not None
    with acting_as(world.investor.tenancy), travel(clock.now() + timedelta(days=1, seconds=1), tick=False):
        assert list_archives(world.investor)[0].state is ArchiveState.GONE
    _make_due(world)
    drain()
    assert not resources().store.exists(archive.file_key)
    assert reading.get(f"{address}/download").status_code == 409


def _make_due(world: World) -> None:
    with acting_as(Actor.system(world.firm_id).tenancy):
        _write("UPDATE platform.outbox SET due_at = now() WHERE job = 'reading.discard_archive'")


@pytest.mark.parametrize("name", NOT_READING)
def test_programs_that_look_ahead_are_given_no_link(
    world: World, account: UUID, reading: FlaskClient, name: str
) -> None:
    address = ask(reading, make_paper(account, world.firm_id))
    drain()
    assert reading.get(f"{address}/download", headers=NOT_READING[name]).status_code == 409


def test_the_bar_asks_until_it_is_done(world: World, account: UUID, reading: FlaskClient) -> None:
    address = ask(reading, make_paper(account, world.firm_id))
    assert 'hx-trigger="every 1s"' in reading.get(f"{address}/_progress").text
    drain()
    assert 'hx-trigger="load"' in reading.get(f"{address}/_progress").text
    assert "Archives" in reading.get("/documents/archives").text
