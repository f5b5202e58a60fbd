"""Whole capital calls, drafts too, with who paid what: for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.call_schemas import CallItem
from portal.api.v1.investments.capital_calls import START, item_of, pay_to_of
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.vehicle_call_schemas import (
    VehicleCallDetail,
    VehicleCallItem,
    VehicleCallLine,
    VehicleCallList,
    VehicleCallQuery,
    VehicleCallsQuery,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.capital_calls.queries.calls import get_call, list_calls
from portal.domain.investments.capital_calls.queries.shares import list_call_shares
from portal.domain.investments.capital_calls.values.calls import Call, CallSummary
from portal.domain.investments.capital_calls.values.shares import CallShare
from portal.platform.pagination import Page

FIRST = ("", UUID(int=0))


@v1.get("/investments/vehicle-calls")
@requires_any(Permission.SEE_ALL_PORTFOLIOS)
@described(VehicleCallList, refusals=(401, 403, 404))
def show_vehicle_calls(query: VehicleCallsQuery) -> Response:
    """For staff: the firm's capital calls, each as a whole, drafts too, the newest first."""
    before = read_cursor(query.cursor, datetime, UUID) or START
    rows = list_calls(actor(), before=before, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (each.created_at.isoformat(), each.id))
    return versioned(
        f"{page.items}|{page.next}",
        lambda: VehicleCallList([VehicleCallItem(**_summary(each)) for each in page.items], page.next),
    )


@v1.get("/investments/vehicle-calls/<uuid:call_id>")
@requires_any(Permission.SEE_ALL_PORTFOLIOS)
@described(VehicleCallDetail, refusals=(401, 403, 404))
def show_vehicle_call(query: VehicleCallQuery, call_id: UUID) -> Response:
    """For staff: one capital call with its lines, and a page of what each account has to pay and paid."""
    call = get_call(actor(), call_id)
    after = read_cursor(query.cursor, str, UUID) or FIRST
    rows = list_call_shares(actor(), call_id, after=after, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (each[0], each[1].id))
    return versioned(f"{call}|{page.items}|{page.next}", lambda: _detail(call, page))


def _summary(each: CallSummary) -> dict[str, Any]:
    return {
        "id": each.id,
        "number": each.label,
        "vehicle_id": each.vehicle_id,
        "vehicle": each.vehicle,
        "currency": each.currency,
        "state": each.state.value,
        "created_at": each.created_at,
        "issued_on": each.issued_on,
        "due_on": each.due_on,
        **{name: amount_text(getattr(each, name), each.currency) for name in ("amount", "paid", "open")},
    }


def _detail(call: Call, page: Page[tuple[str, CallShare]]) -> VehicleCallDetail:
    return VehicleCallDetail(
        **_summary(call.summary),
        purpose=call.purpose,
        short_notice=call.short_notice,
        cancelled_because=call.cancel_reason,
        replaces=call.replaces,
        admitted_on=call.admitted_on,
        pay_to=pay_to_of(call.paid_to),
        lines=[
            VehicleCallLine(line.kind.value, line.label, line.inside, amount_text(line.amount, call.summary.currency))
            for line in call.lines
        ],
        shares=[CallItem(**item_of(share)) for _, share in page.items],
        next=page.next,
    )
