"""What the database itself refuses, whoever asks: tried with real commits and as the tables' owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.errors import CheckViolation, RestrictViolation, UniqueViolation

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm
from tests.factories.investments import make_account, make_vehicle, post_history

JOURNAL = """
INSERT INTO investments.journals (id, firm_id, holding_id, account_id, kind, business_key, content_digest, currency,
  amount, unfunded_effect, effective_on, reference, reverses)
VALUES (%(id)s, %(firm)s, %(holding)s, %(account)s, 'gain', %(key)s, '', 'USD', 1, 0, '2021-01-01', '', %(reverses)s)
"""
POSTING = """
INSERT INTO investments.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on)
VALUES (%(firm)s, %(id)s, %(holding)s, %(account)s, %(bucket)s, 'USD', %(amount)s, '2021-01-01')
"""


@pytest.fixture(scope="module")
def holding(committed_app: Flask) -> dict[str, UUID]:
    """A holding with one entry, committed in a firm of its own."""
    with committed_app.app_context():
        firm = found_firm("strict", "Strict Capital")
        account, vehicle = make_account(firm, "Strict account"), make_vehicle(firm, "Strict vehicle")
        post_history(firm, account, vehicle, [("gain", "2020-01-01", "10")])
        system = Actor.system(firm)
        with acting_as(system.tenancy):
            (found,) = list_holdings(system, as_of=date(2030, 1, 1))
    return {"firm": firm, "account": account, "holding": found.id}


@pytest.fixture
def owner(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A connection that no row security holds back."""
    with psycopg.connect(postgres_url) as connection:
        yield connection
        connection.rollback()


def _journal(owner: psycopg.Connection, holding: dict[str, UUID], *amounts: int, **more: object) -> dict[str, object]:
    values = {**holding, "id": uuid4(), "key": str(uuid4()), "reverses": None, **more}
    owner.execute(JOURNAL, values)
    for place, amount in enumerate(amounts):
        owner.execute(POSTING, {**values, "bucket": ("distributed", "net_assets")[place % 2], "amount": amount})
    return values


def test_a_journal_off_balance_is_refused_at_commit(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    _journal(owner, holding, 5, -4)
    with pytest.raises(CheckViolation, match="off balance by 1"):
        owner.commit()


@pytest.mark.parametrize("amounts", [(), (0,)])
def test_a_journal_of_fewer_than_two_postings_is_refused(
    owner: psycopg.Connection, holding: dict[str, UUID], amounts: tuple[int, ...]
) -> None:
    _journal(owner, holding, *amounts)
    with pytest.raises(CheckViolation, match="two at least"):
        owner.commit()


def test_no_posting_joins_a_journal_of_another_transaction(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    values = _journal(owner, holding, 5, -5)
    owner.commit()
    with pytest.raises(RestrictViolation, match="does not belong"):
        owner.execute(POSTING, {**values, "bucket": "distributed", "amount": 1})


def test_a_posting_agrees_with_its_journal(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    values = _journal(owner, holding)
    with pytest.raises(RestrictViolation, match="does not belong"):
        owner.execute(POSTING.replace("'USD'", "'EUR'"), {**values, "bucket": "distributed", "amount": 1})


@pytest.mark.parametrize("table", ["journals", "postings"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET currency = 'EUR'", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
    ids=["update", "delete", "truncate"],
)
def test_the_owner_cannot_change_what_is_posted(
    owner: psycopg.Connection, holding: object, table: str, statement: str
) -> None:
    with pytest.raises(RestrictViolation, match="append-only"):
        owner.execute(statement.format(f"investments.{table}"))


def test_a_journal_is_reversed_once(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    first = _journal(owner, holding, 5, -5)
    _journal(owner, holding, -5, 5, reverses=first["id"])
    with pytest.raises(UniqueViolation, match="one_reversal"):
        _journal(owner, holding, -5, 5, reverses=first["id"])


def test_a_business_key_stands_once_per_generation(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    first = _journal(owner, holding, 5, -5)
    with pytest.raises(UniqueViolation, match="business_key"):
        _journal(owner, holding, 5, -5, key=first["key"])
