"""What a reader outside sees: nothing before the proof, the document after it, nothing once it is taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from structlog.contextvars import bound_contextvars

from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.sharing.queries import list_shares
from portal.domain.documents.sharing.services import revoke_share, send_share_code
from portal.domain.identity.access.values import Role
from portal.platform import clock, db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.domain.documents.sharing.test_services import sent_code
from tests.factories.identity import found_firm, make_user
from tests.factories.shares import READER, link_of, make_share, make_text
from tests.platform.screening.pdf_files import clean_pdf
from tests.web.browser import WATCH, accessibility_findings, served, violations
from tests.web.identity.conftest import Post, mailbox, post

TITLE = "Letter to investors"
PAPER = clean_pdf("Dear investors", pages=2)
__all__ = ["mailbox", "post"]


@pytest.fixture
def document_id(app: Flask, world: World) -> UUID:
    return make_text(world.firm_id, PAPER, pages=2)


def place(share_id: UUID, rest: str = "") -> str:
    return f"/documents/outside-reading/{link_of(share_id)}{rest}"


def come_in(browser: FlaskClient, share_id: UUID, post: Post) -> None:
    """Prove the reader's address in a browser."""
    post()
    assert browser.post(place(share_id, "/code")).status_code == 303
    (mail,) = post()
    assert READER in mail
    code = re.search(r"^(\d{6})$", mail, re.M)
    assert code, mail
    came = browser.post(place(share_id, "/proof"), data={"code": code[1]})
    assert came.status_code == 303


WAYS = ("", "/pages/1", "/file")


def shown(browser: FlaskClient, share_id: UUID) -> list[int]:
    """How each way to the document is answered; nothing of it is told where it is not open."""
    answers = [browser.get(place(share_id, way)) for way in WAYS]
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)
    if answers[0].status_code != 200 or TITLE not in answers[0].text:
        assert not any(TITLE in answer.text or READER in answer.text for answer in answers)
        assert [answer.status_code for answer in answers[1:]] == [404, 404]
    return [answer.status_code for answer in answers]


def opened(world: World, document_id: UUID) -> int:
    """How many pages staff are told that the one reader of the document was shown."""
    with acting_as(world.manager.tenancy):
        (share,) = list_shares(world.manager, resources().vault, document_id)
    return sum(each.opened for each in share.devices)


def test_the_way_of_a_reader(client: FlaskClient, world: World, document_id: UUID, post: Post) -> None:
    share_id = make_share(world.manager, document_id, note="As agreed on the telephone")
    (mail,) = post()
    assert f"http://localhost{place(share_id)}" in mail
    assert "As agreed on the telephone" in mail
    assert TITLE not in mail
    asked = client.get(place(share_id))
    assert "Send me a code" in asked.text
    assert TITLE not in asked.text
    assert READER not in asked.text
    assert shown(client, share_id) == [200, 404, 404]
    come_in(client, share_id, post)
    read = client.get(place(share_id))
    assert TITLE in read.text
    assert "As agreed on the telephone" in read.text
    assert read.text.count("<img ") == 1
    assert "Page 1 of 2" in read.text
    assert "Page 2 of 2" in client.get(f"{place(share_id)}?page=2").text
    assert "Page 2 of 2" in client.get(f"{place(share_id)}?page=99").text
    assert opened(world, document_id) == 0, "no page was shown yet"
    picture = client.get(place(share_id, "/pages/2"))
    assert (picture.status_code, picture.content_type) == (200, "image/webp")
    assert opened(world, document_id) == 1
    assert client.get(place(share_id, "/pages/3")).status_code == 404
    file = client.get(place(share_id, "/file"))
    assert file.data == PAPER
    assert file.headers["Content-Disposition"].startswith("attachment")
    part = client.get(place(share_id, "/file"), headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, b"PDF")


def test_a_passed_on_link_sends_the_code_to_the_reader_alone(
    app: Flask, world: World, document_id: UUID, post: Post
) -> None:
    share_id = make_share(world.manager, document_id)
    come_in(app.test_client(), share_id, post)
    other = app.test_client()
    assert shown(other, share_id) == [200, 404, 404]
    other.post(place(share_id, "/code"))
    (mail,) = post()
    assert READER in mail.splitlines()[0]
    refused = other.post(place(share_id, "/proof"), data={"code": "000000x"})
    assert refused.status_code == 422
    assert "This code is not right" in refused.text
    assert shown(other, share_id) == [200, 404, 404]


