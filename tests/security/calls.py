"""Capital calls of the scene: issued and paid in part, cancelled, waiting, a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.calls import get_call_preview
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.capital_calls.services.drafting import create_call, request_call_approval
from portal.domain.investments.capital_calls.services.issuing import request_cancellation
from portal.domain.investments.capital_calls.services.late_closing import create_late_close
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.capital_calls.services.receiving import enter_receiving_details
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import LateClose, LineDraft
from portal.domain.investments.credit_lines.services import record_line_draw
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.calls import BANK, approve, ask_for_call, draft_of, issue_call, open_bank_account
from tests.factories.investments import make_account, post_history
from tests.security.canaries import Write


def call_capital(
    maker: Actor,
    approver: Actor,
    write: Write,
    vehicle: UUID,
    accounts: Mapping[str, UUID],
    *,
    shared: str,
    inside: str,
) -> None:
    """Everything that can become of a call of a vehicle that all these accounts hold."""
    bank = replace(BANK, holder=write(shared), bank=write(shared))
    open_bank_account(maker, approver, vehicle, bank)
    fees = LineDraft(LineKind.FEES, Decimal(100), label=write(shared))
    investment = LineDraft(LineKind.INVESTMENT, Decimal(1000), label=write(shared))
    cancelled = issue_call(maker, approver, draft_of(vehicle, fees, purpose=write(shared)))
    with acting_as(maker.tenancy):
        asked = request_cancellation(maker, cancelled, reason=write(shared))
    approve(approver, asked)
    excused = {account: write(scope) for scope, account in accounts.items() if scope == "ben"}
    issued = issue_call(maker, approver, draft_of(vehicle, investment, fees, purpose=write(shared), excused=excused))
    with acting_as(maker.tenancy):
        record_line_draw(maker, issued, drawn_on=clock.today() - timedelta(days=30))
        for due in list_dues(maker, vehicle_id=vehicle):
            record_payment(maker, due.id, amount=Decimal(1), value_on=clock.today(), receipt_id=uuid4())
    for scope in accounts:
        latecomer = make_account(maker.firm_id, write(scope))
        post_history(maker.firm_id, latecomer, vehicle, [("commitment", clock.today().isoformat(), "1000")])
    with acting_as(maker.tenancy):
        due = clock.today() + timedelta(days=45)
        late = create_late_close(maker, LateClose(vehicle, due, clock.today(), write(shared)))
        asked = request_call_approval(maker, late, digest=get_call_preview(maker, late).digest)
    approve(approver, asked)
    inner = LineDraft(LineKind.INVESTMENT, Decimal(10), label=write(inside))
    ask_for_call(maker, draft_of(vehicle, inner, purpose=write(inside), short_notice=write(inside)))
    with acting_as(maker.tenancy):
        create_call(maker, draft_of(vehicle, inner, purpose=write(inside)))
        enter_receiving_details(maker, vehicle, given=replace(BANK, holder=write(inside), bank=write(inside)))
