"""Reading returns over a span: the ledger's flows and valuations as courses, and what comes out of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.credit_lines.queries import list_advanced_payments
from portal.domain.investments.index_series.queries import get_index_levels
from portal.domain.investments.index_series.values import IndexLevels
from portal.domain.investments.ledger.queries.holdings import (
    list_carried,
    list_flows,
    list_holdings,
    list_marks,
    visible_holdings,
)
from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.performance.errors import TooManyHoldings
from portal.domain.investments.performance.rules.attribution import attribute
from portal.domain.investments.performance.rules.derivations import open_return
from portal.domain.investments.performance.rules.measures import measure
from portal.domain.investments.performance.rules.spans import span_of
from portal.domain.investments.performance.rules.stretches import stretch
from portal.domain.investments.performance.values import (
    Basis,
    Course,
    Draw,
    Measure,
    OpenedReturn,
    Performance,
    Period,
    Returns,
    Span,
)
from portal.domain.investments.returns.values import Flow, History, Mark, Movement
from portal.platform import db
from portal.platform.errors import NotFound

MOST = 2000  # holdings in one total; more are narrowed first

CHARGES = """
SELECT p.holding_id, 'fees', p.effective_on, sum(p.amount) AS amount
FROM investments.postings p JOIN investments.journals j ON j.id = p.journal_id
WHERE {visible} AND p.holding_id = ANY(%(ids)s) AND p.effective_on <= %(as_of)s
  AND p.bucket = 'fees' AND j.kind IN ('fee', 'fee_rebate')
  AND (%(known)s::timestamptz IS NULL OR j.posted_at <= %(known)s)
GROUP BY p.holding_id, p.effective_on
UNION ALL
SELECT j.holding_id, 'opening', max(j.effective_on), 0
FROM investments.journals j
WHERE {opened} AND j.holding_id = ANY(%(ids)s) AND j.effective_on <= %(as_of)s AND j.opening AND j.reverses IS NULL
  AND (%(known)s::timestamptz IS NULL OR j.posted_at <= %(known)s)
  AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id
    AND (%(known)s::timestamptz IS NULL OR r.posted_at <= %(known)s))
GROUP BY j.holding_id
ORDER BY effective_on
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of what returns are asked: the holdings (narrowed as a portfolio is), the span, the index to compare with."""

    as_of: date
    period: Period = Period.INCEPTION
    starts_on: date | None = None
    known_on: datetime | None = None
    account_id: UUID | None = None
    vehicle_id: UUID | None = None
    search: str = ""
    index_id: UUID | None = None

    @property
    def span(self) -> Span:
        """The span; ValueError where it has no first day or ends before it."""
        return span_of(self.period, self.as_of, starts_on=self.starts_on)


def list_asked_holdings(actor: Actor, asked: Asked) -> list[HoldingFigures]:
    """The holdings of the actor that are asked about, with their balances at the end of the span. TooManyHoldings where
    there are more than one total is made of."""
    found = _list_holdings(actor, asked, most=MOST + 1)
    if len(found) > MOST:
        raise TooManyHoldings
    return found


def _list_holdings(actor: Actor, asked: Asked, *, most: int | None = None) -> list[HoldingFigures]:
    return list_holdings(
        actor, as_of=asked.as_of, known_on=asked.known_on, account_id=asked.account_id, vehicle_id=asked.vehicle_id,
        search=asked.search, most=most,
    )  # fmt: skip


def list_returns(actor: Actor, asked: Asked, holdings: Sequence[HoldingFigures]) -> list[Returns]:
    """The returns of holdings that `list_asked_holdings` gave, per currency, on every basis there is something to tell
    apart on: gross where the ledger has fees or carried interest, without the line where one had advanced a call. Five
    statements, whatever the number of holdings, and two for an index; NotFound for an index that is not the firm's."""
    index = None if asked.index_id is None else get_index_levels(actor, asked.index_id)
    courses = _courses(actor, asked, holdings)
    return [_returns(own, asked.span, index) for _code, own in sorted(courses.items())]


