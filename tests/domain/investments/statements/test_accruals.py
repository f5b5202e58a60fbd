"""Carry that valuations set aside, as the statements of those who bear it tell it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import TRANSFER
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.statements.errors import RunOutdated, RunOutOfBalance
from portal.domain.investments.statements.queries.accruals import list_accrued
from portal.domain.investments.statements.queries.statements import get_statement
from portal.domain.investments.statements.services.publishing import publish_statement_run
from portal.domain.investments.statements.values.snapshots import COLUMNS, Side, Snapshot
from portal.domain.investments.transfers.services import propose_transfer
from portal.domain.investments.transfers.values import NewTransfer
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import Q1, Q2, Q3, prepare_run, publish_run, statements_of
from tests.factories.worths import value_vehicle

LINES = ("accrued_change", "accrued_ending", "ending_gross_nav")


@pytest.fixture
def accounts(app: Flask, world: World) -> dict[str, UUID]:
    """Three quarters of the vehicle are Lane's and one is Ortiz', who is its general partner."""
    found = {"vehicle": make_vehicle(world.firm_id, "Harbour Credit I")}
    for name, paid in (("Lane", "30000"), ("Ortiz", "10000")):
        found[name] = make_account(world.firm_id, name)
        history = [("commitment", "2024-01-01", "100000"), ("contribution", "2024-02-01", paid)]
        post_history(world.firm_id, found[name], found["vehicle"], history)
    with acting_as(Actor.system(world.firm_id).tenancy):
        give_carry_to(found["Ortiz"], found["vehicle"])
    return found


@db.transactional
def give_carry_to(account_id: UUID, vehicle_id: UUID) -> None:
    db.execute("UPDATE investments.vehicles SET carry_account_id = %(a)s WHERE id = %(v)s", a=account_id, v=vehicle_id)


def value(world: World, accounts: dict[str, UUID], on: str, accrued: str, amount: str = "44000") -> None:
    day = date.fromisoformat(on)
    value_vehicle(
        world.associate, world.manager, accounts["vehicle"], day, Decimal(amount), accrued=Decimal(accrued)
    )  # fmt: skip


def snapshots(world: World, run_id: UUID) -> dict[str, Snapshot]:
    listed = statements_of(world.manager, run_id)
    with acting_as(world.manager.tenancy):
        return {each.account: get_statement(world.manager, each.id).snapshot for each in listed}


def told(side: Side) -> dict[str, list[Decimal]]:
    return {code: [side.line(code).amount(column) for column in COLUMNS] for code in LINES}


def test_each_account_is_told_its_part_of_what_is_set_aside(world: World, accounts: dict[str, UUID]) -> None:
    value(world, accounts, "2024-12-31", "1000")
    value(world, accounts, "2025-03-31", "1000.01")
    value(world, accounts, "2025-04-01", "2000")  # of the quarter, though of its first day
    value(world, accounts, "2025-06-30", "3000")
    publish_run(world.manager, accounts["vehicle"], Q1)
    found = snapshots(world, publish_run(world.manager, accounts["vehicle"], Q2))
    lane = found["Lane"]
    assert told(lane.own) == {
        "accrued_change": [Decimal("1499.99"), 1500, 2250],
        "accrued_ending": [2250] * 3,
        "ending_gross_nav": [35250] * 3,
    }
    assert lane.labels["ending_nav"] == "Ending net asset value, net of incentive"
    assert lane.beside is not None
    assert lane.beside.partner is not None
    assert told(lane.beside.partner) == told(found["Ortiz"].own)
    assert told(lane.beside.fund)["accrued_change"] == [Decimal("1999.99"), 2000, 3000]
    assert told(lane.beside.fund)["ending_gross_nav"] == [47000] * 3


def test_a_vehicle_that_sets_nothing_aside_says_nothing_of_it(world: World, accounts: dict[str, UUID]) -> None:
    value(world, accounts, "2025-06-30", "0")
    lane = snapshots(world, publish_run(world.manager, accounts["vehicle"], Q2))["Lane"]
    assert not [code for code in LINES if code in lane.stated]
    assert lane.labels["ending_nav"] == "Ending net asset value"
    value(world, accounts, "2025-09-30", "400")
    lane = snapshots(world, publish_run(world.manager, accounts["vehicle"], Q3))["Lane"]
    assert told(lane.own)["accrued_change"] == [300] * 3


def test_what_is_set_aside_passes_with_the_interest(world: World, accounts: dict[str, UUID]) -> None:
    value(world, accounts, "2025-06-30", "4000")
    with acting_as(world.associate.tenancy):
        asked = NewTransfer(
            accounts["vehicle"], accounts["Lane"], accounts["Ortiz"], Decimal("0.5"), date(2025, 8, 1), "Estate"
        )
        transfer = propose_transfer(world.associate, asked)
    decide(world.manager, TRANSFER, f"transfer:{transfer}")
    before = snapshots(world, publish_run(world.manager, accounts["vehicle"], Q2))
    after = snapshots(world, publish_run(world.manager, accounts["vehicle"], Q3))
    assert [each["Lane"].line("accrued_ending").period for each in (before, after)] == [3000, 1500]
    assert [each["Ortiz"].line("accrued_ending").period for each in (before, after)] == [1000, 2500]
    assert after["Lane"].line("accrued_change").period == -1500
    with acting_as(world.manager.tenancy):
        (taker,) = list_holdings(world.manager, as_of=date(2025, 9, 30), account_id=accounts["Ortiz"])
        alone = list_accrued(world.manager, [taker.id], Q3)
    assert alone == {taker.id: (1000, 0, 2500)}
    assert after["Lane"].beside == after["Ortiz"].beside
    assert after["Lane"].beside is not None
    assert told(after["Lane"].beside.fund)["accrued_change"] == [0, 4000, 4000]


def test_more_set_aside_of_the_same_value_is_a_correction(world: World, accounts: dict[str, UUID]) -> None:
    value(world, accounts, "2025-06-30", "400")
    publish_run(world.manager, accounts["vehicle"], Q2)
    waiting = prepare_run(world.manager, accounts["vehicle"], Q3)
    value(world, accounts, "2025-06-30", "800")
    with acting_as(world.manager.tenancy), pytest.raises(RunOutdated):
        publish_statement_run(world.manager, waiting)
    run_id = publish_run(world.manager, accounts["vehicle"], Q2, reason="The carry was found anew.")
    correction = snapshots(world, run_id)["Lane"].correction
    assert correction is not None
    changes = {(each.figure, each.before, each.after) for each in correction.changes if each.side == "account"}
    assert ("accrued_ending", "300.00", "600.00") in changes
    assert not [each for each in changes if each[0] == "ending_nav"]


def test_an_account_whose_part_is_a_cent_off_holds_up_all(world: World, accounts: dict[str, UUID]) -> None:
    value(world, accounts, "2025-06-30", "400")
    run_id = prepare_run(world.manager, accounts["vehicle"], Q2)
    with acting_as(Actor.system(world.firm_id).tenancy):
        put_off(run_id)
    with acting_as(world.manager.tenancy), pytest.raises(RunOutOfBalance) as refused:
        publish_statement_run(world.manager, run_id)
    told = (
        "Total fund: Accrued incentive allocation, change (period) is USD 400.00, but the accounts come to USD 399.99"
    )
    assert told in str(refused.value)


@db.transactional
def put_off(run_id: UUID) -> None:
    """A cent less of what is set aside, in one account's statement."""
    db.execute(
        "UPDATE investments.statements SET snapshot = replace(snapshot::text, '\"300.00\"', '\"299.99\"')::jsonb"
        " WHERE run_id = %(id)s",
        id=run_id,
    )
