"""Who read a document: for staff, on a page and as a file."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.reading.services.receipts import note_page_view, note_taking
from portal.domain.documents.reading.values.pages import Reader
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.reading import READER, make_paper, readable_by
from tests.factories.web import sign_in


def read(world: World, paper: UUID, *pages: int, reader: Reader = READER) -> None:
    readable = readable_by(world.investor, paper)
    with acting_as(world.investor.tenancy):
        for page in pages:
            note_page_view(world.investor, readable, page, reader)


def test_each_reading_stands_there(world: World, account: UUID, staff: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    assert "Nobody has read it yet" in staff.get(f"/documents/receipts/{paper}").text
    read(world, paper, 1, 2)
    with acting_as(world.investor.tenancy):
        note_taking(world.investor, readable_by(world.investor, paper), READER)
    text = staff.get(f"/documents/receipts/{paper}").text
    for word in (world.investor.name, "Read here", "Downloaded", "192.0.2.7", "Firefox on Linux", "0:00 min"):
        assert word in text
    assert "Time on each page" in text


def test_a_long_list_comes_in_parts(world: World, account: UUID, staff: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    for number in range(60):
        read(world, paper, 1, reader=Reader(new_id(), f"browser {number:02}", "192.0.2.7"))
    first = staff.get(f"/documents/receipts/{paper}").text
    address = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = staff.get(address).text
    shown = [f"browser {number:02}" for number in range(60)]
    assert [name in first for name in shown] == [False] * 10 + [True] * 50
    assert [name in second for name in shown] == [True] * 10 + [False] * 50


def test_they_are_exported_without_formulas(world: World, account: UUID, staff: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    read(world, paper, 1, reader=Reader(new_id(), "=cmd|'/c calc'!A1", "192.0.2.7"))
    answer = staff.get(f"/documents/receipts/{paper}.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["person"], row["staff"], row["version"], row["pages"]) == (world.investor.name, "no", "1", "1")
    assert row["agent"] == "'=cmd|'/c calc'!A1"
    assert staff.get(f"/documents/receipts/{paper}.exe").status_code == 404


def test_they_are_the_staffs(app: Flask, world: World, account: UUID) -> None:
    paper = make_paper(account, world.firm_id)
    expected = {world.investor: 403, world.administrator: 403, world.foreign_manager: 404, world.auditor: 200}
    for person, status in expected.items():
        browser = sign_in(app.test_client(), person)
        assert browser.get(f"/documents/receipts/{paper}").status_code == status
        assert browser.get(f"/documents/receipts/{paper}.csv").status_code == status


def test_a_long_name_of_a_browser_is_cut(world: World, account: UUID, staff: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    read(world, paper, 1, reader=Reader(new_id(), "x" * 5_000, "192.0.2.7"))
    assert "x" * 400 in staff.get(f"/documents/receipts/{paper}").text
    assert "x" * 401 not in staff.get(f"/documents/receipts/{paper}").text
