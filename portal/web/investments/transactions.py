"""What happened: the journal as a list, and one entry of it with its postings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.investments.ledger.queries.holdings import get_holding
from portal.domain.investments.ledger.queries.transactions import (
    get_transaction,
    list_transaction_totals,
    list_transactions,
)
from portal.domain.investments.ledger.values import DISTRIBUTIONS, EntryKind, Transaction, TransactionFilter
from portal.platform import clock
from portal.platform.errors import Invalid
from portal.platform.pagination import decode_cursor, encode_cursor
from portal.web.investments.holding_exports import in_minor_places
from portal.web.investments.narrowing import offer_accounts, offer_vehicles
from portal.web.investments.selection import read_day, read_search
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.exports import Cell
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("transactions", __name__, url_prefix="/investments/transactions")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
PER_PAGE = 50
PER_READ = 1000
CHOICES = [kind for kind in EntryKind if kind is not EntryKind.VALUATION_ADJUSTMENT]
# What a line of a statement sums up, where it is more than one kind.
GROUPS: Mapping[str, tuple[EntryKind, ...]] = {
    "distributions": tuple(sorted(DISTRIBUTIONS)),
    "charges": (EntryKind.FEE, EntryKind.EXPENSE),
    "realised": (EntryKind.INVESTMENT_GAIN, EntryKind.INVESTMENT_LOSS),
    "incentive": (EntryKind.CARRIED_INTEREST, EntryKind.CLAWBACK),
    "calls": (EntryKind.CALL, EntryKind.CONTRIBUTION),
}
NARROWING = ("account", "vehicle", "holding", "type", "from", "to", "q")
COLUMNS = (
    "date", "type", "account", "vehicle", "currency", "amount", "cash", "unfunded_effect", "reference",
    "opening_balance", "reverses", "reversed_by", "posted_at", "journal",
)  # fmt: skip


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """A page of transactions, newest first, with totals where the list is narrowed."""
    faults: dict[str, str] = {}
    criteria = _criteria(request.args, faults)
    narrowed = {name: request.args[name] for name in NARROWING if request.args.get(name)}
    found, newer, older = ([], None, None) if faults else _page_of(criteria)
    return page(
        "investments/transactions/index.html",
        422 if faults else 200,
        faults=faults,
        transactions=found,
        totals=list_transaction_totals(actor(), criteria) if narrowed and not faults else [],
        newer=_address(narrowed, after=newer),
        older=_address(narrowed, before=older),
        narrowed=narrowed,
        arguments=request.args,
        holding=_holding(criteria),
        choices=CHOICES,
        accounts=offer_accounts(criteria.account_id),
        vehicles=offer_vehicles(criteria.vehicle_id),
        exports=[(kind.upper(), _export_address(kind, narrowed)) for kind in ("csv", "xlsx")],
    )


@blueprint.get("/<uuid:journal_id>")
@requires_any(*READERS)
def show(journal_id: UUID) -> Response:
    """One entry with its postings, what it reverses and what reversed it."""
    transaction, postings = get_transaction(actor(), journal_id)
    return page("investments/transactions/show.html", transaction=transaction, postings=postings)


@blueprint.get("/export.<kind>")
@requires_any(*READERS)
@fresh_file
def export(kind: str) -> Response:
    """Every transaction of the list as a file, read in pieces."""
    faults: dict[str, str] = {}
    criteria = _criteria(request.args, faults)
    if faults:
        raise Invalid(fields=faults)
    return export_rows(kind, f"transactions-{clock.today()}", COLUMNS, _rows(criteria))


def _criteria(arguments: Mapping[str, str], faults: dict[str, str]) -> TransactionFilter:
    name = arguments.get("type", "")
    kinds = GROUPS.get(name) or tuple(k for k in CHOICES if k.value == name)
    return TransactionFilter(
        account_id=read_id(arguments, "account"),
        vehicle_id=read_id(arguments, "vehicle"),
        holding_id=read_id(arguments, "holding"),
        kinds=kinds,
        since=read_day(arguments, "from", faults),
        until=read_day(arguments, "to", faults),
        search=read_search(arguments),
    )


Place = tuple[date, UUID]


def _page_of(criteria: TransactionFilter) -> tuple[list[Transaction], Place | None, Place | None]:
    """The transactions of the page asked for, and the places where the newer and the older page begin."""
    before, after = _place("before"), _place("after")
    found = list_transactions(actor(), criteria, before=before, after=after, most=PER_PAGE + 1)
    more = len(found) > PER_PAGE
    shown = found[-PER_PAGE:] if after else found[:PER_PAGE]
    newer = _place_of(shown[0]) if shown and (more if after else before is not None) else None
    older = _place_of(shown[-1]) if shown and (more or after is not None) else None
    return shown, newer, older


def _place(name: str) -> Place | None:
    text = request.args.get(name)
    if not text:
        return None
    on, journal_id = decode_cursor(text, date, UUID)
    return on, journal_id


def _place_of(transaction: Transaction) -> Place:
    return transaction.effective_on, transaction.id


def _address(narrowed: Mapping[str, str], **places: Place | None) -> str | None:
    """The address of the page at the one place given; None without it."""
    ((name, place),) = places.items()
    if place is None:
        return None
    return f"{url_for('transactions.index')}?{urlencode({**narrowed, name: encode_cursor(*place)})}"


def _export_address(kind: str, narrowed: Mapping[str, str]) -> str:
    return f"{url_for('transactions.export', kind=kind)}?{urlencode(narrowed)}"


def _holding(criteria: TransactionFilter) -> tuple[str, str] | None:
    """The account and vehicle of the holding the list is narrowed to; NotFound where the actor has none such."""
    if criteria.holding_id is None:
        return None
    held = get_holding(actor(), criteria.holding_id, as_of=clock.today())
    return held.account, held.vehicle


def _rows(criteria: TransactionFilter) -> Iterator[list[Cell]]:
    before: Place | None = None
    while found := list_transactions(actor(), criteria, before=before, most=PER_READ):
        for each in found:
            cash = None if each.cash is None else in_minor_places(each.cash, each.currency)
            yield [
                each.effective_on, each.kind.value, each.account, each.vehicle, each.currency,
                in_minor_places(each.amount, each.currency), cash, in_minor_places(each.unfunded_effect, each.currency),
                each.reference, "yes" if each.opening else "no", _id(each.reverses), _id(each.reversed_by),
                each.posted_at.isoformat(), str(each.id),
            ]  # fmt: skip
        before = _place_of(found[-1])


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)
