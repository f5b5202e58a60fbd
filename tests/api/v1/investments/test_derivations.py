"""Figures opened by the API: each by an address that stays, the same as the figure, to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.investments.index_series.services import add_index_series
from portal.domain.investments.statements.values.periods import Period
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.returns import GROWTH, make_growing_fund
from tests.factories.statements import publish_run, statements_of
from tests.factories.worths import value_vehicle

URL = "/api/v1/investments"
NOBODY = "0190a5c2-0000-7000-8000-000000000000"
FIGURES = ("commitment", "unfunded", "paid_in", "distributed", "nav", "dpi", "rvpi", "tvpi", "pic", "irr")


@pytest.fixture
def vehicle(world: World) -> UUID:
    """A vehicle that the investor holds a part of."""
    return make_growing_fund(world.firm_id, Ada=world.investor)


def get(client: FlaskClient, reader: Any, address: str, **query: str) -> dict[str, Any]:
    answer = client.get(address, query_string=query or None, headers=bearer(reader))
    assert answer.status_code == 200, address
    told: dict[str, Any] = answer.json
    return told


def returns(client: FlaskClient, world: World, vehicle: UUID, **query: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The measures of the investor's returns with their basis."""
    (found,) = get(client, world.investor, f"{URL}/returns", vehicle=str(vehicle), **query)["items"]
    for basis in found["bases"]:
        yield from ((basis["basis"], measure) for measure in basis["measures"])


def test_each_figure_of_a_total_and_of_a_holding_opens(client: FlaskClient, world: World, vehicle: UUID) -> None:
    (total,) = get(client, world.investor, f"{URL}/portfolio", as_of="2025-12-31")["totals"]
    (holding,) = get(client, world.investor, f"{URL}/holdings", as_of="2025-12-31")["items"]
    for figures in (total, holding):
        for name in FIGURES:
            opened = get(client, world.investor, figures["derivations"].replace("{figure}", name))
            assert (opened["figure"], opened["value"]) == (name, figures[name])
            assert all(opened[told] for told in ("formula", "method", "basis", "period"))
            assert all(Decimal(trail["total"]) for trail in opened["trails"] if trail["amount_of"] != "distributed")
            assert (opened["nav_on"], opened["nav_age_days"]) == ("2025-12-31", 0)
            again = get(client, world.investor, f"{URL}/figures/{opened['id']}")
            assert again == opened
        rate = get(client, world.investor, figures["derivations"].replace("{figure}", "irr"))
        worth = [Decimal(part["present_value"]) for part in rate["parts"]]
        assert [part["type"] for part in rate["parts"]] == ["paid_in", "nav"]
        assert abs(sum(worth)) <= Decimal("0.01")


def test_each_return_opens_to_what_it_is_computed_from(client: FlaskClient, world: World, vehicle: UUID) -> None:
    rows = "\n".join(f"{day},{100 + place}" for place, (_kind, day, _amount) in enumerate(GROWTH))
    with acting_as(world.associate.tenancy):
        index_id = add_index_series(world.associate, name="World", currency="USD", content=rows.encode())
    asked = {"index": str(index_id), "period": "span", "since": "2023-12-31"}
    for basis, measure in returns(client, world, vehicle, **asked):
        opened = get(client, world.investor, measure["derivation"])
        assert [opened[key] for key in ("figure", "value", "reason", "annualised", "estimate", "basis")] == [
            *(measure[key] for key in ("measure", "value", "reason", "annualised", "estimate")), basis,
        ]  # fmt: skip
        assert opened["parts"][0]["type"] == "opening"
        if measure["measure"] == "direct_alpha":
            assert Decimal(opened["parts"][-1]["grown"]) == Decimal("532.40")
        if measure["measure"] == "time_weighted":
            assert len(opened["steps"]) == 2


