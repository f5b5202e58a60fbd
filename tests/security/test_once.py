"""The same write from many at once, in two processes of the web: done once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import UUID, uuid4

import httpx
import pytest

from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.invitations.services import invite_person
from portal.platform import db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.api import Headers, bearer
from tests.factories.identity import found_firm, make_user
from tests.factories.web import sign_in
from tests.security.serving import Served

AT_ONCE = 20
SENT = "SELECT count(*) FROM identity.audit_events WHERE act = 'invitation.resend'"


@dataclass(frozen=True)
class Desk:
    """Somebody of the staff, their app and browser, and whom they invited."""

    actor: Actor
    app: Headers
    cookie: str
    person: UUID

    def sent(self) -> int:
        """How often the invitation was sent again."""
        with acting_as(Actor.system(self.actor.firm_id).tenancy):
            return int(db.fetch_value(SENT))


@pytest.fixture
def desk(webs: Served) -> Iterator[Desk]:
    """A desk of a firm of its own, committed."""
    with webs.app.app_context():
        actor = make_user(found_firm(f"once-{uuid4().hex[:12]}", "Once Capital"), "clerk@example.com", Role.ASSOCIATE)
        with acting_as(actor.tenancy):
            person = invite_person(actor, resources().sealer, email="s@example.com", name="S", roles=[Role.INVESTOR])
        cookie = sign_in(webs.app.test_client(), actor).get_cookie("sid")
        assert cookie is not None
        yield Desk(actor, bearer(actor), cookie.value, person)
        db.session.remove()


def at_once(webs: Served, send: Callable[[str, int], httpx.Response]) -> list[httpx.Response]:
    """What was answered to AT_ONCE senders, half of them at each process."""
    ready = Barrier(AT_ONCE)

    def one(number: int) -> httpx.Response:
        ready.wait(60)
        return send(webs.urls[number % 2], number)

    with ThreadPoolExecutor(AT_ONCE) as senders:
        return list(senders.map(one, range(AT_ONCE)))


@pytest.mark.slow
def test_of_many_requests_with_one_key_one_is_done(webs: Served, desk: Desk) -> None:
    def send(url: str, number: int, key: str = "one key of them all") -> httpx.Response:
        headers = {**desk.app, "Idempotency-Key": key.replace(" ", "-")}
        return httpx.post(f"{url}/api/v1/invitations/{desk.person}/resend", headers=headers, timeout=120)

    statuses = Counter(answer.status_code for answer in at_once(webs, send))
    assert statuses[204] >= 1
    assert statuses.keys() <= {204, 409}, statuses
    assert desk.sent() == 1
    assert send(webs.urls[0], 0).status_code == 204
    assert desk.sent() == 1
    assert {answer.status_code for answer in at_once(webs, lambda url, n: send(url, n, f"a key of {n} alone"))} == {204}
    assert desk.sent() == 1 + AT_ONCE


@pytest.mark.slow
def test_of_one_form_sent_many_times_each_is_led_to_what_the_first_did(webs: Served, desk: Desk) -> None:
    browser = httpx.Client(cookies={"sid": desk.cookie}, timeout=120)
    shown = browser.get(f"{webs.urls[0]}/people/investor-accounts/new").text
    fields = dict(re.findall(r'name="(csrf_token|once)"[^>]* value="([^"]+)"', shown))
    assert fields.keys() == {"csrf_token", "once"}
    cookies = {"sid": desk.cookie, "form": browser.cookies["form"]}

    def send(url: str, _number: int) -> httpx.Response:
        form = {**fields, "name": "Lane Family Trust", "kind": "trust"}
        return httpx.post(f"{url}/people/investor-accounts", data=form, cookies=cookies, timeout=120)

    answers = at_once(webs, send)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
