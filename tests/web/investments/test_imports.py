"""Importing in the web: from the file to the ledger and back, with what goes wrong on the way."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.services import uploads
from portal.jobs.drain import drain
from tests.conftest import World
from tests.factories.imports import POSITIONS, TRANSACTIONS, checked, history, holdings_of, posted
from tests.factories.web import sign_in

HOME = "/investments/imports"
GOOD = ("Lane Trust", "Harbour I", "2020-02-01", "contribution", "60000", "1")
BAD = ("Lane Trust", "Harbour I", "2020-02-31", "contribution", "x", "1")
HELD = ("Lane Trust", "Harbour I", "2020-12-31", "100000", "60000", "10000", "70000")
CHOICES = {f"column_{name}": name for name in TRANSACTIONS} | {
    "scale": "1",
    "currency": "usd",
    "number_format": "auto",
    "date_format": "auto",
}


@pytest.fixture
def browser(client: FlaskClient, associate: Actor) -> FlaskClient:
    return sign_in(client, associate)


def send(browser: FlaskClient, content: bytes, to: str = HOME, name: str = "history.csv") -> TestResponse:
    return browser.post(to, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def begun(browser: FlaskClient, content: bytes) -> str:
    """The address of an import of this file."""
    response = send(browser, content)
    assert response.status_code == 303
    return response.location


def text_of(response: TestResponse) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def post_button(page: str) -> dict[str, str]:
    """What the button that posts sends."""
    attempt = re.search(r'name="attempt" value="(\d+)"', page)
    assert attempt is not None
    return {"attempt": attempt[1]}


def test_from_a_file_to_its_preview_with_errors(browser: FlaskClient) -> None:
    address = begun(browser, history([GOOD, BAD]))
    columns = browser.get(address)
    assert columns.location == f"{address}/columns"
    assert browser.get(columns.location).text.count("<option selected") >= 6
    response = browser.post(f"{address}/columns?kind=transactions", data=CHOICES)
    assert (response.status_code, response.location) == (303, address)
    working = browser.get(address).text
    assert "Waiting for a worker" in working
    assert '<noscript><meta http-equiv="refresh"' in working
    drain()
    preview = text_of(browser.get(address))
    assert "2 problems keep this file from being posted" in preview
    assert "Date: '2020-02-31'" in preview
    assert "Amount: 'x' is not an amount" in preview
    assert "Post 1 row" not in preview
    assert browser.post(f"{address}/post", data={"attempt": "2"}).status_code == 303
    assert drain() == 0


def test_from_a_corrected_file_to_the_ledger_and_back(browser: FlaskClient, associate: Actor) -> None:
    address = f"{HOME}/{checked(associate, [GOOD, BAD]).id}"
    assert send(browser, history([GOOD]), f"{address}/file").location == address
    drain()
    ready = browser.get(address).text
    assert "1 account is opened" in ready
    for _ in range(2):
        assert browser.post(f"{address}/post", data=post_button(ready)).location == address
    assert drain() == 1
    done = text_of(browser.get(address))
    assert "Rows posted 1" in done
    assert "Harbour I 1" in done
    assert [held.paid_in for held in holdings_of(associate)] == [60000]
    assert "1 row is reversed at its own date" in browser.get(f"{address}/undo").text
    assert browser.post(f"{address}/undo").location == address
    drain()
    assert "Everything it posted was taken back" in browser.get(address).text
    assert holdings_of(associate) == []


def test_the_list_says_who_and_how_far(browser: FlaskClient, associate: Actor) -> None:
    assert "No imports yet" in browser.get(HOME).text
    posted(associate, [GOOD])
    checked(associate, [BAD])
    begun(browser, history([GOOD]))
    page = text_of(browser.get(HOME))
    assert all(word in page for word in ("Posted", "With problems", "Columns to choose", associate.name))


def test_positions_are_suggested_and_the_other_kind_is_a_link_away(browser: FlaskClient) -> None:
    address = begun(browser, history([HELD], POSITIONS))
    assert 'name="column_nav"' in browser.get(f"{address}/columns").text
    other = browser.get(f"{address}/columns?kind=transactions").text
    assert 'name="column_amount"' in other
    assert 'name="column_nav"' not in other
    assert browser.get(f"{address}/columns?kind=else").status_code == 404


def test_a_choice_that_cannot_work_keeps_everything_typed(browser: FlaskClient) -> None:
    address = begun(browser, history([GOOD]))
    choices = CHOICES | {"column_account": "", "currency": "XQX", "owner": "nobody@example.com"}
    response = browser.post(f"{address}/columns?kind=transactions", data=choices)
    assert response.status_code == 422
    page = text_of(response)
    assert "No column is chosen for account" in page
    assert "Nobody here has this e-mail address" in page
    assert 'value="nobody@example.com"' in response.text


def test_stand_ins_take_the_place_of_missing_columns(browser: FlaskClient, associate: Actor) -> None:
    address = begun(browser, history([GOOD[3:5]], ("Kind", "Sum")))
    choices = {
        "column_type": "Kind", "column_amount": "Sum", "scale": "1000", "currency": "EUR", "number_format": "auto",
        "date_format": "auto", "account": "Lane Trust", "vehicle": "Harbour I", "date": "2020-02-01",
        "owner": "ada.lane@example.com",
    }  # fmt: skip
    browser.post(f"{address}/columns?kind=transactions", data=choices)
    drain()
    page = text_of(browser.get(address))
    assert "60,000,000.00" in page
    assert "ada.lane@example.com will act for them" in page


def test_a_file_that_cannot_be_read_is_told_beside_the_field(browser: FlaskClient) -> None:
    response = send(browser, b"%PDF-1.7")
    assert response.status_code == 422
    assert "is a PDF, not a table" in response.text
    assert browser.post(HOME, data={}).status_code == 422


def test_a_large_file_that_cannot_be_read_is_told_on_its_page(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 5)
    address = begun(browser, b"%PDF-1.7")
    assert "Reading history.csv" in browser.get(address).text
    drain()
    assert "is a PDF, not a table" in browser.get(address).text
    assert send(browser, b"%PDF", f"{address}/file").status_code == 422


def test_the_bar_asks_for_the_page_when_the_job_is_done(browser: FlaskClient, associate: Actor) -> None:
    found = checked(associate, [GOOD])
    fragment = browser.get(f"{HOME}/{found.id}/_progress").text
    assert f'hx-get="{HOME}/{found.id}"' in fragment
    assert 'hx-trigger="load"' in fragment


def test_rows_are_shown_by_pages_and_by_what_becomes_of_them(browser: FlaskClient, associate: Actor) -> None:
    rows = [(*GOOD[:4], str(1000 + number), str(number)) for number in range(120)]
    found = checked(associate, [*rows, BAD])
    first = browser.get(f"{HOME}/{found.id}")
    assert "1,049.00" in first.text
    assert "1,050.00" not in first.text
    middle = browser.get(f"{HOME}/{found.id}?after=51").text
    assert "1,050.00" in middle
    assert f'rel="prev" href="{HOME}/{found.id}"' in middle
    only = browser.get(f"{HOME}/{found.id}?show=problems").text
    assert "not an amount" in only
    assert "1,000.00" not in only
    assert browser.get(f"{HOME}/{found.id}?show=else").status_code == 404
    assert browser.get(f"{HOME}/{found.id}?after=x").status_code == 404


def test_rows_posted_before_are_marked(browser: FlaskClient, associate: Actor) -> None:
    posted(associate, [GOOD])
    found = checked(associate, [GOOD])
    page = text_of(browser.get(f"{HOME}/{found.id}"))
    assert "Everything in this file is posted already" in page
    assert "Posted before, skipped 1" in page


def test_an_undo_that_others_were_built_on_says_so(browser: FlaskClient, associate: Actor) -> None:
    first = posted(associate, [HELD], POSITIONS)
    posted(associate, [(*HELD[:2], "2021-12-31", *HELD[3:])], POSITIONS)
    assert "cannot be undone yet" in browser.get(f"{HOME}/{first.id}/undo").text
    browser.post(f"{HOME}/{first.id}/undo")
    assert "was posted as the difference to this one" in browser.get(f"{HOME}/{first.id}").text


def test_stopping_and_discarding(browser: FlaskClient, associate: Actor) -> None:
    address = begun(browser, history([GOOD]))
    browser.post(f"{address}/columns?kind=transactions", data=CHOICES)
    assert browser.post(f"{address}/stop").location == address
    assert browser.get(address).location == f"{address}/columns"
    assert "deleted" in browser.get(f"{address}/discard").text
    assert browser.post(f"{address}/discard").location == HOME
    assert browser.get(address).status_code == 404
    done = posted(associate, [GOOD])
    assert browser.post(f"{HOME}/{done.id}/discard").status_code == 409


def test_a_ready_import_is_discarded_without_a_trace(browser: FlaskClient, associate: Actor) -> None:
    address = f"{HOME}/{checked(associate, [GOOD]).id}"
    button = post_button(browser.get(address).text)
    assert f"{address}/discard" in browser.get(address).text
    assert browser.post(f"{address}/discard").location == HOME
    assert "The import is discarded" in browser.get(HOME).text
    assert browser.post(f"{address}/post", data=button).status_code == 404
    assert (drain(), holdings_of(associate)) == (0, [])


def test_a_replaced_file_is_the_one_that_is_posted(browser: FlaskClient, associate: Actor) -> None:
    address = f"{HOME}/{checked(associate, [GOOD]).id}"
    before = post_button(browser.get(address).text)
    corrected = history([(*GOOD[:4], "70000", GOOD[5])])
    assert send(browser, corrected, f"{address}/file", name="corrected.csv").location == address
    drain()
    page = browser.get(address).text
    assert "corrected.csv" in page
    assert "70,000.00" in page
    assert "60,000.00" not in page
    browser.post(f"{address}/post", data=before)  # from a tab that still shows the first file
    assert (drain(), holdings_of(associate)) == (0, [])
    browser.post(f"{address}/post", data=post_button(page))
    drain()
    assert [held.paid_in for held in holdings_of(associate)] == [70000]
    assert send(browser, corrected, f"{address}/file").status_code == 409


def test_a_file_with_other_columns_has_them_chosen_anew(browser: FlaskClient, associate: Actor) -> None:
    address = f"{HOME}/{checked(associate, [GOOD]).id}"
    send(browser, history([HELD], POSITIONS), f"{address}/file")
    assert browser.get(address).location == f"{address}/columns"
    assert 'name="column_nav"' in browser.get(f"{address}/columns").text


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("foreign_manager", 404), ("foreign_investor", 403), ("investor", 403), ("auditor", 403),
        ("administrator", 403), ("manager", 200),
    ],
)  # fmt: skip
def test_others_neither_see_an_import_nor_change_it(
    client: FlaskClient, associate: Actor, world: World, name: str, status: int
) -> None:
    address = f"{HOME}/{checked(associate, [GOOD]).id}"
    sign_in(client, getattr(world, name))
    listed = client.get(HOME)
    assert listed.status_code == (403 if status == 403 else 200)
    assert ("history.csv" in listed.text) == (status == 200)
    for part in ("", "/_progress", "/discard", "/undo"):
        assert client.get(f"{address}{part}").status_code == status, part
    if status == 200:
        return  # colleagues who import share their drafts
    for part in ("/columns?kind=transactions", "/post", "/stop", "/undo", "/discard"):
        assert client.post(f"{address}{part}", data=CHOICES | {"attempt": "1"}).status_code == status, part
    assert send(client, history([BAD]), f"{address}/file").status_code == status
    assert (drain(), holdings_of(associate)) == (0, [])
    client.post("/sign-out")
    assert "Post 1 row" in text_of(sign_in(client, associate).get(address))


def test_a_file_over_the_limit_is_refused_with_the_limit(browser: FlaskClient) -> None:
    response = send(browser, b"x" * (27 * 1024 * 1024))
    assert response.status_code == 413
    assert "up to 25 MiB" in response.text
