"""A figure of a statement opened: the lines it comes from, and where the ledger has them."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.investments.statements.queries.statements import get_statement
from portal.domain.investments.statements.values.snapshots import (
    COLUMNS,
    LINE_FORMULAS,
    LINE_LABELS,
    RARE_LINES,
    SIDE_LABELS,
    Column,
    Snapshot,
)
from portal.domain.investments.statements.values.statements import Statement
from portal.domain.investments.valuations.queries import find_standing
from portal.domain.investments.valuations.values import Valuation
from portal.platform.errors import NotFound
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("statement_lines", __name__, url_prefix="/investments/statement-lines")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
# Which transactions a line sums up, as the list of transactions calls them.
TRANSACTIONS = {
    "contributions": "contribution",
    "distributions": "distributions",
    "transfers": "transfer",
    "fees": "fee",
    "expenses": "expense",
    "rebates": "fee_rebate",
    "income": "investment_income",
    "interest_expense": "interest_expense",
    "placement_fees": "placement_fee",
    "realised": "realised",
    "incentive_paid": "incentive",
    "gain": "valuation",
    "committed": "commitment",
    "drawn": "contribution",
    "called": "calls",
    "recallable": "distributions",
    "released": "release",
    "passed_on": "commitment",
}
FORMER_TRANSACTIONS = {"fees": "charges"}
BALANCES = {
    "beginning_nav": "nav",
    "ending_nav": "nav",
    "commitment": "commitment",
    "beginning_unfunded": "unfunded",
    "ending_unfunded": "unfunded",
}
ACCRUED = ("accrued_change", "accrued_ending")


@blueprint.get("/<uuid:statement_id>/<code>/<column>")
@requires_any(*READERS)
def show(statement_id: UUID, code: str, column: str) -> Response:
    """One figure of a statement, of the account or of what stands beside it: a page or a dialog."""
    statement = get_statement(actor(), statement_id)
    snapshot = statement.snapshot
    known: Column | None = next((name for name in COLUMNS if name == column), None)
    whose = next((name for name in snapshot.sides if name == request.args.get("side", "account")), None)
    if known is None or whose is None or code not in LINE_LABELS:
        raise NotFound
    side = snapshot.sides[whose]
    parts = [
        (snapshot.labels[part], sign * side.line(part).amount(known))
        for part, sign in LINE_FORMULAS.get(code, ())
        if part not in RARE_LINES or side.line(part).amount(known)
    ]
    own = whose == "account"
    return page(
        "investments/statement_lines/show.html",
        statement=statement,
        snapshot=snapshot,
        code=code,
        column=known,
        whose=None if own else SIDE_LABELS[whose],
        label=snapshot.labels[code],
        amount=side.line(code).amount(known),
        parts=parts,
        begins_on=_begins_on(snapshot, known),
        valuations=_valuations(statement, known) if code in ACCRUED else (),
        balance_url=_balance(statement, code, known) if own else None,
        transactions_url=_transactions(statement, code, known) if own else None,
    )


def _begins_on(snapshot: Snapshot, column: Column) -> date | None:
    """The first day of a column; None for all time."""
    days = {"period": snapshot.period.starts_on, "year": snapshot.period.year_starts_on}
    return days.get(column)


def _valuations(statement: Statement, column: Column) -> list[Valuation]:
    """The valuations that stand where a column begins, and at its end, where the reader may see them."""
    begins_on, vehicle_id = _begins_on(statement.snapshot, column), statement.summary.vehicle_id
    days = [statement.snapshot.period.ends_on, *([] if begins_on is None else [begins_on - timedelta(days=1)])]
    found = [find_standing(actor(), vehicle_id, day) for day in days]
    return [each for place, each in enumerate(found) if each is not None and each not in found[:place]]


def _balance(statement: Statement, code: str, column: Column) -> str | None:
    """Where a balance opens, as it was known when the statement was prepared."""
    figure, day = BALANCES.get(code), statement.snapshot.period.ends_on
    if code.startswith("beginning"):
        begins_on = _begins_on(statement.snapshot, column)
        if begins_on is None:
            return None
        day = begins_on - timedelta(days=1)
    if figure is None:
        return None
    known_on = statement.snapshot.prepared_on
    return url_for("figures.show", figure=figure, holding=statement.summary.holding_id, as_of=day, known_on=known_on)


def _transactions(statement: Statement, code: str, column: Column) -> str | None:
    """Where the transactions that a line sums up are listed."""
    if code not in TRANSACTIONS:
        return None
    begins_on = _begins_on(statement.snapshot, column)
    kinds = TRANSACTIONS if statement.snapshot.own.states("net_operating") else TRANSACTIONS | FORMER_TRANSACTIONS
    narrowed = {
        "holding": statement.summary.holding_id,
        "type": kinds[code],
        "from": begins_on or "",
        "to": statement.snapshot.period.ends_on,
    }
    return f"{url_for('transactions.index')}?{urlencode(narrowed)}"
