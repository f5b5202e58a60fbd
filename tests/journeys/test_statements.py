"""Statements: run, approved by a second person, read, opened, proven, corrected, and told only to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from portal.domain.identity.access.values import Actor, Role
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY
from tests.factories.web import sign_in
from tests.web.browser import WATCH, accessibility_findings, follow, served, violations

AtABrowser = Callable[[Actor], AbstractContextManager[Page]]
RUNS = "/investments/statement-runs"
TOLD = """
SELECT o.arguments ->> 'user_id' FROM platform.outbox o
WHERE o.firm_id = %(firm)s AND o.job = 'statements.announce' AND o.state = 'ready'
"""


@dataclass(frozen=True)
class Firm:
    """A vehicle with two investors, of whom one will be corrected, and staff."""

    id: UUID
    slug: str
    vehicle: UUID
    lane: UUID
    ada: Actor
    ben: Actor
    associate: Actor
    manager: Actor


@pytest.fixture
def firm(committed_app: Flask) -> Firm:
    with committed_app.app_context():
        slug = "stated"
        found = found_firm(slug, "Stated Capital")
        ada, ben = (make_user(found, f"{name}@stated.example", Role.INVESTOR) for name in ("ada", "ben"))
        associate = make_user(found, "associate@stated.example", Role.ASSOCIATE)
        manager = make_user(found, "manager@stated.example", Role.MANAGER)
        vehicle = make_vehicle(found, "Stated Buyout I")
        lane, ortiz = make_account(found, "Lane Family Trust", ada), make_account(found, "Ortiz Holdings", ben)
        for account in (lane, ortiz):
            post_history(found, account, vehicle, HISTORY)
        return Firm(found, slug, vehicle, lane, ada, ben, associate, manager)


@pytest.fixture
def at_a_browser(committed_app: Flask, browser: Browser) -> Iterator[AtABrowser]:
    with served(committed_app) as url:

        @contextmanager
        def open_browser(person: Actor) -> Iterator[Page]:
            cookie = sign_in(committed_app.test_client(), person).get_cookie("sid")
            assert cookie
            context = browser.new_context(base_url=url, accept_downloads=True, locale="en-US")
            context.add_init_script(WATCH)
            context.add_cookies([{"name": "sid", "value": cookie.value, "url": url}])
            page = context.new_page()
            yield page
            assert accessibility_findings(page) == []
            assert violations(page) == []
            context.close()

        yield open_browser


def run_and_ask(app: Flask, page: Page, firm: Firm, *, reason: str = "") -> str:
    """The associate starts the quarter, waits, looks through what everybody would get, and asks; the run's address."""
    page.goto(f"{RUNS}/new")
    page.get_by_label("Vehicle").select_option(label="Stated Buyout I (USD)")
    page.get_by_label("Period").select_option(value="2025-Q3")
    page.get_by_label("Reason").fill(reason)
    follow(page.get_by_role("button", name="Start the run"))
    run = page.url
    with app.app_context():
        drain()
    page.goto(run)
    expect(page.get_by_text("Ready to publish").first).to_be_visible()
    follow(page.get_by_role("link", name="Lane Family Trust"))
    expect(page.get_by_role("heading", name="Capital account").first).to_be_visible()
    page.goto(f"{run}/publish")
    expect(page.get_by_text("The fund ties out")).to_be_visible()
    follow(page.get_by_role("button", name="Ask for approval"))
    expect(page.get_by_text("Waits for approval").first).to_be_visible()
    return run


def approve(page: Page, run: str) -> None:
    """Somebody else reads the request and approves it, which publishes."""
    page.goto(run)
    follow(page.get_by_role("link", name="Open the request"))
    page.get_by_role("button", name="Approve and do it").click()
    expect(page.get_by_text("Approved, and done")).to_be_visible(timeout=30_000)
    page.goto(run)
    expect(page.get_by_text("Published").first).to_be_visible()


