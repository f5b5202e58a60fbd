"""From a spreadsheet with a mistake to the statement in the investor's hands, as the people concerned live it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from portal.platform.embedded.mailbox import read_message
from tests.journeys.conftest import Person, RunningPortal, new_person
from tests.web.browser import follow

HEAD = "Investor,Fund,Date,Type,Amount,Reference\n"
ROWS = """{account},{vehicle},2025-01-10,commitment,"1,000,000.00",Subscription
{account},{vehicle},2025-02-01,contribution,"300,000.00",Call 1
{account},{vehicle},2025-08-20,gain,"25,000.00",Distribution 1
{account},{vehicle},2026-09-30,valuation,"{valuation}",NAV
"""


@pytest.fixture
def names(scripts: bool) -> dict[str, str]:
    """Names of this run, so that both runs may use one portal."""
    which = "One" if scripts else "Two"
    return {
        "account": f"Lane Family Trust {which}",
        "vehicle": f"Harbour Buyout {which}",
        "investor": "ada@lane.example" if scripts else "ben@ortiz.example",
    }


def _file(directory: Path, names: dict[str, str], valuation: str) -> Path:
    path = directory / f"history-{valuation[:2]}.csv"
    path.write_text(HEAD + ROWS.format(**names, valuation=valuation))
    return path


def _load_history(staff: Person, names: dict[str, str], directory: Path) -> None:
    """Upload, map, see the problem, upload the corrected file, post."""
    page = staff.page
    staff.sign_in("associate@harbour.example")
    staff.check()
    page.goto(f"{staff.url}/investments/imports")
    follow(page.get_by_role("link", name="Import a file").first)
    staff.check()
    page.set_input_files("input[type=file]", _file(directory, names, "31o,000.00"))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="How to read it")).to_be_visible()
    page.get_by_role("link", name="Transactions", exact=True).last.click()
    page.wait_for_url(re.compile("kind=transactions"))
    page.locator("#owner").fill(names["investor"])
    staff.check()
    page.get_by_role("button", name="Check all rows").click()
    expect(page.get_by_text("1 problem keeps this file from being posted")).to_be_visible(timeout=30_000)
    staff.check()
    page.get_by_text("Upload the corrected file").first.click()
    page.set_input_files("input[type=file]", _file(directory, names, "310,000.00"))
    page.get_by_role("button", name="Upload the corrected file").click()
    expect(page.get_by_role("button", name="Post 4 rows")).to_be_visible(timeout=30_000)
    staff.check()
    page.get_by_role("button", name="Post 4 rows").click()
    expect(page.get_by_role("heading", name="Where it went")).to_be_visible(timeout=30_000)
    staff.check()


def _run_statements(staff: Person, names: dict[str, str]) -> str:
    """A run for the quarter; the address of its page."""
    page = staff.page
    page.goto(f"{staff.url}/investments/statement-runs/new")
    page.get_by_label("Vehicle").select_option(label=f"{names['vehicle']} (USD)")
    page.get_by_label("Period").select_option(label="Q3 2026")
    staff.check()
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_text("Ready to publish")).to_be_visible(timeout=60_000)
    staff.check()
    run = page.url
    page.get_by_role("link", name="Ask for approval", exact=True).click()
    expect(page.get_by_text("The fund ties out")).to_be_visible()
    staff.check()
    page.get_by_role("button", name="Ask for approval", exact=True).click()
    expect(page.get_by_text("Waits for approval").first).to_be_visible()
    staff.check()
    return run


def _publish(manager: Person, run: str) -> None:
    """Approve what was asked for, which publishes it."""
    manager.sign_in("manager@harbour.example")
    manager.page.goto(run)
    follow(manager.page.get_by_role("link", name="Open the request"))
    manager.page.get_by_role("button", name="Approve and do it").click()
    expect(manager.page.get_by_text("Approved, and done")).to_be_visible(timeout=30_000)
    manager.page.goto(run)
    expect(manager.page.get_by_text("Published").first).to_be_visible(timeout=30_000)
    manager.check()


def _read_statement(investor: Person, portal: RunningPortal, names: dict[str, str], directory: Path) -> None:
    """The mail's link leads through the sign-in to the statement; it is downloaded and proven."""
    mail = read_message(portal.data_dir / "mail", portal.mail_to(names["investor"])[0].name)
    link = re.search(rf"{re.escape(portal.url)}/investments/statements/\S+", mail.text)
    assert link is not None, mail.text
    assert names["account"] in mail.text
    page = investor.page
    page.goto(link[0])
    investor.enter(names["investor"])
    expect(page.get_by_role("heading", name="Statement for Q3 2026")).to_be_visible()
    investor.check()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download PDF").click()
    paper = directory / "statement.pdf"
    downloading.value.save_as(paper)
    text = "".join(leaf.extract_text() for leaf in PdfReader(paper).pages)
    assert names["account"] in text
    assert "310,000.00" in text
    page.goto(f"{portal.url}/verify/harbour")
    page.set_input_files("input[type=file]", paper)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("main")).to_contain_text("published", ignore_case=True)
    expect(page.get_by_role("main")).not_to_contain_text(names["account"])
    investor.check()


def _open_figures(investor: Person, names: dict[str, str]) -> None:
    """The portfolio, and two figures down to their postings."""
    page = investor.page
    page.goto(f"{investor.url}/investments/portfolio")
    expect(page.get_by_role("main")).to_contain_text(names["vehicle"])
    investor.check()
    figure = page.locator("a[href*='/investments/figures/tvpi']").first
    expect(figure).to_have_text("1.12×")
    figure.click()
    shown = page.get_by_role("dialog") if investor.scripts else page.get_by_role("main")
    expect(shown).to_contain_text("300,000.00")
    expect(shown).to_contain_text("Call 1")
    investor.check()
    page.goto(f"{investor.url}/investments/transactions")
    expect(page.get_by_role("main")).to_contain_text("Distribution 1")
    investor.check()


@pytest.mark.journey
def test_from_the_spreadsheet_to_the_statement(
    browser: Browser, portal: RunningPortal, person: Person, names: dict[str, str], scripts: bool, tmp_path: Path
) -> None:
    _load_history(person, names, tmp_path)
    run = _run_statements(person, names)
    with new_person(browser, portal, scripts=scripts) as manager:
        _publish(manager, run)
    with new_person(browser, portal, scripts=scripts) as investor:
        _read_statement(investor, portal, names, tmp_path)
        _open_figures(investor, names)
    assert portal.run("verify").returncode == 0