def test_the_cookie_of_one_share_opens_no_other(
    client: FlaskClient, world: World, document_id: UUID, post: Post
) -> None:
    mine, other = (
        make_share(world.manager, document_id),
        make_share(world.manager, make_text(world.firm_id, PAPER, pages=2)),
    )
    come_in(client, mine, post)
    cookie = client.get_cookie(f"share-{mine.hex}")
    assert cookie is not None
    assert cookie.http_only
    client.set_cookie(f"share-{other.hex}", cookie.value)
    assert shown(client, mine) == [200, 200, 200]
    assert shown(client, other) == [200, 404, 404]


def test_taken_back_every_way_is_closed_at_once(
    client: FlaskClient, world: World, document_id: UUID, post: Post
) -> None:
    share_id = make_share(world.manager, document_id)
    come_in(client, share_id, post)
    assert shown(client, share_id) == [200, 200, 200]
    with acting_as(world.manager.tenancy):
        revoke_share(world.manager, document_id, share_id)
    assert shown(client, share_id) == [404, 404, 404]
    for way in ("/code", "/proof"):
        closed = client.post(place(share_id, way), data={"code": "123456"})
        assert closed.status_code == 404
        assert "This link opens nothing" in closed.text


def test_archived_or_over_it_is_closed_too(client: FlaskClient, world: World, document_id: UUID, post: Post) -> None:
    share_id = make_share(world.manager, document_id, until=clock.now() + timedelta(days=2))
    come_in(client, share_id, post)
    with time_machine.travel(clock.now() + timedelta(days=2, seconds=1), tick=True):
        assert shown(client, share_id) == [404, 404, 404]
    assert shown(client, share_id) == [200, 200, 200]
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, document_id)
    assert shown(client, share_id) == [404, 404, 404]


def test_what_can_only_be_read_here_is_marked_and_not_handed_out(
    client: FlaskClient, world: World, document_id: UUID, post: Post
) -> None:
    plain, marked = (make_share(world.manager, document_id, view_only=only) for only in (False, True))
    for share_id in (plain, marked):
        come_in(client, share_id, post)
    pictures = [client.get(place(share_id, "/pages/1")).data for share_id in (plain, marked)]
    assert pictures[0] != pictures[1]
    assert client.get(place(marked, "/file")).status_code == 403
    assert "Download" not in client.get(place(marked)).text


def test_a_file_without_pages_is_downloaded(client: FlaskClient, world: World, post: Post) -> None:
    share_id = make_share(world.manager, make_text(world.firm_id, b"a,b\n", name="figures.csv", kind="csv", pages=None))
    come_in(client, share_id, post)
    assert "This kind of file is not shown here" in client.get(place(share_id)).text
    assert client.get(place(share_id, "/file")).content_type.startswith("text/csv")


def test_a_link_that_is_none(client: FlaskClient, app: Flask) -> None:
    for way in WAYS:
        assert client.get(f"/documents/outside-reading/{'0' * 64}{way}").status_code == 404
    for way in ("/code", "/proof"):
        assert client.post(f"/documents/outside-reading/{'0' * 64}{way}", data={"code": "123456"}).status_code == 404


@pytest.fixture
def outside(committed_app: Flask) -> tuple[str, str]:
    """The address of a share of a firm of its own, and the code that its reader was sent."""
    with committed_app.app_context():
        slug = f"shared-{uuid4().hex[:12]}"
        firm_id = found_firm(slug, "Shared Capital")
        manager = make_user(firm_id, f"manager@{slug}.example", Role.MANAGER)
        share_id = make_share(manager, make_text(firm_id, PAPER, pages=2), view_only=True)
        with bound_contextvars(address=str(uuid4())):  # of which no other test counts the tries
            send_share_code(resources().sealer, link_of(share_id))
        address, code = place(share_id), sent_code(share_id, firm_id)
        db.session.remove()
    return address, code


def test_in_a_browser(committed_app: Flask, browser: Browser, outside: tuple[str, str]) -> None:
    address, code = outside
    context = browser.new_context()
    context.add_init_script(WATCH)
    screen = context.new_page()
    with served(committed_app) as site:
        screen.goto(f"{site}{address}?sent")
        assert accessibility_findings(screen) == []
        screen.get_by_label("Code").fill(code)
        screen.get_by_role("button", name="Open the document").click()
        expect(screen.get_by_role("heading", name=TITLE)).to_be_visible()
        picture = screen.get_by_role("img", name="Page 1 of 2")
        expect(picture).to_be_visible()
        picture.evaluate("async (image) => { await image.decode() }")
        assert picture.evaluate("(image) => image.naturalHeight > image.naturalWidth")
        assert accessibility_findings(screen) == []
        screen.get_by_role("link", name="Next").first.click()
        expect(screen.get_by_text("Page 2 of 2").first).to_be_visible()
        assert violations(screen) == []
    context.close()
