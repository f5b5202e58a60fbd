"""The page of a document: its pages as pictures, for whoever may read it, and what is offered beside them."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.reading.queries.receipts import list_receipts
from portal.domain.identity.access.values import Role
from portal.domain.people.delegations.values import Scope
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account
from tests.factories.reading import make_next_version, make_paper
from tests.factories.web import sign_in
from tests.platform.screening.other_files import workbook
from tests.web.browser import WATCH, accessibility_findings, served, violations


def images_of(text: str) -> list[str]:
    return re.findall(r'<img [^>]*src="(/documents/pages/[^"]+)"', text)


def test_each_page_stands_there_with_words_for_it(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id, "Notice of a call", pages=3)
    text = reading.get(f"/documents/{paper}").text
    assert images_of(text) == [f"/documents/pages/{paper}/1/{number}" for number in (1, 2, 3)]
    assert 'alt="Page 3 of 3 of Notice of a call"' in text
    assert text.count('loading="lazy"') == 3
    assert "Notice · Lane Family Trust" in text
    assert f"/documents/downloads/{paper}" in text


def test_a_long_document_is_shown_in_parts(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id, pages=60)
    first = reading.get(f"/documents/{paper}").text
    assert len(images_of(first)) == 24
    assert f"/documents/{paper}?from=25" in first
    last = reading.get(f"/documents/{paper}?from=49").text
    assert images_of(last)[-1].endswith("/60")
    assert "from=25" in last
    one = reading.get(f"/documents/{paper}?from=7&by=page").text
    assert images_of(one) == [f"/documents/pages/{paper}/1/7"]
    assert "from=8&amp;by=page" in one


@pytest.mark.parametrize("place", ["-3", "0", "61", "999999999999", "x"])
def test_places_beyond_the_document_lead_into_it(world: World, account: UUID, reading: FlaskClient, place: str) -> None:
    paper = make_paper(account, world.firm_id, pages=60)
    answer = reading.get(f"/documents/{paper}?from={place}")
    assert answer.status_code == 200
    assert images_of(answer.text)


def test_what_can_only_be_read_here_has_no_download(
    world: World, account: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    paper = make_paper(account, world.firm_id, view_only=True)
    text = reading.get(f"/documents/{paper}").text
    assert "cannot be downloaded" in text
    assert "/documents/downloads/" not in text
    assert "/documents/downloads/" in staff.get(f"/documents/{paper}").text


def test_files_without_pages_are_for_download(world: World, account: UUID, reading: FlaskClient) -> None:
    table = {"content": workbook(), "name": "figures.xlsx", "kind": "xlsx", "pages": 0}
    paper = make_paper(account, world.firm_id, **table)
    text = reading.get(f"/documents/{paper}").text
    assert not images_of(text)
    assert "Download it to open it" in text
    closed = make_paper(account, world.firm_id, view_only=True, **table)
    assert "Ask the firm" in reading.get(f"/documents/{closed}").text


def test_the_page_is_nobody_elses(app: Flask, world: World, account: UUID, staff: FlaskClient) -> None:
    paper, draft = make_paper(account, world.firm_id), make_paper(account, world.firm_id, published=False)
    stranger = sign_in(app.test_client(), world.another_investor)
    for document_id in (paper, draft, account):
        answer = stranger.get(f"/documents/{document_id}")
        assert answer.status_code == 404
        assert "Letter" not in answer.text
    assert staff.get(f"/documents/{draft}").status_code == 200


def test_readers_get_the_version_in_force_and_staff_any(
    world: World, account: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    paper = make_paper(account, world.firm_id)
    make_next_version(world.firm_id, paper, published=False)
    assert f"/documents/pages/{paper}/1/1" in reading.get(f"/documents/{paper}").text
    assert reading.get(f"/documents/{paper}?version=2").status_code == 404
    text = staff.get(f"/documents/{paper}?version=2").text
    assert f"/documents/pages/{paper}/2/1" in text
    assert f"/documents/downloads/{paper}?version=2" in text
    assert staff.get(f"/documents/{paper}?version=3").status_code == 404


def test_a_delegate_reads_what_was_opened_to_them(app: Flask, world: World, account: UUID) -> None:
    tax = make_paper(account, world.firm_id, "Schedule K-1", type=DocumentType.TAX_FORM)
    notice = make_paper(account, world.firm_id)
    delegate = make_user(world.firm_id, "accountant@example.com", Role.DELEGATE)
    let_in(world.investor, "accountant@example.com", [account], (Scope.TAX_FORMS,))
    browser = sign_in(app.test_client(), delegate)
    assert browser.get(f"/documents/{tax}").status_code == 200
    assert browser.get(f"/documents/{notice}").status_code == 404
    log = sign_in(app.test_client(), world.investor).get("/people/delegations/log").text
    assert "Document" in log


def test_opening_the_page_alone_is_no_reading(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    reading.get(f"/documents/{paper}")
    with acting_as(world.manager.tenancy):
        assert list_receipts(world.manager, paper) == []


@pytest.mark.journey
def test_it_is_read_in_a_browser(committed_app: Flask, browser: Browser) -> None:
    with committed_app.app_context():
        firm = found_firm("readers", "Readers Capital")
        investor = make_user(firm, "reader@example.com", Role.INVESTOR)
        paper = make_paper(make_account(firm, "Lane", investor), firm, pages=12, must_acknowledge=True)
        manager = make_user(firm, "readers.manager@example.com", Role.MANAGER)
    cookie = sign_in(committed_app.test_client(), investor).get_cookie("sid")
    assert cookie is not None
    with served(committed_app) as address:
        context = browser.new_context(viewport={"width": 360, "height": 720})
        context.add_cookies([{"name": "sid", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"{address}/documents/{paper}")
        for number in (1, 12):
            image = page.locator(f"#page-{number} img")
            image.scroll_into_view_if_needed()
            expect(image).to_have_js_property("complete", True)
            page.wait_for_function("image => image.naturalWidth === 1200", arg=image.element_handle())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        with page.expect_response(lambda answer: answer.url.endswith("/seconds"), timeout=60_000) as told:
            pass
        assert told.value.status == 204
        assert accessibility_findings(page) == []
        assert violations(page) == []
        page.get_by_label("I have read").check()
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("You have said that you read this")).to_be_visible()
        context.close()
    with committed_app.app_context(), acting_as(manager.tenancy):
        (receipt,) = list_receipts(manager, paper)
    assert 2 <= receipt.pages <= 12  # those that came near, not those that were jumped over
    assert receipt.seconds >= 1  # a busy machine draws late, and counts from then on
