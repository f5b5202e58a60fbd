"""Transfers: interests that pass from one account to another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.transfer_schemas import (
    TransferItem,
    TransferList,
    TransferQuery,
    TransferredPart,
    TransfersQuery,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.transfers.queries import get_transfer, list_transfers
from portal.domain.investments.transfers.values import Interest, Transfer
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/transfers")
@requires_any(*SEEN_BY)
@described(TransferList, refusals=(401, 403, 404))
def show_transfers(query: TransfersQuery) -> Response:
    """The transfers you may see, the newest first; those that wait for approval are seen by staff alone."""
    before = read_cursor(query.cursor, datetime, UUID)
    rows = list_transfers(actor(), before=before, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (each.created_at.isoformat(), each.id))
    return versioned(f"{page.items}|{page.next}", lambda: TransferList([*map(_item, page.items)], page.next))


@v1.get("/investments/transfers/<uuid:transfer_id>")
@requires_any(*SEEN_BY)
@described(TransferItem, refusals=(401, 403, 404))
def show_transfer(query: TransferQuery, transfer_id: UUID) -> Response:
    """One transfer: what passes, from whom to whom, as far as you may know."""
    del query
    found = get_transfer(actor(), transfer_id)
    return versioned(repr(found), lambda: _item(found))


def _item(each: Transfer) -> TransferItem:
    return TransferItem(
        id=each.id,
        vehicle_id=each.vehicle_id,
        vehicle=each.vehicle,
        currency=each.currency,
        giver_id=None if each.giver is None else each.giver_id,
        giver=each.giver,
        taker_id=None if each.taker is None else each.taker_id,
        taker=each.taker,
        effective_on=each.effective_on,
        state=each.state.value,
        share=None if each.giver is None else f"{each.share:.10f}",
        whole=None if each.giver is None else _part(each.whole, each.currency),
        passed=_part(each.passed, each.currency),
        reason=each.reason,
        created_at=each.created_at,
    )


def _part(interest: Interest, currency: str) -> TransferredPart:
    money = (interest.commitment, interest.unfunded, interest.nav)
    return TransferredPart(*(amount_text(amount, currency) for amount in money))
