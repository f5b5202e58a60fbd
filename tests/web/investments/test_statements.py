"""Investors: their statements as list, page and PDF, and nobody else's."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.statements import list_published_statements
from portal.domain.investments.statements.values.statements import StatementFilter, StatementSummary
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q2, Q3, prepare_run, publish_run, statements_of
from tests.factories.web import sign_in

STATEMENTS = "/investments/statements"


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID, investor: Actor, another_investor: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    for name, member in (("Lane Family Trust", investor), ("Ortiz Holdings", another_investor)):
        post_history(firm_id, make_account(firm_id, name, member), vehicle_id, HISTORY)
    return vehicle_id


def published(actor: Actor) -> StatementSummary:
    with acting_as(actor.tenancy):
        return list_published_statements(actor, StatementFilter())[0]


def test_the_list_shows_ones_own_and_narrows(
    client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID
) -> None:
    sign_in(client, investor)
    assert "No statements yet" in client.get(STATEMENTS).text
    for period in (Q2, Q3):
        publish_run(manager, vehicle, period)
    shown = client.get(STATEMENTS).text
    assert shown.index("Q3 2025") < shown.index("Q2 2025")
    assert "651,000.10" in shown
    assert "Lane Family Trust" in shown
    assert "Ortiz Holdings" not in shown
    assert "No statement fits" in client.get(f"{STATEMENTS}?year=2019").text
    assert "Q3 2025" in client.get(f"{STATEMENTS}?vehicle={vehicle}&year=2025").text


def test_the_page_has_every_figure_and_each_opens(
    client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID
) -> None:
    publish_run(manager, vehicle)
    sign_in(client, investor)
    shown = client.get(f"{STATEMENTS}/{published(investor).id}").text
    for figure in ("575,123.45", "(40,000.00)", "(2,500.50)", "18,377.15", "651,000.10", "350,000.00", "1.09×"):
        assert figure in shown
    assert "<dt>Currency</dt>" in shown  # on a phone the columns have no heads to say it
    links = set(re.findall(r'href="(/investments/(?:figures|statement-lines)/[^"]+)"', shown))
    assert len(links) == (14 + 14) * 3 + 8
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_the_pdf_comes_by_a_link_of_a_minute(
    client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID
) -> None:
    publish_run(manager, vehicle)
    sign_in(client, investor)
    statement = published(investor)
    response = client.get(f"{STATEMENTS}/{statement.id}/download")
    assert response.status_code == 303
    assert response.headers["Cache-Control"] == "private, no-store"
    file = client.application.test_client().get(response.location)
    assert file.data.startswith(b"%PDF-")
    named = f'filename="Statement {statement.number} Harbour Buyout I.pdf"'
    assert named in file.headers["Content-Disposition"]


@pytest.mark.parametrize("person", ["another_investor", "foreign_investor", "foreign_manager", "administrator"])
def test_others_find_nothing(
    client: FlaskClient, world: World, investor: Actor, manager: Actor, vehicle: UUID, person: str
) -> None:
    publish_run(manager, vehicle)
    statement = published(investor)
    sign_in(client, getattr(world, person))
    found = {
        client.get(f"{address}").status_code
        for address in (
            f"{STATEMENTS}/{statement.id}",
            f"{STATEMENTS}/{statement.id}/download",
            f"/investments/statement-lines/{statement.id}/gain/period",
        )
    }
    assert found == ({403} if person == "administrator" else {404})


def test_what_is_not_published_is_not_there(
    client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID
) -> None:
    run_id = prepare_run(manager, vehicle)
    mine = next(each for each in statements_of(manager, run_id) if each.account == "Lane Family Trust")
    sign_in(client, investor)
    assert client.get(f"{STATEMENTS}/{mine.id}").status_code == 404
    assert client.get(f"{STATEMENTS}/{mine.id}/download").status_code == 404
    assert "No statements yet" in client.get(STATEMENTS).text


def test_a_replaced_version_says_so(
    client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID, firm_id: UUID
) -> None:
    publish_run(manager, vehicle)
    first = published(investor)
    post_history(firm_id, first.account_id, vehicle, [("fee", "2025-09-20", "100")])
    publish_run(manager, vehicle, reason="A fee was missing.")
    second = published(investor)
    sign_in(client, investor)
    old = client.get(f"{STATEMENTS}/{first.id}").text
    assert f'href="{STATEMENTS}/{second.id}"' in old
    new = client.get(f"{STATEMENTS}/{second.id}").text
    assert "A fee was missing." in new
    assert f"Replaces {first.number}" in new
    assert f'href="{STATEMENTS}/{first.id}"' in new
    assert 'href="#correction"' in new
    assert "(2,600.50)" in new
    assert "Version 2" in client.get(STATEMENTS).text


@pytest.mark.parametrize("year", ["0", "99999999999999999999", "x", "-5"])
def test_a_year_that_is_none_filters_nothing(client: FlaskClient, investor: Actor, year: str) -> None:
    sign_in(client, investor)
    assert client.get(f"/investments/statements?year={year}").status_code == 200
