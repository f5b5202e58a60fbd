"""Valuations: what a vehicle was worth, and each account's part of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.valuation_schemas import (
    ValuationComponent,
    ValuationDetail,
    ValuationItem,
    ValuationList,
    ValuationQuery,
    ValuationShare,
    ValuationsQuery,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.valuations.queries import get_valuation, list_named_shares, list_valuations
from portal.domain.investments.valuations.values import COMPONENTS, Basis, NamedShare, Valuation
from portal.platform.ids import name_key
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/valuations")
@requires_any(*SEEN_BY)
@described(ValuationList, refusals=(401, 403, 404))
def show_valuations(query: ValuationsQuery) -> Response:
    """The valuations you may see, the latest day first; drafts are seen by staff alone."""
    before = read_cursor(query.cursor, date, UUID)
    rows = list_valuations(actor(), vehicle_id=query.vehicle, before=before, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (each.valued_on.isoformat(), each.id))
    return versioned(
        f"{page.items}|{page.next}",
        lambda: ValuationList([ValuationItem(**_item(each)) for each in page.items], page.next),
    )


@v1.get("/investments/valuations/<uuid:valuation_id>")
@requires_any(*SEEN_BY)
@described(ValuationDetail, refusals=(401, 403, 404))
def show_valuation(query: ValuationQuery, valuation_id: UUID) -> Response:
    """One valuation: what it is made of, and what of it is your accounts', a page of them at a time."""
    found = get_valuation(actor(), valuation_id)
    (after,) = read_cursor(query.cursor, str) or ("",)
    rows = list_named_shares(actor(), valuation_id, after=after, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (name_key(each.account),))
    return versioned(f"{found}|{page.items}|{page.next}", lambda: _detail(found, page))


def _item(each: Valuation) -> dict[str, Any]:
    return {
        "id": each.id,
        "vehicle_id": each.vehicle_id,
        "vehicle": each.vehicle,
        "currency": each.currency,
        "valued_on": each.valued_on,
        "version": each.version,
        "state": each.state.value,
        "amount": amount_text(each.amount, each.currency),
        "reason": each.reason,
        "created_at": each.created_at,
        "posted_at": each.posted_at,
    }


def _detail(found: Valuation, page: Page[NamedShare]) -> ValuationDetail:
    return ValuationDetail(
        **_item(found),
        components=[
            ValuationComponent(name, amount_text(COMPONENTS[name][1] * amount, found.currency))  # type: ignore[arg-type]  # one of these names
            for name, amount in found.components.items()
        ],
        basis=found.basis.value,
        total_weight=_weight(found.total_weight, found),
        shares=[_share(each, found) for each in page.items],
        next=page.next,
    )


def _share(each: NamedShare, found: Valuation) -> ValuationShare:
    amounts = (each.amount, each.before, each.change, each.accrued_carry)
    money = [amount_text(amount, found.currency) for amount in amounts]
    return ValuationShare(each.account, each.account_id, each.holding_id, _weight(each.weight, found), *money)


def _weight(weight: Decimal, found: Valuation) -> str:
    return f"{weight.normalize():f}" if found.basis is Basis.UNITS else amount_text(weight, found.currency)
