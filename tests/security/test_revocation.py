"""What is taken away is gone with the next request in every process, and Valkey has no say in it: emptied, it neither
lets anybody back in nor puts anybody out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
import redis
from flask import Flask

from portal.domain.identity.access.services import take_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.leaving.services import switch_user_off
from portal.domain.people.delegations.services import end_delegation
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.factories.api import bearer, open_app
from tests.factories.delegations import let_in
from tests.factories.identity import PASSWORD, found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in
from tests.security.serving import Served

pytestmark = pytest.mark.slow

ACCOUNT = "Canter Lane Trust"
PORTFOLIO = "/investments/portfolio"
HISTORY = [("commitment", "2024-01-01", "1000000"), ("valuation", "2024-06-30", "0")]
Headers = dict[str, str]


@dataclass(frozen=True)
class Key:
    """What opens a page to somebody, and what they are shown there."""

    path: str
    headers: Headers
    shows: str = ""

    def opens(self, web: httpx.Client) -> bool:
        """Whether it does in this process."""
        answer = web.get(self.path, headers=self.headers)
        assert answer.status_code in {200, 303, 401, 403}, answer.text
        return answer.status_code == 200 and self.shows in answer.text


@dataclass(frozen=True)
class Portal:
    """Two processes of the web on the same servers, each started by itself; and the same application in this one."""

    app: Flask
    firm_id: UUID
    webs: tuple[httpx.Client, httpx.Client]
    redis_url: str

    @property
    def system(self) -> Actor:
        return Actor.system(self.firm_id)

    def person(self, *roles: Role) -> Actor:
        return make_user(self.firm_id, f"{uuid4().hex}@example.com", *roles)

    def browser(self, person: Actor, path: str = PORTFOLIO, shows: str = "") -> Key:
        cookie = sign_in(self.app.test_client(), person).get_cookie("sid")
        assert cookie is not None
        return Key(path, {"Cookie": f"sid={cookie.value}"}, shows)

    def token(self, person: Actor, path: str = f"/api/v1{PORTFOLIO}", shows: str = "") -> Key:
        return Key(path, bearer(person), shows)

    def open(self, *keys: Key) -> list[bool]:
        """What each key does in each process, twice over."""
        return [key.opens(web) for _ in range(2) for key in keys for web in self.webs]


@pytest.fixture
def portal(settings: Settings, webs: Served) -> Iterator[Portal]:
    """A firm of its own."""
    first, second = (httpx.Client(base_url=url, timeout=60) for url in webs.urls)
    with webs.app.app_context(), first, second:
        firm_id = found_firm(f"taken-{uuid4().hex[:12]}", "Canter Capital")
        yield Portal(webs.app, firm_id, (first, second), settings.redis_url)


def gone_at_once(portal: Portal, keys: list[Key], take_away: Callable[[], object]) -> None:
    """The keys open until it is taken away, and nowhere afterwards, also once Valkey forgot everything; those of
    somebody else go on."""
    stranger = portal.person(Role.INVESTOR)
    others = [portal.browser(stranger), portal.token(stranger)]
    assert all(portal.open(*keys, *others))
    take_away()
    assert not any(portal.open(*keys))
    assert all(portal.open(*others))
    with redis.Redis.from_url(portal.redis_url) as valkey:
        valkey.flushall()
        assert not any(portal.open(*keys))
        assert all(portal.open(*others))
        valkey.flushall()
    assert all(portal.open(*others))
    assert not any(portal.open(*keys))


def test_a_browser_that_is_signed_out_from_an_app(portal: Portal) -> None:
    person = portal.person(Role.INVESTOR)
    key, app = portal.browser(person), portal.token(person, "/api/v1/auth/sessions")
    first, _ = portal.webs
    (session,) = [each for each in first.get(app.path, headers=app.headers).json()["items"] if not each["this"]]
    gone_at_once(portal, [key], lambda: first.delete(f"{app.path}/{session['id']}", headers=app.headers))
    assert all(portal.open(app))


def test_an_app_that_is_signed_out_and_its_refresh_token(portal: Portal) -> None:
    person = portal.person(Role.INVESTOR)
    first, second = portal.webs
    given = {"email": f"{person.name.lower()}@example.com", "password": PASSWORD}
    pair = first.post("/api/v1/auth/login", json=given).json()
    key = Key(f"/api/v1{PORTFOLIO}", {"Authorization": f"Bearer {pair['access_token']}"})
    gone_at_once(portal, [key], lambda: second.post("/api/v1/auth/logout", headers=key.headers))
    for web in portal.webs:
        assert web.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 401


def test_every_session_of_a_person_who_is_switched_off(portal: Portal) -> None:
    administrator, person = portal.person(Role.ADMINISTRATOR), portal.person(Role.INVESTOR)

    def switch_off() -> None:
        assert person.user_id
        with acting_as(administrator.tenancy):
            switch_user_off(administrator, person.user_id)

    gone_at_once(portal, [portal.browser(person), portal.token(person)], switch_off)


def test_what_a_role_opened(portal: Portal) -> None:
    person = portal.person(Role.INVESTOR, Role.DELEGATE)
    manager = portal.person(Role.MANAGER, Role.AUDITOR)

    def take() -> None:
        with acting_as(portal.system.tenancy):
            for who, role in ((person, Role.INVESTOR), (person, Role.DELEGATE), (manager, Role.MANAGER)):
                assert who.user_id
                take_role(portal.system, who.user_id, role=role)

    still = portal.browser(manager, "/operations/audit")
    gone_at_once(
        portal, [portal.browser(person), portal.token(person), portal.browser(manager, "/investments/imports")], take
    )
    assert all(portal.open(still))


def test_what_a_delegate_was_let_see(portal: Portal) -> None:
    investor, delegate = portal.person(Role.INVESTOR), portal.person(Role.DELEGATE)
    account = make_account(portal.firm_id, ACCOUNT, investor)
    post_history(portal.firm_id, account, make_vehicle(portal.firm_id, "Fund I"), HISTORY)
    delegation = let_in(investor, f"{delegate.name.lower()}@example.com", [account])
    listed = "/api/v1/investments/holdings"
    keys = [portal.browser(delegate, shows=ACCOUNT), portal.token(delegate, listed, shows=ACCOUNT)]

    def end() -> None:
        with acting_as(investor.tenancy):
            end_delegation(investor, delegation)

    gone_at_once(portal, keys, end)
    assert all(portal.open(portal.browser(investor, shows=ACCOUNT)))


def test_a_session_opened_after_the_flush_is_one_too(portal: Portal) -> None:
    person = portal.person(Role.INVESTOR)
    with redis.Redis.from_url(portal.redis_url) as valkey:
        valkey.flushall()
    assert open_app(person)
    assert all(portal.open(portal.browser(person), portal.token(person)))
