"""Letting somebody see an account, ending it, and signing out elsewhere, as the people concerned live it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.platform.embedded.mailbox import read_message
from portal.platform.ids import new_id
from tests.journeys.conftest import FIRM, PASSWORD, Person, RunningPortal, new_person
from tests.web.browser import follow

ROWS = """Account,Vehicle,Date,Type,Amount
{shared},Harbour Shared Fund {which},2025-01-10,commitment,"1,000,000.00"
{shared},Harbour Shared Fund {which},2026-09-30,valuation,"310,000.00"
{kept},Harbour Kept Fund {which},2025-01-10,commitment,"500,000.00"
{kept},Harbour Kept Fund {which},2026-09-30,valuation,"77,000.00"
"""


@dataclass(frozen=True)
class Estate:
    """An investor with two accounts, and who is to see one of them."""

    investor: str
    delegate: str
    shared: str
    kept: str


@pytest.fixture
def estate(portal: RunningPortal, tmp_path: Path) -> Estate:
    """Names of its own for each run, so that all may use one portal."""
    which = new_id().hex[:6]
    found = Estate(
        f"owner-{which}@lane.example",
        f"sam-{which}@reed.example",
        f"Lane Shared Trust {which}",
        f"Lane Kept Trust {which}",
    )
    made = portal.run(
        "create-user", found.investor, "Ada Lane", "--firm", FIRM, "--role", "investor", "--password", PASSWORD
    )
    assert made.returncode == 0, made.stderr
    file = tmp_path / "history.csv"
    file.write_text(ROWS.format(shared=found.shared, kept=found.kept, which=which))
    posted = portal.run("import", str(file), "--firm", FIRM, "--kind", "transactions", "--owner", found.investor)
    assert posted.returncode == 0, posted.stdout + posted.stderr
    return found


def _let_in(investor: Person, estate: Estate) -> None:
    """One account, its figures and statements."""
    page = investor.page
    investor.sign_in(estate.investor)
    page.goto(f"{investor.url}/people/delegations")
    investor.check()
    follow(page.get_by_role("link", name="Let somebody in").first)
    investor.check()
    page.get_by_label("Name").fill("Sam Reed")
    page.get_by_label("E-mail address").fill(estate.delegate)
    page.get_by_label("Who they are to you").select_option(label="Accountant")
    page.get_by_label(estate.shared).check()
    page.get_by_label("Holdings and transactions").check()
    page.get_by_role("button", name="Let them in").click()
    expect(page.get_by_role("main").get_by_role("link", name="Sam Reed")).to_be_visible()
    investor.check()


def _come_in(delegate: Person, portal: RunningPortal, estate: Estate) -> None:
    """By the link in the mail, with a password of one's own."""
    mail = read_message(portal.data_dir / "mail", portal.mail_to(estate.delegate)[0].name)
    assert "Ada Lane lets you see" in mail.text
    link = re.search(rf"{re.escape(portal.url)}/invitations/\S+", mail.text)
    assert link is not None, mail.text
    page = delegate.page
    page.goto(link[0])
    delegate.check()
    page.get_by_label("Password").fill("turnip lantern over Oslo")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", name="What others let you see")).to_be_visible()
    delegate.check()


def _see_that_and_no_more(delegate: Person, estate: Estate) -> None:
    """The account that was chosen, and neither the other one nor what is not an investor's."""
    page = delegate.page
    page.get_by_role("main").get_by_role("link", name="Portfolio").click()
    expect(page.get_by_role("main")).to_contain_text("310,000.00")
    expect(page.get_by_role("main")).to_contain_text("Harbour Shared Fund")
    expect(page.get_by_role("main")).not_to_contain_text("Kept")
    expect(page.get_by_role("main")).not_to_contain_text("77,000.00")
    delegate.check()
    page.goto(f"{delegate.url}/investments/transactions")
    expect(page.get_by_role("main")).to_contain_text("Harbour Shared Fund")
    expect(page.get_by_role("main")).not_to_contain_text("Kept")
    for closed in ("/people/delegations/new", "/people/delegations/log", "/users", "/people/investor-accounts"):
        answer = page.goto(f"{delegate.url}{closed}")
        assert answer is not None
        assert answer.status == 403, closed
    expect(page.get_by_role("link", name="Portfolio").first).to_have_count(1)


def _read_the_log_and_end_it(investor: Person) -> None:
    page = investor.page
    page.goto(f"{investor.url}/people/delegations/log")
    expect(page.get_by_role("row").filter(has_text="Sam Reed").filter(has_text="Portfolio")).to_have_count(1)
    investor.check()
    page.goto(f"{investor.url}/people/delegations")
    page.get_by_role("button", name="End Sam Reed").click()
    expect(page.get_by_role("main")).to_contain_text("ended")
    investor.check()


@pytest.mark.journey
def test_a_delegate_sees_what_they_may_until_it_is_ended(
    browser: Browser, portal: RunningPortal, person: Person, estate: Estate, scripts: bool
) -> None:
    _let_in(person, estate)
    with new_person(browser, portal, scripts=scripts) as delegate:
        _come_in(delegate, portal, estate)
        _see_that_and_no_more(delegate, estate)
        _read_the_log_and_end_it(person)
        delegate.page.goto(f"{portal.url}/investments/portfolio")
        expect(delegate.page.get_by_role("main")).not_to_contain_text("Harbour Shared Fund")
        delegate.page.goto(f"{portal.url}/")
        expect(delegate.page.get_by_role("main")).to_contain_text("Nobody lets you see anything now")
        delegate.check()


@pytest.mark.journey
def test_a_browser_is_signed_out_from_another_one(
    browser: Browser, portal: RunningPortal, person: Person, estate: Estate, scripts: bool
) -> None:
    person.sign_in(estate.investor)
    with new_person(browser, portal, scripts=scripts) as elsewhere:
        elsewhere.sign_in(estate.investor)
        expect(elsewhere.page.get_by_role("heading", name="Portfolio")).to_be_visible()
        person.page.goto(f"{portal.url}/security/sessions")
        person.check()
        person.page.get_by_role("button", name="Sign out everywhere else").click()
        expect(person.page.get_by_role("row").filter(has_text="this one")).to_have_count(1)
        expect(person.page.locator("tbody tr")).to_have_count(1)
        elsewhere.page.goto(f"{portal.url}/investments/transactions")
        expect(elsewhere.page).to_have_url(re.compile("/sign-in"))
        person.page.goto(f"{portal.url}/investments/transactions")
        expect(person.page.get_by_role("heading", name="Transactions")).to_be_visible()
