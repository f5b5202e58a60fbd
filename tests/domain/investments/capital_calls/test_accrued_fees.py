"""Accrued fees as a call's line of fees: from its draft on they are that call's alone, until it is cancelled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.calls import get_call, get_call_preview
from portal.domain.investments.capital_calls.services.drafting import change_call, create_call, discard_call
from portal.domain.investments.capital_calls.services.issuing import request_cancellation
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallDraft, LineDraft
from portal.domain.investments.fees.errors import FeeCalled
from portal.domain.investments.fees.queries import list_fees_to_call
from portal.domain.investments.fees.services import propose_fee_undoing
from portal.platform import db
from portal.platform.errors import Invalid
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import approve, draft_of, issue_call, make_fund, open_bank_account
from tests.factories.fees import FEE_TERMS, charge_fee

Q1 = (date(2025, 1, 1), date(2025, 3, 31))
FEE = Decimal(5000)  # 1,000,000 × 2 % × 90/360


@pytest.fixture
def vehicle(app: Flask, world: World) -> UUID:
    found, _ = make_fund(world.firm_id, "Harbour Fees I", ["600000", "400000"], terms=FEE_TERMS)
    open_bank_account(world.associate, world.manager, found)
    return found


def with_fees(vehicle: UUID, *accrued: UUID, amount: Decimal = FEE) -> CallDraft:
    return draft_of(vehicle, LineDraft(LineKind.FEES, amount), accrued=accrued)


def open_fees(staff: Actor, vehicle: UUID) -> list[UUID]:
    with acting_as(staff.tenancy):
        return [each.id for each in list_fees_to_call(staff, vehicle)]


def test_a_call_takes_a_fee_and_gives_it_back_when_it_is_cancelled(world: World, vehicle: UUID) -> None:
    staff, fee = world.associate, charge_fee(world, vehicle, *Q1)
    call_id = issue_call(staff, world.manager, with_fees(vehicle, fee))
    assert open_fees(staff, vehicle) == []
    with acting_as(staff.tenancy):
        assert get_call(staff, call_id).summary.amount == FEE
        with pytest.raises(FeeCalled):
            propose_fee_undoing(staff, fee, reason="Wrong rate")
        request_id = request_cancellation(staff, call_id, reason="The day is a holiday.")
    assert open_fees(staff, vehicle) == []  # nobody has approved it yet
    approve(world.manager, request_id)
    assert open_fees(staff, vehicle) == [fee]


def test_each_account_pays_what_it_was_charged(app: Flask, world: World) -> None:
    """One account has a rebate; what rounding left over of an earlier line of fees counts only where it did before."""
    staff = world.associate
    vehicle, accounts = make_fund(world.firm_id, "Harbour Fees III", ["500000", "300000", "200000"], terms=FEE_TERMS)
    open_bank_account(staff, world.manager, vehicle)
    issue_call(staff, world.manager, draft_of(vehicle, LineDraft(LineKind.FEES, Decimal("100.01"))))
    fee = charge_fee(world, vehicle, *Q1, rebates={accounts[0]: Decimal("1000.37")})
    called = issue_call(staff, world.manager, with_fees(vehicle, fee, amount=FEE - Decimal("1000.37")))
    issue_call(staff, world.manager, draft_of(vehicle, LineDraft(LineKind.FEES, Decimal("100.01"))))
    with acting_as(staff.tenancy):
        assert paid_by(staff, called, accounts) == [Decimal("1499.63"), Decimal(1500), Decimal(1000)]
        plain = db.fetch_all(
            "SELECT s.account_id, sum(s.inside) AS amount FROM investments.call_shares s"
            " WHERE s.vehicle_id = %(vehicle)s AND s.call_id <> %(call)s GROUP BY 1",
            vehicle=vehicle, call=called,
        )  # fmt: skip
    assert {row.account_id: row.amount for row in plain} == {
        account: Decimal(part) for account, part in zip(accounts, ("100.01", "60.01", "40.00"), strict=True)
    }


def paid_by(staff: Actor, call_id: UUID, accounts: list[UUID]) -> list[Decimal]:
    parts = get_call_preview(staff, call_id).parts
    return [part.amount for account in accounts for part in parts if part.participant.account_id == account]


def test_two_drafts_do_not_take_the_same_fee(world: World, vehicle: UUID) -> None:
    staff, fee = world.associate, charge_fee(world, vehicle, *Q1)
    with acting_as(staff.tenancy):
        first = create_call(staff, with_fees(vehicle, fee))
        with pytest.raises(Invalid) as refused:
            create_call(staff, with_fees(vehicle, fee))
        assert "accrued" in refused.value.fields
        change_call(staff, first, with_fees(vehicle, fee))  # its own it may keep
        assert open_fees(staff, vehicle) == []
        change_call(staff, first, draft_of(vehicle))
        assert open_fees(staff, vehicle) == [fee]
        second = create_call(staff, with_fees(vehicle, fee))
        discard_call(staff, second)
    assert open_fees(staff, vehicle) == [fee]


def test_the_line_of_fees_is_what_was_charged_and_of_this_vehicle(world: World, vehicle: UUID) -> None:
    staff, fee = world.associate, charge_fee(world, vehicle, *Q1)
    other, _ = make_fund(world.firm_id, "Harbour Fees II", ["1000000"], terms=FEE_TERMS)
    refused = [
        with_fees(vehicle, fee, amount=FEE + 1),
        draft_of(vehicle, accrued=(fee,)),
        draft_of(vehicle, LineDraft(LineKind.FEES, FEE), LineDraft(LineKind.FEES, FEE), accrued=(fee,)),
        with_fees(other, fee),
    ]
    with acting_as(staff.tenancy):
        for draft in refused:
            with pytest.raises(Invalid):
                create_call(staff, draft)
    assert open_fees(staff, vehicle) == [fee]
