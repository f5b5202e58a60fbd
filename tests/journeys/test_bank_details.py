"""An investor is to be paid elsewhere: two people of the firm look at it, and 48 hours pass before it counts."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.platform.embedded.mailbox import read_message
from tests.journeys.conftest import PASSWORD, Person, RunningPortal, new_person
from tests.web.browser import follow

IBAN, MASKED = "DE89 3704 0044 0532 0130 00", "DE •••• 3000"
LATER = """
UPDATE people.payment_instructions SET hold_until = now() - interval '1 second' WHERE state = 'approved';
UPDATE platform.outbox SET due_at = now() WHERE job = 'payment_instructions.bring_into_force' AND state = 'ready';
"""


@pytest.fixture
def account(portal: RunningPortal, scripts: bool) -> str:
    """An account that the investor acts for, opened by an import; and a compliance officer at the firm."""
    name = f"Lane Annuity {'One' if scripts else 'Two'}"
    history = portal.data_dir.with_name(f"annuity-{scripts}.csv")
    history.write_text(f"Investor,Fund,Date,Type,Amount\n{name},Annuity Fund {scripts},2025-01-10,commitment,1000\n")
    columns = "account=Investor,vehicle=Fund,date=Date,type=Type,amount=Amount"
    options = ("--firm", "harbour", "--kind", "transactions", "--owner", "ada@lane.example", "--currency", "USD")
    done = portal.run("import", str(history), *options, "--map", columns)
    assert done.returncode == 0, done.stdout + done.stderr
    given = ("--firm", "harbour", "--role", "compliance", "--password", PASSWORD)
    portal.run("create-user", "compliance@harbour.example", "Compliance", *given)
    return name


def _enter(investor: Person, account: str) -> str:
    """The investor enters other bank details; the address of their page."""
    page = investor.page
    investor.sign_in("ada@lane.example")
    page.goto(f"{investor.url}/people/profiles")
    investor.check()
    page.get_by_role("link", name=f"Bank details {account}").click()
    expect(page.get_by_text("No bank details yet")).to_be_visible()
    investor.check()
    follow(page.get_by_role("link", name="Enter bank details"))
    page.get_by_label("Elsewhere: IBAN").check()
    page.get_by_label("Account holder").fill(account)
    page.get_by_label("Account number or IBAN").fill(IBAN[:-1] + "1")
    investor.check()
    page.get_by_role("button", name="Enter bank details", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("check digits")).to_be_visible()
    page.get_by_label("Account number or IBAN").fill(IBAN)
    page.get_by_role("button", name="Enter bank details", exact=True).click()
    expect(page.get_by_text("On hold until")).to_be_visible()
    expect(page.get_by_text(MASKED).first).to_be_visible()
    investor.check()
    return page.url


def _approve(staff: Person, email: str, account: str, told: str) -> None:
    page = staff.page
    staff.sign_in(email)
    page.goto(f"{staff.url}/approvals")
    staff.check()
    page.get_by_role("link", name=re.compile(account)).first.click()
    expect(page.get_by_text(MASKED)).to_be_visible()
    staff.check()
    page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(page.get_by_text(told)).to_be_visible()


def _wait_until_in_force(page: Page) -> None:
    """The worker takes the details into use when it comes to it."""
    end = time.monotonic() + 60
    while not page.get_by_role("heading", name="In force").count():
        assert time.monotonic() < end, page.content()
        time.sleep(0.3)
        page.reload()


@pytest.mark.journey
def test_new_bank_details_need_two_people_and_two_days(
    browser: Browser, portal: RunningPortal, person: Person, scripts: bool, account: str
) -> None:
    _enter(person, account)
    for email, told in (
        ("manager@harbour.example", "Others have to approve it too"),
        ("compliance@harbour.example", "Approved, and done"),
    ):
        with new_person(browser, portal, scripts=scripts) as staff:
            _approve(staff, email, account, told)
    person.page.reload()
    expect(person.page.get_by_text("approved, on hold")).to_be_visible()
    expect(person.page.get_by_role("heading", name="In force")).to_have_count(0)
    portal.change(LATER)
    _wait_until_in_force(person.page)
    person.check()
    mails = portal.mail_to("ada@lane.example")
    assert {"New bank details were entered", "New bank details were approved"} <= {mail.subject for mail in mails}
    assert not any("0532" in read_message(portal.data_dir / "mail", mail.name).text for mail in mails)
