"""Staff view the portal as an investor: read only, with a reason, a banner and a trace; ended by one click."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from portal.domain.analytics.looks.queries import list_looks
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.services import grant_role, take_role
from portal.domain.identity.access.values import Actor, Permission, Role
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.domain.people.investor_accounts.services import remove_member
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in

REASON = "A call about the second quarter"
HISTORY = [("commitment", "2024-01-01", "1000000"), ("valuation", "2024-06-30", "0")]
# Addresses that an investor has and a viewer must not: secrets, changes, files.
CLOSED = (
    "/security",
    "/security/sessions",
    "/security/password",
    "/factors/new",
    "/people/delegations/new",
    "/people/delegations/log",
    "/investments/portfolio/export.csv",
    "/investments/transactions/export.xlsx",
)


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    """What the investor has, beside somebody else's."""
    fund = make_vehicle(world.firm_id, "Fund I")
    accounts = [
        make_account(world.firm_id, name, member)
        for name, member in (("Lane Trust", world.investor), ("Ortiz Holdings", world.another_investor))
    ]
    for each in accounts:
        post_history(world.firm_id, each, fund, HISTORY)
    return accounts[0]


@pytest.fixture
def viewer(client: FlaskClient, account: UUID, manager: Actor, investor: Actor) -> FlaskClient:
    """A manager who began to view."""
    sign_in(client, manager)
    assert client.post(f"/viewings/{investor.user_id}", data={"reason": REASON}).location == "/"
    return client


def test_the_pages_are_the_investors_under_a_banner(viewer: FlaskClient) -> None:
    assert viewer.get("/").location == "/investments/portfolio"
    shown = viewer.get("/investments/portfolio").text
    assert "Lane Trust" in shown
    assert "Ortiz Holdings" not in shown
    assert "You see the portal as Ada Lane does" in shown
    assert REASON in shown
    assert 'action="/viewings/end"' in shown
    assert "/sign-out" not in shown
    assert viewer.get("/people/investor-accounts").status_code == 403
    assert viewer.get("/nowhere").status_code == 404


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_secret_or_taken_away_stays_closed(viewer: FlaskClient, address: str) -> None:
    answer = viewer.get(address)
    assert answer.status_code == 403
    assert "You see the portal as somebody else does" in answer.text
    assert 'action="/viewings/end"' in answer.text


def test_nothing_can_be_sent_but_the_end(app: Flask, viewer: FlaskClient, world: World) -> None:
    methods = {"POST", "PUT", "PATCH", "DELETE"}
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ("viewings.end", "static") or rule.rule.startswith(("/api/", "/files/")):
            continue
        for method in methods & (rule.methods or set()):
            with app.test_request_context():
                values = {name: _any(converter) for name, converter in rule._converters.items()}
                address = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            assert viewer.open(address, method=method).status_code == 403, (method, rule.rule)
            tried += 1
    assert tried > 40
    with acting_as(world.manager.tenancy):
        assert db.fetch_value("SELECT count(*) FROM identity.viewings WHERE ended_at IS NULL") == 1


def _any(converter: object) -> object:
    return {"UUIDConverter": UUID(int=7), "IntegerConverter": 7}.get(type(converter).__name__, "x")


def test_the_database_refuses_to_write_too(app: Flask, investor: Actor) -> None:
    viewed = Actor(investor.firm_id, investor.user_id, investor.roles, investor.name, read_only=True)
    with acting_as(viewed.tenancy), pytest.raises(DBAPIError, match="read-only transaction"):
        touch(viewed)


@transactional
def touch(actor: Actor) -> None:
    db.execute("UPDATE identity.sessions SET seen_at = now() WHERE user_id = %(id)s", id=actor.user_id)


def acts(actor: Actor) -> list[tuple[str, str | None, bool]]:
    with acting_as(actor.tenancy):
        rows = db.fetch_all(
            "SELECT act, detail ->> 'page' AS page, on_behalf_of IS NOT NULL AS behalf FROM identity.audit_events"
            " WHERE actor_id = %(id)s AND act ~ '^(viewing|access)' ORDER BY id",
            id=actor.user_id,
        )
    return [tuple(row) for row in rows]


def test_it_is_recorded_from_end_to_end_and_the_investor_reads_it(
    app: Flask, viewer: FlaskClient, world: World
) -> None:
    viewer.get("/investments/portfolio")
    viewer.get("/security")
    assert viewer.post("/viewings/end").location == "/"
    viewer.get("/people/investor-accounts")
    assert acts(world.manager) == [
        ("viewing.begin", None, True),
        ("viewing.look", "portfolio", True),
        ("access.refuse", None, False),
        ("viewing.end", None, True),
    ]
    assert [look.act for look in list_looks(world.investor)] == ["viewing.end", "viewing.look", "viewing.begin"]
    assert list_looks(world.another_investor) == []
    log = sign_in(app.test_client(), world.investor).get("/people/delegations/log").text
    assert "Manager" in log
    assert REASON in log


