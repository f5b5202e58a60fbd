"""Posted valuations and fees in the database itself: nobody changes, adds to or removes them, whatever their role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.values import VALUATION
from portal.domain.investments.fees.services import propose_fee_undoing, take_into_call
from portal.domain.investments.valuations.services import prepare_valuation, propose_undoing, propose_valuation
from portal.domain.investments.valuations.values import Basis, NewValuation
from portal.platform.db import execute, fetch_value, transactional
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import make_fund
from tests.factories.decisions import decide
from tests.factories.fees import FEE_TERMS, charge_fee
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account

WHOLES, PARTS = ("valuations", "fee_charges"), ("valuation_shares", "fee_shares")
OF = {"valuations": "id", "fee_charges": "id", "valuation_shares": "valuation_id", "fee_shares": "charge_id"}
FIGURE = {"valuations": "amount", "fee_charges": "fee", "valuation_shares": "amount", "fee_shares": "fee"}


@dataclass(frozen=True)
class Books:
    """A firm of its own, in whose fund a valuation and a fee are posted."""

    world: World
    investor: Actor
    ids: dict[str, UUID]

    def statements(self, table: str) -> dict[str, str]:
        """What would falsify the posted rows of a table, by what it does."""
        found = self.ids[table]
        mine = f"WHERE {OF[table]} = '{found}'"
        said = {
            "changes": f"UPDATE investments.{table} SET {FIGURE[table]} = {FIGURE[table]} + 1 {mine}",
            "removes": f"DELETE FROM investments.{table} {mine}",
        }
        if table in WHOLES:
            return said | {"returns": f"UPDATE investments.{table} SET state = 'draft' {mine}"}
        return said | {"adds": ADDS[table].format(id=found)}


ADDS = {
    "valuation_shares": "INSERT INTO investments.valuation_shares SELECT v.id, a.id, v.firm_id, 1, 1, 1"
    " FROM investments.valuations v JOIN people.investor_accounts a ON a.firm_id = v.firm_id AND a.name = 'Latecomer'"
    " WHERE v.id = '{id}'",
    "fee_shares": "INSERT INTO investments.fee_shares SELECT c.id, a.id, c.firm_id, 1, 1, 0, 0"
    " FROM investments.fee_charges c JOIN people.investor_accounts a ON a.firm_id = c.firm_id AND a.name = 'Latecomer'"
    " WHERE c.id = '{id}'",
}


@pytest.fixture(scope="module")
def books(committed_app: Flask, world: World) -> Iterator[Books]:
    with committed_app.app_context():
        name = new_id().hex[:12]
        firm = found_firm(f"frozen-{name}", "Frozen figures")
        maker = make_user(firm, f"maker-{name}@example.com", Role.ASSOCIATE)
        approver = make_user(firm, f"approver-{name}@example.com", Role.MANAGER)
        investor = make_user(firm, f"investor-{name}@example.com", Role.INVESTOR)
        own = replace(world, firm_id=firm, associate=maker, manager=approver)
        vehicle, _ = make_fund(firm, "Fund", ["600000", "400000"], members=[[investor]], terms=FEE_TERMS)
        make_account(firm, "Latecomer")
        fee = charge_fee(own, vehicle, date(2025, 1, 1), date(2025, 3, 31))
        valuation = value(own, vehicle)
        ids = {"valuations": valuation, "valuation_shares": valuation, "fee_charges": fee, "fee_shares": fee}
        yield Books(own, investor, ids)


def value(world: World, vehicle: UUID) -> UUID:
    with acting_as(world.associate.tenancy):
        worth = {"investments": Decimal(900_000)}
        given = NewValuation(vehicle, date(2025, 6, 30), worth, basis=Basis.COMMITMENT, reason="Audited")
        found = prepare_valuation(world.associate, given)
        propose_valuation(world.associate, found)
    decide(world.manager, VALUATION, f"valuation:{found}")
    return found


@transactional
def run(statement: str) -> None:
    execute(statement)


def refusal(actor: Actor, statement: str) -> str:
    """Why the database refuses the statement in the tenancy of somebody; empty where it does not."""
    try:
        with acting_as(actor.tenancy):
            run(statement)
    except (DBAPIError, psycopg.Error) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("table", OF)
@pytest.mark.parametrize("who", ["staff", "system", "investor"])
def test_no_role_of_the_portal_changes_what_was_posted(books: Books, who: str, table: str) -> None:
    system = Actor.system(books.world.firm_id)
    actor = {"staff": books.world.manager, "system": system, "investor": books.investor}[who]
    for act, statement in books.statements(table).items():
        told = refusal(actor, statement)
        assert "refused" in told or "permission denied" in told, (who, table, act)


@pytest.mark.parametrize("table", OF)
def test_nor_does_the_administrator_or_the_owner(books: Books, postgres_url: str, table: str) -> None:
    statements = {**books.statements(table), "empties": f"TRUNCATE investments.{table} CASCADE"}
    with psycopg.connect(postgres_url) as connection:
        for act, statement in statements.items():
            with pytest.raises(psycopg.errors.RestrictViolation), connection.transaction():
                connection.execute(statement)
            assert act
        connection.execute("SET ROLE portal_owner")
        with pytest.raises(psycopg.errors.RestrictViolation), connection.transaction():
            connection.execute(f"TRUNCATE investments.{table} CASCADE")


def test_what_the_portal_does_with_them_goes_on(app: Flask, world: World) -> None:
    """A call takes a fee in and lets it go, and two people take both back."""
    vehicle, _ = make_fund(world.firm_id, "Fund that lives", ["600000", "400000"], terms=FEE_TERMS)
    fee, valuation = charge_fee(world, vehicle, date(2025, 1, 1), date(2025, 3, 31)), value(world, vehicle)
    with acting_as(world.associate.tenancy):
        take_into_call(world.associate, [fee], call := new_id())
        let = "UPDATE investments.fee_charges SET call_id = NULL WHERE call_id = '{}'"
        run(let.format(call))
        propose_fee_undoing(world.associate, fee, reason="Wrong rate")
        propose_undoing(world.associate, valuation, reason="Wrong day")
    decide(world.manager, VALUATION, f"valuation:{valuation}")
    with acting_as(world.manager.tenancy):
        state = fetch_value("SELECT state FROM investments.valuations WHERE id = %(id)s", id=valuation)
    assert state == "undone"
