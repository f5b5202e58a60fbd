"""Filing documents over the API: as the page does, with its checks and its refusals."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from portal.domain.documents.library.services.uploads import PART
from portal.domain.documents.library.values.documents import Audience
from portal.jobs.drain import drain
from portal.platform.db import fetch_value
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import Headers, bearer
from tests.factories.documents import make_document
from tests.factories.investments import make_account
from tests.factories.uploads import paper

DOCUMENTS = "/api/v1/documents"
UPLOADS = f"{DOCUMENTS}/uploads"
FORM = "multipart/form-data"
KEY = "7a0f2c6e-8a35-4c0c-9d4a-6a2a2b7f0001"


@pytest.fixture
def desk(client: FlaskClient, world: World) -> Headers:
    """An app of the firm's associate, who files and does not publish."""
    return bearer(world.associate)


def sent(content: bytes = b"", name: str = "Side_letter.pdf", **fields: str) -> dict[str, Any]:
    """A form with a file."""
    return {"data": {"file": (io.BytesIO(content or paper()), name), **fields}, "content_type": FORM}


def test_a_document_is_filed_checked_and_told_of(client: FlaskClient, world: World, desk: Headers) -> None:
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    fields = {"type": "agreement", "audience": "account", "account": str(account), "period": "2026-q3"}
    answer = client.post(DOCUMENTS, headers=desk, **sent(**fields, tags="side letter", expires_on="2030-12-31"))
    assert (answer.status_code, answer.json["state"], answer.json["version"]) == (202, "received", 1)
    there = client.get(answer.headers["Location"], headers=desk).json
    assert (there["title"], there["period"], there["tags"], there["expires_at"]) == (
        "Side letter",
        "2026-Q3",
        ["side letter"],
        "2031-01-01T00:00:00+00:00",
    )
    assert "being checked" in there["versions"][0]["message"]
    drain()
    there = client.get(answer.headers["Location"], headers=desk).json
    assert (there["state"], there["versions"][0]["state"], there["pages"]) == ("draft", "released", 1)
    assert "passed" in there["versions"][0]["message"]
    assert client.get(answer.headers["Location"], headers=bearer(world.investor)).status_code == 404
    with acting_as(world.associate.tenancy):
        folder = "SELECT f.subject_id FROM documents.folders f JOIN documents.documents d ON d.folder_id = f.id"
        assert fetch_value(f"{folder} WHERE d.id = %(id)s", id=answer.json["id"]) == account


def test_what_does_not_pass_says_why(client: FlaskClient, desk: Headers) -> None:
    answer = client.post(DOCUMENTS, headers=desk, **sent(b"no paper at all"))
    drain()
    (version,) = client.get(answer.headers["Location"], headers=desk).json["versions"]
    assert version["state"] == "refused"
    assert version["message"] == version["refusal"] != ""


def test_only_who_files_and_publishes_may(client: FlaskClient, world: World, desk: Headers) -> None:
    for person in (world.investor, world.auditor):
        assert client.post(DOCUMENTS, headers=bearer(person), **sent()).status_code == 403
        assert client.post(UPLOADS, json={"name": "a.pdf", "size": 9}, headers=bearer(person)).status_code == 403
    make_account(world.firm_id, "Lane Family Trust", world.investor)
    assert client.post(DOCUMENTS, headers=desk, **sent(audience="firm", publish="true")).status_code == 403
    published = client.post(DOCUMENTS, headers=bearer(world.manager), **sent(audience="firm", publish="true"))
    drain()
    assert client.get(published.headers["Location"], headers=bearer(world.investor)).json["state"] == "published"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"audience": "account"}, "account_id"),
        ({"audience": "account", "account": str(uuid4())}, "account_id"),
        ({"audience": "vehicle", "vehicle": str(uuid4())}, "vehicle_id"),
        ({"audience": "room"}, "audience"),
        ({"period": "soon"}, "period"),
        ({"type": "poem"}, "type"),
        ({"publish_at": "2030-01-01T09:00:00Z"}, "publish_at"),
        ({"publish": "true", "publish_at": "2030-01-01 09:00"}, "publish_at"),
        ({"upload": str(uuid4())}, "file"),
        ({"titel": "Mistyped"}, "titel"),
    ],
)
def test_what_is_wrong_is_said_by_field(client: FlaskClient, world: World, fields: dict[str, str], wrong: str) -> None:
    refused = client.post(DOCUMENTS, headers=bearer(world.manager), **sent(**fields))
    assert (refused.status_code, [each["field"] for each in refused.json["errors"]]) == (422, [wrong])


