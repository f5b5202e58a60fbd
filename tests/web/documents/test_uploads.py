"""Uploading documents: many at once, checked, filed with what was said of them."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.values.documents import (
    Audience,
    DocumentFilter,
    DocumentState,
    DocumentSummary,
    DocumentType,
)
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_folder
from tests.factories.investments import make_account, make_vehicle
from tests.factories.uploads import paper, sent
from tests.factories.web import sign_in


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def folder(world: World, account: UUID) -> UUID:
    return make_folder(world.firm_id, FolderKind.ACCOUNT, account)


def filed(actor: Actor) -> dict[str, DocumentSummary]:
    with acting_as(actor.tenancy):
        return {each.title: each for each in list_documents(actor, DocumentFilter())}


def test_the_form_knows_what_its_folder_is_of(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.associate)
    form = client.get(f"/documents/uploads/new?folder={folder}").text
    assert 'value="Lane Family Trust"' in form
    assert '<option selected value="account">' in form
    assert "Publish once it is checked" not in form, "an associate prepares"
    vehicle = make_vehicle(world.firm_id, "Fund I")
    of_fund = make_folder(world.firm_id, FolderKind.VEHICLE, vehicle)
    assert 'value="Fund I"' in client.get(f"/documents/uploads/new?folder={of_fund}").text
    assert client.get("/documents/uploads/new").status_code == 200
    assert client.get("/documents/uploads/new?folder=none").status_code == 404


def test_many_files_become_documents_with_the_same_details(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.associate)
    data = sent(
        ("Side_letter 2026.pdf", paper("A letter")),
        ("figures.csv", b"quarter,nav\n2026-Q1,100\n"),
        type="agreement",
        audience="account",
        account="lane family trust",
        period="2026-q1",
        tags="legal, side letter",
        expires_on="2030-12-31",
        view_only="y",
    )
    shown = client.post(f"/documents/uploads?folder={folder}", data=data, follow_redirects=True)
    assert "2 files are being checked" in shown.text
    assert shown.text.count("Being checked") == 2
    assert "every 2s" in shown.text
    assert drain() == 6, "two checks, whom their texts name, and what lay in quarantine is thrown away"
    assert "Being checked" not in client.get(f"/documents/folders/{folder}/_documents").text
    documents = filed(world.associate)
    assert documents.keys() == {"Side letter 2026", "figures"}
    letter = documents["Side letter 2026"]
    assert (letter.type, letter.audience, letter.state) == (
        DocumentType.AGREEMENT,
        Audience.ACCOUNT,
        DocumentState.DRAFT,
    )
    assert (letter.account, letter.period, letter.tags) == ("Lane Family Trust", "2026-Q1", ("legal", "side letter"))
    assert (letter.kind, letter.pages, letter.view_only) == ("pdf", 1, True)
    assert filed(world.investor) == {}


def test_what_is_published_once_checked_is_seen_only_then(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.manager)
    data = sent(("Report.pdf", paper()), audience="account", account="Lane Family Trust", release="checked", tell="y")
    client.post(f"/documents/uploads?folder={folder}", data=data)
    assert filed(world.manager)["Report"].state is DocumentState.SCHEDULED
    assert filed(world.investor) == {}
    drain()
    assert filed(world.investor).keys() == {"Report"}
    with acting_as(world.manager.tenancy):
        found = get_document(world.manager, filed(world.manager)["Report"].id)
    assert found.published_at is not None


def test_a_refused_file_says_why_and_is_not_published(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.manager)
    data = sent(("Report.pdf", b"MZ not a PDF at all"), release="checked")
    client.post(f"/documents/uploads?folder={folder}", data=data)
    drain()
    shown = client.get(f"/documents/folders/{folder}").text
    assert "Refused" in shown
    assert "cell-problem" in shown
    report = filed(world.manager)["Report"]
    assert report.state is DocumentState.DRAFT
    page = client.get(f"/documents/handling/{report.id}").text
    assert "It was not published at its moment" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"account": "Nobody LLC", "audience": "account"}, "There is no account of this name"),
        ({"vehicle": "No Fund", "audience": "vehicle"}, "There is no vehicle of this name"),
        ({"audience": "account"}, "Choose the account it is for"),
        ({"period": "soon"}, "Write a year"),
        ({"tags": "<b>"}, "At most 20 tags"),
        ({"release": "later"}, "Choose the day and the time"),
        ({"release": "checked", "audience": "staff"}, "for staff only"),
        ({"release": "sometime"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_it_and_nothing_is_kept(
    client: FlaskClient, world: World, folder: UUID, fields: dict[str, str], words: str
) -> None:
    sign_in(client, world.manager)
    refused = client.post(f"/documents/uploads?folder={folder}", data=sent(("a.pdf", paper()), **fields))
    assert refused.status_code == 422
    assert words in refused.text
    assert filed(world.manager) == {}
    assert drain() == 0


def test_no_file_is_no_upload(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.manager)
    refused = client.post(f"/documents/uploads?folder={folder}", data=sent())
    assert refused.status_code == 422
    assert "Choose at least one file" in refused.text


def test_a_full_library_takes_nothing_and_leaves_nothing_behind(
    client: FlaskClient, world: World, folder: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(resources().settings), "documents_quota", 100)
    kept: list[str] = []
    put = resources().store.put_unjudged
    monkeypatch.setattr(resources().store, "put_unjudged", lambda *given: (kept.append(given[0]), put(*given))[1])
    sign_in(client, world.manager)
    refused = client.post(f"/documents/uploads?folder={folder}", data=sent(("a.csv", b"a"), ("b.pdf", paper())))
    assert refused.status_code == 422
    assert "no room for this file" in refused.text
    assert filed(world.manager) == {}
    assert len(kept) == 2
    assert not any(resources().store.exists(key) for key in kept)


def test_an_associate_cannot_publish_by_uploading(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.associate)
    refused = client.post(f"/documents/uploads?folder={folder}", data=sent(("a.pdf", paper()), release="checked"))
    assert refused.status_code == 422
    assert filed(world.associate) == {}


def test_investors_do_not_come_here(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.investor)
    assert client.get("/documents/uploads/new").status_code == 403
    assert client.post(f"/documents/uploads?folder={folder}", data=sent(("a.pdf", paper()))).status_code == 403


def test_a_folder_of_another_firm_is_no_place_for_files(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.foreign_manager)
    assert client.get(f"/documents/uploads/new?folder={folder}").status_code == 404
    assert client.post(f"/documents/uploads?folder={folder}", data=sent(("a.pdf", paper()))).status_code == 404
    assert filed(world.manager) == {}


def test_what_names_another_investor_is_stopped_and_leads_to_the_place(
    client: FlaskClient, world: World, folder: UUID
) -> None:
    make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    sign_in(client, world.manager)
    content = paper("These are the terms that Ortiz Holdings has.")
    data = sent(
        ("Terms.pdf", content), type="notice", audience="account", account="Lane Family Trust", release="checked"
    )
    client.post(f"/documents/uploads?folder={folder}", data=data)
    drain()
    stopped = filed(world.manager)["Terms"]
    assert stopped.state is DocumentState.DRAFT
    shown = client.get(f"/documents/handling/{stopped.id}").text
    assert "It was not published at its moment" in shown
    assert f'href="/documents/recipients/{stopped.id}"' in shown
    assert ">refused</span>" in shown
    assert "Nobody signed in" not in shown, "the portal itself did not publish it"
    assert "Ortiz Holdings" in client.get(f"/documents/recipients/{stopped.id}").text