def test_each_line_of_a_statement_opens_to_its_lines(client: FlaskClient, world: World, vehicle: UUID) -> None:
    run_id = publish_run(world.manager, vehicle, Period.parse("2024-Q4"))
    (mine,) = statements_of(world.manager, run_id)
    statement = get(client, world.investor, f"{URL}/statements/{mine.id}")
    sides = {"account": statement, "fund": statement["fund"]}
    for side, stated in sides.items():
        for line in (*stated["account_lines"], *stated["commitment_lines"]):
            address = statement["derivations"].replace("{side}", side).replace("{line}", line["code"])
            opened = get(client, world.investor, address.replace("{column}", "year"))
            assert opened["value"] == line["year"]
            if opened["lines"]:
                assert sum(Decimal(part["amount"]) for part in opened["lines"]) == Decimal(line["year"])
                assert get(client, world.investor, opened["lines"][0]["derivation"])["title"]
    figures = statement["figures"]
    opened = get(client, world.investor, figures["derivations"].replace("{figure}", "tvpi"))
    assert opened["value"] == figures["tvpi"]


def test_carry_set_aside_says_how_it_is_divided(client: FlaskClient, world: World, vehicle: UUID) -> None:
    value_vehicle(world.associate, world.manager, vehicle, date(2024, 12, 31), Decimal(484), accrued=Decimal("12.50"))
    (mine,) = statements_of(world.manager, publish_run(world.manager, vehicle, Period.parse("2024-Q4")))
    opened = get(client, world.investor, f"{URL}/figures/statement.{mine.id}.account.accrued_ending.period")
    assert (opened["value"], opened["lines"]) == ("12.50", [])
    assert opened["formula"] == "accrued carried interest of the last valuation × weight ÷ total weight"
    gross = get(client, world.investor, f"{URL}/figures/statement.{mine.id}.account.ending_gross_nav.year")
    assert (gross["value"], [each["amount"] for each in gross["lines"]]) == ("496.50", ["484.00", "12.50"])
    (valuation,) = get(client, world.investor, f"{URL}/valuations", vehicle=str(vehicle))["items"]
    (share,) = get(client, world.investor, f"{URL}/valuations/{valuation['id']}")["shares"]
    assert (share["amount"], share["accrued_carry"]) == ("484.00", "12.50")


def test_nobody_opens_what_is_not_theirs(client: FlaskClient, world: World, vehicle: UUID) -> None:
    run_id = publish_run(world.manager, vehicle, Period.parse("2024-Q4"))
    (mine,) = statements_of(world.manager, run_id)
    (holding,) = get(client, world.investor, f"{URL}/holdings", as_of="2025-12-31")["items"]
    own = [
        holding["derivations"].replace("{figure}", "nav"),
        f"{URL}/figures/balance.nav.2025-12-31.USD.account:{holding['account_id']}",
        f"{URL}/figures/balance.nav.2025-12-31.USD.vehicle:{vehicle}",
        next(returns(client, world, vehicle))[1]["derivation"],
        f"{URL}/figures/statement.{mine.id}.account.ending_nav.period",
    ]
    for address in own:
        assert get(client, world.investor, address)["value"]
        for stranger in (world.another_investor, world.foreign_investor):
            assert client.get(address, headers=bearer(stranger)).status_code == 404, address


@pytest.mark.parametrize(
    "figure",
    [
        "", "nav", "balance", "balance.nav", "balance.nav.2025-12-31", "balance.nav.2025-12-31.usd",
        "balance.nav.2025-02-30.USD", "balance.none.2025-12-31.USD", f"balance.nav.2025-12-31.USD.holding:{NOBODY}",
        f"balance.nav.2025-12-31.holding:{NOBODY}", "balance.nav.2025-12-31.USD.account:x",
        "balance.nav.2025-12-31.USD.color:red", "return.irr.net.inception.2025-12-31",
        "return.irr.net.span.2025-12-31.USD",
        "return.irr.net.ever.2025-12-31.USD", "return.irr.all.inception.2025-12-31.USD",
        f"statement.{NOBODY}.account.ending_nav.period", f"statement.{NOBODY}.account.ending_nav.week",
        "other.nav.2025-12-31.USD", "balance.nav.0000-00-00.USD", "balance.nav.2025-12-31.EUR",
    ],
)  # fmt: skip
def test_what_is_no_id_is_not_there(client: FlaskClient, world: World, vehicle: UUID, figure: str) -> None:
    assert client.get(f"{URL}/figures/{figure}", headers=bearer(world.investor)).status_code == 404
