"""Figures opened: how each came about, by an address that stays, whatever list or statement it stands in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Response

from portal.api.answers import answer
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.investments.derivation_schemas import (
    FigureDerivation,
    FigureLine,
    FigurePart,
    FigurePosting,
    FigureQuery,
    FigureStep,
    FigureTerm,
    FigureTrail,
    Kind,
)
from portal.api.v1.investments.figure_ids import BalanceId, LineId, ReturnId, derivation_url, read_figure_id
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.ledger.values import PostingTrail
from portal.domain.investments.performance.queries import get_opened_return
from portal.domain.investments.performance.values import RATES, OpenedReturn
from portal.domain.investments.returns.queries import get_opened_figure
from portal.domain.investments.returns.values import DiscountedFlow, OpenedFigure, ratio_text
from portal.domain.investments.statements.queries.statements import get_statement
from portal.domain.investments.statements.values.snapshots import LINE_FORMULAS, RARE_LINES, SIDE_LABELS, Column
from portal.domain.investments.statements.values.statements import Statement
from portal.platform.errors import NotFound

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
LISTED = 100  # postings of an amount; the list of transactions has them all
STATED = "Frozen when the statement was prepared."
# Of the lines that are no sum of transactions.
FORMULAS = {
    "accrued_change": "accrued at the end less accrued before the first day",
    "accrued_ending": "accrued carried interest of the last valuation × weight ÷ total weight",
}
PERIODS: dict[Column, str] = {"period": "Period", "year": "Year to date", "inception": "Inception to date"}


@v1.get("/investments/figures/<figure_id>")
@requires_any(*SEEN_BY)
@described(FigureDerivation, refusals=(401, 403, 404))
def show_figure(query: FigureQuery, figure_id: str) -> Response:
    """A figure with its formula, its method, and everything that it is computed from."""
    del query
    found = read_figure_id(figure_id)
    if isinstance(found, BalanceId):
        return answer(_of_balance(found))
    return answer(_of_return(found) if isinstance(found, ReturnId) else _of_line(found))


def _of_balance(asked: BalanceId) -> FigureDerivation:
    opened = get_opened_figure(
        actor(), asked.figure, as_of=asked.as_of, known_on=asked.known_on, holding_id=asked.holding,
        currency=asked.currency, account_id=asked.account, vehicle_id=asked.vehicle, most=LISTED,
    )  # fmt: skip
    told, figures = opened.derivation, opened.figures
    value = None if told.value is None else ratio_text(told.value)
    return FigureDerivation(
        id=str(asked),
        figure=told.figure,
        title=told.title,
        unit=told.unit,
        value=amount_text(told.value, told.currency) if told.unit == "money" and told.value is not None else value,
        reason=figures.reasons.get(told.figure),
        currency=told.currency,
        formula=told.formula,
        method=told.method,
        basis=told.basis,
        period=told.period,
        starts_on=None,
        as_of=told.as_of,
        nav_on=figures.nav_on,
        nav_age_days=_age(figures.nav_on, told.as_of),
        annualised=told.figure == "irr" and told.value is not None and figures.irr_annualised,
        caveats=list(told.caveats),
        terms=[FigureTerm(label, _stated(term, told.currency)) for label, term in told.terms],
        parts=_flows(opened),
        trails=[_trail(each, told.currency) for each in opened.trails],
    )


def _flows(opened: OpenedFigure) -> list[FigurePart]:
    """Day by day what an IRR balances: cash, then NAV, each with the part it has of the day's present value."""
    parts: list[FigurePart] = []
    for each in opened.flows:
        named: list[tuple[Kind, Decimal]] = [("paid_in" if each.cash < 0 else "paid_out", each.cash), ("nav", each.nav)]
        parts += [_flow(kind, amount, each, opened.figures.currency) for kind, amount in named if amount]
    return parts


def _flow(kind: Kind, amount: Decimal, flow: DiscountedFlow, code: str) -> FigurePart:
    whole, worth = flow.cash + flow.nav, flow.present_value
    present = None if worth is None or not whole else amount_text(worth * amount / whole, code)
    return FigurePart(flow.on, kind, amount_text(amount, code), None, None, present)


def _trail(trail: PostingTrail, code: str) -> FigureTrail:
    postings = [
        FigurePosting(
            each.journal_id, each.holding_id, each.effective_on, each.kind.value, each.reference, each.opening,
            each.reversal, amount_text(each.amount, code),
        )
        for each in trail.lines
    ]  # fmt: skip
    before = amount_text(trail.brought_forward, code)
    return FigureTrail(trail.bucket.value, amount_text(trail.total, code), trail.count, before, postings)


