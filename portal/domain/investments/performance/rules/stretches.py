"""From what holdings went through to one stretch: value at the start, flows, NAVs, added up on a basis."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from operator import attrgetter

from portal.domain.investments.performance.values import Basis, Course, Part, Span, Stretch
from portal.domain.investments.returns.rules.figures import find_shared
from portal.domain.investments.returns.values import Movement

ZERO = Decimal(0)
_day = attrgetter("on")


def stretch(courses: Sequence[Course], span: Span, basis: Basis) -> Stretch:
    """The span of these holdings, as if they were one investment; all in one currency, one at least.

    Since inception the flows and NAVs are those of the IRR of today's figures. Otherwise the value at the start is the
    last valuation rolled forward to it, or the cost before the first, and goes in at the end of that day. A NAV stands
    on the day of its valuation, or to which later flows rolled it, and never before the start. Carried interest that an
    account received counts gross, or where the account stands alone (see `find_shared`).
    """
    shared = find_shared(each.vehicle_id for each in courses)
    lines = [_Line(each, span, basis, each.vehicle_id in shared) for each in courses]
    flows = tuple(sorted((part for line in lines for part in line.flows), key=_day))
    closings = tuple(part for line in lines if (part := line.closing()).amount)
    days = [part.on for part in (*flows, *closings)]
    start = span.starts_on or min(days, default=span.ends_on)
    end = max([start, *days])
    valued = [line.valued_on for line in lines if line.valued_on]
    return Stretch(
        currency=courses[0].currency,
        basis=basis,
        span=span,
        starts_on=start,
        ends_on=end,
        opening=sum((line.opening for line in lines), ZERO),
        flows=flows,
        closings=closings,
        values=tuple(_values(lines, start, end)),
        paid_in_ever=sum((line.paid_in_ever for line in lines), ZERO),
        commitment=sum((each.commitment for each in courses), ZERO),
        nav_on=min(valued, default=None),
        nav_adjusted=any(line.adjusted for line in lines),
        at_cost=span.starts_on is not None and any(line.at_cost for line in lines),
        unvalued=any(line.valued_on is None for line in lines),
        reason=_reason(lines, courses, span),
    )


def _reason(lines: Sequence[_Line], courses: Sequence[Course], span: Span) -> str | None:
    if not any(line.opening or line.flows for line in lines):
        return "not_held" if span.starts_on else None
    if any(each.opening_on and (span.starts_on is None or each.opening_on > span.starts_on) for each in courses):
        return "opening_balances"
    if span.starts_on and not any(line.valued_within(span.starts_on) for line in lines if line.live):
        return "not_valued_in_period" if any(line.live for line in lines) else None
    return None


def _values(lines: Sequence[_Line], start: date, end: date) -> Iterable[tuple[date, Decimal]]:
    """What all is worth together on the days after the start on which every holding was valued, or had nothing."""
    for day in sorted({day for line in lines for day in line.mark_days if start < day <= end}):
        worth = [line.value(day) for line in lines]
        if all(day in line.marked or not value for line, value in zip(lines, worth, strict=True)):
            yield day, sum(worth, ZERO)


class _Line:
    """One holding's flows on a basis, with its value on any day two look-ups away."""

    def __init__(self, course: Course, span: Span, basis: Basis, shared: bool) -> None:
        self.span, self.since = span, span.starts_on
        until = span.ends_on
        movements = sorted((each for each in course.history.movements if each.on <= until), key=_day)
        marks = sorted((each for each in course.history.marks if each.on <= until), key=_day)
        self.draws = course.draws if basis is Basis.WITHOUT_LINE else ()
        self.days = [each.on for each in movements]
        self.into = [ZERO, *accumulate(e.paid_in + e.transferred - e.distributed - e.fees for e in movements)]
        self.mark_days, self.navs = [each.on for each in marks], [each.nav for each in marks]
        self.marked = set(self.mark_days)
        self.valued_on = self.mark_days[-1] if marks else None
        self.cash_days = [each.on for each in movements if each.paid_in or each.distributed or each.transferred]
        self.paid_in_ever = sum((each.paid_in for each in movements), ZERO) + self.advanced(until)
        self.opening = self.value(self.since) if self.since else ZERO
        self.flows = [
            part for part in self._parts(movements, course, basis, shared) if part.amount and self._within(part.on)
        ]

    def _within(self, day: date) -> bool:
        return day <= self.span.ends_on and (self.since is None or day > self.since)

    def _parts(self, movements: Sequence[Movement], course: Course, basis: Basis, shared: bool) -> Iterable[Part]:
        incentive = {flow.on: flow.amount for flow in course.incentive} if shared else {}
        for each in movements:
            carry = incentive.get(each.on, ZERO)
            yield Part(each.on, "paid_in", -each.paid_in)
            yield Part(each.on, "paid_out", each.distributed - carry)
            yield Part(each.on, "transferred", -each.transferred)
            if basis is Basis.GROSS:
                yield Part(each.on, "incentive", carry)
        if basis is Basis.GROSS:
            yield from (Part(flow.on, "fee", flow.amount) for flow in course.fees)
        for draw in self.draws:
            yield from (Part(draw.drawn_on, "paid_in", -draw.amount), Part(draw.paid_on, "paid_in", draw.amount))

    def advanced(self, day: date) -> Decimal:
        """What the line had advanced and the account had not paid yet at the end of a day."""
        return sum((each.amount for each in self.draws if each.drawn_on <= day < each.paid_on), ZERO)

    def value(self, day: date) -> Decimal:
        """The last valuation rolled forward to a day; the cost before the first."""
        now, valued = bisect_right(self.days, day), bisect_right(self.mark_days, day)
        if not valued:
            return max(self.into[now], ZERO) + self.advanced(day)
        mark = self.mark_days[valued - 1]
        return self.navs[valued - 1] + self.into[now] - self.into[bisect_right(self.days, mark)] + self.advanced(day)

    @property
    def live(self) -> bool:
        """Whether there was anything in the span."""
        return bool(self.opening or self.flows)

    @property
    def at_cost(self) -> bool:
        """Whether the value at the start, or at the end, is the cost because no valuation had come."""
        first = self.mark_days[0] if self.mark_days else None
        return self.live and (first is None or bool(self.opening and self.since and first > self.since))

    @property
    def adjusted(self) -> bool:
        """Whether flows came after the last valuation."""
        return bool(self.valued_on and self.days and self.days[-1] > self.valued_on)

    def valued_within(self, start: date) -> bool:
        """Whether a valuation stands after a day."""
        return self.valued_on is not None and self.valued_on > start

    def closing(self) -> Part:
        """The NAV on its own day. Since inception it is zero before the first valuation, as in today's figures."""
        if self.valued_on is None and self.since is None:
            return Part(self.span.ends_on, "nav", self.advanced(self.span.ends_on))
        last = self.span.ends_on
        days = [self.valued_on or self.since or last, self.since or date.min]
        days += self.cash_days[-1:] if self.adjusted or self.valued_on is None else []
        days += [draw.drawn_on for draw in self.draws if draw.drawn_on <= last < draw.paid_on]
        return Part(max(days), "nav", self.value(last))
