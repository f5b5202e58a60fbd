"""Asking for all of one's data, and fetching it."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.privacy.errors import ExportUnderWay
from portal.domain.people.privacy.queries.exports import list_exports
from portal.domain.people.privacy.services.exports import request_export
from portal.domain.people.privacy.values.exports import KEPT
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, found_firm, make_user
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, mailbox, post

__all__ = ("mailbox", "post")
PLACE = "/privacy/exports"


def test_it_is_asked_for_announced_and_downloaded(client: FlaskClient, investor: Actor, post: Post) -> None:
    sign_in(client, investor)
    assert "Nothing collected yet" in client.get(PLACE).text
    asked = client.post(PLACE, follow_redirects=True)
    assert "being collected" in asked.text
    assert "every 3s" in asked.text
    (mail,) = [each for each in post() if "Your data is ready" in each]
    assert "ada.lane@example.com" in mail
    assert f"http://localhost{PLACE}" in mail
    page = client.get(PLACE).text
    assert "every 3s" not in page
    with acting_as(investor.tenancy):
        (export,) = list_exports(investor)
    sent = client.get(f"{PLACE}/{export.id}/download")
    assert (sent.status_code, sent.headers["Cache-Control"]) == (303, "private, no-store")
    file = client.get(sent.location)
    assert "attachment" in file.headers["Content-Disposition"]
    assert "README.txt" in zipfile.ZipFile(io.BytesIO(file.data)).namelist()
    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=True):
        assert client.get(sent.location).status_code == 404


def test_both_ask_who_it_is(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        assert "prove" in client.post(PLACE).text.lower()
        with acting_as(investor.tenancy):
            assert list_exports(investor) == []
        with acting_as(investor.tenancy):
            export_id = request_export(investor)
        drain()
        asked = client.get(f"{PLACE}/{export_id}/download")
        assert (asked.status_code, "Location" in asked.headers) == (200, False)
        assert PASSWORD not in asked.text


def test_one_at_a_time(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    client.post(PLACE)
    again = client.post(PLACE)
    assert again.status_code == 409
    assert "being collected already" in again.text


def test_nobody_else_gets_it(client: FlaskClient, world: World) -> None:
    with acting_as(world.investor.tenancy):
        export_id = request_export(world.investor)
    drain()
    for other in (world.another_investor, world.manager, world.administrator, world.foreign_investor):
        sign_in(client, other)
        assert client.get(f"{PLACE}/{export_id}/download").status_code == 404
        assert "Nothing collected yet" in client.get(PLACE).text
        assert str(export_id) not in client.get(f"{PLACE}/_list").text


def test_after_its_time_it_says_what_to_do(client: FlaskClient, investor: Actor) -> None:
    with acting_as(investor.tenancy):
        export_id = request_export(investor)
    drain()
    with time_machine.travel(clock.now() + KEPT + timedelta(minutes=1), tick=True):
        gone = sign_in(client, investor).get(f"{PLACE}/{export_id}/download")
        assert gone.status_code == 409
        assert "Ask for a new one" in gone.text


def test_many_clicks_at_once_collect_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        person = make_user(found_firm("clicks", "Clicks"), "clicker@example.com", Role.INVESTOR)

    def click(_: int) -> bool:
        with committed_app.app_context(), acting_as(person.tenancy):
            try:
                request_export(person)
            except ExportUnderWay:
                return False
            return True

    with ThreadPoolExecutor(6) as clicks:
        assert sum(clicks.map(click, range(12))) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient, method: str) -> None:
    assert client.open(PLACE, method=method.upper()).status_code in {303, 401}
