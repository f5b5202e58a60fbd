"""The portfolio: figures as the returns have them, for whom they are and for nobody else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import openpyxl
import pytest
from flask import Flask, g

from portal.domain.investments.returns.queries import get_portfolio
from portal.domain.investments.returns.values import AMOUNTS, RATIOS, round_ratio
from portal.platform import clock
from portal.platform.formatting import money, percent, ratio
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in
from tests.web.investments.conftest import Book, figures_on, holding_of

PAGE = "/investments/portfolio"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}


def test_totals_and_holdings_are_those_of_the_returns(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    shown = figures_on(browser.get(PAGE).text)
    with acting_as(world.investor.tenancy):
        portfolio = get_portfolio(world.investor, as_of=clock.today())
    expected = [(f"currency={each.currency}", each) for each in portfolio.totals]
    expected += [(f"holding={each.holding.id}", each.figures) for each in portfolio.holdings]
    assert len(expected) == 5
    for key, figures in expected:
        for name in AMOUNTS:
            assert shown[name, key] == money(getattr(figures, name), figures.currency, "en_US")
        for name in ("dpi", "rvpi", "tvpi", "pic"):
            assert shown[name, key] == ratio(getattr(figures, name), "en_US")
        assert shown["irr", key] == percent(figures.irr, "en_US")


def test_nobody_sees_the_holdings_of_another(app: Flask, world: World, book: Book) -> None:
    mine = sign_in(app.test_client(), world.investor).get(PAGE).text
    theirs = sign_in(app.test_client(), world.another_investor).get(PAGE).text
    assert "Ortiz" not in mine
    assert "Lane" not in theirs.partition("<main")[2]
    assert "Ortiz Secret Holdings" in theirs
    foreign = sign_in(app.test_client(), world.foreign_investor).get(PAGE).text
    assert "Nothing is held yet" in foreign
    assert "Lane" not in foreign


def test_an_account_of_another_is_as_unknown_as_a_random_one(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    for path in (f"{PAGE}?account={{}}", f"{PAGE}?vehicle={{}}", f"{PAGE}/export.csv?account={{}}"):
        refusals = [browser.get(path.format(one)) for one in (book.others, new_id(), "nonsense")]
        if "vehicle" in path:
            refusals = refusals[1:]
        assert {answer.status_code for answer in refusals} == {404}, path


def test_staff_see_everything_or_one_account_or_vehicle(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.manager)
    everything = browser.get(PAGE).text
    assert "Ortiz Secret Holdings" in everything
    assert "Lane Family Trust" in everything
    one = browser.get(f"{PAGE}?account={book.others}").text.partition("<main")[2]
    assert "Ortiz Secret Holdings" in one
    assert "Lane" not in one
    vehicle = browser.get(f"{PAGE}?vehicle={book.buyout}").text
    assert "2 holdings" in vehicle
    assert sign_in(app.test_client(), world.foreign_manager).get(f"{PAGE}?vehicle={book.buyout}").status_code == 404


def test_who_has_neither_permission_is_refused(app: Flask, world: World, book: Book) -> None:
    assert sign_in(app.test_client(), world.administrator).get(PAGE).status_code == 403
    assert app.test_client().get(PAGE).status_code == 303


def test_a_past_date_and_past_knowledge(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    past = browser.get(f"{PAGE}?as_of=2020-03-31").text
    assert figures_on(past)["nav", "currency=USD"] == "290,000.00"
    assert "Harbour Venture" not in past.partition("<main")[2]
    unknown = browser.get(f"{PAGE}?known_on=2019-01-01").text
    assert "Nothing was held then" in unknown
    assert "Nothing was held then" in browser.get(f"{PAGE}?as_of=1999-12-31").text


@pytest.mark.parametrize("query", ["as_of=31.12.2020", "known_on=tomorrow", "as_of=2999-01-01", "as_of=1000-01-01"])
def test_a_date_that_is_none_comes_back_with_the_form(app: Flask, world: World, book: Book, query: str) -> None:
    answer = sign_in(app.test_client(), world.investor).get(f"{PAGE}?{query}")
    name, _, typed = query.partition("=")
    assert answer.status_code == 422
    assert f'name="{name}" value="{typed}" aria-invalid="true"' in answer.text
    assert f'id="{name}-error"' in answer.text
    assert not figures_on(answer.text)


def test_why_a_figure_is_undefined_and_of_when_a_value_is_stands_beside_it(
    app: Flask, world: World, book: Book
) -> None:
    html = sign_in(app.test_client(), world.investor).get(PAGE).text
    assert "Adjusted NAV, valued Jun 30, 2021" in html
    assert "Not yet valued" in html
    assert "All cash flows are on one day" in html
    assert "1 holding not yet valued" in html
    assert "Harbour Venture &lt;II&gt;" in html


def test_search_narrows_the_whole_page_and_figures_carry_it(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    html = browser.get(f"{PAGE}?q=buyout").text
    assert "1 holding" in html
    assert "Harbour Credit" not in html.partition("<main")[2]
    assert "q=buyout" in html
    assert "Nothing is called that" in browser.get(f"{PAGE}?q=%25").text
    assert browser.get(f"{PAGE}?q=a%00b").status_code == 422


@pytest.mark.parametrize(("sort", "first"), [("-nav", "Harbour Buyout"), ("nav", "Harbour Venture"), ("no", "Harbour")])
def test_holdings_are_sorted_by_a_figure(app: Flask, world: World, book: Book, sort: str, first: str) -> None:
    html = sign_in(app.test_client(), world.investor).get(f"{PAGE}?sort={sort}").text
    rows = html.split('class="row-link"')[1:]
    assert first in rows[0]
    assert ("aria-sort" in html) == (sort != "no")


def test_exports_hold_the_same_figures(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    with acting_as(world.investor.tenancy):
        portfolio = get_portfolio(world.investor, as_of=clock.today())
    expected = [
        [round_ratio(getattr(each.figures, name), 2) for name in AMOUNTS]
        + [getattr(each.figures, name) and round_ratio(getattr(each.figures, name)) for name in RATIOS]
        for each in portfolio.holdings
    ]
    answer = browser.get(f"{PAGE}/export.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [[Decimal(row[n]) if row[n] else None for n in (*AMOUNTS, *RATIOS)] for row in rows] == expected
    assert rows[0]["account"] == "'=Ada & Bo Lane"
    assert rows[0]["returns_are"].startswith("net, since inception")
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get(f"{PAGE}/export.xlsx").data)).active
    header, *lines = sheet.iter_rows(values_only=True)
    found = [[dict(zip(header, line, strict=True))[n] for n in (*AMOUNTS, *RATIOS)] for line in lines]
    assert [[v if v is None else round(Decimal(str(v)), 10) for v in line] for line in found] == expected
    assert sheet["A2"].data_type == "s"
    assert browser.get(f"{PAGE}/export.pdf").status_code == 404


def test_a_page_the_browser_has_is_not_made_again(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    first = browser.get(PAGE)
    assert first.headers["Cache-Control"] == "private, no-cache"
    kept = {"If-None-Match": first.headers["ETag"]}
    again = browser.get(PAGE, headers=kept)
    assert (again.status_code, again.data) == (304, b"")
    assert "Content-Security-Policy" not in again.headers
    assert browser.get(PAGE, headers=kept | HTMX).status_code == 200
    assert browser.get(f"{PAGE}?sort=nav", headers=kept).status_code == 200
    assert sign_in(app.test_client(), world.manager).get(PAGE, headers=kept).status_code == 200
    browser.post("/preferences/theme", data={"theme": "dark"})
    assert browser.get(PAGE, headers=kept).status_code == 200
    browser.post("/preferences/theme", data={"theme": "auto"})
    post_history(world.firm_id, book.trust, book.buyout, [("valuation", "2025-01-01", "5")])
    assert browser.get(PAGE, headers=kept).status_code == 200


def test_what_is_kept_of_a_page_carries_nothing_of_the_answer_it_was_made_for(
    app: Flask, world: World, book: Book, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def marks(html: str) -> tuple[set[str], set[str]]:
        return set(re.findall(r'nonce="([^"]+)"', html)), set(re.findall(r'X-CSRFToken":"([^"]+)"', html))

    answers = []
    for _ in range(2):
        answers.append(sign_in(app.test_client(), world.investor).get(PAGE).text)
        del g.csp_nonce, g.csrf_token  # requests of a test share what a request has for itself
    (first_nonces, first_tokens), (nonces, tokens) = map(marks, answers)
    assert all(len(each) == 1 for each in (first_nonces, first_tokens, nonces, tokens))
    assert first_nonces.isdisjoint(nonces)
    assert first_tokens.isdisjoint(tokens)
    assert "mark-of-the" not in answers[1]
    browser = sign_in(app.test_client(), world.investor)
    with count_statements() as statements:
        browser.get(PAGE)
    assert len(statements) == 2, "made anew"


def test_htmx_gets_the_content_alone(app: Flask, world: World, book: Book) -> None:
    html = sign_in(app.test_client(), world.investor).get(PAGE, headers=HTMX).text
    assert "<html" not in html
    assert "<title>Portfolio" in html
    assert ("nav", "currency=USD") in figures_on(html)


def test_statements_do_not_grow_with_holdings(
    app: Flask, world: World, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    account = make_account(world.firm_id, "Growing Account", world.investor)
    browser = sign_in(app.test_client(), world.investor)
    browser.get("/privacy")  # whether a consent is awaited is looked up once a minute
    counts = []
    for more in (3, 197):
        for number in range(more):
            vehicle = make_vehicle(world.firm_id, f"Growing Fund {more}-{number}")
            history = [("commitment", "2020-01-01", "100"), ("contribution", "2020-02-01", "60")]
            post_history(world.firm_id, account, vehicle, [*history, ("valuation", "2024-01-01", "90")])
        with count_statements() as cold:
            assert f"{more if more == 3 else 200} holdings" in browser.get(PAGE).text
        with count_statements() as warm:
            browser.get(PAGE)
        counts.append((len(cold), len(warm)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 5, (cold, warm)


def test_many_holdings_come_a_page_at_a_time(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.web.investments.holding_tables.PER_PAGE", 2)
    account = make_account(world.firm_id, "Paged Account", world.investor)
    for number in range(5):
        vehicle = make_vehicle(world.firm_id, f"Paged Fund {number}")
        post_history(world.firm_id, account, vehicle, [("commitment", "2020-01-01", "100")])
    browser = sign_in(app.test_client(), world.investor)
    assert "1–2 of 5" in browser.get(PAGE).text
    last = browser.get(f"{PAGE}?page=3").text
    assert "5–5 of 5" in last
    assert "Paged Fund 4" in last.partition('id="holdings"')[2]
    assert "Paged Fund 0" not in last.partition('id="holdings"')[2]
    assert holding_of(world.investor, account, vehicle).commitment == 100


def test_too_many_holdings_lead_everybody_to_something_they_may_open(
    app: Flask, world: World, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.investments.portfolio.MOST", 1)
    investor = sign_in(app.test_client(), world.investor)
    assert _way_on(investor.get(PAGE).text) == "#filter-account"
    assert f'<option value="{book.joint}"' in investor.get(PAGE).text
    assert _way_on(investor.get(f"{PAGE}?account={book.trust}").text) == "#filter-q"
    assert "1 holding" in investor.get(f"{PAGE}?account={book.joint}").text
    staff = sign_in(app.test_client(), world.manager)
    assert staff.get(_way_on(staff.get(PAGE).text)).status_code == 200


def _way_on(html: str) -> str:
    """Where the button leads that stands in the place of figures; a place on the same page has to be there."""
    empty = html.partition("More holdings than one page can total")[2]
    found = re.search(r'class="button" href="([^"]+)"', empty)
    assert found is not None
    assert not found[1].startswith("#") or f'id="{found[1][1:]}"' in html
    return found[1]