def get_opened_return(actor: Actor, asked: Asked, measure_name: Measure, basis: Basis, currency: str) -> OpenedReturn:
    """One figure with everything that it is computed from; NotFound where the actor has none of it."""
    holdings = [each for each in list_asked_holdings(actor, asked) if each.currency == currency]
    index = None if asked.index_id is None else get_index_levels(actor, asked.index_id)
    own = _courses(actor, asked, holdings).get(currency, [])
    performance = _by_basis(own, asked.span, index).get(basis) if own else None
    if performance is None or measure_name not in performance.measured:
        raise NotFound
    return open_return(measure_name, performance, holdings=len(own), index=index)


def find_last_valued(actor: Actor, asked: Asked) -> date | None:
    """The day of the latest valuation among the holdings that are asked about, up to the day asked for: the day that
    their returns are usually of. None where none has been valued."""
    return max((each.valued_on for each in _list_holdings(actor, asked) if each.valued_on), default=None)


@dataclass(slots=True)
class _Gathered:
    """What was read of one holding."""

    movements: list[Movement] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    fees: list[Flow] = field(default_factory=list)
    incentive: list[Flow] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    opening_on: date | None = None


def _courses(actor: Actor, asked: Asked, holdings: Sequence[HoldingFigures]) -> dict[str, list[Course]]:
    """The course of each holding, by currency."""
    ids = [each.id for each in holdings]
    gathered: dict[UUID, _Gathered] = defaultdict(_Gathered)
    if ids:
        _gather(actor, asked, ids, gathered)
    courses: dict[str, list[Course]] = defaultdict(list)
    for each in holdings:
        own = gathered[each.id]
        courses[each.currency].append(
            Course(
                each.id, each.vehicle_id, each.vehicle, each.currency, each.commitment,
                History(tuple(own.movements), tuple(own.marks)), own.opening_on, tuple(own.fees), tuple(own.incentive),
                tuple(own.draws),
            )
        )  # fmt: skip
    return courses


def _gather(actor: Actor, asked: Asked, ids: Sequence[UUID], into: dict[UUID, _Gathered]) -> None:
    for flow in list_flows(ids, as_of=asked.as_of, known_on=asked.known_on):
        into[flow.holding_id].movements.append(Movement(flow.on, *flow[2:]))
    for mark in list_marks(ids, as_of=asked.as_of, known_on=asked.known_on):
        into[mark.holding_id].marks.append(Mark(mark.on, mark.nav))
    for advanced in list_advanced_payments(actor, ids, known_on=asked.known_on):
        into[advanced.holding_id].draws.append(Draw(*advanced[1:]))
    statement = CHARGES.format(visible=visible_holdings(actor, "p"), opened=visible_holdings(actor, "j"))
    known = {"firm": actor.firm_id, "ids": list(ids), "as_of": asked.as_of, "known": asked.known_on}
    for holding_id, bucket, on, amount in db.fetch_all(statement, **known):
        own = into[holding_id]
        if bucket == "opening":
            own.opening_on = on
        else:
            own.fees.append(Flow(on, Decimal(amount)))
    for paid in list_carried(ids, as_of=asked.as_of, known_on=asked.known_on):
        into[paid.holding_id].incentive.append(Flow(paid.on, paid.amount))


def _returns(courses: Sequence[Course], span: Span, index: IndexLevels | None) -> Returns:
    by_basis = _by_basis(courses, span, index)
    shares = attribute(courses, by_basis[Basis.NET].stretch, span)
    return Returns(courses[0].currency, span, by_basis, shares, len(courses))


def _by_basis(courses: Sequence[Course], span: Span, index: IndexLevels | None) -> dict[Basis, Performance]:
    told = {
        Basis.NET: True,
        Basis.GROSS: any(each.fees or each.incentive for each in courses),
        Basis.WITHOUT_LINE: any(each.draws for each in courses),
    }
    return {basis: measure(stretch(courses, span, basis), index) for basis, holds in told.items() if holds}
