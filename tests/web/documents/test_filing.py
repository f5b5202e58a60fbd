"""Filing in bulk, as pages."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.domain.identity.access.values import Actor, Role
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account
from tests.factories.web import sign_in
from tests.web.browser import served
from tests.web.documents.sending import FIELDS, PAGES, paper, send, sent

LARGE = 25 << 20  # more than one request may hold


def test_a_batch_is_sent_reviewed_and_filed(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.manager)
    place = send(client).headers["Location"]
    assert "Reading k1s.pdf" in client.get(place).text
    assert "every 1s" in client.get(f"{place}/_progress").text
    drain()
    shown = client.get(place)
    assert "To review" in shown.text
    assert "90% sure" in shown.text
    assert "Names nobody the firm knows" in shown.text
    assert "k1s.pdf" in client.get("/documents/filing").text
    ask = client.get(f"{place}/confirm").text
    assert "File 2 documents" in ask
    assert "1 piece has no account" in ask
    assert client.post(f"{place}/confirm", data={"publish": "yes"}).status_code == 303
    drain()
    filed = client.get(place).text
    assert "Filed" in filed
    assert "/documents/" in filed


def test_a_bad_form_keeps_what_was_typed(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    refused = send(client, name="notes.docx", title="Paper of {account}", period="2025-13")
    assert refused.status_code == 422
    assert "Write a year, quarter or month" in refused.text
    assert "Paper of {account}" in refused.text
    refused = send(client, name="notes.docx")
    assert (refused.status_code, "one PDF document or one ZIP archive" in refused.text) == (422, True)
    nothing = client.post("/documents/filing", data=FIELDS)
    assert (nothing.status_code, "Choose a PDF document" in nothing.text) == (422, True)


def test_a_large_file_comes_in_parts_and_goes_on_where_it_broke_off(
    client: FlaskClient, world: World, accounts: tuple[UUID, UUID]
) -> None:
    sign_in(client, world.associate)
    content = paper(*PAGES)
    data = {**FIELDS, "name": "k1s.pdf", "size": str(len(content))}
    place = client.post("/documents/filing", data=data).headers["Location"]
    assert client.post(f"{place}/parts/1", data=content[700:]).status_code == 204
    waiting = client.get(place).text
    assert "Parts of the file are missing" in waiting
    assert 'data-received="1"' in waiting
    assert "Parts of the file are missing" in client.post(f"{place}/received", follow_redirects=True).text
    client.post(f"{place}/parts/0", data=content[:700])
    client.post(f"{place}/received")
    drain()
    assert "To review" in client.get(place).text


def test_what_cannot_be_read_says_why(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    place = send(client, b"%PDF-1.4 nothing").headers["Location"]
    drain()
    assert "damaged" in client.get(place).text
    assert "damaged" not in client.post(f"{place}/discard", follow_redirects=True).text


def test_only_who_publishes_is_offered_it(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.associate)
    place = sent(client)
    assert 'value="yes"' not in client.get(f"{place}/confirm").text
    assert client.post(f"{place}/confirm", data={"publish": "yes"}).status_code == 403


def test_investors_auditors_and_other_firms_are_kept_out(
    client: FlaskClient, world: World, accounts: tuple[UUID, UUID]
) -> None:
    sign_in(client, world.associate)
    place = sent(client)
    for person, status in ((world.investor, 403), (world.auditor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        for path in (place, f"{place}/_progress", f"{place}/confirm", f"{place}/discard"):
            assert client.get(path).status_code == status
        for path in ("confirm", "discard", "received", "parts/0"):
            assert client.post(f"{place}/{path}", data=b"x" if path == "parts/0" else None).status_code == status


def test_each_view_is_looked_at_and_then_all_are_published(
    client: FlaskClient, world: World, accounts: tuple[UUID, UUID]
) -> None:
    sign_in(client, world.manager)
    place = sent(client)
    assert client.get(f"{place}/views/1").status_code == 404, "nothing is filed yet"
    ask = client.get(f"{place}/confirm").text
    assert 'value="no" checked' in ask
    assert ask.index('value="no"') < ask.index('value="yes"')
    client.post(f"{place}/confirm", data={"publish": "no"})
    drain()
    batch = client.get(place).text
    assert f'href="{place}/views/1"' in batch
    assert "Publish all 2" in batch
    first, last = client.get(f"{place}/views/1").text, client.get(f"{place}/views/2").text
    assert ("K-1 2025, Lane Family Trust" in first, "K-1 2025, Harbour Point LP" in last) == (True, True)
    assert ("1 of 2" in first, "2 of 2" in last) == (True, True)
    assert re.findall(r'rel="(next|prev)" href="([^"]+)"', first)[0] == ("next", f"{place}/views/2")
    assert re.findall(r'rel="(next|prev)" href="([^"]+)"', last)[0] == ("prev", f"{place}/views/1")
    assert ("Publish all" in first, "Publish all 2" in last) == (False, True)
    pictures = [re.findall(r'src="(/documents/pages/[^"]+)"', each) for each in (first, last)]
    assert [len(each) for each in pictures] == [1, 1]
    assert client.get(pictures[0][0]).mimetype == "image/webp"
    assert client.post(f"{place}/publish").headers["Location"] == place
    assert "Publishing k1s.pdf" in client.get(place).text
    assert "0 of 2" in client.get(f"{place}/_progress").text
    assert "has changed since" in client.post(f"{place}/publish", follow_redirects=True).text
    drain()
    assert "Publish all" not in client.get(place).text
    assert "Published" in client.get(f"{place}/views/1").text
    sign_in(client, world.investor)
    assert client.get(pictures[0][0]).status_code == 200
    assert client.get(pictures[1][0]).status_code == 404


def test_who_may_look_and_who_may_publish(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.associate)
    place = sent(client)
    client.post(f"{place}/confirm", data={"publish": "no"})
    drain()
    shown = client.get(f"{place}/views/2")
    assert (shown.status_code, "Publish all" in shown.text + client.get(place).text) == (200, False)
    assert client.post(f"{place}/publish").status_code == 403
    for person, status in ((world.investor, 403), (world.auditor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        assert client.get(f"{place}/views/1").status_code == status
        assert client.post(f"{place}/publish").status_code == status


def test_a_large_batch_in_a_browser_goes_in_parts_is_reviewed_and_published(
    committed_app: Flask, browser: Browser, tmp_path: Path
) -> None:
    """What the script sends in parts is read, looked through and published; each sees what is theirs alone."""
    slug = f"filing-{new_id().hex[:8]}"
    with committed_app.app_context():
        firm_id = found_firm(slug, "Filing Capital")
        manager = make_user(firm_id, f"manager@{slug}.example", Role.MANAGER)
        ada, ben = (make_user(firm_id, f"{name}@{slug}.example", Role.INVESTOR) for name in ("ada", "ben"))
        make_account(firm_id, "Lane Family Trust", ada)
        make_account(firm_id, "Harbour Point LP", ben)
    (tmp_path / "k1s.pdf").write_bytes(paper(*PAGES) + b"%" * LARGE)
    with served(committed_app) as url, browser.new_context(base_url=url) as context:
        cookie = sign_in(committed_app.test_client(), manager).get_cookie("sid")
        assert cookie is not None
        context.add_cookies([{"name": "sid", "value": cookie.value, "url": url}])
        page = context.new_page()
        _send(page, tmp_path / "k1s.pdf")
        _work(committed_app)
        expect(page.get_by_text("To review")).to_be_visible()
        expect(page.get_by_role("row", name="Lane Family Trust")).to_contain_text("90% sure")
        page.get_by_role("link", name="To look at").click()
        expect(page.get_by_role("row", name="Names nobody the firm knows")).to_have_count(1)
        expect(page.get_by_role("row", name="Lane Family Trust")).to_have_count(0)
        page.get_by_role("link", name="File…").click()
        expect(page.get_by_text("1 piece has no account")).to_be_visible()
        page.get_by_label("Published at once, and told by mail").check()
        page.get_by_role("button", name="File them").click()
        expect(page.get_by_role("heading", name="Filing k1s.pdf")).to_be_visible()
        _work(committed_app)
        expect(page.get_by_text("Filed", exact=True).first).to_be_visible()
        page.get_by_role("link", name="Harbour Point LP").click()
        expect(page.get_by_role("heading", name="K-1 2025, Harbour Point LP")).to_be_visible()
    for person, own in ((ada, "K-1 2025, Lane Family Trust"), (ben, "K-1 2025, Harbour Point LP")):
        with committed_app.app_context(), acting_as(person.tenancy):
            assert [each.title for each in list_documents(person, DocumentFilter())] == [own]


def _send(page: Page, file: Path) -> None:
    """Fill in the form; the file goes in several parts."""
    parts = list[str]()
    page.on("request", lambda sent: parts.append(sent.url) if "/parts/" in sent.url else None)
    page.goto("/documents/filing/new")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Type").select_option(label="Tax form")
    page.get_by_label("Period").fill("2025")
    page.get_by_label("Title of each document").fill("K-1 {period}, {account}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Reading k1s.pdf")).to_be_visible()
    assert len(parts) > 1


def _work(app: Flask) -> None:
    with app.app_context():
        drain()


def announcements(world: World) -> int:
    with acting_as(Actor.system(world.firm_id).tenancy):
        return int(db.fetch_value("SELECT count(*) FROM platform.outbox WHERE job = 'documents.announce'"))


@pytest.mark.parametrize(("how", "told"), [("yes", 2), ("quietly", 0)])
def test_a_batch_is_published_at_once_with_mail_or_without(
    client: FlaskClient, world: World, accounts: tuple[UUID, UUID], how: str, told: int
) -> None:
    sign_in(client, world.manager)
    place = sent(client)
    client.post(f"{place}/confirm", data={"publish": how})
    drain()
    assert "Published" in client.get(f"{place}/views/1").text
    assert announcements(world) == told


@pytest.mark.parametrize(("form", "told"), [({}, 2), ({"tell": "no"}, 0)])
def test_the_drafts_of_a_batch_are_published_with_mail_or_without(
    client: FlaskClient, world: World, accounts: tuple[UUID, UUID], form: dict[str, str], told: int
) -> None:
    sign_in(client, world.manager)
    place = sent(client)
    client.post(f"{place}/confirm", data={"publish": "no"})
    drain()
    assert "Publish without mail" in client.get(place).text
    client.post(f"{place}/publish", data=form)
    drain()
    assert "Published" in client.get(f"{place}/views/1").text
    assert announcements(world) == told
