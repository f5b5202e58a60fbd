"""What is taken away is gone with the next request in every process, and Valkey has no say in it: emptied, it neither
lets anybody back in nor puts anybody out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
import redis
from flask import Flask

from portal.domain.documents.library.services.audiences import grant_document, revoke_document
from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.library.values.documents import Audience
from portal.domain.documents.rooms.queries.members import list_groups
from portal.domain.documents.rooms.services.members import remove_room_member
from portal.domain.documents.rooms.services.rooms import change_room, close_room
from portal.domain.documents.rooms.values.rooms import RoomDetails
from portal.domain.identity.access.services import take_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.leaving.services import switch_user_off
from portal.domain.people.delegations.services import end_delegation
from portal.platform import clock
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.factories.api import bearer, open_app
from tests.factories.delegations import let_in
from tests.factories.documents import make_document
from tests.factories.identity import PASSWORD, found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.rooms import make_room
from tests.factories.web import sign_in
from tests.security.serving import Served

pytestmark = pytest.mark.slow

TITLE = "A letter to few"
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
        assert answer.status_code in {200, 303, 401, 403, 404}, answer.text
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


def _ways(portal: Portal, person: Actor, document: UUID) -> list[Key]:
    """Every way to a document: its page, a picture, the list, the API, and a link to the file that is open already."""
    page = portal.browser(person, f"/documents/{document}", TITLE)
    first, _ = portal.webs
    link = first.get(f"/documents/downloads/{document}", headers=page.headers).headers["Location"]
    paths = ("/documents", f"/documents/pages/{document}/1/1", urlsplit(link)._replace(scheme="", netloc="").geturl())
    told = [portal.token(person, f"/api/v1/documents{rest}", shows=TITLE) for rest in ("", f"/{document}")]
    return [page, *told, *(Key(path, page.headers, TITLE if path == "/documents" else "") for path in paths)]


def _closed_on_every_way(portal: Portal, person: Actor, document: UUID, take_away: Callable[[], object]) -> None:
    keys = _ways(portal, person, document)
    gone_at_once(portal, keys, take_away)
    asked = [web.get(f"/documents/downloads/{document}", headers=keys[0].headers) for web in portal.webs]
    assert [answer.status_code for answer in asked] == [404, 404]


@pytest.mark.parametrize("end", ["taken back", "over", "archived"])
def test_a_document_that_was_given_by_name(portal: Portal, end: str) -> None:
    manager, person = portal.person(Role.MANAGER), portal.person(Role.INVESTOR)
    paper = make_document(portal.firm_id, TITLE, audience=Audience.NAMED)
    user_id = person.user_id
    assert user_id

    def take_away() -> None:
        with acting_as(manager.tenancy):
            match end:
                case "taken back":
                    revoke_document(manager, paper, user_id)
                case "archived":
                    archive_document(manager, paper)
                case "over":
                    grant_document(manager, paper, user_id, until=clock.now() - timedelta(seconds=1))

    with acting_as(manager.tenancy):
        grant_document(manager, paper, user_id)
    _closed_on_every_way(portal, person, paper, take_away)


@pytest.mark.parametrize("end", ["taken out", "closed", "over"])
def test_a_document_of_a_room(portal: Portal, end: str) -> None:
    manager, person = portal.person(Role.MANAGER), portal.person(Role.INVESTOR)
    room = make_room(manager)
    paper, user_id = room.file(TITLE), person.user_id
    assert user_id

    def take_away() -> None:
        with acting_as(manager.tenancy):
            match end:
                case "taken out":
                    remove_room_member(manager, room.id, user_id)
                case "closed":
                    close_room(manager, room.id)
                case "over":
                    change_room(manager, room.id, RoomDetails("Over", closes_at=clock.now() - timedelta(seconds=1)))

    with acting_as(manager.tenancy):
        (everybody,) = list_groups(manager, room.id)
    room.let_in(person, everybody.id)
    _closed_on_every_way(portal, person, paper, take_away)


def test_a_session_opened_after_the_flush_is_one_too(portal: Portal) -> None:
    person = portal.person(Role.INVESTOR)
    with redis.Redis.from_url(portal.redis_url) as valkey:
        valkey.flushall()
    assert open_app(person)
    assert all(portal.open(portal.browser(person), portal.token(person)))