def open_three_figures(page: Page) -> None:
    """A total to its lines, a flow to its transactions, a ratio to its formula."""
    for place, shown in (
        ("/ending_nav/period", "575,123.45"),
        ("/contributions/period", "100,000.00"),
        ("/figures/tvpi", "650,000.00"),
    ):
        page.locator(f"main a[href*='{place}']").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(shown)
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)


def take_files(page: Page, directory: Path) -> tuple[Path, Path]:
    """The PDF and the spreadsheet of the statement on the page. The link to the PDF names the portal's public address,
    where nobody listens here: what follows it is asked of this one."""
    paper, sheet = directory / "statement.pdf", directory / "statement.xlsx"
    link = page.get_by_role("link", name="Download PDF").get_attribute("href")
    led = page.request.get(str(link), max_redirects=0).headers["location"]
    address = urlsplit(led)
    paper.write_bytes(page.request.get(f"{address.path}?{address.query}").body())
    with page.expect_download() as downloading:
        page.get_by_role("link", name="XLSX").click()
    downloading.value.save_as(sheet)
    return paper, sheet


def verify(page: Page, firm: Firm, paper: Path, told: str) -> None:
    """Anybody checks a file: what it is, and nothing of whom it is for."""
    page.goto(f"/verify/{firm.slug}")
    page.set_input_files("input[type=file]", paper)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(told)
    expect(page.get_by_role("main")).not_to_contain_text("Lane")
    expect(page.get_by_role("main")).not_to_contain_text("651,000.10")


def told_of_it(app: Flask, firm: Firm) -> set[str]:
    """Whom mails wait to be written to; nothing is left waiting."""
    with app.app_context(), acting_as(Actor.system(firm.id).tenancy):
        found = {row[0] for row in db.fetch_all(TOLD, firm=firm.id)}
        leave()
    return found


@db.transactional
def leave() -> None:
    db.execute("UPDATE platform.outbox SET state = 'done' WHERE job = 'statements.announce'")


@pytest.mark.journey
def test_a_quarter_is_stated_read_corrected_and_stated_anew(
    committed_app: Flask, at_a_browser: AtABrowser, firm: Firm, tmp_path: Path
) -> None:
    with at_a_browser(firm.associate) as page:
        run = run_and_ask(committed_app, page, firm)
    with at_a_browser(firm.manager) as page:
        approve(page, run)
    assert told_of_it(committed_app, firm) == {str(firm.ada.user_id), str(firm.ben.user_id)}
    with at_a_browser(firm.ada) as page:
        page.goto("/investments/statements")
        follow(page.get_by_role("link", name="Q3 2025", exact=True))
        first = page.url
        open_three_figures(page)
        paper, sheet = take_files(page, tmp_path)
        book = load_workbook(sheet, data_only=True)
        assert 651000.10 in [cell.value for row in book["Statement"].iter_rows() for cell in row]
        verify(page, firm, paper, "This statement is genuine")

    with committed_app.app_context():
        post_history(firm.id, firm.lane, firm.vehicle, [("fee", "2025-09-20", "100")])
    with at_a_browser(firm.associate) as page:
        correction = run_and_ask(committed_app, page, firm, reason="A fee was missing.")
        page.goto(correction)
        expect(page.get_by_text("A fee was missing.").first).to_be_visible()
    with at_a_browser(firm.manager) as page:
        approve(page, correction)
    assert told_of_it(committed_app, firm) == {str(firm.ada.user_id)}
    with at_a_browser(firm.ada) as page:
        page.goto(first)
        follow(page.get_by_role("link", name="Open the version in force"))
        expect(page.get_by_text("A fee was missing.")).to_be_visible()
        fees = page.get_by_role("row", name="Management fees, Q3 2025").filter(has_text="(2,600.50)")
        expect(fees.first).to_contain_text("(2,500.50)")
        verify(page, firm, paper, "Genuine, and replaced by a newer version")
    with at_a_browser(firm.ben) as page:
        page.goto("/investments/statements")
        follow(page.get_by_role("link", name="Q3 2025", exact=True))
        expect(page.get_by_text("A fee was missing.")).to_have_count(0)
