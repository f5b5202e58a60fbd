"""Rows of one firm and one investor are closed to others, on pooled connections and under errors."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.exc import ProgrammingError

from portal.app import create_app
from portal.domain.identity.access.values import Actor, Role
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.tenancy import GATE, acting_as
from portal.settings import Settings
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history

TRANSACTIONS, THREADS, CONNECTIONS = 20_000, 16, 4
TABLES = ("people.investor_accounts", "investments.holdings", "investments.journals", "investments.postings")


def test_without_a_tenancy_nothing_is_permitted(app: Flask) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.fetch_all("SELECT * FROM investments.holdings")


def test_the_gate_sees_no_money(app: Flask) -> None:
    with acting_as(GATE), pytest.raises(ProgrammingError, match="permission denied"):
        db.fetch_all("SELECT * FROM investments.holdings")


def test_the_tenancy_cannot_change_inside_an_operation(app: Flask, investor: Actor, manager: Actor) -> None:
    @transactional
    def switch() -> None:
        with acting_as(manager.tenancy):
            pass

    with acting_as(investor.tenancy), pytest.raises(RuntimeError, match="cannot change"):
        switch()


def test_the_ledger_is_append_only_for_staff_and_system(app: Flask, manager: Actor, firm_id: UUID) -> None:
    for tenancy in (manager.tenancy, Actor.system(firm_id).tenancy):
        for statement in ("UPDATE investments.postings SET amount = 0", "DELETE FROM investments.journals"):
            with acting_as(tenancy), pytest.raises(ProgrammingError, match="permission denied"):
                db.fetch_all(statement)


def test_an_investor_writes_nothing_of_the_firm(app: Flask, investor: Actor) -> None:
    for statement in ("UPDATE investments.vehicles SET name = 'x'", "INSERT INTO people.account_members VALUES (NULL)"):
        with acting_as(investor.tenancy), pytest.raises(ProgrammingError, match="permission denied"):
            db.fetch_all(statement)


@dataclass(frozen=True)
class Crowd:
    """An application with four connections, and people of two firms of its own, with committed history."""

    app: Flask
    people: tuple[Actor, ...]


@pytest.fixture(scope="module")
def crowd(settings: Settings) -> Crowd:
    app = create_app(settings)
    with app.app_context():
        url = db.db.engine.url
        db.db._app_engines[app][None] = create_engine(url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=60)
        people = []
        for slug in ("crowd-one", "crowd-two"):
            firm = found_firm(slug, slug)
            vehicle = make_vehicle(firm, "Pool vehicle")
            for name in ("first", "second"):
                people.append(make_user(firm, f"{name}@{slug}.example", Role.INVESTOR))
                account = make_account(firm, f"Account of {name}", people[-1])
                post_history(firm, account, vehicle, [("commitment", "2020-01-01", "1000")])
            people.append(make_user(firm, f"manager@{slug}.example", Role.MANAGER))
    return Crowd(app, tuple(people))


def test_no_foreign_row_on_pooled_connections(crowd: Crowd) -> None:
    with crowd.app.app_context():
        allowed = {person: _seen(person, *TABLES) for person in crowd.people}

    def work(seed: int) -> int:
        chance, foreign = random.Random(seed), 0
        with crowd.app.app_context():
            for _ in range(TRANSACTIONS // THREADS):
                person = chance.choice(crowd.people)
                if chance.random() < 0.1:
                    _fail(person)
                foreign += len(_seen(person, chance.choice(TABLES)) - allowed[person])
        return foreign

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(work, range(THREADS))) == 0
    investors = [allowed[person] for person in crowd.people if not person.is_staff]
    assert all(investors)
    assert sum(map(len, investors)) == len(set().union(*investors))


def _fail(person: Actor) -> None:
    """A transaction that ends in an error, its tenancy set."""
    with acting_as(person.tenancy), pytest.raises(ProgrammingError):
        db.fetch_all("SELECT * FROM investments.nothing")


def _seen(person: Actor, *tables: str) -> set[str]:
    with acting_as(person.tenancy):
        return {f"{table} {row.id}" for table in tables for row in db.fetch_all(f"SELECT id FROM {table}")}