def test_it_ends_by_a_click_and_by_the_clock(viewer: FlaskClient, world: World) -> None:
    viewer.post("/viewings/end")
    assert viewer.get("/people/investor-accounts").status_code == 200
    assert viewer.post("/viewings/end").status_code == 303
    viewer.post(f"/viewings/{world.investor.user_id}", data={"reason": REASON})
    assert viewer.get("/people/investor-accounts").status_code == 403
    with acting_as(world.manager.tenancy):
        change("UPDATE identity.viewings SET ends_at = now() WHERE ended_at IS NULL")
    assert viewer.get("/people/investor-accounts").status_code == 200
    assert viewer.post(f"/viewings/{world.investor.user_id}", data={"reason": REASON}).status_code == 303


def let_time_pass(actor: Actor) -> None:
    """The half hour of the present view is over, and the machinery comes to it."""
    with acting_as(actor.tenancy):
        change("UPDATE identity.viewings SET ends_at = now() WHERE ended_at IS NULL")
    with acting_as(Actor.system(actor.firm_id).tenancy):
        change("UPDATE platform.outbox SET due_at = now() WHERE job = 'viewings.end'")
    drain()


def test_the_clocks_end_is_recorded_once(viewer: FlaskClient, world: World) -> None:
    let_time_pass(world.manager)
    let_time_pass(world.manager)
    assert [act for act, _, _ in acts(world.manager)] == ["viewing.begin", "viewing.end"]
    with acting_as(world.manager.tenancy):
        assert db.fetch_value("SELECT bool_and(ended_at = ends_at) FROM identity.viewings")
    assert [look.act for look in list_looks(world.investor)] == ["viewing.end", "viewing.begin"]


def test_the_end_of_one_that_ran_out_is_recorded_before_the_next(viewer: FlaskClient, world: World) -> None:
    with acting_as(world.manager.tenancy):
        change("UPDATE identity.viewings SET ends_at = now() WHERE ended_at IS NULL")
    viewer.post(f"/viewings/{world.investor.user_id}", data={"reason": REASON})
    viewer.post("/viewings/end")
    let_time_pass(world.manager)
    assert [act for act, _, _ in acts(world.manager)] == ["viewing.begin", "viewing.end"] * 2


@transactional
def change(statement: str) -> None:
    db.execute(statement)


def test_it_ends_with_the_right_to_it(viewer: FlaskClient, world: World) -> None:
    system = Actor.system(world.firm_id)
    assert world.manager.user_id
    assert world.investor.user_id
    with acting_as(system.tenancy):
        take_role(system, world.manager.user_id, role=Role.MANAGER)
        grant_role(system, world.manager.user_id, role=Role.ASSOCIATE)
    assert viewer.get("/people/investor-accounts").status_code == 200
    with acting_as(system.tenancy):
        grant_role(system, world.manager.user_id, role=Role.MANAGER)
        grant_role(system, world.investor.user_id, role=Role.ASSOCIATE)
    assert viewer.get("/people/investor-accounts").status_code == 200


def test_who_may_and_who_can_be_viewed(client: FlaskClient, account: UUID, world: World) -> None:
    allowed = {
        role for role in Role if can(Actor(world.firm_id, UUID(int=1), frozenset({role})), Permission.VIEW_AS_INVESTOR)
    }
    assert allowed == {Role.MANAGER, Role.COMPLIANCE}
    address = f"/viewings/{world.investor.user_id}"
    for actor in (world.administrator, world.associate, world.auditor, world.another_investor):
        sign_in(client, actor)
        assert client.post(address, data={"reason": REASON}).status_code == 403
    sign_in(client, world.manager)
    assert "View as" in client.get(f"/people/investor-accounts/{account}").text
    assert client.get(f"/viewings/new/{world.investor.user_id}").status_code == 200
    assert client.post(address, data={"reason": "short"}).status_code == 422
    assert client.post(f"/viewings/{world.auditor.user_id}", data={"reason": REASON}).status_code == 422
    assert client.post(f"/viewings/{world.foreign_investor.user_id}", data={"reason": REASON}).status_code == 404
    assert client.get(f"/viewings/new/{world.foreign_investor.user_id}").status_code == 404


def test_another_browser_of_the_viewer_is_as_before(app: Flask, viewer: FlaskClient, manager: Actor) -> None:
    del viewer
    assert sign_in(app.test_client(), manager).get("/people/investor-accounts").status_code == 200


def test_an_account_that_was_lost_meanwhile_is_gone(viewer: FlaskClient, account: UUID, world: World) -> None:
    assert world.investor.user_id
    with acting_as(world.manager.tenancy):
        remove_member(world.manager, account, user_id=world.investor.user_id)
    assert "Lane Trust" not in viewer.get("/investments/portfolio").text


def test_a_delegates_view_shows_what_the_delegate_sees(client: FlaskClient, world: World, account: UUID) -> None:
    delegate = make_user(world.firm_id, "sam@example.com", Role.DELEGATE)
    with acting_as(delegate.tenancy):
        assert list_accounts(delegate) == []
    sign_in(client, world.manager)
    client.post(f"/viewings/{delegate.user_id}", data={"reason": REASON})
    assert client.get("/").location == "/people/delegations"
    assert "Lane Trust" not in client.get("/investments/portfolio").text
