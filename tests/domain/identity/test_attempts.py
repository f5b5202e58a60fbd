"""Limits on trying: per account, per address, overall; the same for known and unknown, and for many at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.cli.schedule import sweep
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.attempts.services import note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.firms.queries import list_firms
from portal.domain.identity.sessions import services
from portal.domain.identity.sessions.errors import WrongCredentials
from portal.domain.identity.sessions.values import MOST_MEANT
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.errors import Limited
from portal.platform.passwords import verify_password
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, make_user

KNOWN, UNKNOWN = "ada.lane@example.com", "nobody.there@example.com"


def enter(client: FlaskClient, email: str, password: str, address: str = "192.0.2.1") -> tuple[int, str]:
    answer = client.post("/sign-in", data={"email": email, "password": password}, headers={"X-Forwarded-For": address})
    return answer.status_code, answer.headers.get("Retry-After", "")


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_after_ten_wrong_ones_an_account_is_closed_for_a_while(client: FlaskClient, world: World, email: str) -> None:
    for number in range(10):
        assert enter(client, email, "wrong", f"192.0.2.{number}")[0] == 422
    status, wait = enter(client, email, PASSWORD, "192.0.2.99")
    assert status == 429
    assert 0 < int(wait) <= 300
    answer = client.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})
    assert (answer.status_code, answer.json["type"]) == (429, "urn:problem-type:limited")
    assert answer.headers["Retry-After"] == answer.headers["Retry-After"].strip("-")
    assert enter(client, "ben.ortiz@example.com", PASSWORD)[0] == 303
    with time_machine.travel(clock.now() + timedelta(seconds=301), tick=True):
        assert enter(client, email, PASSWORD)[0] == (303 if email == KNOWN else 422)


def test_an_address_is_closed_whatever_accounts_it_tries(client: FlaskClient, world: World) -> None:
    for number in range(10):
        assert enter(client, f"person{number}@example.com", "wrong")[0] == 422
    assert enter(client, KNOWN, PASSWORD)[0] == 429
    assert enter(client, KNOWN, PASSWORD, "192.0.2.2")[0] == 303


def test_a_right_password_is_not_counted(client: FlaskClient, world: World) -> None:
    for _ in range(12):
        assert enter(client, KNOWN, PASSWORD)[0] == 303


@transactional
def _fill() -> None:
    db.execute(
        "INSERT INTO identity.attempts (firm_id, kind, account, address, at)"
        " SELECT gen_random_uuid(), 'sign_in', sha256(n::text::bytea), n::text, %(now)s FROM generate_series(1, 999) n",
        now=clock.now(),
    )


def test_overall_a_thousand_are_let_through(app: Flask, client: FlaskClient, world: World) -> None:
    with acting_as(GATE):
        _fill()
    assert enter(client, UNKNOWN, "wrong")[0] == 422
    assert enter(client, KNOWN, PASSWORD, "192.0.2.2")[0] == 429


def test_another_host_is_no_second_way_to_an_account(app: Flask, world: World) -> None:
    for firm_id in (world.firm_id, None) * 5:
        note_attempt(Trial.FORGOT, KNOWN, firm_id=firm_id)
    for firm_id in (world.firm_id, None, world.other_firm_id):
        with pytest.raises(Limited):
            note_attempt(Trial.FORGOT, KNOWN, firm_id=firm_id)


@pytest.mark.parametrize(
    ("firm", "hashes"),
    [("own", 1), (None, MOST_MEANT)],
)
def test_as_much_is_done_for_every_address_at_every_host(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, firm: str | None, hashes: int
) -> None:
    done: list[str | None] = []

    def verify(stored: str | None, password: str) -> bool:
        done.append(stored)
        return verify_password(stored, password)

    monkeypatch.setattr(services, "verify_password", verify)
    make_user(world.other_firm_id, "both@example.com", Role.INVESTOR)
    make_user(world.firm_id, "both@example.com", Role.INVESTOR)
    kept, before = [], _count_failures()
    for email in (KNOWN, UNKNOWN, "both@example.com", "foreign@example.com"):
        done.clear()
        with pytest.raises(WrongCredentials):
            services.prove_credentials(email, "wrong", firm_id=world.firm_id if firm else None)
        assert len(done) == hashes
        kept.append(_count_failures() - before)

    assert kept == [hashes * turn for turn in range(1, 5)]


def _count_failures() -> int:
    total = 0
    for firm in list_firms():
        with acting_as(Actor.system(firm.id).tenancy):
            total += db.fetch_value("SELECT count(*) FROM identity.audit_events WHERE act = 'session.fail'")
    return total


def test_of_many_at_once_no_more_are_let_through(committed_app: Flask, world: World) -> None:
    account = f"{time.time_ns()}@example.com"

    def attempt(number: int) -> bool:
        address = f"10.{number}.{time.time_ns() % 250}.1"
        with committed_app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            committed_app.preprocess_request()
            try:
                note_attempt(Trial.FORGOT, account, firm_id=world.firm_id)
            except Limited:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(attempt, range(40)))
    assert passed == 10


def test_old_attempts_are_forgotten_by_the_scheduler(app: Flask, world: World) -> None:
    note_attempt(Trial.FORGOT, KNOWN, firm_id=world.firm_id)
    count = "SELECT count(*) FROM identity.attempts WHERE kind = 'forgot' AND firm_id = %(firm)s"
    with acting_as(GATE):
        assert db.fetch_value(count, firm=world.firm_id) >= 1
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        sweep()
    with acting_as(GATE):
        assert db.fetch_value(count, firm=world.firm_id) == 0
