"""What is generated is a firm's books, and stands up to the checks made of any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask

from benchmarks.generator import FIRM, Size, generate, known_id
from portal.app import create_app
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import TransactionFilter
from portal.domain.investments.returns.queries import get_portfolio
from portal.platform import clock, db
from portal.platform.crypto import Vault
from portal.platform.migrating import migrate_database
from portal.platform.personal import Keyring
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.servers import as_login

TINY = Size("tiny", 5, 40)


@pytest.fixture(scope="module")
def generated(postgres_url: str, settings: Settings) -> Iterator[Flask]:
    """The portal over a database of its own that was generated."""
    url = urlsplit(postgres_url)._replace(path="/generated").geturl()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE generated")
    migrate_database(url, logins=[as_login(url, "portal_web")])
    generate(url, TINY, Keyring(Vault(settings.encryption_key_file), settings.index_key_file))
    app = create_app(replace(settings, database_url=as_login(url, "portal_web")))
    with app.app_context():
        yield app
        db.session.remove()
        db.db.engine.dispose()


def _investor(name: str) -> Actor:
    return Actor(FIRM, known_id("user", name), frozenset({Role.INVESTOR}), name)


def test_the_books_stand(generated: Flask) -> None:
    with acting_as(Actor.system(FIRM).tenancy):
        assert list_ledger_findings(Actor.system(FIRM)) == []
        assert db.fetch_value("SELECT count(*) FROM investments.holdings") == 5 * 2 + 20 + 2 + 2 + 1
        assert db.fetch_value("SELECT count(*) FROM investments.postings") > TINY.accounts * 100


@pytest.mark.parametrize(
    ("name", "holdings", "transactions"), [("twenty", 20, 380), ("ten", 2, 10), ("many", 2, 10_000)]
)
def test_the_investors_that_are_measured_have_what_they_are_called_after(
    generated: Flask, name: str, holdings: int, transactions: int
) -> None:
    actor = _investor(name)
    with acting_as(actor.tenancy):
        portfolio = get_portfolio(actor, as_of=clock.today())
        listed = list_transactions(actor, TransactionFilter(), most=None)
    assert len(portfolio.holdings) == holdings
    assert len(listed) == transactions
    assert portfolio.totals[0].nav > 0


def test_keys_and_indexes_are_as_the_migrations_made_them(generated: Flask, postgres_url: str) -> None:
    question = (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'investments' AND tablename IN ('journals', 'postings')"
        " UNION ALL SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid IN ('investments.journals'::regclass, 'investments.postings'::regclass) ORDER BY 1"
    )
    answers = []
    for database in ("portal", "generated"):
        with psycopg.connect(urlsplit(postgres_url)._replace(path=f"/{database}").geturl()) as connection:
            answers.append(connection.execute(question).fetchall())
    assert answers[0] == answers[1]
