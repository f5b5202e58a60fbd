"""The carried interest that valuations set aside, as statements tell it: of each holding, and of the whole vehicle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.rules.accruals import ZERO, Passed, pass_on
from portal.domain.investments.statements.rules.lines import Accrued
from portal.domain.investments.statements.values.periods import Period
from portal.platform import db

HELD = "SELECT id, account_id, vehicle_id FROM investments.holdings WHERE firm_id = %(firm)s AND id = ANY(%(holdings)s)"
# Of each vehicle the valuation that stands on each day.
STANDING = """
SELECT f.id AS vehicle_id, d.day, f.currency, v.id, COALESCE((v.components ->> 'accrued_carry')::numeric, 0) AS accrued
FROM investments.vehicles f CROSS JOIN unnest(%(days)s::date[]) AS d (day)
CROSS JOIN LATERAL (
  SELECT s.id, s.components FROM investments.valuations s
  WHERE s.vehicle_id = f.id AND s.state = 'posted' AND s.valued_on <= d.day
  ORDER BY s.valued_on DESC LIMIT 1) v
WHERE f.firm_id = %(firm)s AND f.id = ANY(%(vehicles)s)
"""
# What passed since a valuation. One of the same day counts where it was entered after the valuation was posted.
PASSED = """
SELECT v.id, t.effective_on, t.account_id, t.taker_id, t.share
FROM investments.valuations v JOIN investments.transfers t ON t.vehicle_id = v.vehicle_id
  AND t.effective_on BETWEEN v.valued_on AND %(ends)s AND (t.effective_on > v.valued_on OR t.created_at > v.posted_at)
WHERE v.firm_id = %(firm)s AND v.id = ANY(%(valuations)s) AND t.state = 'posted'
ORDER BY t.effective_on, t.created_at
"""
PARTS = """
SELECT valuation_id, account_id, accrued_carry FROM investments.valuation_shares
WHERE firm_id = %(firm)s AND valuation_id = ANY(%(valuations)s) AND account_id = ANY(%(accounts)s)
"""


class _Standing(NamedTuple):
    """The valuation that stands for a vehicle on a day."""

    vehicle_id: UUID
    day: date
    currency: str
    valuation_id: UUID
    accrued: Decimal


def list_accrued(actor: Actor, holding_ids: Sequence[UUID], period: Period) -> dict[UUID, Accrued]:
    """What is accrued of each holding in the columns of a period's statements; holdings of vehicles whose valuations of
    those days set nothing aside are left out."""
    held = db.fetch_all(HELD, firm=actor.firm_id, holdings=list(holding_ids))
    standing = _list_standing(actor, {row.vehicle_id for row in held}, period)
    parts = _list_parts(actor, standing, {row.account_id for row in held}, period)
    accruing = {each.vehicle_id for each in standing}
    return {
        row.id: Accrued(*(parts.get((row.vehicle_id, day, row.account_id), ZERO) for day in _days(period)))
        for row in held
        if row.vehicle_id in accruing
    }


def get_vehicle_accrued(
    actor: Actor, vehicle_id: UUID, partner_id: UUID | None, period: Period
) -> tuple[Accrued | None, Accrued | None]:
    """What is accrued of the whole vehicle, as its valuations say, and of the account of its general partner; None
    where those days' valuations set nothing aside, and where there is no such account."""
    standing = _list_standing(actor, {vehicle_id}, period)
    if not standing:
        return None, None
    by_day = {each.day: each.accrued for each in standing}
    whole = Accrued(*(by_day.get(day, ZERO) for day in _days(period)))
    if partner_id is None:
        return whole, None
    parts = _list_parts(actor, standing, {partner_id}, period)
    return whole, Accrued(*(parts.get((vehicle_id, day, partner_id), ZERO) for day in _days(period)))


def _days(period: Period) -> tuple[date, date, date]:
    a_day = timedelta(days=1)
    return period.starts_on - a_day, period.year_starts_on - a_day, period.ends_on


def _list_standing(actor: Actor, vehicle_ids: Collection[UUID], period: Period) -> list[_Standing]:
    """The valuation of each day, of the vehicles in which any of them sets something aside."""
    rows = db.fetch_all(STANDING, firm=actor.firm_id, vehicles=list(vehicle_ids), days=sorted(set(_days(period))))
    accruing = {row.vehicle_id for row in rows if row.accrued}
    return [_Standing(*row) for row in rows if row.vehicle_id in accruing]


def _list_parts(
    actor: Actor, standing: Sequence[_Standing], account_ids: Collection[UUID], period: Period
) -> dict[tuple[UUID, date, UUID], Decimal]:
    """What each of the accounts has, by vehicle, day and account."""
    valuations = list({each.valuation_id for each in standing})
    if not valuations:
        return {}
    passed: defaultdict[UUID, list[Passed]] = defaultdict(list)
    for row in db.fetch_all(PASSED, firm=actor.firm_id, valuations=valuations, ends=period.ends_on):
        passed[row.id].append(Passed(*row[1:]))
    givers = {each.giver_id for listed in passed.values() for each in listed}
    shares: defaultdict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for row in db.fetch_all(PARTS, firm=actor.firm_id, valuations=valuations, accounts=list({*account_ids, *givers})):
        shares[row.valuation_id][row.account_id] = row.accrued_carry
    parts = {}
    for each in standing:
        until = [one for one in passed[each.valuation_id] if one.on <= each.day]
        now = pass_on(shares[each.valuation_id], until, each.currency)
        parts.update({(each.vehicle_id, each.day, account_id): amount for account_id, amount in now.items()})
    return parts
