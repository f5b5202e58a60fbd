"""Files to take away: by a link that is good for a minute, for those who may, and noted."""

from __future__ import annotations

import io
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.reading.queries.receipts import list_receipts
from portal.domain.identity.record.queries import list_history
from portal.platform.page_images.drawing import MOST_COPIED
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.reading import make_next_version, make_paper
from tests.factories.web import sign_in
from tests.platform.screening.pdf_files import clean_pdf
from tests.web.documents.test_pages import NOT_READING


def test_the_file_comes_by_a_short_link_as_an_attachment(
    world: World, account: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    paper = make_paper(account, world.firm_id, content=clean_pdf("Mine"), pages=1)
    response = reading.get(f"/documents/downloads/{paper}")
    assert response.status_code == 303
    assert response.headers["Cache-Control"] == "private, no-store"
    file = reading.get(response.headers["Location"])
    assert file.data == clean_pdf("Mine")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="letter.pdf"')
    with acting_as(world.manager.tenancy):
        (receipt,) = list_receipts(world.manager, paper)
        acts = [event.act for event in list_history(world.manager, f"document:{paper}")]
    assert (receipt.way, receipt.pages, receipt.address) == ("downloaded", 0, "127.0.0.1")
    assert "document.download" in acts


def test_taking_it_twice_is_one_receipt_that_says_so(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    for _ in range(2):
        reading.get(f"/documents/downloads/{paper}")
    with acting_as(world.manager.tenancy):
        (receipt,) = list_receipts(world.manager, paper)
    assert receipt.times == 2


def test_what_can_only_be_read_here_is_given_to_no_reader(
    world: World, account: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    paper = make_paper(account, world.firm_id, view_only=True)
    answer = reading.get(f"/documents/downloads/{paper}")
    assert answer.status_code == 403
    assert "only be read here" in answer.text
    assert staff.get(f"/documents/downloads/{paper}").status_code == 303


def test_it_is_given_to_nobody_else(app: Flask, world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    for person in (world.another_investor, world.foreign_investor, world.foreign_manager):
        assert sign_in(app.test_client(), person).get(f"/documents/downloads/{paper}").status_code == 404
    draft = make_paper(account, world.firm_id, published=False)
    assert reading.get(f"/documents/downloads/{draft}").status_code == 404


def test_staff_take_the_version_they_name(
    world: World, account: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    paper = make_paper(account, world.firm_id, content=clean_pdf("First"), pages=1)
    make_next_version(world.firm_id, paper)
    first = staff.get(f"/documents/downloads/{paper}?version=1", follow_redirects=True)
    assert first.data == clean_pdf("First")
    assert reading.get(f"/documents/downloads/{paper}?version=1").status_code == 404


@pytest.mark.parametrize("name", NOT_READING)
def test_programs_that_look_ahead_are_given_no_link(
    world: World, account: UUID, reading: FlaskClient, name: str
) -> None:
    paper = make_paper(account, world.firm_id)
    answer = reading.get(f"/documents/downloads/{paper}", headers=NOT_READING[name])
    assert answer.status_code == 409
    assert "Location" not in answer.headers


def test_asking_for_the_head_alone_gives_no_link(world: World, account: UUID, reading: FlaskClient) -> None:
    answer = reading.head(f"/documents/downloads/{make_paper(account, world.firm_id)}")
    assert answer.status_code == 409
    assert "Location" not in answer.headers


def test_a_copy_with_marks_is_pictures_of_all_pages_that_say_who_took_it(
    world: World, account: UUID, reading: FlaskClient
) -> None:
    paper = make_paper(account, world.firm_id, view_only=True, marked_copies=True, pages=2)
    shown = reading.get(f"/documents/{paper}").text
    assert "Download a marked copy" in shown
    answer = reading.get(f"/documents/downloads/{paper}/marked")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="letter (marked).pdf"')
    copy = pypdf.PdfReader(io.BytesIO(answer.data))
    assert [page.extract_text() for page in copy.pages] == ["", ""], "pictures alone"
    assert len({page.images[0].data for page in copy.pages}) == 2
    with acting_as(world.manager.tenancy):
        (receipt,) = list_receipts(world.manager, paper)
        acts = [event.act for event in list_history(world.manager, f"document:{paper}")]
    assert (receipt.way, receipt.times) == ("marked", 1)
    assert "document.take_marked" in acts


def test_a_copy_with_marks_is_given_where_the_firm_lets_them_and_to_nobody_else(
    app: Flask, world: World, account: UUID, reading: FlaskClient
) -> None:
    closed = make_paper(account, world.firm_id, view_only=True)
    free = make_paper(account, world.firm_id, marked_copies=True)
    table = make_paper(
        account, world.firm_id, view_only=True, marked_copies=True, pages=0, name="a.csv", kind="csv", content=b"a,b\n"
    )
    for paper in (closed, free, table):
        assert "marked copy" not in reading.get(f"/documents/{paper}").text
        assert reading.get(f"/documents/downloads/{paper}/marked").status_code == 403
    paper = make_paper(account, world.firm_id, view_only=True, marked_copies=True)
    assert reading.get(f"/documents/downloads/{paper}").status_code == 403, "the file itself stays"
    for person in (world.another_investor, world.foreign_investor, world.foreign_manager):
        assert sign_in(app.test_client(), person).get(f"/documents/downloads/{paper}/marked").status_code == 404
    ahead = reading.get(f"/documents/downloads/{paper}/marked", headers={"Sec-Purpose": "prefetch"})
    assert ahead.status_code == 409
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, paper)
    assert reading.get(f"/documents/downloads/{paper}/marked").status_code == 404
    with acting_as(world.manager.tenancy):
        assert list_receipts(world.manager, paper) == []


def test_what_cannot_be_copied_says_so(world: World, account: UUID, reading: FlaskClient) -> None:
    long = make_paper(account, world.firm_id, view_only=True, marked_copies=True, pages=MOST_COPIED + 1)
    answer = reading.get(f"/documents/downloads/{long}/marked")
    assert (answer.status_code, "Read it here" in answer.text) == (409, True)
