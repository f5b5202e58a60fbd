"""Files by their links: for one person, for a minute, and closed with whatever closes the thing, on every store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import boto3
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.services.audiences import grant_document, revoke_document
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.domain.documents.rooms.queries.members import list_groups
from portal.domain.documents.rooms.services.members import remove_room_member
from portal.domain.documents.signing.services.sending import cancel_envelope
from portal.domain.identity.access.services import take_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.leaving.services import switch_user_off
from portal.domain.investments.statements.queries.statements import list_published_statements
from portal.domain.investments.statements.values.statements import StatementFilter
from portal.domain.people.investor_accounts.services import remove_member
from portal.jobs.drain import drain
from portal.platform import clock, db
from portal.platform.file_links import Thing
from portal.platform.resources import EXTENSION, resources
from portal.platform.storage.opening import open_store
from portal.platform.tenancy import acting_as
from portal.web.operations.files import THINGS
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.documents import make_folder
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.privacy import collected_export
from tests.factories.reading import make_next_version, make_paper
from tests.factories.rooms import make_room
from tests.factories.signing import make_envelope
from tests.factories.statements import HISTORY, publish_run
from tests.factories.uploads import sent
from tests.factories.web import sign_in
from tests.platform.screening.pdf_files import clean_pdf
from tests.platform.storage.servers import KEY_ID, SECRET, free_port, moto

CLOSED = "This link opens nothing any more."
PAPER = clean_pdf("Mine")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The STORAGE_URL of a bucket."""
    with pytest.MonkeyPatch.context() as patch, moto() as address:
        patch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="files")
        yield f"s3://files/?region=us-east-1&endpoint_url={address}"


@pytest.fixture(params=["files", "bucket"])
def account(app: Flask, world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[UUID]:
    """An account of the investor, in a portal that keeps its files in a directory, or in a bucket."""
    url = tmp_path.as_uri() if request.param == "files" else request.getfixturevalue("bucket")
    before = resources()
    app.extensions[EXTENSION] = replace(before, store=open_store(url))
    yield make_account(world.firm_id, "Lane Family Trust", world.investor)
    app.extensions[EXTENSION] = before


@pytest.fixture
def reading(client: FlaskClient, world: World) -> FlaskClient:
    """The investor's browser."""
    return sign_in(client, world.investor)


def link_of(browser: FlaskClient, address: str) -> str:
    """The link that somebody is given for a file they may have."""
    answer = browser.get(address)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    link: str = answer.headers["Location"]
    assert link.startswith("http://localhost/files/")
    return link.removeprefix("http://localhost")


def closed(browser: FlaskClient, link: str) -> bool:
    """Whether a link opens nothing, whole or in part."""
    answers = [browser.get(link, headers=headers) for headers in ({}, {"Range": "bytes=0-3"})]
    assert {answer.status_code for answer in answers} in ({404}, {200, 206})
    return all(answer.status_code == 404 and CLOSED in answer.text for answer in answers)


def archive(world: World, paper: UUID) -> None:
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, paper)


def take_access(world: World, account: UUID) -> None:
    assert world.investor.user_id
    with acting_as(Actor.system(world.firm_id).tenancy):
        remove_member(Actor.system(world.firm_id), account, user_id=world.investor.user_id)


def lose_role(world: World, person: Actor, *roles: Role) -> None:
    assert person.user_id
    with acting_as(Actor.system(world.firm_id).tenancy):
        for role in roles:
            take_role(Actor.system(world.firm_id), person.user_id, role=role)


def switch_off(world: World) -> None:
    assert world.investor.user_id
    with acting_as(world.administrator.tenancy):
        switch_user_off(world.administrator, world.investor.user_id)


def describe(world: World, paper: UUID, **changed: object) -> None:
    with acting_as(world.manager.tenancy):
        details = get_document(world.manager, paper).details
        describe_document(world.manager, paper, replace(details, **changed))  # type: ignore[arg-type]  # its own fields


def expire(world: World, paper: UUID) -> None:
    describe(world, paper, expires_at=clock.now() - timedelta(days=1))


