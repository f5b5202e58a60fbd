"""What the API says of notices of calls and distributions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Query
from portal.api.v1.investments.call_schemas import PayTo
from portal.api.v1.investments.schemas import Amount, Currency, Ratio
from portal.domain.investments.notices.values import NoticeKind


class NoticeQuery(Query):
    """One notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLineItem:
    """A line by type: of the whole fund, of the account, and what it does to what the account has unfunded."""

    label: str
    fund: Amount
    account: Amount
    unfunded_effect: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDetail:
    """A notice with the figures of its PDF, frozen when it was issued. `subject_id` is the call or distribution that it
    tells of; `netted_call` is the call (C3) that a distribution pays, `settled` what of that was paid before, `netted`
    what the one pays of the other. `net_due` is what the account has to pay by `due_on`; below zero it is paid that, to
    the bank account in force on the day where `pay_to` is null. `contributed` and `distributed` are since inception,
    before this notice. `document_id` is its PDF, null while it is printed."""

    id: UUID
    kind: NoticeKind
    title: str
    number: str
    subject_id: UUID
    account_id: UUID
    account: str
    account_number: str
    vehicle_id: UUID
    vehicle: str
    currency: Currency
    issued_on: date
    due_on: date
    purpose: str
    reason: str
    replaces: str | None
    commitment: Amount
    fund_commitment: Amount
    share_of_fund: Ratio
    called: list[NoticeLineItem]
    paid_out: list[NoticeLineItem]
    in_kind: Amount
    withheld: Amount
    netted_call: str | None
    settled: Amount
    netted: Amount
    net_due: Amount
    pay_to: PayTo | None
    reference: str
    contributed: Amount
    distributed: Amount
    unfunded_before: Amount
    unfunded_after: Amount
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    document_id: UUID | None
