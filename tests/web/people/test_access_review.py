"""Who can see what, as pages and as a file, and the attestation that somebody looked."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import PERMISSIONS, Actor, Permission, Role
from portal.domain.people.access_review.queries import get_reviewed, list_attestations
from portal.domain.people.access_review.services import attest_access
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.errors import Forbidden
from portal.platform.tenancy import acting_as
from portal.web.toolkit.navigation import PERMISSION_NAMES
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import give_totp, make_user
from tests.factories.investments import make_account
from tests.factories.web import sign_in

PAGE = "/people/access-review"
STATEMENT = "I looked through it all."
READERS = {Role.MANAGER, Role.COMPLIANCE, Role.AUDITOR}


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    """An account that is shown to somebody, and one of another firm."""
    account_id = make_account(world.firm_id, "=Lane Trust", world.investor)
    let_in(world.investor, "sam.reed@example.com", [account_id])
    foreign = make_account(world.other_firm_id, "Foreign Secret Trust", world.foreign_investor)
    let_in(world.foreign_investor, "foreign.secret@example.com", [foreign])
    return account_id


def rows(client: FlaskClient, query: str = "") -> dict[str, dict[str, str]]:
    """The file's lines by e-mail address."""
    text = client.get(f"{PAGE}/export.csv{query}").data.decode("utf-8-sig")
    return {row["email"]: row for row in csv.DictReader(io.StringIO(text))}


def test_everybodys_access_stands_in_one_list(client: FlaskClient, account: UUID, world: World) -> None:
    give_totp(world.manager)
    sign_in(client, world.manager)
    text = client.get(PAGE).text
    for shown in ("Ada Lane", "manager@example.com", "sam.reed@example.com", "=Lane Trust", "Sam the accountant"):
        assert shown in text or shown == "Sam the accountant"
    assert "Secret" not in text
    by_account = client.get(f"{PAGE}/accounts").text
    assert "Sam the accountant by Ada Lane until" in by_account
    assert "Secret" not in by_account
    found = rows(client)
    delegate, manager = found["sam.reed@example.com"], found["manager@example.com"]
    assert (delegate["active"], delegate["roles"], delegate["second_factor"]) == ("no", "delegate", "no")
    assert delegate["shown_to_them"].startswith("'=Lane Trust by Ada Lane until")
    assert found["ada.lane@example.com"]["accounts"] == "'=Lane Trust"
    assert (manager["second_factor"], manager["last_sign_in"] > "2020") == ("yes", True)
    assert "publish_statements" in manager["permissions"]
    assert "foreign@example.com" not in found


def test_it_is_narrowed_to_a_role_and_a_name(client: FlaskClient, account: UUID, world: World) -> None:
    sign_in(client, world.manager)
    assert set(rows(client, "?role=delegate")) == {"sam.reed@example.com"}
    assert set(rows(client, "?search=ADA")) == {"ada.lane@example.com"}
    assert "Nobody fits" in client.get(f"{PAGE}?search=nobody-at-all").text
    assert "No account fits" in client.get(f"{PAGE}/accounts?search=nobody-at-all").text


def test_lists_come_in_pages(client: FlaskClient, account: UUID, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.web.people.access_review.MOST", 2)
    sign_in(client, world.manager)
    first = client.get(PAGE).text
    assert first.count("@example.com") == 2
    assert "cursor=" in first


def test_the_file_asks_for_a_proof(client: FlaskClient, account: UUID, world: World) -> None:
    sign_in(client, world.manager)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        assert "Prove that it is you" in client.get(f"{PAGE}/export.csv").text


@pytest.mark.parametrize("role", list(Role))
def test_who_may_read_and_who_may_attest(client: FlaskClient, world: World, role: Role) -> None:
    sign_in(client, make_user(world.firm_id, f"{role}.reader@example.com", role))
    for address in (PAGE, f"{PAGE}/accounts", f"{PAGE}/export.csv"):
        assert client.get(address).status_code == (200 if role in READERS else 403), address
    assert client.get(f"{PAGE}/roles").status_code == (200 if role in READERS | {Role.ADMINISTRATOR} else 403)
    assert client.get(f"{PAGE}/attest").status_code == (200 if role is Role.MANAGER else 403)


def test_the_map_shows_each_role_and_permission(client: FlaskClient, world: World) -> None:
    text = sign_in(client, world.manager).get(f"{PAGE}/roles").text
    assert set(PERMISSION_NAMES) == set(Permission)
    assert all(escape(name) in text for name in PERMISSION_NAMES.values())
    assert "Accounts</a>" in text
    assert text.count(">yes<") == sum(len(given) for given in PERMISSIONS.values())


def test_a_manager_attests_what_they_looked_at(client: FlaskClient, account: UUID, world: World) -> None:
    sign_in(client, world.manager)
    assert "Access review" in client.get("/").text
    assert "The yearly review is due" in client.get(PAGE).text
    with acting_as(world.manager.tenancy):
        digest = get_reviewed(world.manager).digest.hex()
    assert digest[:16] in client.get(f"{PAGE}/attest").text
    short = client.post(f"{PAGE}/attest", data={"digest": digest, "statement": "ok"})
    assert short.status_code == 422
    done = client.post(f"{PAGE}/attest", data={"digest": digest, "statement": STATEMENT}, follow_redirects=True)
    assert "Last attested by Manager" in done.text
    assert "yearly review is due" not in done.text
    assert STATEMENT in client.get(f"{PAGE}/attest").text
    with acting_as(world.manager.tenancy):
        (one,) = list_attestations(world.manager)
        assert (one.digest, one.statement) == (digest, STATEMENT)
        with pytest.raises(DBAPIError, match="permission denied"):
            change("UPDATE people.attestations SET statement = 'x'")
    with time_machine.travel(clock.now() + timedelta(days=365, minutes=1), tick=True):
        with acting_as(Actor.system(world.firm_id).tenancy):
            grant_role(Actor.system(world.firm_id), world.auditor.user_id or account, role=Role.AUDITOR)
        sign_in(client, world.manager)
        assert "The yearly review is due" in client.get(PAGE).text


def test_what_has_changed_since_is_not_attested(client: FlaskClient, account: UUID, world: World) -> None:
    with acting_as(world.manager.tenancy):
        digest = get_reviewed(world.manager).digest.hex()
    make_account(world.firm_id, "Another Trust", world.investor)
    sign_in(client, world.manager)
    answer = client.post(f"{PAGE}/attest", data={"digest": digest, "statement": STATEMENT})
    assert (answer.status_code, "has changed since you opened" in answer.text) == (422, True)
    with acting_as(world.manager.tenancy):
        assert get_reviewed(world.manager).digest.hex() in answer.text
        assert list_attestations(world.manager) == []


def test_the_service_asks_who_it_is_too(app: Flask, world: World) -> None:
    officer = make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE)
    with acting_as(officer.tenancy):
        digest = get_reviewed(officer).digest.hex()
        with pytest.raises(Forbidden):
            attest_access(officer, digest=digest, statement=STATEMENT)
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        get_reviewed(world.associate)


@transactional
def change(statement: str) -> None:
    db.execute(statement)


def test_administrators_see_the_map_alone(client: FlaskClient, world: World) -> None:
    text = sign_in(client, world.administrator).get(f"{PAGE}/roles").text
    assert f'href="{PAGE}"' not in text, "what would be refused is not offered"
