"""The record as auditors read it, and the history at the foot of a thing's page."""

from __future__ import annotations

import csv
import io
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.vehicles.services import create_vehicle
from portal.domain.investments.vehicles.values import VehicleDescription
from portal.platform import db
from portal.platform.errors import Forbidden
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.web import sign_in

RECORD = "/operations/audit"


def _vehicle(actor: Actor, name: str = "Larkspur Row LP") -> UUID:
    with acting_as(actor.tenancy):
        return create_vehicle(actor, VehicleDescription(name, "USD"))


def _events(firm_id: UUID, act: str) -> list[db.AnyRow]:
    with acting_as(Actor.system(firm_id).tenancy):
        return list(
            db.fetch_all(
                "SELECT * FROM identity.audit_events WHERE act = %(act)s AND firm_id = %(firm)s ORDER BY id DESC",
                act=act,
                firm=firm_id,
            )
        )


def test_an_act_is_listed_with_its_person_and_thing_and_opens(client: FlaskClient, world: World) -> None:
    vehicle_id = _vehicle(world.associate)
    sign_in(client, world.auditor)
    shown = client.get(RECORD).text
    assert "Set a vehicle up" in shown
    assert "Vehicle Larkspur Row LP" in shown
    assert world.associate.name in shown
    (event,) = _events(world.firm_id, "vehicle.create")[:1]
    opened = client.get(f"{RECORD}/{event.id}").text
    assert f"/investments/vehicles/{vehicle_id}" in opened
    assert "Not sealed yet" in opened


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("act=vehicle.create", "Set a vehicle up", ">Signed in<"),
        ("resource=vehicle", "Set a vehicle up", ">Signed in<"),
        ("person=associate@example.com", "Set a vehicle up", ">Signed in<"),
        ("person=nobody-at-all", "No act fits", "Set a vehicle up</a>"),
        ("result=refused&act=vehicle.create", "No act fits", "Set a vehicle up</a>"),
        ("from=2000-01-01&to=2000-01-02", "No act fits", "Set a vehicle up</a>"),
        ("from=2000-01-01", ">Signed in<", "No act fits"),
    ],
)
def test_filters_narrow(client: FlaskClient, world: World, query: str, there: str, missing: str) -> None:
    _vehicle(world.associate)
    sign_in(client, world.auditor)
    client.get("/")
    shown = client.get(f"{RECORD}?{query}").text
    assert there in shown
    assert f'href="/operations/audit/{missing}' not in shown
    table = shown.partition("<tbody>")[2]
    assert missing not in table


def test_a_day_that_is_none_is_told(client: FlaskClient, world: World) -> None:
    sign_in(client, world.auditor)
    refused = client.get(f"{RECORD}?from=yesterday")
    assert refused.status_code == 422
    assert "is not a date" in refused.text
    assert client.get(f"{RECORD}/export.csv?to=9999-12-31").status_code == 422


def test_pages_follow_by_their_place(client: FlaskClient, world: World) -> None:
    with acting_as(world.associate.tenancy):
        for number in range(60):
            record_act(world.associate.user_id, "vehicle.change", f"vehicle:{number}")
    sign_in(client, world.auditor)
    first = client.get(f"{RECORD}?act=vehicle.change").text
    assert first.count('class="row-link"') == 50
    address = first.partition("cursor=")[2].partition('"')[0]
    assert client.get(f"{RECORD}?act=vehicle.change&cursor={address}").text.count('class="row-link"') == 10


def test_exports_hold_what_fits_and_are_recorded(client: FlaskClient, world: World) -> None:
    vehicle_id = _vehicle(world.associate, "=1+1")
    sign_in(client, world.auditor)
    text = client.get(f"{RECORD}/export.csv?act=vehicle.create").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert rows[0]["resource"] == f"vehicle:{vehicle_id}"
    assert rows[0]["thing"] == "'=1+1"
    assert {row["act"] for row in rows} == {"vehicle.create"}
    book = load_workbook(io.BytesIO(client.get(f"{RECORD}/export.xlsx?act=vehicle.create").data))
    assert book.active is not None
    assert book.active["J2"].value == f"vehicle:{vehicle_id}"
    assert client.get(f"{RECORD}/export.pdf").status_code == 404
    exports = _events(world.firm_id, "data.export")
    assert [row.resource for row in exports[:2]] == ["list:audit", "list:audit"]


