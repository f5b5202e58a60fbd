"""A file posted in one step, as a command does: what the ledger holds then, and what stops it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.errors import UnknownOwner, UnreadableFile
from portal.domain.investments.imports.services.commands import import_file
from portal.domain.investments.imports.values.tables import ImportKind, ImportOptions
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.vehicles.queries import list_vehicles
from portal.domain.people.investor_accounts.queries import list_accounts, list_members
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.imports import POSITIONS, holdings_of, post_file
from tests.factories.investments import make_account, make_vehicle

CALLS = [
    ("Lane Trust", "Harbour I", "2020-01-01", "commitment", "100000", "C"),
    ("Lane Trust", "Harbour I", "2020-02-01", "contribution", "60000", "1"),
    ("Lane Trust", "Harbour I", "2020-09-01", "distribution", "10000", "2"),
    ("Lane Trust", "Harbour I", "2020-12-31", "valuation", "70000", "V"),
]
HELD = [("Lane Trust", "Harbour I", "2020-12-31", "100000", "60000", "10000", "70000")]


@pytest.fixture
def system(app: Flask, firm_id: UUID) -> Actor:
    return Actor.system(firm_id)


def books_stand(system: Actor) -> bool:
    with acting_as(system.tenancy):
        return list_ledger_findings(system) == []


def figures(actor: Actor, as_of: str = "2026-11-01") -> tuple[Decimal, ...]:
    (held,) = holdings_of(actor, as_of)
    return (held.commitment, held.paid_in, held.distributed, held.nav)


@pytest.mark.parametrize(("rows", "header"), [(CALLS, None), (HELD, POSITIONS)], ids=["transactions", "positions"])
def test_each_kind_comes_to_the_same_figures(system: Actor, rows: list[tuple[str, ...]], header: object) -> None:
    outcome = post_file(system, rows, *([header] if header else []))  # type: ignore[arg-type]
    assert (outcome.posted, outcome.skipped, outcome.problems) == (len(rows), 0, ())
    assert figures(system) == (100000, 60000, 10000, 70000)
    assert holdings_of(system)[0].opening is (header is not None)
    assert books_stand(system)


@pytest.mark.parametrize(("rows", "header"), [(CALLS, None), (HELD, POSITIONS)], ids=["transactions", "positions"])
def test_the_same_file_twice_posts_nothing_twice(system: Actor, rows: list[tuple[str, ...]], header: object) -> None:
    given = [header] if header else []
    post_file(system, rows, *given)  # type: ignore[arg-type]
    again = post_file(system, rows, *given)  # type: ignore[arg-type]
    assert (again.posted, again.skipped) == (0, len(rows))
    assert figures(system) == (100000, 60000, 10000, 70000)


def test_only_the_new_rows_of_a_longer_file_are_posted(system: Actor) -> None:
    post_file(system, CALLS)
    more = post_file(system, [*CALLS, ("LANE  trust", "harbour i", "2021-03-01", "contribution", "5000", "3")])
    assert (more.posted, more.skipped) == (1, 4)
    assert figures(system)[1] == 65000


def test_another_amount_under_the_same_reference_is_refused(system: Actor) -> None:
    post_file(system, CALLS)
    changed = post_file(system, [("Lane Trust", "Harbour I", "2020-02-01", "contribution", "61000", "1")])
    (problem,) = changed.problems
    assert (changed.posted, problem.row, problem.field) == (0, 2, "amount")
    assert "posted before with another amount (import “history.csv”" in problem.message
    assert figures(system)[1] == 60000


def test_other_figures_for_a_position_of_the_same_day_are_refused(system: Actor) -> None:
    post_file(system, HELD, POSITIONS)
    (problem,) = post_file(system, [(*HELD[0][:-1], "71000")], POSITIONS).problems
    assert "posted before with other figures" in problem.message


def test_one_bad_row_stops_them_all(system: Actor) -> None:
    outcome = post_file(system, [*CALLS, ("Lane Trust", "Harbour I", "2020-02-30", "contribution", "1", "9")])
    assert (outcome.posted, [problem.row for problem in outcome.problems]) == (0, [6])
    assert holdings_of(system) == []
    with acting_as(system.tenancy):
        assert list_accounts(system) == []
        assert list_vehicles(system) == []


def test_a_dry_run_counts_and_keeps_nothing(system: Actor) -> None:
    outcome = post_file(system, CALLS, dry_run=True)
    assert (outcome.posted, outcome.skipped) == (4, 0)
    assert holdings_of(system) == []


def test_unknown_accounts_are_opened_for_their_owner(system: Actor, world: World) -> None:
    post_file(system, [*CALLS, ("Ada & Ben Lane", "Harbour I", "2020-02-01", "contribution", "7", "")],
              owner="Ada.Lane@example.com")  # fmt: skip
    assert [held.account for held in holdings_of(world.investor)] == ["Ada & Ben Lane", "Lane Trust"]
    assert holdings_of(world.another_investor) == []
    with acting_as(system.tenancy):
        assert {each.name: each.kind for each in list_accounts(system)} == {
            "Ada & Ben Lane": "joint",
            "Lane Trust": "trust",
        }


def test_accounts_that_are_there_keep_their_people(system: Actor, world: World) -> None:
    account = make_account(world.firm_id, "lane  TRUST", world.another_investor)
    post_file(system, CALLS, owner="ada.lane@example.com")
    with acting_as(system.tenancy):
        assert [member.email for member in list_members(system, account)] == ["ben.ortiz@example.com"]
    assert holdings_of(world.investor) == []


def test_another_firms_account_of_the_same_name_is_not_touched(system: Actor, world: World) -> None:
    make_account(world.other_firm_id, "Lane Trust", world.foreign_investor)
    make_vehicle(world.other_firm_id, "Harbour I", "EUR")
    assert post_file(Actor.system(world.other_firm_id), CALLS, currency="EUR", dry_run=True).posted == 4
    assert post_file(system, CALLS).posted == 4
    assert holdings_of(world.foreign_investor) == holdings_of(world.foreign_manager) == []


def test_a_new_vehicle_has_the_imports_currency_and_what_the_file_says(system: Actor) -> None:
    header = (*POSITIONS, "vintage", "strategy")
    post_file(system, [(*HELD[0], "", ""), ("B", *HELD[0][1:], "2019", "Buyout")], header, currency="JPY")
    with acting_as(system.tenancy):
        (vehicle,) = list_vehicles(system)
    assert (vehicle.currency, vehicle.vintage, vehicle.strategy) == ("JPY", 2019, "Buyout")


def test_a_vehicle_in_another_currency_is_a_problem_of_its_rows(system: Actor, firm_id: UUID) -> None:
    make_vehicle(firm_id, "Harbour I", "EUR")
    outcome = post_file(system, CALLS)
    assert {(problem.field, problem.row) for problem in outcome.problems} == {("vehicle", row) for row in range(2, 6)}
    assert "kept in EUR and this import is in USD" in outcome.problems[0].message


def test_an_unknown_owner_or_file_is_refused_before_anything(system: Actor) -> None:
    with pytest.raises(UnknownOwner, match=r"nobody@example\.com"):
        post_file(system, CALLS, owner="nobody@example.com")
    with acting_as(system.tenancy), pytest.raises(UnreadableFile):
        import_file(system, name="a.pdf", content=b"%PDF", options=ImportOptions(ImportKind.POSITIONS))


def test_columns_are_completed_by_their_names(system: Actor) -> None:
    header = ("Plan", "vehicle", "date", "type", "amount")
    outcome = post_file(system, [row[:5] for row in CALLS], header, mapping={"account": "plan"})
    assert outcome.posted == 4
    assert holdings_of(system)[0].account == "Lane Trust"
