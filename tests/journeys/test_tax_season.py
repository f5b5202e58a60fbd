"""Sixty K-1s made elsewhere come in as one file, three of them nobody's, and reach those they are for."""

from __future__ import annotations

import re
import time
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.factories.filing import paper
from tests.journeys.conftest import Person, RunningPortal, new_person
from tests.web.browser import follow

FIRST = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Ginkgo", "Hazel")
SECOND = ("Abbott", "Barlow", "Castell", "Dunmore", "Eastlake", "Fenwick", "Garland", "Holloway")
STRANGERS = ("Quentin Nobody", "Rosalind Unheard", "Somerset Unknown")
HELD = "{account},{vehicle},2025-01-10,commitment,1000.00,Subscription\n"


@pytest.fixture
def names(scripts: bool) -> dict[str, str]:
    """Names of this run, so that both runs may use one portal."""
    which = "Upper" if scripts else "Lower"
    return {
        "vehicle": f"Harbour {which} Partners",
        "which": which,
        "investor": "ada@lane.example" if scripts else "ben@ortiz.example",
    }


def _accounts(names: dict[str, str]) -> list[str]:
    return [f"{first} {second} {names['which']} Trust" for first in FIRST for second in SECOND][:57]


def _hold(staff: Person, names: dict[str, str], directory: Path) -> None:
    """Fifty-seven accounts that hold the vehicle."""
    page, path = staff.page, directory / "holders.csv"
    rows = [HELD.format(account=each, vehicle=names["vehicle"]) for each in _accounts(names)]
    path.write_text("Investor,Fund,Date,Type,Amount,Reference\n" + "".join(rows))
    page.goto(f"{staff.url}/investments/imports")
    follow(page.get_by_role("link", name="Import a file").first)
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="How to read it")).to_be_visible()
    page.get_by_role("link", name="Transactions", exact=True).last.click()
    page.wait_for_url(re.compile("kind=transactions"))
    page.locator("#owner").fill(names["investor"])
    page.get_by_role("button", name="Check all rows").click()
    expect(page.get_by_role("button", name="Post 57 rows")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Post 57 rows").click()
    expect(page.get_by_role("heading", name="Where it went")).to_be_visible(timeout=60_000)


def _send(staff: Person, names: dict[str, str], directory: Path) -> str:
    """The batch, read: fifty-seven have an account, three have none. Its address."""
    page, path = staff.page, directory / "k1s-2025.zip"
    people = [*_accounts(names), *STRANGERS]
    with zipfile.ZipFile(path, "w") as archive:
        for number, each in enumerate(people, start=1):
            k1 = paper(f"Schedule K-1 (Form 1065) 2025\nPartner\n{each}\nBox 1\n12.00")
            archive.writestr(f"k1-{number:03}.pdf", k1)
    page.goto(f"{staff.url}/investments/tax-seasons?year=2025")
    staff.check()
    follow(page.get_by_role("link", name="File K-1s made elsewhere"))
    page.set_input_files("input[type=file]", path)
    page.get_by_label("Period").fill("2025")
    page.get_by_label("Vehicle").select_option(label=f"{names['vehicle']} (USD)")
    page.get_by_label("Title of each document").fill("K-1 {period}, {account}")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("tab", name="To look at").or_(page.get_by_role("link", name="To look at"))).to_be_visible(
        timeout=90_000
    )
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"With an account\s*57\s*Without one\s*3"))
    staff.check()
    return page.url


def _see_unmatched(staff: Person) -> None:
    staff.page.goto(f"{staff.url}/investments/tax-seasons?year=2025")
    expect(staff.page.get_by_role("main")).to_contain_text("3 of 60 pieces have no account")
    staff.check()


def _file(staff: Person, batch: str) -> None:
    page = staff.page
    page.goto(batch)
    page.get_by_role("link", name="File…").click()
    page.get_by_role("button", name="File them").click()
    expect(page.get_by_role("link", name="Look through")).to_be_visible(timeout=90_000)


def _sees_nothing(investor: Person, names: dict[str, str]) -> None:
    investor.page.goto(f"{investor.url}/investments/tax-forms")
    expect(investor.page.get_by_role("main")).not_to_contain_text(names["which"])


def _wait_for_all(investor: Person, names: dict[str, str]) -> None:
    """Until all K-1s are there, fifty on the first page: publishing is the work of the machinery."""
    page, mine = investor.page, re.compile(f"K-1 2025, .* {names['which']} Trust")
    for _ in range(120):
        page.goto(f"{investor.url}/investments/tax-forms")
        if page.locator("a.row-link").filter(has_text=mine).count() == 50:
            follow(page.get_by_role("link", name="Next"))
            if page.locator("a.row-link").filter(has_text=mine).count() == 7:
                return
        time.sleep(1)
    raise AssertionError(page.get_by_role("main").inner_text())


@pytest.mark.journey
@pytest.mark.parametrize("scripts", [True], ids=["with-scripts"])
def test_sixty_k1s_and_three_that_are_nobodys(
    browser: Browser, portal: RunningPortal, person: Person, names: dict[str, str], scripts: bool, tmp_path: Path
) -> None:
    person.sign_in("associate@harbour.example")
    _hold(person, names, tmp_path)
    batch = _send(person, names, tmp_path)
    _see_unmatched(person)
    with new_person(browser, portal, scripts=scripts) as investor:
        investor.sign_in(names["investor"])
        _sees_nothing(investor, names)
        _file(person, batch)
        _sees_nothing(investor, names)
        with new_person(browser, portal, scripts=scripts) as manager:
            manager.sign_in("manager@harbour.example")
            manager.page.goto(batch)
            manager.page.get_by_role("button", name="Publish all 57").click()
        page = investor.page
        _wait_for_all(investor, names)
        investor.check()
        for stranger in STRANGERS:
            page.goto(f"{investor.url}/documents?words={stranger.split()[0]}")
            expect(page.get_by_role("main")).not_to_contain_text(stranger)
    _see_unmatched(person)
    assert portal.run("verify").returncode == 0
