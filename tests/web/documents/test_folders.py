"""Folders: each vehicle and account has one, staff make more, and lists of what lies in them."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.services.folders import create_folder
from portal.domain.documents.library.services.keeping import delete_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.folders import FolderKind
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document, make_folder, make_release
from tests.factories.investments import make_account, make_vehicle
from tests.factories.web import sign_in


@pytest.fixture
def folder(app: Flask, world: World) -> UUID:
    """That of the firm."""
    return make_folder(world.firm_id)


def file(world: World, folder: UUID, title: str, type_: DocumentType = DocumentType.REPORT, **more: object) -> UUID:
    with acting_as(world.manager.tenancy):
        details = DocumentDetails(title, type_, Audience.FIRM, **more)  # type: ignore[arg-type]  # what it takes
        return file_release(world.manager, folder, details, make_release())


def test_vehicles_and_accounts_have_their_folders(client: FlaskClient, world: World, folder: UUID) -> None:
    make_vehicle(world.firm_id, "Fund I")
    make_account(world.firm_id, "Lane Family Trust")
    make_account(world.firm_id, "Ortiz Holdings")
    make_account(world.other_firm_id, "Foreign Trust")
    sign_in(client, world.associate)
    assert "Fund I" in client.get("/documents/folders").text
    accounts = client.get("/documents/folders?kind=account").text
    assert "Lane Family Trust" in accounts
    assert "Foreign Trust" not in accounts
    found = client.get("/documents/folders?kind=account&search=ortiz").text
    assert "Ortiz Holdings" in found
    assert "Lane Family Trust" not in found
    assert "No folder of this name" in client.get("/documents/folders?search=none").text
    assert client.get("/documents/folders?kind=room").status_code == 404
    assert client.get("/documents/folders?cursor=rubbish").status_code == 422


def test_many_accounts_are_paged(client: FlaskClient, world: World) -> None:
    for number in range(53):
        make_account(world.firm_id, f"Account {number:02}")
    sign_in(client, world.associate)
    first = client.get("/documents/folders?kind=account").text
    assert "Account 49" in first
    assert "Account 50" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Account 52" in client.get(following).text


def test_the_list_is_narrowed_paged_and_taken_away(client: FlaskClient, world: World, folder: UUID) -> None:
    file(world, folder, "Operating agreement", DocumentType.AGREEMENT, period="2026", tags=("legal",))
    file(world, folder, "Quarterly letter", period="2025-Q3")
    gone = file(world, folder, "Thrown away")
    with acting_as(world.manager.tenancy):
        delete_document(world.manager, gone)
    sign_in(client, world.manager)
    place = f"/documents/folders/{folder}"
    for query, seen, hidden in (
        ("", "Quarterly letter", "Thrown away"),
        ("?type=agreement", "Operating agreement", "Quarterly letter"),
        ("?q=quart", "Quarterly letter", "Operating agreement"),
        ("?period=2026", "Operating agreement", "Quarterly letter"),
        ("?tag=legal", "Operating agreement", "Quarterly letter"),
        ("?state=deleted", "Thrown away", "Quarterly letter"),
    ):
        shown = client.get(place + query).text
        assert seen in shown, query
        assert hidden not in shown, query
    assert "No document fits" in client.get(f"{place}?q=nothing").text
    table = client.get(f"{place}/export.csv?type=agreement").text
    assert "Operating agreement" in table
    assert "Quarterly letter" not in table
    assert client.get(f"{place}/export.pdf").status_code == 404


def test_a_long_folder_goes_on_on_the_next_page(client: FlaskClient, world: World, folder: UUID) -> None:
    for number in range(52):
        file(world, folder, f"Letter {number:02}")
    sign_in(client, world.associate)
    first = client.get(f"/documents/folders/{folder}").text
    assert "Letter 51" in first
    assert "Letter 01" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    assert "Letter 01" in second
    assert "Letter 51" not in second


def test_an_empty_folder_says_what_to_do(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.associate)
    assert "Upload files, many at once" in client.get(f"/documents/folders/{folder}").text
    sign_in(client, world.auditor)
    shown = client.get(f"/documents/folders/{folder}").text
    assert "Nothing lies here yet" in shown
    assert "/documents/uploads/new" not in shown


def test_staff_make_rename_and_delete_folders(client: FlaskClient, world: World, folder: UUID) -> None:
    sign_in(client, world.associate)
    place = f"/documents/folders/{folder}"
    made = client.post(f"{place}/new", data={"name": "Audits"})
    assert made.status_code == 303
    again = client.post(f"{place}/new", data={"name": "audits "})
    assert again.status_code == 422
    assert "folder of this name here already" in again.text
    assert client.post(f"{place}/new", data={"name": ""}).status_code == 422
    inner = made.location
    assert "Audits" in client.get(place).text
    assert client.post(f"{inner}/rename", data={"name": "Audit reports"}).status_code == 303
    assert "Audit reports" in client.get(inner).text
    file(world, UUID(inner.rsplit("/", 1)[1]), "A paper")
    kept = client.post(f"{inner}/delete", follow_redirects=True)
    assert "The folder is not empty" in kept.text
    refused = client.post(f"{place}/rename", data={"name": "Other"})
    assert refused.status_code == 422
    assert "called as what it is of" in refused.text
    empty = client.post(f"{place}/new", data={"name": "Empty"}).location
    assert client.get(f"{empty}/rename").status_code == 200
    assert client.post(f"{empty}/delete").location == place


def test_folders_are_the_staffs_alone(client: FlaskClient, world: World, folder: UUID) -> None:
    for person, status in (
        (world.investor, 403),
        (world.administrator, 403),
        (world.foreign_manager, 404),
        (world.auditor, 200),
    ):
        sign_in(client, person)
        assert client.get(f"/documents/folders/{folder}").status_code == status, person.name
        assert client.get(f"/documents/folders/{folder}/_documents").status_code == status, person.name
    sign_in(client, world.auditor)
    assert client.post(f"/documents/folders/{folder}/new", data={"name": "Mine"}).status_code == 403


def test_a_list_asks_no_more_for_more_documents(
    client: FlaskClient, world: World, folder: UUID, count_statements: object
) -> None:
    sign_in(client, world.manager)
    counts = []
    for _ in range(2):
        for number in range(5):
            make_document(world.firm_id, f"Letter {number}")
        client.get(f"/documents/folders/{folder}")
        with count_statements() as statements:  # type: ignore[operator]  # a fixture that counts
            client.get(f"/documents/folders/{folder}")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_folders_inside_vehicles(client: FlaskClient, world: World) -> None:
    vehicle = make_vehicle(world.firm_id, "Fund I")
    root = make_folder(world.firm_id, FolderKind.VEHICLE, vehicle)
    with acting_as(world.manager.tenancy):
        inner = create_folder(world.manager, root, "Closing papers")
    sign_in(client, world.manager)
    shown = client.get(f"/documents/folders/{inner}").text
    assert f'href="/documents/folders/{root}">Fund I' in shown
