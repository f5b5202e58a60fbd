"""The agreement of a room by forms."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.rooms import MadeRoom
from tests.factories.web import sign_in


def test_an_agreement_is_written_replaced_and_dropped(client: FlaskClient, world: World, room: MadeRoom) -> None:
    browser, here = sign_in(client, world.manager), f"/documents/room-texts/{room.id}"
    assert "Nothing has to be signed" in browser.get(here).text
    assert browser.post(here, data={"body": " ", "replaces": ""}).status_code == 422
    assert browser.post(here, data={"body": "Keep <it>.", "replaces": ""}).status_code == 303
    assert "Version 1 is in force" in browser.get(here).text
    assert "Keep &lt;it&gt;." in browser.get(here).text
    stale = browser.post(here, data={"body": "Another.", "replaces": ""})
    assert stale.status_code == 422
    assert "replaced by a newer version" in stale.text
    assert browser.post(here, data={"body": "Another.", "replaces": "1"}).status_code == 303
    assert browser.post(f"{here}/drop").status_code == 303
    assert "Nothing has to be signed" in browser.get(here).text


def test_only_who_may_publish_writes_it(client: FlaskClient, world: World, room: MadeRoom) -> None:
    room.ask_to_sign("Keep it.")
    browser, here = sign_in(client, world.associate), f"/documents/room-texts/{room.id}"
    assert "Keep it." in browser.get(here).text
    assert "Put into force" not in browser.get(here).text
    assert browser.post(here, data={"body": "Mine.", "replaces": "1"}).status_code == 403
    assert browser.post(f"{here}/drop").status_code == 403
