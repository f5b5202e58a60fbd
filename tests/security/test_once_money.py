"""The same thing said on the page, in a second tab and by an app at the same moment, in two processes: said once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

import httpx
import pytest

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.opportunities.queries.interests import list_interest_changes
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.opportunities.values.opportunities import Capacity
from portal.domain.investments.subscriptions.queries.subscriptions import count_subscriptions
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.domain.investments.subscriptions.values.subscriptions import SubscriptionState
from portal.platform import clock, db
from portal.platform.tenancy import acting_as
from tests.factories.api import Headers, bearer
from tests.factories.distributions import post, prepare, request_of, submit
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.subscriptions import Desk, make_desk
from tests.factories.web import sign_in
from tests.security.serving import Served
from tests.security.test_once import AT_ONCE, at_once

AMOUNT = Decimal(60_000)
NOTICES = "SELECT count(*) FROM investments.notices WHERE firm_id = %(firm)s"


@dataclass(frozen=True)
class Person:
    """Somebody at a browser with several tabs, and with an app."""

    actor: Actor
    app: Headers
    cookies: dict[str, str]
    token: str

    def post_page(self, url: str, path: str, **fields: str) -> httpx.Response:
        """Send a form from a tab of its own."""
        form = {"csrf_token": self.token, "once": str(uuid4()), **fields}
        return httpx.post(f"{url}{path}", data=form, cookies=self.cookies, timeout=120)

    def ask_app(self, method: str, url: str, path: str, **json: str) -> httpx.Response:
        """Have the app ask, with a key of its own."""
        headers = {**self.app, "Idempotency-Key": uuid4().hex}
        return httpx.request(method, f"{url}/api/v1{path}", json=json or None, headers=headers, timeout=120)


def at_browser(webs: Served, actor: Actor) -> Person:
    """This person, signed in."""
    cookie = sign_in(webs.app.test_client(), actor).get_cookie("sid")
    assert cookie is not None
    browser = httpx.Client(cookies={"sid": cookie.value}, timeout=120)
    shown = browser.get(f"{webs.urls[0]}/account/profile")
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', shown.text)
    assert token, shown.status_code
    return Person(actor, bearer(actor), {"sid": cookie.value, "form": browser.cookies["form"]}, token[1])


@dataclass(frozen=True)
class Offer:
    """An offering that an investor may subscribe to, who is there with two tabs and an app."""

    desk: Desk
    investor: Person
    account: UUID
    other: UUID

    def both(self, webs: Served, page: Callable[[str], httpx.Response], app: Callable[[str], httpx.Response]) -> None:
        """Half of the senders from the page, half from the app; nobody is told of a fault of ours."""
        answers = at_once(webs, lambda url, number: (page if number % 4 < 2 else app)(url))
        assert all(answer.status_code in (200, 201, 303, 409, 422) for answer in answers), answers
        assert any(answer.status_code < 400 for answer in answers)


@pytest.fixture
def offer(webs: Served) -> Iterator[Offer]:
    """In a firm of its own, committed."""
    name = f"both-{uuid4().hex[:10]}"
    with webs.app.app_context():
        firm = found_firm(name, "Both Capital")
        staff = [make_user(firm, f"{role}@{name}.example", role) for role in Role if role is not Role.INVESTOR]
        by_role = {next(iter(each.roles)): each for each in staff}
        investor = make_user(firm, f"lane@{name}.example", Role.INVESTOR)
        associate, manager, compliance = (by_role[each] for each in (Role.ASSOCIATE, Role.MANAGER, Role.COMPLIANCE))
        desk = make_desk(associate, manager, compliance, target=AMOUNT * 3, cap=AMOUNT * 3)
        desk.set_up(Allocation.FIRST_COME)
        accounts = [desk.open_account(name, investor) for name in ("Lane Family Trust", "Lane Foundation")]
        yield Offer(desk, at_browser(webs, investor), *accounts)
        db.session.remove()


@pytest.mark.slow
def test_what_is_said_on_the_page_and_in_the_app_is_said_once(webs: Served, offer: Offer) -> None:
    desk, person, account = offer.desk, offer.investor, str(offer.account)
    interest = f"/investments/interests/{desk.opportunity}"
    offer.both(
        webs,
        lambda url: person.post_page(url, interest, account=account, amount=str(AMOUNT)),
        lambda url: person.ask_app(
            "PUT", url, f"/investments/opportunities/{desk.opportunity}/interest", account_id=account, amount="60000.00"
        ),
    )
    asked = {"opportunity": str(desk.opportunity), "account": account}
    offer.both(
        webs,
        lambda url: person.post_page(
            url, f"/investments/subscriptions?opportunity={desk.opportunity}", account=account
        ),
        lambda url: person.ask_app("POST", url, "/investments/subscriptions", **asked),
    )
    with acting_as(desk.manager.tenancy):
        (said,) = list_interest_changes(desk.manager, desk.opportunity)
        assert said.amount == AMOUNT
    with acting_as(person.actor.tenancy):
        assert count_subscriptions(person.actor) == {SubscriptionState.DRAFT: 1}
    place = f"/investments/subscriptions/{desk.fill(person.actor, offer.other)}/submit"
    db.end_reading()
    offer.both(webs, lambda url: person.post_page(url, place), lambda url: person.ask_app("POST", url, place))
    with acting_as(desk.manager.tenancy):
        assert get_opportunity(desk.manager, desk.opportunity).capacity == Capacity(AMOUNT, 1, 0)


@pytest.mark.slow
def test_two_approvers_with_many_tabs_each_pay_out_once(webs: Served) -> None:
    name = f"tabs-{uuid4().hex[:10]}"
    with webs.app.app_context():
        firm = found_firm(name, "Tabs Capital")
        maker = make_user(firm, f"maker@{name}.example", Role.ASSOCIATE)
        managers = [make_user(firm, f"{each}@{name}.example", Role.MANAGER) for each in ("one", "two")]
        vehicle = make_vehicle(firm, "Tabs Fund")
        for number in range(3):
            post_history(firm, make_account(firm, f"T{number}"), vehicle, [("contribution", "2025-01-01", "100")])
        found = prepare(maker, vehicle, clock.today().isoformat(), ("gain", "300"), method=Method.PAID_IN)
        submit(maker, found)
        request = request_of(maker, found)
        people = [at_browser(webs, each) for each in managers]
        db.end_reading()

        def approve(url: str, number: int) -> httpx.Response:
            path = f"/approvals/{request.id}/approve"
            return people[number // 2 % 2].post_page(url, path, digest=request.digest)

        statuses = sorted(answer.status_code for answer in at_once(webs, approve))
        assert statuses == [303] * 2 + [422] * (AT_ONCE - 2)
        assert [post(firm, found), post(firm, found)] == [True, False]
        system = Actor.system(firm)
        with acting_as(system.tenancy):
            assert db.fetch_value(NOTICES, firm=firm) == 3
            assert list_ledger_findings(system) == []
        db.session.remove()
