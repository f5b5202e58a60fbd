"""What the database itself refuses: others' statements, unpublished ones, and any change of a published one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q2, Q3, prepare_run, publish_run

SEEN = "SELECT a.name, s.state FROM investments.statements s JOIN people.investor_accounts a ON a.id = s.account_id"


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID, investor: Actor, another_investor: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    for name, member in (("Lane Family Trust", investor), ("Ortiz Holdings", another_investor)):
        post_history(firm_id, make_account(firm_id, name, member), vehicle_id, HISTORY)
    return vehicle_id


def seen(actor: Actor) -> set[tuple[str, str]]:
    with acting_as(actor.tenancy):
        return {tuple(row) for row in db.fetch_all(SEEN)}


@transactional
def _write(statement: str) -> None:
    db.execute(statement)


@contextmanager
def refused(*, because: str) -> Iterator[None]:
    with pytest.raises(DBAPIError) as error:
        yield
    assert because in str(error.value)


def test_each_sees_their_own_and_only_when_published(
    world: World, manager: Actor, investor: Actor, another_investor: Actor, vehicle: UUID
) -> None:
    publish_run(manager, vehicle, Q2)
    prepare_run(manager, vehicle, Q3)
    assert seen(investor) == {("Lane Family Trust", "published")}
    assert seen(another_investor) == {("Ortiz Holdings", "published")}
    assert len(seen(manager)) == 4
    assert seen(world.foreign_manager) == seen(world.foreign_investor) == set()


def test_the_gate_and_investors_have_no_further_rights(investor: Actor, vehicle: UUID) -> None:
    with refused(because="permission denied"), acting_as(GATE):
        db.fetch_all("SELECT * FROM investments.statements")
    with refused(because="permission denied"), acting_as(investor.tenancy):
        db.fetch_all("SELECT * FROM investments.statement_runs")
    with refused(because="permission denied"), acting_as(investor.tenancy):
        _write("UPDATE investments.statements SET problem = 'none'")


@pytest.mark.parametrize(
    "change",
    [
        "snapshot = '{}'::jsonb",
        "figures_digest = 'other'",
        "pdf_digest = 'other'",
        "file_key = 'other'",
        "state = 'ready', published_at = NULL",
        "published_at = now()",
        "account_id = gen_random_uuid()",
        "state = 'superseded', superseded_at = now(), number = 'X'",
        "state = 'superseded'",
    ],
)
def test_a_published_statement_is_frozen(manager: Actor, vehicle: UUID, change: str) -> None:
    publish_run(manager, vehicle)
    with refused(because="a published statement is frozen"), acting_as(manager.tenancy):
        _write(f"UPDATE investments.statements SET {change}")


def test_a_superseded_one_stays_so(manager: Actor, vehicle: UUID) -> None:
    publish_run(manager, vehicle)
    supersede = "UPDATE investments.statements SET state = 'superseded', superseded_at = now()"
    with acting_as(manager.tenancy):
        _write(supersede)
    with refused(because="frozen"), acting_as(manager.tenancy):
        _write(supersede)


def test_nobody_deletes_statements(manager: Actor, vehicle: UUID) -> None:
    prepare_run(manager, vehicle)
    with refused(because="permission denied"), acting_as(manager.tenancy):
        _write("DELETE FROM investments.statements")


def test_nothing_is_published_without_figures_and_file(manager: Actor, vehicle: UUID) -> None:
    prepare_run(manager, vehicle)
    with refused(because="statements_whole"), acting_as(manager.tenancy):
        _write("UPDATE investments.statements SET state = 'published', published_at = now(), pdf_digest = NULL")


def test_one_version_is_in_force(manager: Actor, vehicle: UUID) -> None:
    publish_run(manager, vehicle)
    again = """
    INSERT INTO investments.statements (id, firm_id, run_id, holding_id, account_id, vehicle_id, frequency, ends_on,
      number, version, state, snapshot, figures_digest, file_key, pdf_digest, prepared_at, published_at)
    SELECT gen_random_uuid(), firm_id, run_id, holding_id, account_id, vehicle_id, frequency, ends_on, 'X' || number, 2,
      state, snapshot, figures_digest, file_key, pdf_digest, prepared_at, published_at FROM investments.statements
    """
    with refused(because="statements_one_published"), acting_as(manager.tenancy):
        _write(again)
