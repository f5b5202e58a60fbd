"""A late close through the services: who comes late pays as if first, with interest; the others get it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.errors import CallClosed, LateCloseInvalid
from portal.domain.investments.capital_calls.queries.calls import get_call_preview
from portal.domain.investments.capital_calls.queries.shares import get_share_detail, list_call_shares
from portal.domain.investments.capital_calls.services.drafting import request_call_approval
from portal.domain.investments.capital_calls.services.late_closing import create_late_close, record_refund
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import LateClose, LineDraft
from portal.domain.investments.capital_calls.values.shares import CallShare, ShareState
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import approve, draft_of, issue_call, make_fund, open_bank_account
from tests.factories.investments import make_account, post_history


def shares_of(actor: Actor, call_id: UUID) -> list[CallShare]:
    with acting_as(actor.tenancy):
        return [share for _, share in list_call_shares(actor, call_id)]


def pay_all(actor: Actor, call_id: UUID) -> None:
    for share in shares_of(actor, call_id):
        with acting_as(actor.tenancy):
            if share.state is ShareState.REFUND:
                record_refund(actor, share.id, value_on=clock.today(), receipt_id=uuid4())
            elif share.open:
                record_payment(actor, share.id, amount=share.open, value_on=clock.today(), receipt_id=uuid4())


def balances(actor: Actor, vehicle: UUID) -> list[tuple[Decimal, ...]]:
    with acting_as(actor.tenancy):
        found = list_holdings(actor, as_of=clock.today(), vehicle_id=vehicle)
        assert list_ledger_findings(actor) == []
    return [(h.unfunded, h.called, h.paid_in, h.distributed) for h in sorted(found, key=lambda h: h.account)]


def close_late(maker: Actor, approver: Actor, vehicle: UUID) -> UUID:
    with acting_as(maker.tenancy):
        due = clock.today() + timedelta(days=30)
        call_id = create_late_close(maker, LateClose(vehicle, due, clock.today()))
        asked = request_call_approval(maker, call_id, digest=get_call_preview(maker, call_id).digest)
    approve(approver, asked)
    return call_id


def test_a_late_close_of_a_quarter_of_the_fund(app: Flask, world: World, associate: Actor, manager: Actor) -> None:
    vehicle, _ = make_fund(
        world.firm_id, "Harbour Fund I", ["1000000", "4000000", "5000000"], terms=Terms(late_interest=Decimal("0.08"))
    )
    open_bank_account(associate, manager, vehicle)
    first = issue_call(associate, manager, draft_of(vehicle, LineDraft(LineKind.INVESTMENT, Decimal(1_000_000))))
    pay_all(manager, first)
    with acting_as(associate.tenancy), pytest.raises(LateCloseInvalid):
        create_late_close(associate, LateClose(vehicle, clock.today() + timedelta(days=30), clock.today()))
    late = make_account(world.firm_id, "Harbour Fund I account 4")
    with time_machine.travel(clock.now() + timedelta(days=45 + 73), tick=True):
        today = clock.today().isoformat()
        post_history(world.firm_id, late, vehicle, [("commitment", today, "2500000")])
        closed = close_late(associate, manager, vehicle)
        shares = shares_of(manager, closed)
        assert [each.inside for each in shares] == [-20_000, -80_000, -100_000, 200_000]
        assert [each.outside for each in shares] == [-320, -1_280, -1_600, 3_200]  # 200,000 × 8 % × 73 ÷ 365
        pay_all(manager, closed)
        # As if all had come at the first close, but for interest: a tenth less of what each promised is unfunded.
        assert balances(manager, vehicle) == [
            (920_000, 0, 80_000, 320),
            (3_680_000, 0, 320_000, 1_280),
            (4_600_000, 0, 400_000, 1_600),
            (2_300_000, 0, 203_200, 0),
        ]
        with acting_as(manager.tenancy):
            detail = get_share_detail(manager, shares[0].id)
            assert [(each.label, each.principal, each.interest) for each in detail.equalised] == [("C1", -20_000, -320)]
            with pytest.raises(CallClosed):
                record_refund(manager, shares[0].id, value_on=clock.today(), receipt_id=uuid4())
        again = make_account(world.firm_id, "Harbour Fund I account 5")
        post_history(world.firm_id, again, vehicle, [("commitment", today, "12500000")])
        second = close_late(associate, manager, vehicle)  # who came with the first late close is refunded too
        assert [each.inside for each in shares_of(manager, second)] == [-40_000, -160_000, -200_000, -100_000, 500_000]
