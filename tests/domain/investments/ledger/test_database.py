"""What the database itself refuses, whoever asks: tried with real commits and as the tables' owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.errors import CheckViolation, ForeignKeyViolation, RestrictViolation, UniqueViolation

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
WHOLE = f"""
WITH journals AS ({JOURNAL})
INSERT INTO investments.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on)
SELECT %(line_firm)s, %(id)s, %(line_holding)s, %(line_account)s, line.bucket, %(currency)s, line.amount, %(on)s
FROM unnest(%(buckets)s::text[], %(amounts)s::numeric[]) AS line (bucket, amount)
"""
POSTING = """
INSERT INTO investments.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on)
VALUES (%(firm)s, %(id)s, %(holding)s, %(account)s, %(bucket)s, 'USD', %(amount)s, '2021-01-01')
"""
LINES = """
INSERT INTO investments.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on)
VALUES (%(firm)s, %(id)s, %(holding)s, %(account)s, 'distributed', 'USD', 1, '2021-01-01'),
  (%(firm)s, %(id)s, %(holding)s, %(account)s, 'net_assets', 'USD', -1, '2021-01-01')
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
    """A journal with its lines, in one statement."""
    values = {**holding, "id": uuid4(), "key": str(uuid4()), "reverses": None, **more}
    lines = {"currency": "USD", "on": "2021-01-01", **{f"line_{part}": given for part, given in holding.items()}}
    buckets = [("distributed", "net_assets")[place % 2] for place in range(len(amounts))]
    owner.execute(WHOLE, {**lines, **values, "buckets": buckets, "amounts": list(amounts)})
    return values


@pytest.mark.parametrize("amounts", [(5, -4), (5, -5, 1), (0, 1)])
def test_a_journal_off_balance_is_refused(
    owner: psycopg.Connection, holding: dict[str, UUID], amounts: tuple[int, ...]
) -> None:
    with pytest.raises(CheckViolation, match="off balance by 1"):
        _journal(owner, holding, *amounts)


@pytest.mark.parametrize("amounts", [(), (0,)])
def test_a_journal_of_fewer_than_two_postings_is_refused(
    owner: psycopg.Connection, holding: dict[str, UUID], amounts: tuple[int, ...]
) -> None:
    with pytest.raises(CheckViolation, match="two at least"):
        _journal(owner, holding, *amounts)


def test_a_journal_arrives_with_its_postings(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    with pytest.raises(CheckViolation, match="has 0 postings"):
        owner.execute(JOURNAL, {**holding, "id": uuid4(), "key": "alone", "reverses": None})


def test_no_posting_joins_a_journal_of_another_transaction(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    values = _journal(owner, holding, 5, -5)
    owner.commit()
    with pytest.raises(RestrictViolation, match="does not belong"):
        owner.execute(LINES, values)


def test_no_posting_is_without_a_journal(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    with pytest.raises(RestrictViolation, match="does not belong"):
        owner.execute(LINES, {**holding, "id": uuid4()})


def test_a_journal_stays_in_balance_within_its_transaction(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    values = _journal(owner, holding, 5, -5)
    with pytest.raises(CheckViolation, match="two at least"):
        owner.execute(POSTING, {**values, "bucket": "distributed", "amount": 1})


@pytest.mark.parametrize(
    "lines",
    [
        {"currency": "EUR"},
        {"line_firm": uuid4()},
        {"line_holding": uuid4()},
        {"line_account": uuid4()},
        {"on": "2021-01-02"},
    ],
    ids=lambda lines: next(iter(lines)),
)
def test_postings_agree_with_their_journal(
    owner: psycopg.Connection, holding: dict[str, UUID], lines: dict[str, object]
) -> None:
    with pytest.raises(RestrictViolation, match="does not belong"):
        _journal(owner, holding, 5, -5, **lines)


@pytest.mark.parametrize("part", ["firm", "account", "holding"])
def test_a_journal_is_of_its_holdings_firm_and_account(
    owner: psycopg.Connection, holding: dict[str, UUID], part: str
) -> None:
    with pytest.raises((ForeignKeyViolation, RestrictViolation), match=r"journals_holding|does not belong"):
        _journal(owner, {**holding, part: uuid4()}, 5, -5)


def test_a_holding_with_journals_stays(owner: psycopg.Connection, holding: dict[str, UUID]) -> None:
    with pytest.raises(ForeignKeyViolation, match="journals_holding"):
        owner.execute("DELETE FROM investments.holdings WHERE id = %(holding)s", holding)


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
