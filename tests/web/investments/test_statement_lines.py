"""A figure of a statement opened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, publish_run, statements_of
from tests.factories.web import sign_in
from tests.factories.worths import value_vehicle

LINES = "/investments/statement-lines"


@pytest.fixture
def statement_id(app: Flask, firm_id: UUID, investor: Actor, manager: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    post_history(firm_id, make_account(firm_id, "Lane Family Trust", investor), vehicle_id, HISTORY)
    (statement,) = statements_of(manager, publish_run(manager, vehicle_id))
    return statement.id


def test_a_total_shows_the_lines_it_is_made_of(client: FlaskClient, investor: Actor, statement_id: UUID) -> None:
    shown = sign_in(client, investor).get(f"{LINES}/{statement_id}/ending_nav/period").text
    for figure in ("575,123.45", "60,000.00", "(2,500.50)", "18,377.15", "651,000.10"):
        assert figure in shown
    assert "figure" in shown
    assert "as_of=2025-09-30" in shown


def test_carry_set_aside_leads_to_the_valuations_it_comes_from(
    client: FlaskClient, investor: Actor, associate: Actor, manager: Actor, firm_id: UUID
) -> None:
    vehicle = make_vehicle(firm_id, "Harbour Buyout I")
    post_history(firm_id, make_account(firm_id, "Lane Family Trust", investor), vehicle, HISTORY[:2])
    values = [
        value_vehicle(associate, manager, vehicle, day, Decimal(248_000), accrued=Decimal(carry))
        for day, carry in ((date(2025, 6, 30), "50.25"), (date(2025, 9, 30), "80.50"))
    ]
    (statement,) = statements_of(manager, publish_run(manager, vehicle))
    sign_in(client, investor)
    gross = client.get(f"{LINES}/{statement.id}/ending_gross_nav/period").text
    assert "248,080.50" in gross
    change = client.get(f"{LINES}/{statement.id}/accrued_change/period").text
    assert "30.25" in change
    for found in values:
        assert f'href="/investments/valuations/{found}"' in change
    ending = client.get(f"{LINES}/{statement.id}/accrued_ending/inception").text
    assert f'href="/investments/valuations/{values[0]}"' not in ending
    shown = client.get(f"/investments/valuations/{values[1]}").text
    assert "80.50" in shown.split("Parts of the accounts", 1)[1]


def test_the_gain_is_what_the_rest_does_not_explain(client: FlaskClient, investor: Actor, statement_id: UUID) -> None:
    shown = sign_in(client, investor).get(f"{LINES}/{statement_id}/gain/period").text
    for figure in ("651,000.10", "(575,123.45)", "(60,000.00)", "2,500.50", "18,377.15"):
        assert figure in shown


def test_flows_lead_to_their_transactions(client: FlaskClient, investor: Actor, statement_id: UUID) -> None:
    shown = sign_in(client, investor).get(f"{LINES}/{statement_id}/contributions/year").text
    assert "type=contribution&amp;from=2025-01-01&amp;to=2025-09-30" in shown
    link = shown.split('href="/investments/transactions?')[1].split('"')[0].replace("&amp;", "&")
    assert "400,000.00" in client.get(f"/investments/transactions?{link}").text


@pytest.mark.parametrize(
    ("code", "type", "amount"),
    [
        ("income", "investment_income", "1,200.00"),
        ("realised", "realised", "800.00"),
        ("placement_fees", "placement_fee", "(55.00)"),
    ],
)
def test_what_the_vehicle_earned_leads_to_its_entries(
    client: FlaskClient, investor: Actor, manager: Actor, firm_id: UUID, code: str, type: str, amount: str
) -> None:
    vehicle = make_vehicle(firm_id, "Harbour Income I")
    earned = [
        ("investment_income", "2025-08-20", "1200"), ("investment_gain", "2025-08-21", "1000"),
        ("investment_loss", "2025-08-22", "200"), ("placement_fee", "2025-08-23", "55"),
    ]  # fmt: skip
    post_history(firm_id, make_account(firm_id, "Lane Family Trust", investor), vehicle, [*HISTORY, *earned])
    (statement,) = statements_of(manager, publish_run(manager, vehicle))
    sign_in(client, investor)
    assert "Change in unrealised gain/(loss)" in client.get(f"/investments/statements/{statement.id}").text
    shown = client.get(f"{LINES}/{statement.id}/{code}/period").text
    assert amount in shown
    assert f"type={type}" in shown
    link = shown.split('href="/investments/transactions?')[1].split('"')[0].replace("&amp;", "&")
    assert "1 Jul" not in client.get(f"/investments/transactions?{link}").text


def test_what_begins_at_zero_leads_nowhere(client: FlaskClient, investor: Actor, statement_id: UUID) -> None:
    shown = sign_in(client, investor).get(f"{LINES}/{statement_id}/beginning_nav/inception").text
    assert "Everything begins at zero." in shown


@pytest.mark.parametrize("place", ["gain/month", "nothing/period"])
def test_other_places_are_not_there(client: FlaskClient, investor: Actor, statement_id: UUID, place: str) -> None:
    assert sign_in(client, investor).get(f"{LINES}/{statement_id}/{place}").status_code == 404
