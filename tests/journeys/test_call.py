"""A capital call's life: written, approved, issued, half paid by a bank file, chased, settled by the next one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.platform import clock
from portal.platform.embedded.mailbox import read_message
from tests.commands import ROOT
from tests.factories.payments import statement_of
from tests.journeys.conftest import Person, RunningPortal, new_person

FUND = "Calling Fund I"
PEOPLE = {name: f"{name}@calling.example" for name in ("cora", "finn", "nell", "otto")}
OPEN = """
import os
from pathlib import Path
from portal.platform.embedded.environment import running_environment
os.environ.update(running_environment(Path(os.environ["DATA_DIR"])))
from portal.cli.application import application
from portal.domain.identity.access.values import Role
from portal.domain.identity.firms.queries import list_firms
from tests.factories import identity
from tests.factories.calls import make_fund, open_bank_account
from tests.journeys.conftest import PASSWORD
identity.PASSWORD = PASSWORD
with application():
    firm = next(firm.id for firm in list_firms() if firm.slug == "harbour")
    roles = {"cora": Role.INVESTOR, "finn": Role.INVESTOR, "nell": Role.ASSOCIATE, "otto": Role.MANAGER}
    people = {name: identity.make_user(firm, f"{name}@calling.example", role) for name, role in roles.items()}
    members = [[people["cora"]], [people["finn"]]]
    vehicle, _ = make_fund(firm, "Calling Fund I", ["1000000", "1000000"], members=members)
    open_bank_account(people["nell"], people["otto"], vehicle)
"""


@pytest.fixture
def fund(portal: RunningPortal) -> None:
    """A fund that two investors committed a million each to, with a bank account in force."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {"DATA_DIR": str(portal.data_dir), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", OPEN], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def write_call(associate: Person) -> str:
    """A call of 200,000, looked at account by account and sent for approval; the address of the request."""
    page = associate.page
    page.goto(f"{associate.url}/investments/capital-calls")
    page.get_by_role("link", name="New call").first.click()
    page.get_by_label("Vehicle").select_option(label=f"{FUND} (USD)")
    page.get_by_label("Due on").fill((clock.today() + timedelta(days=40)).isoformat())
    page.get_by_label("What it is for").fill("To buy a lighthouse")
    page.get_by_label("Investment: amount", exact=True).fill("200,000")
    associate.check()
    page.get_by_role("button", name="See what it does").click()
    for account in (f"{FUND} account 1", f"{FUND} account 2"):
        expect(page.get_by_role("row", name=account)).to_contain_text("900,000.00")  # unfunded afterwards
    associate.check()
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("A manager who neither wrote nor sent it decides")).to_be_visible()
    return page.url


def approve_call(manager: Person, request: str) -> str:
    """Approve it, which issues it; the address of the call."""
    page = manager.page
    page.goto(request)
    expect(page.get_by_text("USD 200,000.00").first).to_be_visible()
    page.get_by_role("button", name="Approve and do it").click()
    expect(page.get_by_text("Approved, and done")).to_be_visible()
    page.get_by_role("link", name=f"C1, {FUND}").first.click()
    expect(page.get_by_text("Issued", exact=True)).to_be_visible()
    manager.check()
    return page.url


def read_call(investor: Person) -> tuple[str, str]:
    """From the portfolio to what is to be paid, and to the notice; the address of the share and its reference."""
    page = investor.page
    page.goto(f"{investor.url}/investments/portfolio")
    to_pay = page.get_by_role("region", name="To be paid", exact=True)
    expect(to_pay.get_by_role("columnheader", name="Pay by")).to_be_visible()
    to_pay.get_by_role("link", name=f"Capital call C1, {FUND}").click()
    expect(page.get_by_role("heading", name="Pay to")).to_be_visible()
    expect(page.get_by_text("100,000.00").first).to_be_visible()
    investor.check()
    share, found = page.url, re.search(r"C1-\w+", page.get_by_role("main").inner_text())
    assert found
    page.get_by_role("link", name="Capital call notice").click()
    expect(page.get_by_text("To buy a lighthouse")).to_be_visible()
    investor.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    return share, found.group()


def read_in(associate: Person, name: str, payer: str, reference: str) -> None:
    """A bank file that has one payment, which fits a due exactly, is read in and booked."""
    page, today = associate.page, clock.today().isoformat()
    page.goto(f"{associate.url}/investments/bank-files/new")
    content = statement_of((today, payer, reference, "100000"), account=name)
    page.get_by_label("Bank statement").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Read it in").click()
    expect(page.get_by_text("1 new movement was taken.")).to_be_visible()
    page.goto(f"{associate.url}/investments/payments")
    row = page.get_by_role("row", name=reference)
    expect(row).to_contain_text("The reference and the amount are those of the notice.")
    associate.check()
    page.get_by_role("button", name=re.compile("^Book ")).click()
    expect(page.get_by_text("1 payment is booked.")).to_be_visible()
    expect(row).to_have_count(0)


def wait_for_mail(portal: RunningPortal, address: str, subject: str) -> str:
    """The text of the mail to `address` whose subject has this in it, once the worker has sent it."""
    end = time.monotonic() + 30
    while not (fitting := [each for each in portal.mail_to(address) if subject in each.subject]):
        assert time.monotonic() < end, f"no mail “{subject}” to {address}"
        time.sleep(0.2)
    return read_message(portal.data_dir / "mail", fitting[0].name).text


def see_paid(investor: Person, share: str) -> None:
    page = investor.page
    page.goto(share)
    expect(page.get_by_text("Paid", exact=True).first).to_be_visible()
    expect(page.get_by_role("region", name="Payments", exact=True)).to_contain_text("100,000.00")
    expect(page.get_by_role("heading", name="Pay to")).to_have_count(0)


@pytest.mark.journey
def test_a_call_is_half_paid_chased_and_settled(browser: Browser, portal: RunningPortal, fund: None) -> None:
    cora, finn, nell, otto = (new_person(browser, portal, scripts=True) for _ in PEOPLE)
    with cora as early, finn as late, nell as associate, otto as manager:
        for person, address in zip((early, late, associate, manager), PEOPLE.values(), strict=True):
            person.sign_in(address)
        call = approve_call(manager, write_call(associate))
        paid, reference = read_call(early)
        read_in(associate, "first.csv", "Cora", reference)
        associate.page.goto(call)
        expect(associate.page.get_by_role("row", name=f"{FUND} account 1")).to_contain_text("Paid")
        expect(associate.page.get_by_role("row", name=f"{FUND} account 2")).to_contain_text("To be paid")
        associate.page.get_by_role("button", name="Remind who has not paid").click()
        expect(associate.page.get_by_text("One person is reminded.")).to_be_visible()
        reminder = wait_for_mail(portal, PEOPLE["finn"], "Reminder: capital call C1")
        assert "100,000" not in reminder  # amounts are never in a message
        link = re.search(r"http\S+/investments/capital-calls/shares/\S+", reminder)
        assert link
        late.page.goto(link.group())
        found = re.search(r"C1-\w+", late.page.get_by_role("main").inner_text())
        assert found
        read_in(associate, "second.csv", "Finn", found.group())
        associate.page.goto(call)
        expect(associate.page.get_by_text("Paid in full")).to_be_visible()
        associate.check()
        see_paid(early, paid)
        early.check()
        see_paid(late, link.group())
        assert "C1-" in wait_for_mail(portal, PEOPLE["finn"], "we received your payment")
        assert not any("Reminder" in each.subject for each in portal.mail_to(PEOPLE["cora"]))
