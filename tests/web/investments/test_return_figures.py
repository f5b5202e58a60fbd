"""A return opened, downloaded, and worked out anew by a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from portal.domain.investments.index_series.services import add_index_series
from portal.domain.investments.performance.queries import Asked, get_opened_return, list_asked_holdings
from portal.domain.investments.performance.values import MEASURES, Basis, Measure, Period
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.domain.investments.performance.rules.test_spreadsheet_agreement import needs_a_spreadsheet
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in
from tests.spreadsheets import recalculate

FIGURES = "/investments/return-figures"
HISTORY = [
    ("commitment", "2022-12-01", "1000"),
    ("contribution", "2022-12-31", "400"),
    ("valuation", "2023-12-31", "440"),
    ("contribution", "2024-03-15", "100"),
    ("fee", "2024-06-30", "10"),
    ("valuation", "2024-12-31", "600"),
    ("gain", "2025-05-20", "60.25"),
    ("valuation", "2025-12-31", "594.50"),
]
MONTHS = [(year, month) for year in range(2022, 2026) for month in range(1, 13)]
INDEX = "\n".join(f"{year}-{month:02}-01,{3 * year - 5900 + month}" for year, month in MONTHS)


@pytest.fixture
def index_id(world: World) -> UUID:
    """An index, and a vehicle that the investor and another hold a part of."""
    vehicle_id = make_vehicle(world.firm_id, "Harbour Growth")
    for investor, name in ((world.investor, "Ada's trust"), (world.another_investor, "Ben's trust")):
        post_history(world.firm_id, make_account(world.firm_id, name, investor), vehicle_id, HISTORY)
    with acting_as(world.associate.tenancy):
        return add_index_series(world.associate, name="World index", currency="USD", content=INDEX.encode())


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("period", ["inception", "one_year"])
def test_each_figure_opens_to_its_formula_and_its_flows(
    client: FlaskClient, world: World, index_id: UUID, measure: str, period: str
) -> None:
    sign_in(client, world.investor)
    query = f"currency=USD&period={period}&index={index_id}"
    shown = client.get(f"{FIGURES}/{measure}?{query}")
    assert shown.status_code == 200
    assert "Formula" in shown.text
    assert "Net to the account" in shown.text
    assert "594.50" in shown.text or measure == "pic"
    assert "files below have all" not in shown.text  # nothing is left out of so few
    annualised = measure in ("time_weighted", "modified_dietz")
    assert ("Annualised: the return of the whole span" in shown.text) == annualised
    assert client.get(f"{FIGURES}/{measure}?{query}", headers={"HX-Request": "true"}).status_code == 200
    gross = client.get(f"{FIGURES}/{measure}?{query}&basis=gross")
    assert ("Gross: management fees" in gross.text) == (gross.status_code == 200)


def test_a_figure_says_of_whom_and_on_which_basis_it_is(client: FlaskClient, world: World, index_id: UUID) -> None:
    sign_in(client, world.manager)
    everybody = client.get(f"{FIGURES}/irr?currency=USD").text
    assert "Ada&#39;s trust" not in everybody
    with acting_as(world.investor.tenancy):
        (held,) = list_asked_holdings(world.investor, Asked(as_of=date(2025, 12, 31)))
    one = f"currency=USD&account={held.account_id}&vehicle={held.vehicle_id}"
    shown = client.get(f"{FIGURES}/irr?{one}").text
    assert "Ada&#39;s trust" in shown
    assert "Harbour Growth" in shown
    assert "as of Dec 31, 2025. Net." in shown
    assert "as of Dec 31, 2025. Gross." in client.get(f"{FIGURES}/irr?{one}&basis=gross").text


def test_a_rate_says_which_holdings_it_leaves_out(client: FlaskClient, world: World, index_id: UUID) -> None:
    sign_in(client, world.investor)
    query = "currency=USD&period=one_year&as_of=2025-12-31"
    told = "Holdings without a valuation within the period"
    assert told not in client.get(f"{FIGURES}/irr?{query}").text
    stale = make_vehicle(world.firm_id, "Harbour Venture")
    post_history(world.firm_id, make_account(world.firm_id, "Cy's trust", world.investor), stale, HISTORY[:3])
    assert told in client.get(f"{FIGURES}/irr?{query}").text
    assert told not in client.get(f"{FIGURES}/time_weighted?{query}").text  # which counts them at what they were worth
    assert told not in client.get(f"{FIGURES}/irr?currency=USD&as_of=2025-12-31").text


def test_values_of_an_index_are_written_out(client: FlaskClient, world: World, index_id: UUID) -> None:
    flat = "\n".join(f"{row.partition(',')[0]},2500" for row in INDEX.splitlines())
    with acting_as(world.associate.tenancy):
        flat_id = add_index_series(world.associate, name="Flat index", currency="USD", content=flat.encode())
    sign_in(client, world.investor)
    shown = client.get(f"{FIGURES}/ks_pme?currency=USD&index={flat_id}").text
    assert "2,500" in shown
    assert "2.5E" not in shown


def test_a_workbook_says_how_its_figure_is_to_be_read(client: FlaskClient, world: World, index_id: UUID) -> None:
    sign_in(client, world.investor)
    for basis, name in (("net", "Net"), ("gross", "Gross")):
        query = f"currency=USD&period=one_year&as_of=2026-01-31&basis={basis}"
        book = load_workbook(io.BytesIO(client.get(f"{FIGURES}/irr/export.xlsx?{query}").data))
        sheet = book.worksheets[0]
        assert (sheet["A1"].value, sheet["C1"].value, sheet["D1"].value) == ("IRR", "USD", name)
        assert (sheet["E2"].value, sheet["F2"].value.date()) == ("As of", date(2026, 1, 31))
        assert name in sheet["C3"].value
        assert "actual/365" in sheet["C3"].value
    beside = client.get(f"{FIGURES}/ks_pme/export.xlsx?currency=USD&index={index_id}").data
    assert "Index: World index." in load_workbook(io.BytesIO(beside)).worksheets[0]["C3"].value
    short = client.get(f"{FIGURES}/irr/export.xlsx?currency=USD&period=month&as_of=2026-06-30")
    (undefined,) = load_workbook(io.BytesIO(short.data)).worksheets
    assert undefined["B1"].value == "–"
    assert "There is no valuation within the period" in undefined["C3"].value


def test_what_there_is_not_is_not_found(client: FlaskClient, world: World, index_id: UUID) -> None:
    sign_in(client, world.investor)
    for address in ("nothing?currency=USD", "irr", "irr?currency=EUR", "irr?currency=USD&basis=other",
                    "ks_pme?currency=USD", "irr?currency=USD&basis=without_line"):  # fmt: skip
        assert client.get(f"{FIGURES}/{address}").status_code == 404
    sign_in(client, world.foreign_manager)
    assert client.get(f"{FIGURES}/irr?currency=USD").status_code == 404


def test_the_dated_amounts_come_as_csv(client: FlaskClient, world: World, index_id: UUID) -> None:
    sign_in(client, world.investor)
    text = client.get(f"{FIGURES}/irr/export.csv?currency=USD&period=one_year").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["date", "type", "amount", "currency"],
        ["2024-12-31", "opening", "-600.00", "USD"],
        ["2025-05-20", "paid_out", "60.25", "USD"],
        ["2025-12-31", "nav", "594.50", "USD"],
    ]
    assert client.get(f"{FIGURES}/irr/export.pdf?currency=USD").status_code == 404


@needs_a_spreadsheet
@pytest.mark.parametrize("period", [Period.INCEPTION, Period.ONE_YEAR, Period.YEAR_TO_DATE, Period.QUARTER])
def test_a_spreadsheet_works_out_the_same_figures(
    client: FlaskClient, world: World, index_id: UUID, period: Period, tmp_path: Path
) -> None:
    sign_in(client, world.investor)
    files = [tmp_path / f"{measure}.xlsx" for measure in MEASURES]
    for measure, file in zip(MEASURES, files, strict=True):
        query = f"currency=USD&period={period.value}&index={index_id}&basis=gross&as_of=2025-12-31"
        answer = client.get(f"{FIGURES}/{measure}/export.xlsx?{query}")
        assert answer.status_code == 200
        file.write_bytes(answer.data)
    for measure, cells in zip(MEASURES, recalculate(*files), strict=True):
        ours, theirs = _figure(world, index_id, measure, period), cells[0][1]
        assert (theirs == "–") == (ours is None), measure
        assert ours is None or abs(Decimal(theirs) - ours) < Decimal("1e-7"), measure


def _figure(world: World, index_id: UUID, measure: Measure, period: Period) -> Decimal | None:
    asked = Asked(as_of=date(2025, 12, 31), period=period, index_id=index_id)
    with acting_as(world.investor.tenancy):
        return get_opened_return(world.investor, asked, measure, Basis.GROSS, "USD").result.value
