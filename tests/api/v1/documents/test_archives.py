"""Several documents in one file, as an app asks for it."""

from __future__ import annotations

import hashlib

from flask.testing import FlaskClient

from portal.domain.documents.library.services.publishing import archive_document
from portal.jobs.drain import drain
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account
from tests.factories.reading import make_paper

ARCHIVES = "/api/v1/documents/archives"


def test_it_is_asked_for_and_downloaded(client: FlaskClient, world: World) -> None:
    account = make_account(world.firm_id, "Lane", world.investor)
    paper, closed = make_paper(account, world.firm_id), make_paper(account, world.firm_id, view_only=True)
    mine = bearer(world.investor)
    asked = client.post(ARCHIVES, json={"documents": [str(paper), str(closed)]}, headers=mine)
    assert (asked.status_code, asked.json["state"], asked.json["documents"]) == (201, "collecting", 2)
    address = f"{ARCHIVES}/{asked.json['id']}"
    early = client.get(f"{address}/download", headers=mine)
    assert (early.status_code, early.json["type"]) == (409, "urn:problem-type:archive_gone")
    drain()
    opened = client.get(address, headers=mine).json
    assert {each["document_id"]: each["left_out"] for each in opened["items"]} == {
        str(paper): None,
        str(closed): "view_only",
    }
    (item,) = client.get(ARCHIVES, headers=mine).json["items"]
    assert opened["archive"] == item
    content = client.get(client.get(item["download"], headers=mine).location).data
    assert (len(content), hashlib.sha256(content).hexdigest()) == (item["size"], item["sha256"])
    for other in (world.another_investor, world.manager, world.foreign_investor):
        theirs = bearer(other)
        assert client.get(item["download"], headers=theirs).status_code == 404
        assert client.get(address, headers=theirs).status_code == 404
        assert client.get(ARCHIVES, headers=theirs).json["items"] == []
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, paper)
    refused = client.get(item["download"], headers=mine)
    assert (refused.status_code, refused.json["type"]) == (409, "urn:problem-type:archive_outdated")


def test_what_is_not_theirs_is_not_there(client: FlaskClient, world: World) -> None:
    theirs = make_paper(make_account(world.firm_id, "Ortiz", world.another_investor), world.firm_id)
    for document_id in (theirs, new_id()):
        refused = client.post(ARCHIVES, json={"documents": [str(document_id)]}, headers=bearer(world.investor))
        assert refused.status_code == 404
    assert client.post(ARCHIVES, json={"documents": []}, headers=bearer(world.investor)).status_code == 422