def test_another_firm_s_account_is_as_good_as_none(client: FlaskClient, world: World, desk: Headers) -> None:
    foreign = make_account(world.other_firm_id, "Foreign Trust", world.foreign_investor)
    answers = [
        client.post(DOCUMENTS, headers=desk, **sent(audience="account", account=str(each)))
        for each in (foreign, uuid4())
    ]
    assert [each.status_code for each in answers] == [422, 422]
    assert answers[0].json["errors"] == answers[1].json["errors"]
    folder = client.post(DOCUMENTS, headers=desk, **sent(folder=str(uuid4())))
    assert folder.status_code == 404


def test_the_same_form_is_filed_once_whatever_parts_it(client: FlaskClient, world: World, desk: Headers) -> None:
    keyed = {**desk, "Idempotency-Key": KEY}
    content = paper("Once")
    first, again = (client.post(DOCUMENTS, headers=keyed, **sent(content)) for _ in range(2))
    assert first.json == again.json
    assert first.headers["Location"] == again.headers["Location"]
    other = client.post(DOCUMENTS, headers=keyed, **sent(paper("Twice")))
    assert (other.status_code, other.json["type"]) == (422, "urn:problem-type:key_used")


def test_a_large_file_comes_in_parts_and_goes_on(client: FlaskClient, world: World, desk: Headers) -> None:
    first, rest = bytes(PART), b"the rest of it"
    begun = client.post(UPLOADS, json={"name": "Long.pdf", "size": PART + len(rest)}, headers=desk)
    address = f"{UPLOADS}/{begun.json['id']}"
    assert (begun.status_code, begun.json["offset"], begun.json["part"]) == (201, 0, PART)
    octets = {**desk, "Content-Type": "application/octet-stream"}
    gap = client.put(f"{address}?offset={PART}", data=rest, headers=octets)
    assert (gap.status_code, gap.json["type"]) == (409, "urn:problem-type:wrong_offset")
    for _ in range(2):  # the answer to the first was lost
        assert client.put(f"{address}?offset=0", data=first, headers=octets).json["offset"] == PART
    whole = {"data": {"upload": begun.json["id"]}, "content_type": FORM, "headers": desk}
    assert client.post(DOCUMENTS, **whole).status_code == 404
    there = client.get(address, headers=desk).json["offset"]
    assert client.put(f"{address}?offset={there}", data=rest, headers=octets).json["finished"] is True
    assert client.get(address, headers=bearer(world.manager)).status_code == 404
    filed = client.post(DOCUMENTS, **whole)
    assert filed.status_code == 202
    assert client.get(filed.headers["Location"], headers=desk).json["title"] == "Long"
    assert client.get(address, headers=desk).status_code == 404
    assert client.post(DOCUMENTS, **whole).status_code == 404


def test_what_is_under_way_is_thrown_away(client: FlaskClient, world: World, desk: Headers) -> None:
    begun = client.post(UPLOADS, json={"name": "Long.pdf", "size": 10}, headers=desk).json
    address = f"{UPLOADS}/{begun['id']}"
    assert client.delete(address, headers=bearer(world.manager)).status_code == 404
    assert client.delete(address, headers=desk).status_code == 204
    assert client.get(address, headers=desk).status_code == 404


def test_a_further_version_says_who_changed_what(client: FlaskClient, world: World, desk: Headers) -> None:
    make_account(world.firm_id, "Lane Family Trust", world.investor)
    document = make_document(world.firm_id, "Terms")
    versions = f"{DOCUMENTS}/{document}/versions"
    added = client.post(versions, headers=desk, **sent(note="Clause 4 is new"))
    assert (added.status_code, added.json["version"]) == (202, 2)
    drain()
    latest, first = client.get(versions, headers=desk).json["items"]
    assert (latest["number"], latest["note"], latest["in_force"]) == (2, "Clause 4 is new", False)
    assert latest["uploaded_by"] == world.associate.name
    assert (first["in_force"], first["uploaded_by"]) == (True, None)
    mine = bearer(world.investor)
    assert [each["number"] for each in client.get(f"{DOCUMENTS}/{document}", headers=mine).json["versions"]] == [1]
    assert client.get(versions, headers=mine).status_code == 403


def test_a_version_of_what_is_not_theirs_is_of_nothing(client: FlaskClient, world: World, desk: Headers) -> None:
    foreign = make_document(world.other_firm_id, "Elsewhere", audience=Audience.FIRM)
    for document in (foreign, uuid4()):
        assert client.post(f"{DOCUMENTS}/{document}/versions", headers=desk, **sent()).status_code == 404


def test_json_is_no_form(client: FlaskClient, desk: Headers) -> None:
    assert client.post(DOCUMENTS, json={}, headers=desk).status_code == 415
