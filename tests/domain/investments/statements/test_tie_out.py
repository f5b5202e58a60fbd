"""The gate before publishing: whatever does not tie out is refused, with its line and by how much."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import orjson
import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.errors import RunOutOfBalance
from portal.domain.investments.statements.queries.funds import find_fund
from portal.domain.investments.statements.rules.snapshots import write_sides
from portal.domain.investments.statements.services.publishing import publish_statement_run, request_publication
from portal.domain.investments.statements.values.periods import Period
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, prepare_run, publish_run

Q2, Q3 = Period.parse("2025-Q2"), Period.parse("2025-Q3")
# Which run is broken, at which line and column of the fund, and how the sentence begins that refuses the last one.
WAYS = {
    "a line of a total": (Q3, "gain", "period", "Total fund: Ending net asset value (period) is"),
    "a total": (Q3, "total_flows", "year", "Total fund: Total contributions and distributions (year to date) is"),
    "where it begins": (Q2, "ending_nav", "period", "Total fund: Beginning net asset value is"),
    "the unfunded": (Q2, "ending_unfunded", "period", "Total fund: Beginning unfunded commitment is"),
    "the year": (Q2, "fees", "year", "Total fund: Management fees (year to date) is"),
    "since inception": (Q2, "contributions", "inception", "Total fund: Contributions (inception to date) is"),
    "the accounts": (Q3, "commitment", "period", "Total fund: Total commitment (period) is"),
}


@pytest.fixture
def vehicle(app: Flask, world: World) -> UUID:
    found = make_vehicle(world.firm_id, "Harbour Credit I")
    for name in ("Lane Family Trust", "Ortiz Holdings"):
        post_history(world.firm_id, make_account(world.firm_id, name), found, HISTORY)
    return found


@db.transactional
def put_off(actor: Actor, run_id: UUID, code: str, column: str) -> None:
    """A cent more at a line of the fund that stands beside a run."""
    sides = find_fund(actor, run_id)
    assert sides is not None
    stored = write_sides(sides)
    (line,) = [
        each for part in ("account_lines", "commitment_lines") for each in stored["fund"][part] if each["code"] == code
    ]
    line[column] = f"{Decimal(line[column]) + Decimal('0.01'):f}"
    fund = orjson.dumps(stored).decode()
    db.execute("UPDATE investments.statement_runs SET fund = %(fund)s::jsonb WHERE id = %(id)s", fund=fund, id=run_id)


@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_is_a_cent_off_is_not_published(world: World, vehicle: UUID, way: str) -> None:
    broken, code, column, told = WAYS[way]
    runs = {Q2: publish_run(world.manager, vehicle, Q2), Q3: prepare_run(world.manager, vehicle, Q3)}
    with acting_as(Actor.system(world.firm_id).tenancy):
        put_off(Actor.system(world.firm_id), runs[broken], code, column)
    for act in (publish_statement_run, request_publication):
        with acting_as(world.manager.tenancy), pytest.raises(RunOutOfBalance) as refused:
            act(world.manager, runs[Q3])
        assert told in str(refused.value), way
        assert "USD 0.01 apart" in str(refused.value), way


def test_a_run_that_ties_out_is(world: World, vehicle: UUID) -> None:
    publish_run(world.manager, vehicle, Q2)
    run_id = prepare_run(world.manager, vehicle, Q3)
    with acting_as(world.manager.tenancy):
        assert publish_statement_run(world.manager, run_id) == 2
