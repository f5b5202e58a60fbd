"""Tax forms for an app: the figures of the paper, and consent to get them in the portal alone."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.documents import make_document
from tests.web.investments.taxing import issue, make_partnership

URL = "/api/v1/investments/tax-forms"
CONSENTS = "/api/v1/investments/tax-consents"


def test_an_app_reads_what_the_paper_says(client: FlaskClient, world: World) -> None:
    vehicle, account = make_partnership(world)
    issue(world, vehicle)
    make_document(world.firm_id, "A letter")
    mine = bearer(world.investor)
    (item,) = client.get(f"{URL}?year=2025&account={account}", headers=mine).json["items"]
    assert (item["account"], item["stage"], item["delivery"], item["delivered"]) == (
        "Lane Tax Trust",
        "final",
        "paper",
        False,
    )
    found = client.get(f"{URL}/{item['id']}", headers=mine).json
    assert (found["form"], found["capital_is_tax_basis"], found["replaced_by"]) == ("k1", True, None)
    assert [box["value"] for box in found["boxes"] if box["code"] == "1"] == ["750.25"]
    assert client.get(f"{URL}?year=2024", headers=mine).json["items"] == []
    assert client.get(f"{URL}/{item['id']}", headers=bearer(world.another_investor)).status_code == 404


def test_pages_hold_each_form_once(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    issue(world, vehicle)
    headers, found, cursor = bearer(world.manager), [], {}
    while True:
        page = client.get(URL, query_string={"limit": 1} | cursor, headers=headers).json
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(found) == len(set(found)) == 2


def test_an_app_consents_and_withdraws(client: FlaskClient, world: World) -> None:
    _, account = make_partnership(world)
    mine = bearer(world.investor)
    told = client.get(CONSENTS, headers=mine).json
    assert [item["given"] for item in told["items"]] == [None]
    for given in (True, False):
        body = {"version": told["version"], "given": given}
        assert client.put(f"{CONSENTS}/{account}", json=body, headers=mine).status_code == 204
        assert [item["given"] for item in client.get(CONSENTS, headers=mine).json["items"]] == [given]
    assert client.put(f"{CONSENTS}/{account}", json={"version": 99, "given": True}, headers=mine).status_code == 409
    others = bearer(world.another_investor)
    body = {"version": told["version"], "given": True}
    assert client.put(f"{CONSENTS}/{account}", json=body, headers=others).status_code == 404
