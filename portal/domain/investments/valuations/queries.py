"""Reading valuations: staff all of the firm's, an investor the posted ones of what they hold, and their own part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.valuations.values import COMPONENTS, Basis, NamedShare, Share, Valuation, ValuationState
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT v.id, v.vehicle_id, f.name AS vehicle, f.currency, v.valued_on, v.version, v.amount, v.components, v.basis,
  v.total_weight, v.reason, v.state, u.name AS created_by, v.created_at, v.posted_at
FROM investments.valuations v JOIN investments.vehicles f ON f.id = v.vehicle_id
LEFT JOIN identity.users u ON u.id = v.created_by
WHERE {visible}
"""
OF_THE_FIRM = "v.firm_id = %(firm)s"
OF_THE_PERSON = f"""{OF_THE_FIRM} AND v.state IN ('posted', 'replaced') AND EXISTS (
  SELECT FROM investments.valuation_shares m WHERE m.valuation_id = v.id
    AND m.account_id = ANY ((SELECT people.my_account_ids())::uuid[]))"""
SHARES = """
SELECT s.account_id, a.name AS account, h.id AS holding_id, s.weight, s.amount, s.before,
  s.accrued_carry
FROM investments.valuation_shares s JOIN investments.valuations v ON v.id = s.valuation_id
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN investments.holdings h ON h.account_id = s.account_id AND h.vehicle_id = v.vehicle_id
WHERE {visible} AND s.valuation_id = %(id)s AND a.name_key > %(after)s ORDER BY a.name_key LIMIT %(most)s
"""
Place = tuple[date, UUID]


def visible_valuations(actor: Actor) -> str:
    """The condition that leaves what `actor` may see of valuations `v`; needs the parameter `firm`."""
    return OF_THE_FIRM if can(actor, Permission.SEE_ALL_PORTFOLIOS) else OF_THE_PERSON


def list_valuations(
    actor: Actor, *, vehicle_id: UUID | None = None, before: Place | None = None, most: int = 50
) -> list[Valuation]:
    """Valuations the actor may see, the latest day first; those after the (day, id) pair `before`."""
    statement = SELECT.format(visible=visible_valuations(actor)) + " AND v.state <> 'discarded'"
    given: dict[str, Any] = {"firm": actor.firm_id, "most": most}
    if vehicle_id is not None:
        statement, given["vehicle"] = statement + " AND v.vehicle_id = %(vehicle)s", vehicle_id
    if before is not None:
        statement += " AND (v.valued_on, v.id) < (%(before_on)s, %(before_id)s)"
        given |= {"before_on": before[0], "before_id": before[1]}
    rows = db.fetch_all(f"{statement} ORDER BY v.valued_on DESC, v.id DESC LIMIT %(most)s", **given)
    return [_valuation(row) for row in rows]


def get_valuation(actor: Actor, valuation_id: UUID) -> Valuation:
    """One valuation the actor may see; NotFound otherwise."""
    statement = SELECT.format(visible=visible_valuations(actor)) + " AND v.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, id=valuation_id)
    if row is None:
        raise NotFound
    return _valuation(row)


def list_named_shares(actor: Actor, valuation_id: UUID, *, after: str = "", most: int = 100) -> list[NamedShare]:
    """The parts of a valuation that are the actor's to see, by account, those after the name key `after`."""
    statement = SHARES.format(visible=visible_holdings(actor, "s"))
    rows = db.fetch_all(statement, firm=actor.firm_id, id=valuation_id, after=after, most=most)
    return [NamedShare(*row) for row in rows]


def list_shares(actor: Actor, valuation_id: UUID) -> list[Share]:
    """Every account's part, for staff."""
    rows = db.fetch_all(
        "SELECT account_id, weight, amount, before, accrued_carry FROM investments.valuation_shares"
        " WHERE firm_id = %(firm)s AND valuation_id = %(id)s ORDER BY account_id",
        firm=actor.firm_id,
        id=valuation_id,
    )
    return [Share(*row) for row in rows]


def get_next_version(actor: Actor, vehicle_id: UUID, valued_on: date) -> int:
    """The version that the next valuation of a vehicle for this day has. Locks the vehicle, so that of two who prepare
    one at once each has a version of its own."""
    db.fetch_value("SELECT id FROM investments.vehicles WHERE id = %(id)s FOR UPDATE", id=vehicle_id)
    version: int = db.fetch_value(
        "SELECT COALESCE(max(version), 0) + 1 FROM investments.valuations WHERE firm_id = %(firm)s"
        " AND vehicle_id = %(vehicle)s AND valued_on = %(on)s",
        firm=actor.firm_id,
        vehicle=vehicle_id,
        on=valued_on,
    )
    return version


def find_posted(actor: Actor, vehicle_id: UUID, valued_on: date) -> UUID | None:
    """The valuation that stands for the day, or None."""
    row = db.fetch_one(
        "SELECT id FROM investments.valuations WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s"
        " AND valued_on = %(on)s AND state = 'posted'",
        firm=actor.firm_id,
        vehicle=vehicle_id,
        on=valued_on,
    )
    return None if row is None else row.id


def find_standing(actor: Actor, vehicle_id: UUID, day: date) -> Valuation | None:
    """The last valuation on or before `day` that the actor may see, of those that stand; None where there is none."""
    statement = SELECT.format(visible=visible_valuations(actor))
    statement += " AND v.vehicle_id = %(vehicle)s AND v.valued_on <= %(day)s AND v.state = 'posted'"
    statement += " ORDER BY v.valued_on DESC LIMIT 1"
    row = db.fetch_one(statement, firm=actor.firm_id, vehicle=vehicle_id, day=day)
    return None if row is None else _valuation(row)


def find_valuation_names(actor: Actor, valuation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What those of the valuations that the actor may see are called."""
    statement = SELECT.format(visible=visible_valuations(actor)) + " AND v.id = ANY(%(ids)s)"
    rows = db.fetch_all(statement, firm=actor.firm_id, ids=list(valuation_ids))
    return {row.id: _valuation(row).name for row in rows}


def _valuation(row: db.AnyRow) -> Valuation:
    components = {name: Decimal(row.components[name]) for name in COMPONENTS if name in row.components}
    return Valuation(
        row.id, row.vehicle_id, row.vehicle, row.currency, row.valued_on, row.version, row.amount, components,
        Basis(row.basis), row.total_weight, row.reason, ValuationState(row.state), row.created_by, row.created_at,
        row.posted_at,
    )  # fmt: skip
