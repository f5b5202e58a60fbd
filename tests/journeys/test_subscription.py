"""From interest to a confirmed commitment: an investor and the firm, each at a browser, both sign."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ROOT, Person, RunningPortal, new_person
from tests.web.browser import follow

ADA, MANAGER = "ada@lane.example", "manager@harbour.example"
OFFERING, ACCOUNT = "Journey Fund, first close", "Lane Journey Trust"
OFFER = """
import os
from pathlib import Path
from portal.platform.embedded.environment import running_environment
os.environ.update(running_environment(Path(os.environ["DATA_DIR"])))
from portal.cli.application import application
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.firms.queries import list_firms
from portal.platform.tenancy import acting_as
from tests.factories.identity import make_user
from tests.factories.subscriptions import make_desk
with application():
    firm = next(firm.id for firm in list_firms() if firm.slug == "harbour")
    with acting_as(Actor.system(firm).tenancy):
        found = [find_user_by_email(Actor.system(firm), f"{name}@{at}.example")
                 for name, at in (("associate", "harbour"), ("manager", "harbour"), ("ada", "lane"))]
    people = [Actor(firm, each.id, each.roles, each.name) for each in found]
    compliance = make_user(firm, "subscriptions.compliance@harbour.example", Role.COMPLIANCE)
    desk = make_desk(people[0], people[1], compliance, "Journey Fund")
    desk.open_account("Lane Journey Trust", people[2])
"""


@pytest.fixture
def offering(portal: RunningPortal) -> None:
    """An open offering that takes subscriptions, and an account of Ada's that may invest."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {"DATA_DIR": str(portal.data_dir), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", OFFER], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def express_interest(person: Person) -> None:
    page = person.page
    page.goto(f"{person.url}/investments/opportunities")
    page.get_by_role("link", name=OFFERING).click()
    page.get_by_label("Amount").fill("60000")
    page.get_by_role("button", name="Express interest").click()
    expect(page.get_by_text("interested", exact=True)).to_be_visible()
    person.check()


def subscribe(person: Person) -> str:
    """Go through the steps and submit; the address of the subscription."""
    page = person.page
    follow(page.get_by_role("link", name="Subscribe", exact=True))
    person.check()
    page.get_by_label("Account").select_option(label=ACCOUNT)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Amount").fill("60000")
    person.check()
    _go_on(page)
    page.get_by_label("No", exact=True).check()
    person.check()
    _go_on(page)
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    person.check()
    _go_on(page)
    page.get_by_label("I have read the terms and the documents").check()
    person.check()
    _go_on(page)
    expect(page.get_by_text("60,000.00")).to_be_visible()
    person.check()
    page.get_by_role("button", name="Submit to the firm").click()
    expect(page.get_by_text("with the firm", exact=True)).to_be_visible()
    person.check()
    return page.url


def accept(person: Person) -> None:
    page = person.page
    page.goto(f"{person.url}/investments/subscriptions")
    person.check()
    follow(page.get_by_role("link", name=ACCOUNT))
    person.check()
    page.get_by_label("Amount").fill("55000")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text("waits for the investor’s signature")).to_be_visible()


def sign(person: Person) -> None:
    """Sign the agreement, once one is asked to."""
    page, link = person.page, person.page.get_by_role("link", name=f"Subscription agreement: {OFFERING}")
    _until(page, f"{person.url}/documents/signatures", lambda: link.count() > 0)
    link.first.click()
    page.get_by_label("I have read this and agree").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("You signed this on")).to_be_visible()
    person.check()


def _go_on(page: Page) -> None:
    before = page.url
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url(lambda url: url != before)


def _until(page: Page, address: str, there: Callable[[], bool]) -> None:
    """Come to a page again until something is on it that the worker does."""
    end = time.monotonic() + 60
    page.goto(address)
    while not there():
        assert time.monotonic() < end, page.content()
        time.sleep(0.3)
        page.goto(address)


@pytest.mark.journey
def test_from_interest_to_a_commitment_that_both_signed(
    browser: Browser, portal: RunningPortal, offering: None
) -> None:
    with new_person(browser, portal, scripts=True) as ada, new_person(browser, portal, scripts=True) as manager:
        ada.sign_in(ADA)
        express_interest(ada)
        subscription = subscribe(ada)
        manager.sign_in(MANAGER)
        accept(manager)
        sign(ada)
        sign(manager)
        confirmed = ada.page.get_by_text("confirmed", exact=True)
        _until(ada.page, subscription, lambda: confirmed.count() > 0)
        expect(ada.page.get_by_text("Signed by the firm: a commitment")).to_be_visible()
        ada.check()
        ada.page.goto(f"{portal.url}/investments/portfolio")
        expect(ada.page.get_by_text("55,000.00").first).to_be_visible()
