"""A line that had advanced a call: recorded by staff, and what it makes of payments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from portal.domain.investments.capital_calls.queries.shares import list_call_shares
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.credit_lines.errors import CallNotIssued
from portal.domain.investments.credit_lines.queries import list_advanced_payments, list_call_financings
from portal.domain.investments.credit_lines.services import record_line_draw, remove_line_draw
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.platform import clock
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import ask_for_call, draft_of, issue_call, make_fund, open_bank_account

pytestmark = pytest.mark.usefixtures("app")
LAST = (date.max, UUID(int=2**128 - 1))


@pytest.fixture
def fund(world: World) -> UUID:
    """A vehicle of two accounts; the investor acts for the first."""
    vehicle, _accounts = make_fund(world.firm_id, "Line Fund", ["3000", "7000"], members=[[world.investor]])
    open_bank_account(world.associate, world.manager, vehicle)
    return vehicle


def pay(world: World, call_id: UUID) -> None:
    with acting_as(world.associate.tenancy):
        for _key, share in list_call_shares(world.associate, call_id):
            record_payment(world.associate, share.id, amount=share.amount, value_on=clock.today(), receipt_id=new_id())


def test_a_payment_after_the_draw_was_advanced(world: World, fund: UUID) -> None:
    call_id = issue_call(world.associate, world.manager, draft_of(fund))
    pay(world, call_id)
    drawn_on = clock.today() - timedelta(days=90)
    with acting_as(world.associate.tenancy):
        record_line_draw(world.associate, call_id, drawn_on=drawn_on + timedelta(days=1))
        record_line_draw(world.associate, call_id, drawn_on=drawn_on)
        (listed,) = list_call_financings(world.associate, before=LAST, most=5)
        assert (listed.call_id, listed.amount, listed.drawn_on) == (call_id, 1000, drawn_on)
    for reader, expected in ((world.investor, [Decimal(300)]), (world.manager, [Decimal(300), Decimal(700)])):
        with acting_as(reader.tenancy):
            ids = [each.id for each in list_holdings(world.manager, as_of=clock.today(), vehicle_id=fund)]
            found = list_advanced_payments(reader, ids)
            assert sorted(each.amount for each in found) == expected
            assert {(each.paid_on, each.drawn_on) for each in found} == {(clock.today(), drawn_on)}
    with acting_as(world.associate.tenancy):
        remove_line_draw(world.associate, call_id)
        assert list_advanced_payments(world.associate, ids) == []


def test_only_staff_record_it_of_calls_that_are_issued_and_of_days_before_they_are_due(
    world: World, fund: UUID
) -> None:
    waiting, _request = ask_for_call(world.associate, draft_of(fund))
    issued = issue_call(world.associate, world.manager, draft_of(fund))
    with acting_as(world.associate.tenancy):
        with pytest.raises(CallNotIssued):
            record_line_draw(world.associate, waiting, drawn_on=clock.today())
        with pytest.raises(Invalid):
            record_line_draw(world.associate, issued, drawn_on=clock.today() + timedelta(days=1))
        with pytest.raises(NotFound):
            record_line_draw(world.associate, new_id(), drawn_on=clock.today())
    with acting_as(world.auditor.tenancy), pytest.raises(Forbidden):
        record_line_draw(world.auditor, issued, drawn_on=clock.today())
