"""Capital calls for tests: a fund whose accounts committed, calls that were approved by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.capital_calls.queries.calls import get_call_preview
from portal.domain.investments.capital_calls.services.drafting import create_call, request_call_approval
from portal.domain.investments.capital_calls.services.receiving import enter_receiving_details
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallDraft, LineDraft
from portal.domain.investments.notices.values import BankAccount
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_account, make_vehicle, post_history

BANK = BankAccount("ach", "Harbour Fund I LP", "First Bank", "4407716639", "111000025")
COMMITTED_ON = "2024-11-01"


def make_fund(
    firm_id: UUID, name: str, commitments: Sequence[str], *, members: Sequence[Sequence[Actor]] = (), **terms: Any
) -> tuple[UUID, list[UUID]]:
    """A vehicle and the accounts that committed to it, in this order; `members` act for them, as far as given."""
    vehicle = make_vehicle(firm_id, name, **terms)
    accounts = []
    for place, commitment in enumerate(commitments):
        acting = members[place] if place < len(members) else ()
        account = make_account(firm_id, f"{name} account {place + 1}", *acting)
        on = date.fromisoformat(COMMITTED_ON) + timedelta(days=place)
        post_history(firm_id, account, vehicle, [("commitment", on.isoformat(), commitment)])
        accounts.append(account)
    return vehicle, accounts


def approve(approver: Actor, approval_id: UUID) -> None:
    """Somebody approves what was asked for."""
    with acting_as(approver.tenancy):
        decide_approval(approver, approval_id, digest=get_approval(approver, approval_id).digest, approves=True)


def open_bank_account(maker: Actor, approver: Actor, vehicle_id: UUID, account: BankAccount = BANK) -> None:
    """Bank details that calls are paid to, in force."""
    with acting_as(maker.tenancy):
        details_id = enter_receiving_details(maker, vehicle_id, given=account)
    approve(approver, open_request(approver, f"receiving_details:{details_id}"))


def open_request(actor: Actor, subject: str) -> UUID:
    """The request for approval that is open about something."""
    from portal.domain.identity.approvals.queries import list_approvals
    from portal.web.identity.approvals import START

    with acting_as(actor.tenancy):
        found = list_approvals(actor, before=START, most=500, only_open=True)
        return next(each.id for each in found if each.subject == subject)


def draft_of(vehicle_id: UUID, *lines: LineDraft, days: int = 45, **more: Any) -> CallDraft:
    """A draft of a call of 1,000 for investments, unless lines are given, due in so many days."""
    given = lines or (LineDraft(LineKind.INVESTMENT, Decimal(1000)),)
    return CallDraft(vehicle_id, clock.today() + timedelta(days=days), tuple(given), **more)


def ask_for_call(maker: Actor, draft: CallDraft) -> tuple[UUID, UUID]:
    """A call that waits for approval: its id, and that of the request."""
    with acting_as(maker.tenancy):
        call_id = create_call(maker, draft)
        return call_id, request_call_approval(maker, call_id, digest=get_call_preview(maker, call_id).digest)


def issue_call(maker: Actor, approver: Actor, draft: CallDraft) -> UUID:
    """A call that was issued."""
    call_id, approval_id = ask_for_call(maker, draft)
    approve(approver, approval_id)
    return call_id