Close = Callable[[World, FlaskClient, UUID, UUID], object]
WAYS: dict[str, Close] = {
    "archived": lambda world, _, paper, __: archive(world, paper),
    "expired": lambda world, _, paper, __: expire(world, paper),
    "only to be read": lambda world, _, paper, __: describe(world, paper, view_only=True),
    "another version": lambda world, _, paper, __: make_next_version(world.firm_id, paper),
    "no longer their account": lambda world, _, __, account: take_access(world, account),
    "no longer an investor": lambda world, _, __, ___: lose_role(world, world.investor, Role.INVESTOR),
    "switched off": lambda world, _, __, ___: switch_off(world),
    "signed out": lambda _, browser, __, ___: browser.post("/sign-out"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_link_to_a_document_ends_with_what_opened_it(
    app: Flask, world: World, account: UUID, reading: FlaskClient, way: str
) -> None:
    paper = make_paper(account, world.firm_id, content=PAPER, pages=1)
    stranger = app.test_client()
    links = [link_of(reading, f"/documents/downloads/{paper}")]
    if way != "signed out":
        app_link = stranger.get(f"/api/v1/documents/{paper}/download", headers=bearer(world.investor))
        links.append(app_link.headers["Location"].removeprefix("http://localhost"))
    assert [stranger.get(link).data for link in links] == [PAPER] * len(links)
    part = stranger.get(links[0], headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, b"PDF")
    assert stranger.head(links[0]).headers["Content-Length"] == str(len(PAPER))
    WAYS[way](world, reading, paper, account)
    assert [closed(stranger, link) for link in links] == [True] * len(links)


def test_a_link_ends_after_a_minute_and_a_changed_one_is_none(
    world: World, account: UUID, reading: FlaskClient
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        link = link_of(reading, f"/documents/downloads/{make_paper(account, world.firm_id)}")
        now.shift(timedelta(seconds=59))
        assert reading.get(link).status_code == 200
        now.shift(timedelta(seconds=2))
        expired = reading.get(link)
    assert (expired.status_code, "This link has expired" in expired.text) == (404, True)
    assert reading.get(f"{link[:-4]}AAAA").status_code == 404


def granted(world: World, account: UUID) -> tuple[str, Callable[[], object]]:
    """A paper of nobody's account that the investor was given by name."""
    reader, manager = world.investor.user_id, world.manager
    assert reader
    paper = make_paper(make_account(world.firm_id, "Ortiz Holdings", world.another_investor), world.firm_id)
    with acting_as(manager.tenancy):
        grant_document(manager, paper, reader)

    def take_back() -> None:
        with acting_as(manager.tenancy):
            revoke_document(manager, paper, reader)

    return f"/documents/downloads/{paper}", take_back


def in_a_room(world: World, account: UUID) -> tuple[str, Callable[[], object]]:
    room, manager, reader = make_room(world.manager), world.manager, world.investor
    with acting_as(manager.tenancy):
        (everybody, *_) = list_groups(manager, room.id)
    room.let_in(reader, everybody.id)

    def leave() -> None:
        assert reader.user_id
        with acting_as(manager.tenancy):
            remove_room_member(manager, room.id, reader.user_id)

    return f"/documents/downloads/{room.file('Term sheet')}", leave


def to_be_signed(world: World, account: UUID) -> tuple[str, Callable[[], object]]:
    envelope = make_envelope(world.manager, (world.investor, 1))

    def cancel() -> None:
        with acting_as(world.manager.tenancy):
            cancel_envelope(world.manager, envelope)

    return f"/documents/signatures/{envelope}/download", cancel


def stated(world: World, account: UUID) -> tuple[str, Callable[[], object]]:
    vehicle = make_vehicle(world.firm_id, "Harbour Buyout I")
    post_history(world.firm_id, account, vehicle, HISTORY)
    run = publish_run(world.manager, vehicle)
    with acting_as(world.investor.tenancy):
        (statement,) = list_published_statements(world.investor, StatementFilter())
    assert statement.run_id == run
    return f"/investments/statements/{statement.id}/download", lambda: take_access(world, account)


OTHERS = {"granted by name": granted, "in a room": in_a_room, "to be signed": to_be_signed, "a statement": stated}


@pytest.mark.parametrize("other", OTHERS)
def test_so_do_links_to_what_comes_otherwise(
    app: Flask, world: World, account: UUID, reading: FlaskClient, other: str
) -> None:
    address, take_back = OTHERS[other](world, account)
    link, stranger = link_of(reading, address), app.test_client()
    assert stranger.get(link).data.startswith(b"%PDF")
    take_back()
    assert closed(stranger, link)


def test_so_do_links_to_archives_and_exports(app: Flask, world: World, account: UUID, reading: FlaskClient) -> None:
    papers = [make_paper(account, world.firm_id, title) for title in ("Call 1", "Call 2")]
    place = reading.post("/documents/archives", data={"document": [str(each) for each in papers]}).headers["Location"]
    drain()
    export = collected_export(world.investor)
    links = [link_of(reading, address) for address in (f"{place}/download", f"/privacy/exports/{export}/download")]
    stranger = app.test_client()
    assert all(stranger.get(link).data.startswith(b"PK") for link in links)
    archive(world, papers[1])
    assert [closed(stranger, link) for link in links] == [True, False]
    reading.post("/sign-out")
    assert closed(stranger, links[1])


def test_so_do_links_of_staff(app: Flask, world: World, account: UUID) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    staff, stranger = sign_in(app.test_client(), world.manager), app.test_client()
    link = link_of(staff, f"/documents/envelopes/{envelope}/download")
    assert stranger.get(link).data.startswith(b"%PDF")
    lose_role(world, world.manager, Role.MANAGER)
    assert closed(stranger, link)


def test_a_link_opens_for_whom_it_was_given_alone(app: Flask, world: World, account: UUID) -> None:
    """Not for who has the session by then: staff who saw the portal as the investor, and do not any more."""
    paper, links = make_paper(account, world.firm_id), resources().links
    for each in (world.another_investor, world.investor, world.manager):
        sign_in(app.test_client(), each)
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all(
            "SELECT DISTINCT ON (user_id) user_id, id FROM identity.sessions ORDER BY user_id, created_at DESC"
        )
    sessions = {row.user_id: row.id for row in rows}
    for person, behind, opens in (
        (world.investor, world.investor, True),
        (world.manager, world.manager, True),
        (world.investor, world.manager, False),
        (world.another_investor, world.another_investor, False),
    ):
        link = links.link_to(Thing.DOCUMENT, paper, person.user_id, sessions[behind.user_id], 1)
        link = link.removeprefix("http://localhost")
        assert closed(app.test_client(), link) is not opens


def test_while_the_bucket_is_away_nothing_is_given_and_nothing_filed(
    app: Flask, world: World, account: UUID, reading: FlaskClient
) -> None:
    """Neither half a file nor a row without one; it is there again with the bucket."""
    link = link_of(reading, f"/documents/downloads/{make_paper(account, world.firm_id, content=PAPER, pages=1)}")
    staff, folder, before = sign_in(app.test_client(), world.manager), make_folder(world.firm_id), resources()
    refused = f"s3://files/?region=us-east-1&endpoint_url=http://127.0.0.1:{free_port()}"
    app.extensions[EXTENSION] = replace(before, store=open_store(refused))
    answers = reading.get(link), staff.post(f"/documents/uploads?folder={folder}", data=sent(("a.pdf", PAPER)))
    app.extensions[EXTENSION] = before
    assert [answer.status_code for answer in answers] == [503, 503]
    with acting_as(world.manager.tenancy):
        assert [each.title for each in list_documents(world.manager, DocumentFilter())] == ["Letter to investors"]
    assert reading.get(link).data == PAPER


def test_every_thing_that_is_led_to_opens() -> None:
    assert THINGS.keys() | {Thing.DOCUMENT} == set(Thing)