def _of_return(asked: ReturnId) -> FigureDerivation:
    opened = get_opened_return(actor(), asked.asked, asked.measure, asked.basis, asked.currency)
    stretch, result = opened.performance.stretch, opened.result
    return FigureDerivation(
        id=str(asked),
        figure=opened.measure,
        title=opened.title,
        unit="rate" if opened.measure in RATES else "multiple",
        value=ratio_text(result.value),
        reason=result.reason,
        currency=stretch.currency,
        formula=opened.formula,
        method=opened.method,
        basis=stretch.basis.value,
        period=asked.asked.period.value,
        starts_on=stretch.starts_on,
        as_of=asked.asked.as_of,
        nav_on=stretch.nav_on,
        nav_age_days=_age(stretch.nav_on, asked.asked.as_of),
        annualised=result.annualised,
        estimate=result.estimate,
        caveats=list(opened.caveats),
        terms=[
            FigureTerm("Paid in since inception", amount_text(stretch.paid_in_ever, stretch.currency)),
            FigureTerm("Commitment", amount_text(stretch.commitment, stretch.currency)),
        ],
        parts=_parts(opened),
        steps=_steps(opened),
    )


def _parts(opened: OpenedReturn) -> list[FigurePart]:
    stretch = opened.performance.stretch
    code = stretch.currency
    if opened.compounded:
        return [
            FigurePart(part.on, part.kind, amount_text(part.amount, code), f"{level:f}", amount_text(worth, code), None)
            for part, level, worth in opened.compounded
        ]
    return [FigurePart(each.on, each.kind, amount_text(each.amount, code), None, None, None) for each in stretch.parts]


def _steps(opened: OpenedReturn) -> list[FigureStep]:
    code = opened.performance.stretch.currency
    return [
        FigureStep(
            each.starts_on, each.ends_on, amount_text(each.opening, code), amount_text(each.flows, code),
            amount_text(each.weighted, code), amount_text(each.closing, code), ratio_text(each.factor),
        )
        for each in opened.sub_periods
    ]  # fmt: skip


def _of_line(asked: LineId) -> FigureDerivation:
    statement = get_statement(actor(), asked.statement)
    snapshot = statement.snapshot
    if asked.side not in snapshot.sides:
        raise NotFound
    lines = _lines(statement, asked)
    signed = " ".join(f"{'−' if sign < 0 else '+'} {snapshot.labels[code]}" for code, sign, _ in lines)
    starts = {"period": snapshot.period.starts_on, "year": snapshot.period.year_starts_on}
    ends_on = snapshot.period.ends_on
    return FigureDerivation(
        id=str(asked),
        figure=asked.code,
        title=snapshot.labels[asked.code],
        unit="money",
        value=amount_text(snapshot.sides[asked.side].line(asked.code).amount(asked.column), snapshot.currency),
        reason=None,
        currency=snapshot.currency,
        formula=signed.removeprefix("+ ") or FORMULAS.get(asked.code, "sum of the transactions"),
        method=STATED,
        basis=SIDE_LABELS[asked.side],
        period=PERIODS[asked.column],
        starts_on=starts.get(asked.column),
        as_of=ends_on,
        nav_on=snapshot.performance.valued_on,
        nav_age_days=_age(snapshot.performance.valued_on, ends_on),
        lines=[
            FigureLine(code, snapshot.labels[code], amount_text(sign * amount, snapshot.currency),
                       derivation_url(LineId(asked.statement, asked.side, code, asked.column)))
            for code, sign, amount in lines
        ],
    )  # fmt: skip


def _lines(statement: Statement, asked: LineId) -> list[tuple[str, int, Decimal]]:
    side = statement.snapshot.sides[asked.side]
    found = [(code, sign, side.line(code).amount(asked.column)) for code, sign in LINE_FORMULAS.get(asked.code, ())]
    return [each for each in found if each[0] not in RARE_LINES or each[2]]


def _age(nav_on: date | None, as_of: date) -> int | None:
    return None if nav_on is None else (as_of - nav_on).days


def _stated(term: Decimal | date | str, currency: str) -> str:
    if isinstance(term, Decimal):
        return amount_text(term, currency)
    return term.isoformat() if isinstance(term, date) else term
