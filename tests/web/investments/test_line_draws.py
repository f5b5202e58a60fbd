"""When a line was drawn for a call, as staff record it, and what it does to returns."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.investments.capital_calls.queries.shares import list_call_shares
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.investments import post_history
from tests.factories.web import sign_in

PLACE = "/investments/line-draws"


@pytest.fixture
def call_id(world: World) -> UUID:
    """A call that both accounts of a vehicle paid; the investor acts for the first."""
    vehicle, accounts = make_fund(world.firm_id, "Line Fund", ["3000", "7000"], members=[[world.investor]])
    open_bank_account(world.associate, world.manager, vehicle)
    found = issue_call(world.associate, world.manager, draft_of(vehicle))
    with acting_as(world.associate.tenancy):
        for _key, share in list_call_shares(world.associate, found):
            given = {"amount": share.amount, "value_on": clock.today(), "receipt_id": new_id()}
            record_payment(world.associate, share.id, **given)
    for account in accounts:
        post_history(world.firm_id, account, vehicle, [("valuation", clock.today().isoformat(), "800")])
    return found


def test_a_day_is_recorded_and_returns_without_the_line_follow(
    client: FlaskClient, world: World, call_id: UUID
) -> None:
    drawn_on = clock.today() - timedelta(days=200)
    sign_in(client, world.associate)
    assert "Line Fund 1" in client.get(PLACE).text
    assert "Line Fund, call 1" in client.get(f"{PLACE}/{call_id}/edit").text
    assert client.post(f"{PLACE}/{call_id}", data={"drawn_on": drawn_on.isoformat()}).status_code == 303
    assert "Remove" in client.get(PLACE).text
    sign_in(client, world.investor)
    shown = client.get("/investments/returns").text
    assert "Net, without the subscription line" in shown
    assert "166.67%" in shown  # 300 on the day drawn, 800 now; with the line all is on one day, so there is no rate
    opened = client.get("/investments/return-figures/irr?currency=USD&basis=without_line").text
    assert "Interest on the line is not added back" in opened
    sign_in(client, world.associate)
    assert client.post(f"{PLACE}/{call_id}/remove").status_code == 303
    sign_in(client, world.investor)
    assert "subscription line" not in client.get("/investments/returns").text


def test_a_day_after_the_call_was_due_is_refused(client: FlaskClient, world: World, call_id: UUID) -> None:
    sign_in(client, world.associate)
    late = clock.today() + timedelta(days=1)
    refused = client.post(f"{PLACE}/{call_id}", data={"drawn_on": late.isoformat()})
    assert refused.status_code == 422
    assert "before the call was due" in refused.text
    assert "Enter the day" in client.post(f"{PLACE}/{call_id}", data={"drawn_on": ""}).text


def test_others_do_not_record(client: FlaskClient, world: World, call_id: UUID) -> None:
    for reader, status in ((world.auditor, 403), (world.investor, 403)):
        sign_in(client, reader)
        assert client.post(f"{PLACE}/{call_id}", data={"drawn_on": "2026-01-01"}).status_code == status
    sign_in(client, world.foreign_manager)
    assert client.get(f"{PLACE}/{call_id}/edit").status_code in (403, 404)
    assert "No capital calls yet" in client.get(PLACE).text
