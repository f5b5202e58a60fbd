"""Asking to be erased, and being gone at the next click."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.people.privacy.services.erasures import refuse_erasure
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD
from tests.factories.investments import make_account
from tests.factories.privacy import Firm, approve, ask, collected_export, erased, make_privacy_firm, propose
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, mailbox, post

__all__ = ("mailbox", "post")
PLACE = "/privacy/erasures"


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("goodbye-web")


def test_the_page_says_what_goes_and_what_is_kept_and_why(client: FlaskClient, firm: Firm) -> None:
    make_account(firm.id, "Shared Trust", firm.person)
    page = sign_in(client, firm.person).get(PLACE).text
    for words in ("erased now", "kept until Dec 31,", "17 CFR 275.204-2(e)(1)", "Shared Trust", "Ask to be erased"):
        assert words in page


def test_it_is_asked_for_and_withdrawn(client: FlaskClient, firm: Firm) -> None:
    sign_in(client, firm.person)
    asked = client.post(PLACE, data={"reason": "Moving on"}, follow_redirects=True)
    assert "Two people of the firm look at it" in asked.text
    again = client.post(PLACE, data={})
    assert (again.status_code, "asked for already" in again.text) == (409, True)
    place = asked.text.split('action="/privacy/erasures/')[1].split('"')[0]
    assert "nothing was erased" in client.post(f"{PLACE}/{place}", follow_redirects=True).text
    assert client.post(f"{PLACE}/{place}").status_code == 409


def test_it_asks_who_it_is(client: FlaskClient, firm: Firm) -> None:
    sign_in(client, firm.person)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        assert client.post(PLACE, data={}).status_code == 422
        assert "Ask to be erased" in client.get(PLACE).text


def test_who_is_erased_is_out_at_the_next_click_and_never_in_again(
    app: Flask, client: FlaskClient, firm: Firm, post: Post
) -> None:
    export = collected_export(firm.person)
    phone = bearer(firm.person)
    sign_in(client, firm.person)
    assert client.get("/privacy").status_code == 200
    approve(firm, *propose(firm, ask(firm)), done=False)
    sent = post()
    (farewell,) = [each for each in sent if "You were erased" in each]
    assert firm.email in farewell
    assert client.get("/privacy").status_code == 303
    assert client.get(f"/privacy/exports/{export}/download").status_code == 303
    assert client.get("/api/v1/privacy/consents", headers=phone).status_code == 401
    refused = app.test_client().post("/sign-in", data={"email": firm.email, "password": PASSWORD})
    assert (refused.status_code, "do not match" in refused.text) == (422, True)
    app.test_client().post("/password/forgot", data={"email": firm.email})
    assert not [each for each in post() if firm.email in each]


def test_lists_show_an_erased_person(client: FlaskClient, firm: Firm) -> None:
    erased(firm)
    page = sign_in(client, firm.officer).get("/privacy/cases").text
    assert "Erased person" in page
    assert firm.person.name not in page
    assert firm.email not in client.get(f"/privacy/cases/{firm.person_id}").text


def test_a_refusal_is_read(client: FlaskClient, firm: Firm) -> None:
    erasure_id = ask(firm)
    with acting_as(firm.officer.tenancy):
        refuse_erasure(firm.officer, erasure_id, answer="A dispute is open.")
    page = sign_in(client, firm.person).get(PLACE).text
    assert "A dispute is open." in page
    assert "Ask to be erased" in page


def test_nobody_withdraws_for_another(client: FlaskClient, firm: Firm, world: World) -> None:
    erasure_id = ask(firm)
    sign_in(client, firm.officer)
    assert client.post(f"{PLACE}/{erasure_id}/withdraw").status_code == 404
    sign_in(client, world.investor)
    assert client.post(f"{PLACE}/{erasure_id}/withdraw").status_code == 404