def test_others_may_not_and_another_firm_sees_its_own(client: FlaskClient, world: World) -> None:
    _vehicle(world.associate)
    (event,) = _events(world.firm_id, "vehicle.create")[:1]
    for person in (world.associate, world.manager, world.investor):
        sign_in(client, person)
        for address in (RECORD, f"{RECORD}/{event.id}", f"{RECORD}/export.csv"):
            assert client.get(address).status_code == 403
        client.post("/sign-out")
    sign_in(client, world.administrator)
    shown = client.get(RECORD).text
    assert "Larkspur Row LP" not in shown, "an administrator sees no vehicles, and not their names either"
    assert "Set a vehicle up" in shown
    assert client.get(f"{RECORD}/{2**63 - 1}").status_code == 404
    assert client.get(f"{RECORD}/{2**70}").status_code == 404
    foreign = acting_as(Actor.system(world.other_firm_id).tenancy)
    with foreign:
        record_act(None, "vehicle.change", "vehicle:theirs")
    (theirs,) = _events(world.other_firm_id, "vehicle.change")
    assert client.get(f"{RECORD}/{theirs.id}").status_code == 404
    assert "vehicle:theirs" not in client.get(f"{RECORD}/export.csv").get_data(as_text=True)


def test_a_refused_page_is_recorded_with_address_agent_and_request(client: FlaskClient, world: World) -> None:
    vehicle_id = _vehicle(world.associate)
    sign_in(client, world.investor)
    asked = {"X-Request-ID": "a-request-of-mine", "User-Agent": "Probe/1.0"}
    assert client.post(f"/investments/vehicles/{vehicle_id}", headers=asked).status_code == 403
    (refused,) = _events(world.firm_id, "access.refuse")
    assert (refused.actor_id, refused.result) == (world.investor.user_id, "refused")
    assert refused.resource == f"vehicle:{vehicle_id}"
    assert (refused.address, refused.agent, refused.request_id) == ("127.0.0.1", "Probe/1.0", "a-request-of-mine")
    assert refused.detail == {"code": "forbidden", "route": "POST vehicles.update"}


def test_a_refusal_in_the_api_is_recorded(client: FlaskClient, world: World) -> None:
    assert client.get("/api/v1/investments/portfolio", headers=bearer(world.administrator)).status_code == 403
    (refused,) = _events(world.firm_id, "access.refuse")
    assert (refused.actor_id, refused.result) == (world.administrator.user_id, "refused")


def test_a_wrong_password_when_asked_again_is_recorded(client: FlaskClient, world: World) -> None:
    asked = client.post("/api/v1/auth/factors", json={"proof": "wrong"}, headers=bearer(world.investor))
    assert asked.status_code == 403
    (refused,) = _events(world.firm_id, "session.misprove")
    assert (refused.actor_id, refused.result) == (world.investor.user_id, "refused")
    (answered,) = _events(world.firm_id, "access.refuse")
    assert answered.detail["code"] == "wrong_proof"


def test_failed_sign_ins_are_recorded_for_the_account_and_else_for_the_firm(client: FlaskClient, world: World) -> None:
    for email in ("ada.lane@example.com", "nobody@example.com"):
        assert client.post("/sign-in", data={"email": email, "password": "not this one at all"}).status_code == 422
    failed = _events(world.firm_id, "session.fail")
    assert f"user:{world.investor.user_id}" in {each.resource for each in failed}
    assert {each.resource for each in failed} <= {f"user:{world.investor.user_id}", f"firm:{world.firm_id}"}
    assert {(each.actor_id, each.result) for each in failed} == {(None, "refused")}
    assert "ada.lane" not in str(failed)
    assert "nobody@" not in str(failed)


def test_somebody_not_signed_in_leaves_no_refusal(client: FlaskClient, world: World) -> None:
    assert client.get(RECORD).status_code == 303
    assert _events(world.firm_id, "access.refuse") == []


def test_a_vehicle_s_page_has_its_history(client: FlaskClient, world: World) -> None:
    vehicle_id = _vehicle(world.associate)
    sign_in(client, world.manager)
    shown = client.get(f"/investments/vehicles/{vehicle_id}").text.partition('id="history"')[2]
    assert "Set a vehicle up" in shown
    assert world.associate.name in shown


def test_a_person_s_page_has_its_history_with_failed_sign_ins(client: FlaskClient, world: World) -> None:
    client.post("/sign-in", data={"email": "ada.lane@example.com", "password": "not this one at all"})
    sign_in(client, world.administrator)
    shown = client.get(f"/users/{world.investor.user_id}").text.partition('id="history"')[2]
    assert "Failed to sign in" in shown
    assert "Nobody signed in" in shown


def test_a_history_is_for_staff(world: World, app: object) -> None:
    with acting_as(world.investor.tenancy), pytest.raises(Forbidden):
        list_history(world.investor, "vehicle:1")


def test_who_acts_for_somebody_else_is_shown_with_both_names(client: FlaskClient, world: World) -> None:
    with acting_as(world.associate.tenancy):
        record_act(world.associate.user_id, "vehicle.change", "vehicle:1", on_behalf_of=world.investor.user_id)
    sign_in(client, world.auditor)
    assert f"for {world.investor.name}" in client.get(f"{RECORD}?act=vehicle.change").text
