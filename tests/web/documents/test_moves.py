"""Moving a document to another folder."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.values.folders import FolderKind
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document, make_folder
from tests.factories.investments import make_account, make_vehicle
from tests.factories.web import sign_in


def test_one_walks_to_the_folder_and_puts_it_there(client: FlaskClient, world: World) -> None:
    paper = make_document(world.firm_id, "Term sheet")
    vehicle = make_vehicle(world.firm_id, "Fund I")
    account = make_account(world.firm_id, "Fundamental Trust", world.investor)
    target = make_folder(world.firm_id, FolderKind.VEHICLE, vehicle)
    sign_in(client, world.associate)
    place = f"/documents/moves/{paper}"
    assert "Move it here" not in client.get(place).text
    found = client.get(f"{place}?search=fund").text
    assert "Fund I" in found
    assert "Fundamental Trust" in found
    assert "There is no vehicle" in client.get(f"{place}?search=none").text
    assert "Move it here" in client.get(f"{place}?folder={target}").text
    assert client.post(place, data={"folder": str(target)}).status_code == 303
    with acting_as(world.investor.tenancy):
        assert get_document(world.investor, paper).summary.title == "Term sheet"
    with acting_as(world.manager.tenancy):
        assert get_document(world.manager, paper).summary.folder_id == target
    assert account


def test_what_is_no_folder_of_the_firm_takes_nothing(client: FlaskClient, world: World) -> None:
    paper = make_document(world.firm_id, "Term sheet")
    foreign = make_folder(world.other_firm_id)
    sign_in(client, world.associate)
    assert client.post(f"/documents/moves/{paper}", data={"folder": str(foreign)}).status_code == 404
    assert client.post(f"/documents/moves/{paper}", data={}).status_code == 404
    assert client.get(f"/documents/moves/{paper}?folder={foreign}").status_code == 404
    sign_in(client, world.auditor)
    assert client.get(f"/documents/moves/{paper}").status_code == 403
