"""Pages as pictures: for those who may see them, drawn once, marked where they must be, counted when they are read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageChops
from werkzeug.test import TestResponse

from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.reading.queries.receipts import list_page_times, list_receipts
from portal.domain.documents.reading.values.receipts import Receipt
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.page_images.drawing import MOST_AHEAD
from portal.platform.resources import resources
from portal.platform.slots import take_slot
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.reading import make_next_version, make_paper, readable_by
from tests.factories.web import sign_in

SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"}


def page_of(browser: FlaskClient, document_id: UUID, number: int = 1, version: int = 1, **headers: str) -> TestResponse:
    address = f"/documents/pages/{document_id}/{version}/{number}"
    return browser.get(address, headers=SAME_SITE | {name.replace("_", "-"): value for name, value in headers.items()})


def seen(response: TestResponse) -> Image.Image:
    assert response.status_code == 200
    with Image.open(io.BytesIO(response.data)) as image:
        return image.convert("RGB")


def receipts_of(world: World, document_id: UUID) -> Sequence[Receipt]:
    with acting_as(world.manager.tenancy):
        return list_receipts(world.manager, document_id)


def kept_keys(world: World, document_id: UUID) -> dict[int, str]:
    with acting_as(world.manager.tenancy):
        rows = db.fetch_all(
            "SELECT page, image_key FROM documents.page_images JOIN documents.versions v ON v.id = version_id"
            " WHERE v.document_id = %(id)s",
            id=document_id,
        )
    return {row.page: row.image_key for row in rows}


def test_a_page_is_a_picture_that_nobody_keeps(world: World, account: UUID, reading: FlaskClient) -> None:
    response = page_of(reading, make_paper(account, world.firm_id))
    assert response.mimetype == "image/webp"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert seen(response).width == 1200


def test_pages_are_drawn_once_and_some_ahead(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id, pages=30)
    first = page_of(reading, paper, 20)
    keys = kept_keys(world, paper)
    assert set(keys) <= set(range(20, 20 + MOST_AHEAD))
    assert 20 in keys
    again = page_of(reading, paper, 20)
    assert again.data == first.data
    assert kept_keys(world, paper) == keys


def test_a_picture_that_was_lost_is_drawn_again(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id, pages=1)
    first = page_of(reading, paper)
    (lost,) = kept_keys(world, paper).values()
    resources().store.delete(lost)
    assert page_of(reading, paper).data == first.data
    (found,) = kept_keys(world, paper).values()
    assert found != lost
    assert resources().store.exists(found)


@pytest.mark.parametrize(("number", "version"), [(0, 1), (4, 1), (1, 2), (10**9, 1), (1, 10**12)])
def test_pages_and_versions_that_are_not_there(
    world: World, account: UUID, reading: FlaskClient, number: int, version: int
) -> None:
    assert page_of(reading, make_paper(account, world.firm_id), number, version).status_code == 404


def test_only_those_it_is_for_see_pages(app: Flask, world: World, account: UUID, staff: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    for person in (world.another_investor, world.foreign_investor, world.foreign_manager):
        assert page_of(sign_in(app.test_client(), person), paper).status_code == 404
    assert page_of(sign_in(app.test_client(), world.administrator), paper).status_code == 403
    assert page_of(app.test_client(), paper).status_code == 303
    assert page_of(staff, paper).status_code == 200


def test_drafts_and_versions_before_or_to_come_are_the_staffs(
    world: World, account: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    draft = make_paper(account, world.firm_id, published=False)
    assert page_of(reading, draft).status_code == 404
    assert page_of(staff, draft).status_code == 200
    paper = make_paper(account, world.firm_id)
    assert page_of(staff, paper).status_code == page_of(reading, paper).status_code == 200
    make_next_version(world.firm_id, paper, published=False)
    assert page_of(reading, paper, version=2).status_code == 404
    assert page_of(staff, paper, version=2).status_code == 200
    make_next_version(world.firm_id, paper)
    assert page_of(reading, paper, version=1).status_code == 404
    assert page_of(reading, paper, version=3).status_code == 200
    assert page_of(staff, paper, version=1).status_code == 200


def test_a_page_that_was_drawn_is_closed_with_its_document(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    assert page_of(reading, paper).status_code == 200
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, paper)
    assert page_of(reading, paper).status_code == 404
    with acting_as(world.investor.tenancy):
        assert db.fetch_all("SELECT 1 FROM documents.page_images") == []


def test_the_database_shows_drawn_pages_to_those_who_may_read(
    world: World, account: UUID, reading: FlaskClient
) -> None:
    page_of(reading, make_paper(account, world.firm_id, pages=1))
    counts = {}
    for person in (world.investor, world.another_investor, world.foreign_investor, world.foreign_manager):
        with acting_as(person.tenancy):
            counts[person] = db.fetch_value("SELECT count(*) FROM documents.page_images")
    assert list(counts.values()) == [1, 0, 0, 0]


def test_what_can_only_be_read_here_bears_the_reader(
    app: Flask, world: World, account: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    plain = seen(page_of(reading, make_paper(account, world.firm_id, pages=1)))
    paper = make_paper(account, world.firm_id, pages=1, view_only=True)
    mine, theirs = seen(page_of(reading, paper)), seen(page_of(staff, paper))
    assert ImageChops.difference(plain, mine).getbbox()
    assert ImageChops.difference(mine, theirs).getbbox()
    (key,) = kept_keys(world, paper).values()
    with Image.open(io.BytesIO(resources().store.get(key))) as kept:
        assert not ImageChops.difference(plain, kept.convert("RGB")).getbbox()


@db.transactional
def set_digest(document_id: UUID, digest: str) -> None:
    """As if this were what was checked."""
    db.execute(
        "UPDATE documents.versions SET digest = %(digest)s WHERE document_id = %(id)s", id=document_id, digest=digest
    )


def test_a_page_that_cannot_be_drawn_says_so_and_is_not_tried_again(
    world: World, account: UUID, reading: FlaskClient
) -> None:
    broken = b"%PDF-1.7\nnothing at all"
    paper = make_paper(account, world.firm_id, pages=1)
    resources().store.put(readable_by(world.investor, paper).file_key, broken, "application/pdf")
    with acting_as(Actor.system(world.firm_id).tenancy):
        set_digest(paper, sha256(broken).hexdigest())
    assert page_of(reading, paper).status_code == 409
    assert kept_keys(world, paper) == {1: None}
    answer = page_of(reading, paper)
    assert "cannot be shown here" in answer.text
    assert not receipts_of(world, paper)


def test_a_file_that_is_lost_or_damaged_shows_no_page(world: World, account: UUID, reading: FlaskClient) -> None:
    damaged, lost = make_paper(account, world.firm_id), make_paper(account, world.firm_id)
    resources().store.put(readable_by(world.investor, damaged).file_key, b"%PDF-1.7 other", "application/pdf")
    resources().store.delete(readable_by(world.investor, lost).file_key)
    assert [page_of(reading, paper).status_code for paper in (damaged, lost)] == [409, 409]
    assert kept_keys(world, lost) == {}


def test_drawing_leaves_other_processes_to_others(world: World, account: UUID, reading: FlaskClient) -> None:
    drawn, waiting = make_paper(account, world.firm_id), make_paper(account, world.firm_id)
    assert page_of(reading, drawn).status_code == 200
    with take_slot(resources().settings.data_dir / "slots", "pages", 1) as taken:
        assert taken
        busy = page_of(reading, waiting)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
        assert page_of(reading, drawn).status_code == 200
    assert page_of(reading, waiting).status_code == 200


def test_reading_is_noted_by_session_and_page(app: Flask, world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    for number in (1, 2, 2):
        page_of(reading, paper, number)
    (receipt,) = receipts_of(world, paper)
    assert (receipt.name, receipt.version, receipt.way, receipt.pages) == (world.investor.name, 1, "viewed", 2)
    assert receipt.times == 1
    assert not receipt.is_staff
    elsewhere = sign_in(app.test_client(), world.investor)
    page_of(elsewhere, paper)
    assert len(receipts_of(world, paper)) == 2


NOT_READING = {
    "a prefetch": {"Sec-Purpose": "prefetch;prerender"},
    "an older prefetch": {"Purpose": "prefetch"},
    "a prefetch of Firefox": {"X-Moz": "prefetch"},
    "a preview": {"User-Agent": "Slackbot-LinkExpanding 1.0"},
    "a preview of a messenger": {"User-Agent": "WhatsApp/2.23 A"},
    "a scanner of mail": {"User-Agent": "Mozilla/5.0 (compatible; Proofpoint URL Defense)"},
    "another site": {"Sec-Fetch-Site": "cross-site"},
}


@pytest.mark.parametrize("name", NOT_READING)
def test_programs_that_look_ahead_are_no_readers(world: World, account: UUID, reading: FlaskClient, name: str) -> None:
    paper = make_paper(account, world.firm_id)
    page_of(reading, paper, **NOT_READING[name])
    assert not receipts_of(world, paper)


def test_asking_for_the_head_alone_is_no_reading(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    assert reading.head(f"/documents/pages/{paper}/1/1").status_code == 200
    assert not receipts_of(world, paper)


def test_time_is_told_and_never_more_than_there_was(world: World, account: UUID, reading: FlaskClient) -> None:
    paper = make_paper(account, world.firm_id)
    page_of(reading, paper)
    told = {"seconds": ["1:9999", "2:50"]}
    assert reading.post(f"/documents/pages/{paper}/1/seconds", data=told).status_code == 204
    (receipt,) = receipts_of(world, paper)
    assert 1 <= receipt.seconds < 60
    version = readable_by(world.investor, paper).version_id
    with acting_as(world.manager.tenancy):
        (time,) = list_page_times(world.manager, version)
    assert (time.page, time.readers) == (1, 1)


@pytest.mark.parametrize("told", ["x", "1:", ":3", "1:-3", "1:2:3", "99999999999:1", "١:٢"])
def test_time_that_is_told_wrongly_is_refused(world: World, account: UUID, reading: FlaskClient, told: str) -> None:
    paper = make_paper(account, world.firm_id)
    assert reading.post(f"/documents/pages/{paper}/1/seconds", data={"seconds": told}).status_code == 422


def test_time_of_a_document_of_another_is_refused(app: Flask, world: World, account: UUID) -> None:
    paper = make_paper(account, world.firm_id)
    stranger = sign_in(app.test_client(), world.another_investor)
    assert stranger.post(f"/documents/pages/{paper}/1/seconds", data={"seconds": "1:3"}).status_code == 404
