"""A file to take away asks who it is, hands the file over and leads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from portal.domain.identity.access.values import Actor
from portal.platform import clock
from tests.factories.identity import PASSWORD
from tests.factories.web import sign_in
from tests.web.browser import WATCH, accessibility_findings, served, violations

LATER = timedelta(minutes=5, seconds=1)
EXPORTS = (
    "/investments/portfolio/export.csv",
    "/investments/transactions/export.xlsx",
)


@pytest.fixture
def later(client: FlaskClient, investor: Actor) -> Iterator[FlaskClient]:
    """An investor who signed in a while ago."""
    sign_in(client, investor)
    with time_machine.travel(clock.now() + LATER, tick=True):
        yield client


@pytest.mark.parametrize("address", EXPORTS)
def test_a_file_is_handed_over_after_the_proof(later: FlaskClient, address: str) -> None:
    asked = later.get(address, headers={"Referer": "http://localhost/investments/portfolio?as_of=2026-01-01"})
    assert "Prove that it is you" in asked.text
    assert "Content-Disposition" not in asked.headers
    given = {"next": address, "back": "/investments/portfolio?as_of=2026-01-01"}
    assert later.post("/factors/proof", data={**given, "proof": "wrong"}).status_code == 422
    shown = later.post("/factors/proof", data={**given, "proof": PASSWORD})
    assert f'content="0; url={address}"' in shown.text
    assert 'href="/investments/portfolio?as_of=2026-01-01"' in shown.text
    assert later.get(address).headers["Content-Disposition"].startswith("attachment")


def test_it_leads_nowhere_else(later: FlaskClient) -> None:
    asked = later.get(EXPORTS[0], headers={"Referer": "https://evil.example/list"})
    assert "evil.example" not in asked.text
    given = {"next": "https://evil.example/a", "back": "//evil.example/b", "proof": PASSWORD}
    assert "evil.example" not in later.post("/factors/proof", data=given).text


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript's help: the file arrives by plain HTML."""
    context = browser.new_context(accept_downloads=True)
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def test_in_a_browser_the_file_arrives_and_the_page_stays(committed_app: Flask, screen: Page, later_token: str) -> None:
    with served(committed_app) as site:
        screen.context.add_cookies([{"name": "sid", "value": later_token, "url": site}])
        screen.goto(f"{site}/investments/portfolio")
        screen.goto(f"{site}/investments/transactions")
        screen.evaluate("location.href = '/investments/transactions/export.csv'")
        expect(screen.get_by_role("heading", name="Prove that it is you")).to_be_visible()
        screen.get_by_label("Password").fill(PASSWORD)
        with screen.expect_download() as taken:
            screen.get_by_role("button", name="Go on").click()
        assert taken.value.suggested_filename.startswith("transactions-")
        expect(screen.get_by_role("heading", name="Your file is on its way")).to_be_visible()
        assert violations(screen) == []
        assert accessibility_findings(screen) == []
        screen.get_by_role("link", name="Back to where you were").click()
        expect(screen).to_have_url(f"{site}/investments/transactions")


@pytest.fixture
def later_token(committed_app: Flask, investor: Actor) -> str:
    """A session that was proven a while ago, committed."""
    client = committed_app.test_client()
    with time_machine.travel(clock.now() - LATER, tick=True):
        sign_in(client, investor)
    cookie = client.get_cookie("sid")
    assert cookie is not None
    return cookie.value
