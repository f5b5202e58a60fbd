"""Documents over the API: those of the pages, and nobody else's."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.values.documents import Audience, DocumentType
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.documents import PAPER, make_document
from tests.factories.investments import make_account

DOCUMENTS = "/api/v1/documents"


@pytest.fixture
def papers(app: Flask, world: World) -> dict[str, UUID]:
    """A letter to everybody, a form and a draft of the investor, an agreement of another's."""
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    theirs = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    of_account = {"audience": Audience.ACCOUNT, "account_id": account}
    return {
        "letter": make_document(world.firm_id, "Letter to investors", period="2026-Q3", tags=("final",)),
        "form": make_document(world.firm_id, "Schedule K-1", type=DocumentType.TAX_FORM, period="2025", **of_account),  # type: ignore[arg-type]  # what DocumentDetails takes
        "theirs": make_document(world.firm_id, "Agreement", audience=Audience.ACCOUNT, account_id=theirs),
        "draft": make_document(world.firm_id, "Unsaid", published=False, **of_account),  # type: ignore[arg-type]  # what DocumentDetails takes
    }


def test_a_list_comes_in_pages_newest_first(client: FlaskClient, world: World, papers: dict[str, UUID]) -> None:
    mine = bearer(world.investor)
    first = client.get(DOCUMENTS, query_string={"limit": "1"}, headers=mine).json
    assert [each["title"] for each in first["items"]] == ["Schedule K-1"]
    assert first["items"][0] | {"at": ""} == {
        "id": str(papers["form"]), "title": "Schedule K-1", "type": "tax_form", "period": "2025", "state": "published",
        "account": "Lane Family Trust", "account_id": first["items"][0]["account_id"], "vehicle": None,
        "vehicle_id": None, "at": "", "view_only": False, "must_acknowledge": False, "tags": [], "version": 1,
        "kind": "pdf", "size": len(PAPER), "pages": 1,
    }  # fmt: skip
    second = client.get(DOCUMENTS, query_string={"limit": "1", "cursor": first["next"]}, headers=mine).json
    assert [each["title"] for each in second["items"]] == ["Letter to investors"]
    assert second["next"] is None
    assert client.get(DOCUMENTS, query_string={"cursor": "none"}, headers=mine).status_code == 404


@pytest.mark.parametrize(
    ("narrowed", "titles"),
    [
        ({"type": "tax_form"}, ["Schedule K-1"]),
        ({"period": "2026"}, ["Letter to investors"]),
        ({"tag": "final"}, ["Letter to investors"]),
        ({"q": "lane sched"}, ["Schedule K-1"]),
        ({"account": str(uuid4())}, []),
        ({"q": "unsaid"}, []),
    ],
)
def test_a_list_narrows(
    client: FlaskClient, world: World, papers: dict[str, UUID], narrowed: dict[str, str], titles: list[str]
) -> None:
    found = client.get(DOCUMENTS, query_string=narrowed, headers=bearer(world.investor)).json
    assert [each["title"] for each in found["items"]] == titles


def test_a_document_has_the_version_in_force(client: FlaskClient, world: World, papers: dict[str, UUID]) -> None:
    answer = client.get(f"{DOCUMENTS}/{papers['form']}", headers=bearer(world.investor))
    (version,) = answer.json["versions"]
    assert (version["number"], version["state"], version["name"]) == (1, "released", "paper.pdf")
    headers = bearer(world.investor) | {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"{DOCUMENTS}/{papers['form']}", headers=headers).status_code == 304


def test_what_is_not_theirs_is_not_there(client: FlaskClient, world: World, papers: dict[str, UUID]) -> None:
    for name in ("theirs", "draft"):
        assert client.get(f"{DOCUMENTS}/{papers[name]}", headers=bearer(world.investor)).status_code == 404
    assert client.get(f"{DOCUMENTS}/{papers['draft']}", headers=bearer(world.associate)).json["state"] == "draft"
    assert client.get(DOCUMENTS, headers=bearer(world.administrator)).status_code == 403
    assert client.get(DOCUMENTS, headers=bearer(world.foreign_investor)).json["items"] == []
