"""What each vehicle adds to the return of a total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.performance.rules.measures import internal_rate, sub_period
from portal.domain.investments.performance.rules.stretches import stretch
from portal.domain.investments.performance.values import Basis, Course, Measured, Share, Span, Stretch
from portal.domain.investments.returns.values import WIDE

ZERO = Decimal(0)


def attribute(courses: Sequence[Course], total: Stretch, span: Span) -> tuple[Share, ...]:
    """Each vehicle's gain, and the part of the total's modified Dietz return that it makes, largest first; the parts
    add up to that return over the span, before it is made one of a year."""
    step = sub_period(total.starts_on, total.ends_on, total.opening, total.flows, total.closing)
    by_vehicle: dict[UUID, list[Course]] = defaultdict(list)
    for each in courses:
        by_vehicle[each.vehicle_id].append(each)
    shares = [_share(own, span, step.weighted) for own in by_vehicle.values()]
    return tuple(sorted(shares, key=lambda share: (-share.gain, share.vehicle)))


def _share(courses: Sequence[Course], span: Span, weighted: Decimal) -> Share:
    own = stretch(courses, span, Basis.NET)
    gain = sum((part.amount for part in own.parts), ZERO)
    rate = Measured(None, own.reason) if own.reason else internal_rate(own)
    paid_in = -own.sum_of("paid_in") + max(-own.sum_of("transferred"), ZERO)
    paid_out = own.sum_of("paid_out") + max(own.sum_of("transferred"), ZERO)
    return Share(
        courses[0].vehicle_id,
        courses[0].vehicle,
        own.opening,
        paid_in,
        paid_out,
        own.closing,
        gain,
        WIDE.divide(gain, weighted) if weighted > 0 else None,
        rate,
    )
