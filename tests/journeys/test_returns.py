"""An investor looks at returns, opens three figures to what they come from, and takes the workbook along."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Person, RunningPortal, new_person
from tests.web.browser import follow

HISTORY = (
    "2023-01-10,commitment,1000.00", "2023-02-01,contribution,400.00", "2023-12-31,valuation,440.00",
    "2024-06-30,gain,60.00", "2024-12-31,valuation,484.00",
)  # fmt: skip


@pytest.fixture
def fund(scripts: bool) -> tuple[str, str]:
    """The vehicle of this run and its investor, so that both runs may use one portal."""
    return ("Quay Growth I", "ada@lane.example") if scripts else ("Quay Growth II", "ben@ortiz.example")


def _post(staff: Person, fund: tuple[str, str], directory: Path) -> None:
    page, path = staff.page, directory / "history.csv"
    rows = "".join(f"{fund[0]} Trust,{fund[0]},{row},History\n" for row in HISTORY)
    path.write_text(f"Investor,Fund,Date,Type,Amount,Reference\n{rows}")
    page.goto(f"{staff.url}/investments/imports")
    follow(page.get_by_role("link", name="Import a file").first)
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="How to read it")).to_be_visible()
    page.get_by_role("link", name="Transactions", exact=True).last.click()
    page.wait_for_url(re.compile("kind=transactions"))
    page.locator("#owner").fill(fund[1])
    page.get_by_role("button", name="Check all rows").click()
    expect(page.get_by_role("button", name="Post 5 rows")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Post 5 rows").click()
    expect(page.get_by_role("heading", name="Where it went")).to_be_visible(timeout=60_000)


def _workbook(investor: Person, directory: Path) -> list[object]:
    """The cells of the workbook behind the figure that is open."""
    with investor.page.expect_download() as download:
        investor.page.get_by_role("link", name="XLSX").click()
    path = directory / "figure.xlsx"
    download.value.save_as(path)
    return [cell.value for row in load_workbook(path).worksheets[0].iter_rows() for cell in row]


@pytest.mark.journey
def test_from_returns_to_what_they_are_computed_from(
    browser: Browser, portal: RunningPortal, person: Person, fund: tuple[str, str], scripts: bool, tmp_path: Path
) -> None:
    person.sign_in("associate@harbour.example")
    _post(person, fund, tmp_path)
    with new_person(browser, portal, scripts=scripts) as investor:
        investor.sign_in(fund[1])
        page = investor.page
        returns = f"{investor.url}/investments/returns?q={fund[0].replace(' ', '+')}&as_of=2024-12-31"
        for measure, figure, shown in (
            ("IRR", "18.00%", "Dated flows"), ("TVPI", "1.36×", "Dated amounts"),
            ("Time-weighted return", "18.28%", "Parts of the period"),
        ):  # fmt: skip
            page.goto(returns)
            investor.check()
            row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=measure, exact=True))
            address = row.get_by_role("link").first.get_attribute("href")
            expect(row).to_contain_text(figure)
            page.goto(f"{investor.url}{address}")
            expect(page.get_by_role("heading", name=shown)).to_be_visible()
            investor.check()
            cells = _workbook(investor, tmp_path)
            assert any(isinstance(cell, str) and cell.startswith("=") for cell in cells), measure
