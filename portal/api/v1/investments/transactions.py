"""The ledger as a list."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.figures import transaction_item
from portal.api.v1.investments.schemas import TransactionList, TransactionsQuery
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import EntryKind, Transaction, TransactionFilter
from portal.platform.pagination import Page


@v1.get("/investments/transactions")
@requires_any(Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
@described(TransactionList, refusals=(401, 403, 404))
def show_transactions(query: TransactionsQuery) -> Response:
    """The transactions you may see, newest first.

    An entry is never changed: a wrong one is reversed by another, and both stay in the list and say so.
    """
    before = read_cursor(query.cursor, date, UUID)
    criteria = TransactionFilter(
        account_id=query.account,
        vehicle_id=query.vehicle,
        holding_id=query.holding,
        kinds=tuple(EntryKind(kind) for kind in query.type),
        since=query.since,
        until=query.until,
    )
    found = list_transactions(actor(), criteria, before=before, most=query.limit + 1)
    page = Page(found, query.limit, _place)
    return versioned(
        f"{[(line.id.hex, line.reversed, line.account, line.vehicle) for line in page.items]}|{page.next}",
        lambda: TransactionList([transaction_item(line) for line in page.items], page.next),
    )


def _place(line: Transaction) -> tuple[date, UUID]:
    return line.effective_on, line.id
