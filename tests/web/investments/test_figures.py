"""Figures opened: the numbers add up to the figure, for whom it is and for nobody else."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from flask import Flask

from portal.domain.investments.returns.queries import BEHIND, get_portfolio
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in
from tests.web.investments.conftest import Book, holding_of

PAGE = "/investments/figures"
DIALOG = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "dialog#dialog"}


def feet(html: str) -> list[str]:
    """The last amount in the foot of each table."""
    return [re.findall(r">([^<>]*)</td>", foot)[-1] for foot in re.findall(r"<tfoot>(.*?)</tfoot>", html, re.DOTALL)]


def test_every_figure_opens_for_a_total_and_for_a_holding(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    held = holding_of(world.investor, book.trust, book.buyout)
    for figure in BEHIND:
        for query in ("currency=USD", f"currency=USD&account={book.trust}", f"holding={held.id}"):
            answer = browser.get(f"{PAGE}/{figure}?{query}")
            assert answer.status_code == 200, (figure, query)
            assert "Since inception, as of" in answer.text
            assert "Net to the account" in answer.text


def test_running_totals_end_in_the_figure(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    held = holding_of(world.investor, book.trust, book.buyout)
    html = browser.get(f"{PAGE}/tvpi?holding={held.id}").text
    assert feet(html) == ["30,000.00", "600,000.00", "500,000.50"]
    assert "(30,000.00 + 600,000.00) ÷ 500,000.50 = 1.2599987400" in html
    assert "Adjusted NAV" in html
    assert "(20,000.00)" in html


def test_holdings_without_a_valuation_have_no_part_in_the_nav(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    assert feet(browser.get(f"{PAGE}/nav?currency=USD").text) == ["600,000.00"]
    alone = browser.get(f"{PAGE}/nav?holding={holding_of(world.investor, book.joint, book.venture).id}").text
    assert feet(alone) == ["0.00"]
    assert "Not yet valued" in alone


def test_an_irr_opens_to_flows_whose_present_values_sum_to_zero(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    held = holding_of(world.investor, book.trust, book.credit)
    html = browser.get(f"{PAGE}/irr?holding={held.id}").text
    assert "14.87%" in html
    assert ("Jan 1, 2019" in html, "Jan 1, 2021" in html) == (True, True)
    assert feet(html) == ["0.00"]
    rows = list(
        csv.DictReader(io.StringIO(browser.get(f"{PAGE}/irr/export.csv?holding={held.id}").data.decode("utf-8-sig")))
    )
    assert [(row["cash"], row["nav"], row["present_value"]) for row in rows] == [
        ("-100.00", "0.00", "-100.00"),
        ("0.00", "132.00", "100.00"),
    ]


def test_several_rates_are_told_and_none_is_chosen(app: Flask, world: World, book: Book) -> None:
    vehicle = make_vehicle(world.firm_id, "Two Roots")
    account = make_account(world.firm_id, "Two Roots Account", world.investor)
    history = [
        ("dividend", "2020-01-01", "100"),
        ("contribution", "2020-12-31", "230"),
        ("dividend", "2021-12-31", "132"),
    ]
    post_history(world.firm_id, account, vehicle, history)
    held = holding_of(world.investor, account, vehicle)
    html = sign_in(app.test_client(), world.investor).get(f"{PAGE}/irr?holding={held.id}").text
    assert "More than one rate balances these cash flows" in html
    assert "10.0000%, 20.0000%" in html


def test_what_another_owns_does_not_open(app: Flask, world: World, book: Book) -> None:
    theirs = holding_of(world.another_investor, book.others, book.buyout).id
    browser = sign_in(app.test_client(), world.investor)
    for query in (
        f"holding={theirs}",
        f"holding={new_id()}",
        f"currency=USD&account={book.others}",
        "currency=JPY",
        "",
    ):
        assert browser.get(f"{PAGE}/nav?{query}").status_code == 404, query
        assert browser.get(f"{PAGE}/nav/export.csv?{query}").status_code == 404, query
    assert browser.get(f"{PAGE}/alpha?currency=USD").status_code == 404
    assert sign_in(app.test_client(), world.manager).get(f"{PAGE}/nav?holding={theirs}").status_code == 200
    assert sign_in(app.test_client(), world.foreign_manager).get(f"{PAGE}/nav?holding={theirs}").status_code == 404
    assert sign_in(app.test_client(), world.administrator).get(f"{PAGE}/nav?currency=USD").status_code == 403


def test_a_dialog_has_no_frame(app: Flask, world: World, book: Book) -> None:
    html = sign_in(app.test_client(), world.investor).get(f"{PAGE}/dpi?currency=USD", headers=DIALOG).text
    assert "<html" not in html
    assert 'id="dialog-title"' in html
    assert "<h1" not in html


@pytest.mark.parametrize("known_on", ["", "&known_on=2020-01-01"])
def test_a_date_refused_or_before_knowledge(app: Flask, world: World, book: Book, known_on: str) -> None:
    browser = sign_in(app.test_client(), world.investor)
    assert browser.get(f"{PAGE}/nav?currency=USD&as_of=yesterday").status_code == 422
    assert browser.get(f"{PAGE}/nav?currency=USD&as_of=2020-04-01{known_on}").status_code == (404 if known_on else 200)


def test_of_many_postings_the_latest_are_shown_and_all_exported(app: Flask, world: World) -> None:
    vehicle, account = make_vehicle(world.firm_id, "Busy"), make_account(world.firm_id, "Busy Account", world.investor)
    days = [f"{2010 + n // 12}-{n % 12 + 1:02d}-15" for n in range(120)]
    history = [("contribution", day, f"{n + 1}.25") for n, day in enumerate(days)]
    post_history(world.firm_id, account, vehicle, [("commitment", "2010-01-01", "90000"), *history])
    held = holding_of(world.investor, account, vehicle)
    browser = sign_in(app.test_client(), world.investor)
    html = browser.get(f"{PAGE}/paid_in?holding={held.id}").text
    assert html.count("Contribution</td>") == 50
    assert "latest 50 of 120 postings" in html
    assert "Before these: 70 postings" in html
    assert feet(html) == ["7,290.00"]
    data = browser.get(f"{PAGE}/paid_in/export.csv?holding={held.id}").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert len(rows) == 120
    assert Decimal(rows[-1]["running_total"]) == sum(Decimal(row["amount"]) for row in rows) == Decimal("7290.00")
    with acting_as(world.investor.tenancy):
        (total,) = get_portfolio(world.investor, as_of=clock.today()).totals
    assert total.paid_in == Decimal("7290.00")
