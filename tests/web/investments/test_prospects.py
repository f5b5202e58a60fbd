"""The pipeline as pages."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform import clock
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.web import sign_in

PAGES = "/investments/prospects"
GOOD = {
    "name": "Grace Hart", "organisation": "Hart & Sons", "account": "", "opportunity": "", "stage": "meeting",
    "amount": "250000", "currency": "usd", "probability": "", "next_on": "", "next_step": "",
}  # fmt: skip


def test_a_prospect_is_added_weighed_changed_noted_and_removed(client: FlaskClient, associate: Actor) -> None:
    make_account(associate.firm_id, "Hart Family Office")
    sign_in(client, associate)
    assert "Nobody in the pipeline yet" in client.get(PAGES).text
    shown = client.post(PAGES, data=GOOD, follow_redirects=True)
    place = shown.request.path
    for text in ("Grace Hart", "Hart &amp; Sons", "250,000.00", "100,000.00"):  # 40 % is usual for a meeting
        assert text in shown.text
    assert "Grace Hart" in client.get(f"{place}/edit").text
    due = {"next_on": clock.today().isoformat(), "next_step": "Call her", "account": "hart family office"}
    assert "Call her" in client.post(place, data={**GOOD, **due, "probability": "80"}, follow_redirects=True).text
    for page in (PAGES, f"{PAGES}?stage=meeting&search=hart", f"{PAGES}/board"):
        listed = client.get(page).text
        assert "Grace Hart" in listed
        assert "200,000.00" in listed
    assert "Call her" in client.get(PAGES).text
    assert "Nobody fits" in client.get(f"{PAGES}?stage=lead").text
    assert client.post(f"{place}/notes", data={"body": ""}).status_code == 422
    assert "She likes it." in client.post(f"{place}/notes", data={"body": "She likes it."}, follow_redirects=True).text
    assert client.post(f"{place}/remove").status_code == 303
    assert client.get(place).status_code == 404


def test_what_makes_no_sense_is_refused(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    for change, message in (
        ({"probability": "101"}, "between 0 % and 100 %"),
        ({"currency": "XXQ"}, "such as USD"),
        ({"amount": "1.001"}, "2 decimals"),
        ({"account": "Nobody"}, "no account of this name"),
        ({"next_on": "2030-01-01"}, "what to be reminded of"),
    ):
        refused = client.post(PAGES, data={**GOOD, **change})
        assert (refused.status_code, message in refused.text) == (422, True), message


def test_investors_and_other_firms_see_no_pipeline(app: Flask, world: World) -> None:
    place = sign_in(app.test_client(), world.associate).post(PAGES, data=GOOD).headers["Location"]
    assert sign_in(app.test_client(), world.investor).get(PAGES).status_code == 403
    assert sign_in(app.test_client(), world.foreign_manager).get(place).status_code == 404
    assert sign_in(app.test_client(), world.auditor).get(place).status_code == 200
