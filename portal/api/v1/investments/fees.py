"""Management fees: the fee of a period with its arithmetic, and each account's part of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.fee_schemas import FeeDetail, FeeItem, FeeList, FeePart, FeeQuery, FeesQuery
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.routes import v1
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.fees.queries import get_fee_charge, list_fee_charges, list_fee_shares
from portal.domain.investments.fees.values import FeeCharge, NamedFeeShare
from portal.platform.ids import name_key
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/fees")
@requires_any(*SEEN_BY)
@described(FeeList, refusals=(401, 403, 404))
def show_fees(query: FeesQuery) -> Response:
    """The management fees you may see, the latest period first; drafts are seen by staff alone."""
    before = read_cursor(query.cursor, date, UUID)
    rows = list_fee_charges(actor(), before=before, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (each.ends_on.isoformat(), each.id))
    return versioned(
        f"{page.items}|{page.next}", lambda: FeeList([FeeItem(**_item(each)) for each in page.items], page.next)
    )


@v1.get("/investments/fees/<uuid:charge_id>")
@requires_any(*SEEN_BY)
@described(FeeDetail, refusals=(401, 403, 404))
def show_fee(query: FeeQuery, charge_id: UUID) -> Response:
    """One fee: how it is computed, and what of it your accounts bear, a page of them at a time."""
    found = get_fee_charge(actor(), charge_id)
    (after,) = read_cursor(query.cursor, str) or ("",)
    rows = list_fee_shares(actor(), charge_id, after=after, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (name_key(each.account),))
    return versioned(f"{found}|{page.items}|{page.next}", lambda: _detail(found, page))


def _item(each: FeeCharge) -> dict[str, Any]:
    names = ("fee", "credited", "rebated", "net")
    return {
        "id": each.id,
        "vehicle_id": each.vehicle_id,
        "vehicle": each.vehicle,
        "currency": each.currency,
        "starts_on": each.starts_on,
        "ends_on": each.ends_on,
        "state": each.state.value,
        **{name: amount_text(getattr(each, name), each.currency) for name in names},
        "created_at": each.created_at,
        "posted_at": each.posted_at,
    }


def _detail(found: FeeCharge, page: Page[NamedFeeShare]) -> FeeDetail:
    code, is_staff = found.currency, can(actor(), Permission.SEE_ALL_PORTFOLIOS)
    return FeeDetail(
        **_item(found),
        basis=found.basis.value,
        measured_on=found.measured_on,
        total_basis=amount_text(found.total_basis, code),
        rate=f"{found.rate:.10f}",
        days=found.days,
        year_days=found.year_days,
        day_count=found.day_count.value,
        paid_from=found.paid_from.value,
        offsets=amount_text(found.offsets, code),
        call_id=found.call_id if is_staff else None,
        parts=[_part(each, code) for each in page.items],
        next=page.next,
    )


def _part(each: NamedFeeShare, currency: str) -> FeePart:
    share = each.share
    money = (share.basis, share.fee, share.offset, share.rebate, share.net)
    return FeePart(each.account, share.account_id, *(amount_text(amount, currency) for amount in money))
