"""Who read what: by reader and document, and page by page as a file."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom
from tests.factories.web import sign_in

READ = """
INSERT INTO documents.reads (id, firm_id, document_id, version_id, user_id, session_id, way)
SELECT %(id)s, v.firm_id, v.document_id, v.id, %(user)s, %(id)s, %(way)s FROM documents.versions v
WHERE v.document_id = %(document)s
"""
PAGE = """
INSERT INTO documents.page_views (read_id, page, firm_id, times, seconds)
SELECT id, %(page)s, firm_id, 2, %(seconds)s FROM documents.reads WHERE id = %(id)s
"""


def read(person: Actor, document_id: UUID, way: str = "viewed", **pages: int) -> None:
    """Have somebody read a document, with the seconds for each page (p1=20)."""

    @db.transactional
    def write() -> None:
        read_id = new_id()
        db.execute(READ, id=read_id, user=person.user_id, document=document_id, way=way)
        for page, seconds in pages.items():
            db.execute(PAGE, id=read_id, page=int(page[1:]), seconds=seconds)

    with acting_as(Actor.system(person.firm_id).tenancy):
        write()


def test_who_read_what_and_how_long(client: FlaskClient, world: World, room: MadeRoom, everybody: UUID) -> None:
    paper = room.file("Model", room.make_folder("Financials"))
    browser, here = sign_in(client, world.manager), f"/documents/room-activity/{room.id}"
    assert "Nobody has read anything yet" in browser.get(here).text
    room.let_in(world.investor, everybody)
    read(world.investor, paper, p1=20, p2=5)
    read(world.investor, paper, "downloaded")
    read(world.manager, paper, p1=900)
    shown = browser.get(here).text
    assert "1.1 Model" in shown
    assert ">25<" in shown
    assert ">yes<" in shown
    assert ">900<" not in shown
    lines = browser.get(f"{here}/export.csv").text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "reader,number,document,version,page,times,seconds,last_at"
    assert [line.rpartition(",")[0] for line in lines[1:]] == [
        f"{world.investor.name},1.1,Model,1,1,2,20",
        f"{world.investor.name},1.1,Model,1,2,2,5",
    ]


def test_it_is_for_the_staff_of_the_firm(client: FlaskClient, world: World, room: MadeRoom) -> None:
    for person, status in ((world.investor, 403), (world.foreign_manager, 404), (world.auditor, 200)):
        browser = sign_in(client, person)
        assert browser.get(f"/documents/room-activity/{room.id}").status_code == status
