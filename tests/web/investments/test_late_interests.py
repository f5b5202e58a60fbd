"""Interest on late payments on its page: with its arithmetic, and waived with a reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.payments.queries.late_interests import list_late_interests
from portal.domain.investments.payments.services.matching import confirm_exact
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.tenancy import acting_as
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.payments import read_file
from tests.factories.web import sign_in

LATE = "/investments/late-interests"


@pytest.fixture
def late_id(firm_id: UUID, associate: Actor, manager: Actor) -> UUID:
    """1,000 at 10 %, 73 days late: 20."""
    vehicle, _ = make_fund(firm_id, "Harbour Fund I", ["1000000"], terms=Terms(late_interest=Decimal("0.10")))
    open_bank_account(associate, manager, vehicle)
    issue_call(associate, manager, draft_of(vehicle))
    with acting_as(associate.tenancy):
        _age()
        (due,) = list_dues(associate)
    read_file(associate, (clock.today().isoformat(), "Ada", due.reference, "1000"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
        return list_late_interests(associate)[0].id


@transactional
def _age() -> None:
    execute("UPDATE investments.call_shares SET due_on = %(due)s", due=clock.today() - timedelta(days=73))


def test_the_page_shows_how_it_comes_about(client: FlaskClient, associate: Actor, late_id: UUID) -> None:
    sign_in(client, associate)
    page = client.get(LATE).text
    assert "1,000.00 × 10.00% × 73 ÷ 365" in page
    assert "USD 20.00" in page
    assert "Waive" not in page
    assert client.post(f"{LATE}/{late_id}/waive", data={"note": "So"}).status_code == 403


def test_it_is_waived_with_a_reason(client: FlaskClient, manager: Actor, late_id: UUID) -> None:
    sign_in(client, manager)
    assert client.post(f"{LATE}/{late_id}/waive", data={"note": ""}).status_code == 422
    assert client.post(f"{LATE}/{late_id}/waive", data={"note": "The bank was late"}).status_code == 303
    page = client.get(LATE).text
    assert "The bank was late" in page
    assert "waived" in page
    assert client.post(f"{LATE}/{late_id}/waive", data={"note": "again"}).status_code == 409
