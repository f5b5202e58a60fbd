"""The list of transactions and one of them, for whom they are and for nobody else."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.services import reverse_batch
from portal.domain.investments.ledger.values import Transaction, TransactionFilter
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in
from tests.web.investments.conftest import Book, holding_of

PAGE = "/investments/transactions"


def journals(actor: Actor, **criteria: object) -> list[Transaction]:
    with acting_as(actor.tenancy):
        return list_transactions(actor, TransactionFilter(**criteria), most=None)  # type: ignore[arg-type]


def rows(html: str) -> list[str]:
    return re.findall(r'href="/investments/transactions/([0-9a-f-]{36})"', html)


def exported(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(f"{PAGE}/export.csv?{query}").data.decode("utf-8-sig"))))


def test_an_investor_sees_their_own_newest_first(app: Flask, world: World, book: Book) -> None:
    html = sign_in(app.test_client(), world.investor).get(PAGE).text
    assert rows(html) == [str(each.id) for each in journals(world.investor)]
    assert "Ortiz" not in html
    assert "(200,000.50)" in html
    assert "Harbour Venture &lt;II&gt;" in html
    theirs = sign_in(app.test_client(), world.another_investor).get(PAGE).text
    assert len(rows(theirs)) == 2
    assert "Notice 7" not in theirs
    foreign = sign_in(app.test_client(), world.foreign_investor).get(PAGE).text
    assert "No transactions yet" in foreign


def test_staff_see_the_ledger_of_their_firm(app: Flask, world: World, book: Book) -> None:
    html = sign_in(app.test_client(), world.manager).get(PAGE).text
    assert "Ortiz Secret Holdings" in html
    assert "Lane Family Trust" in html
    assert "Ortiz" not in sign_in(app.test_client(), world.foreign_manager).get(PAGE).text
    assert sign_in(app.test_client(), world.administrator).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("type=distributions", 2),
        ("type=gain", 1),
        ("type=commitment", 3),
        ("from=2021-06-01&to=2021-06-30", 3),
        ("q=notice", 8),
        ("q=venture", 2),
        ("q=100%25", 0),
    ],
)
def test_the_list_is_narrowed(app: Flask, world: World, book: Book, query: str, count: int) -> None:
    browser = sign_in(app.test_client(), world.investor)
    html = browser.get(f"{PAGE}?{query}").text
    assert len(rows(html)) == count
    assert len(exported(browser, query)) == count
    assert ("No transaction fits" in html) == (count == 0)


def test_narrowed_to_account_vehicle_and_holding(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    held = holding_of(world.investor, book.trust, book.credit)
    for query in (f"vehicle={book.credit}", f"holding={held.id}", f"account={book.trust}&vehicle={book.credit}"):
        assert len(rows(browser.get(f"{PAGE}?{query}").text)) == 3, query
    assert len(rows(browser.get(f"{PAGE}?account={book.joint}").text)) == 2
    theirs = holding_of(world.another_investor, book.others, book.buyout)
    assert rows(browser.get(f"{PAGE}?account={book.others}").text) == []
    assert browser.get(f"{PAGE}?holding={theirs.id}").status_code == 404
    assert exported(browser, f"holding={theirs.id}") == []
    assert len(rows(sign_in(app.test_client(), world.manager).get(f"{PAGE}?holding={theirs.id}").text)) == 2


def test_totals_of_a_narrowed_list(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    html = browser.get(f"{PAGE}?account={book.trust}&vehicle={book.buyout}").text
    totals = re.findall(r'figure-value">([^<]+?)\s*<', html)
    assert totals[:5] == ["500,000.50", "30,000.00", "(470,000.50)", "5,000.00", "8"]
    assert "figure-value" not in browser.get(PAGE).text


@pytest.mark.parametrize("query", ["from=32", "to=2020-13-01"])
def test_a_date_that_is_none_comes_back_with_the_form(app: Flask, world: World, book: Book, query: str) -> None:
    browser = sign_in(app.test_client(), world.investor)
    answer = browser.get(f"{PAGE}?{query}&q=notice")
    assert answer.status_code == 422
    assert f'value="{query.partition("=")[2]}" aria-invalid="true"' in answer.text
    assert 'value="notice"' in answer.text
    assert browser.get(f"{PAGE}/export.csv?{query}").status_code == 422
    assert browser.get(f"{PAGE}?before=nonsense").status_code == 422
    assert browser.get(f"{PAGE}?account=nonsense").status_code == 404


@pytest.fixture
def busy(app: Flask, world: World) -> UUID:
    """An account with 121 transactions."""
    account, vehicle = make_account(world.firm_id, "Busy", world.investor), make_vehicle(world.firm_id, "Busy Fund")
    days = [f"{2010 + n // 12}-{n % 12 + 1:02d}-15" for n in range(120)]
    history = [
        ("commitment", "2009-01-01", "9000"),
        *(("contribution", day, f"{n + 1}.25") for n, day in enumerate(days)),
    ]
    post_history(world.firm_id, account, vehicle, history)
    return account


@pytest.mark.parametrize("role", ["investor", "manager"])
def test_pages_forth_and_back(app: Flask, world: World, busy: UUID, role: str) -> None:
    browser = sign_in(app.test_client(), getattr(world, role))
    address, forth = f"{PAGE}?type=contribution", []
    while True:
        html = browser.get(address).text
        forth.append(rows(html))
        found = re.search(r'rel="next" href="([^"]+)"', html)
        if not found:
            break
        address = found[1].replace("&amp;", "&")
    assert [len(page) for page in forth] == [50, 50, 20]
    assert len({each for page in forth for each in page}) == 120
    back = re.search(r'rel="prev" href="([^"]+)"', html)
    assert back is not None
    middle = browser.get(back[1].replace("&amp;", "&")).text
    assert rows(middle) == forth[1]
    first = re.search(r'rel="prev" href="([^"]+)"', middle)
    assert first is not None
    html = browser.get(first[1].replace("&amp;", "&")).text
    assert rows(html) == forth[0]
    assert 'rel="prev"' not in html


def test_exports_hold_every_transaction(app: Flask, world: World, busy: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.web.investments.transactions.PER_READ", 50)
    browser = sign_in(app.test_client(), world.investor)
    known = journals(world.investor)
    found = exported(browser)
    assert [(row["journal"], Decimal(row["amount"])) for row in found] == [(str(j.id), j.amount) for j in known]
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get(f"{PAGE}/export.xlsx").data)).active
    header, *lines = sheet.iter_rows(values_only=True)
    amounts = [dict(zip(header, line, strict=True))["amount"] for line in lines]
    assert [Decimal(str(amount)) for amount in amounts] == [j.amount for j in known]


def test_a_transaction_shows_its_postings(app: Flask, world: World, book: Book) -> None:
    browser = sign_in(app.test_client(), world.investor)
    (gain,) = [each for each in journals(world.investor) if each.kind.value == "gain"]
    html = browser.get(f"{PAGE}/{gain.id}").text
    assert "Realised gain of Sep 30, 2021" in html
    assert html.count("20,000.00") >= 3
    for actor, status in ((world.another_investor, 404), (world.manager, 200), (world.foreign_manager, 404)):
        assert sign_in(app.test_client(), actor).get(f"{PAGE}/{gain.id}").status_code == status
    assert browser.get(f"{PAGE}/{new_id()}").status_code == 404


def test_a_reversal_and_what_it_takes_back_lead_to_each_other(app: Flask, world: World) -> None:
    account, vehicle = make_account(world.firm_id, "Undone", world.investor), make_vehicle(world.firm_id, "Undone Fund")
    batch = new_id()
    post_history(world.firm_id, account, vehicle, [("commitment", "2020-01-01", "70")], batch_id=batch)
    with acting_as(Actor.system(world.firm_id).tenancy):
        reverse_batch(Actor.system(world.firm_id), batch)
    reversal, reversed_one = sorted(journals(world.investor), key=lambda each: not each.reversal)
    browser = sign_in(app.test_client(), world.investor)
    assert f"{PAGE}/{reversal.id}" in browser.get(f"{PAGE}/{reversed_one.id}").text
    assert f"{PAGE}/{reversed_one.id}" in browser.get(f"{PAGE}/{reversal.id}").text
    listed = browser.get(PAGE).text
    assert ("Reversal" in listed, "Reversed" in listed) == (True, True)
    assert "(70.00)" in listed


def test_htmx_gets_the_content_alone(app: Flask, world: World, book: Book) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}
    html = sign_in(app.test_client(), world.investor).get(f"{PAGE}?type=gain", headers=headers).text
    assert "<html" not in html
    assert len(rows(html)) == 1
