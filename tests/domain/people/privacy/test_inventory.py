"""Nothing that names a person or an account is kept without being in the inventory."""

from __future__ import annotations

import psycopg
import pytest

from portal.domain.people.privacy.queries.exports import QUESTIONS
from portal.domain.people.privacy.values.inventory import INVENTORY

PERSONAL = r"""
SELECT DISTINCT table_schema || '.' || table_name FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_type = 'BASE TABLE' AND column_name ~
  '^((user|account|holding|actor|maker|approver|person|member|owner|holder|delegate|grantor|viewer|investor|subject|session)_id|subject|.*_by|on_behalf_of|email.*|phone.*|reach|agent|(share|read|archive|question|signer)_id)$'
  AND table_schema IN ('platform', 'identity', 'people', 'investments', 'documents')
"""
NAMED = {each.table for each in INVENTORY}


def personal_tables(connection: psycopg.Connection) -> set[str]:
    return {row[0] for row in connection.execute(PERSONAL)} | {"identity.users", "people.investor_accounts"}


def test_every_table_about_people_is_in_the_inventory(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        missing = sorted(personal_tables(connection) - NAMED)

    assert not missing, (
        f"{missing}: say in portal/domain/people/privacy/values/inventory.py what its owner gets of it (and ask for"
        " it in queries/collected.py) or why not, and what erasure does with it."
    )


def test_a_table_that_nobody_named_is_found(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE people.diaries (firm_id uuid, user_id uuid, entry text)")
        assert "people.diaries" in personal_tables(connection) - NAMED
        connection.rollback()


def test_the_inventory_names_tables_that_are_there_once(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        there = {row[0] for row in connection.execute("SELECT schemaname || '.' || tablename FROM pg_tables")}
    assert there >= NAMED
    assert len(NAMED) == len(INVENTORY)


@pytest.mark.parametrize("held", INVENTORY, ids=lambda held: held.table)
def test_what_is_held_is_exported_or_the_reason_is_told(held: object) -> None:
    each = next(one for one in INVENTORY if one is held)
    questions = {question.file: question.statement for question in QUESTIONS}
    assert (each.file is None) == bool(each.reason)
    if each.file is not None:
        assert each.table in questions[each.file]
