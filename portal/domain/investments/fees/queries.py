"""Reading fees: staff all of the firm's, an investor the posted ones and their own part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.fees.values import FeeCharge, FeeShare, FeeState, NamedFeeShare, PaidFrom
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.vehicles.values import DayCount, FeeBasis
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT c.id, c.vehicle_id, f.name AS vehicle, f.currency, c.starts_on, c.ends_on, c.measured_on, c.basis, c.rate,
  c.day_count, c.days, c.paid_from, c.total_basis, c.fee, c.offsets, c.credited, c.rebated, c.state, c.call_id,
  c.created_at, c.posted_at, c.last_call_id
FROM investments.fee_charges c JOIN investments.vehicles f ON f.id = c.vehicle_id
WHERE {visible}
"""
OF_THE_FIRM = "c.firm_id = %(firm)s"
OF_THE_PERSON = f"""{OF_THE_FIRM} AND c.state = 'posted' AND EXISTS (
  SELECT FROM investments.fee_shares m WHERE m.charge_id = c.id
    AND m.account_id = ANY ((SELECT people.my_account_ids())::uuid[]))"""
SHARES = """
SELECT a.name AS account, s.account_id, s.basis, s.fee, s.credit, s.rebate
FROM investments.fee_shares s JOIN people.investor_accounts a ON a.id = s.account_id
WHERE {visible} AND s.charge_id = %(id)s AND a.name_key > %(after)s ORDER BY a.name_key
"""
RETURNED = """
SELECT j.holding_id, sum(j.amount) AS amount FROM investments.journals j
WHERE j.holding_id = ANY(%(ids)s) AND j.effective_on <= %(as_of)s
  AND j.kind IN ('return_of_capital', 'return_of_unused')
GROUP BY j.holding_id
"""
TO_CALL = """ AND c.state = 'posted' AND c.paid_from = 'call' AND c.fee > c.credited + c.rebated
  AND (c.call_id IS NULL OR c.call_id = %(call)s)"""
IN_CALL = """
SELECT s.account_id, sum(s.fee - s.credit - s.rebate) AS net
FROM investments.fee_charges c JOIN investments.fee_shares s ON s.charge_id = c.id
WHERE {visible} AND c.call_id = %(call)s GROUP BY s.account_id
"""
OVERLAP = """
SELECT EXISTS (SELECT FROM investments.fee_charges c WHERE c.firm_id = %(firm)s AND c.vehicle_id = %(vehicle)s
  AND c.state IN ('draft', 'waiting', 'posted') AND c.starts_on <= %(ends)s AND c.ends_on >= %(starts)s)
"""
Place = tuple[date, UUID]


def visible_fees(actor: Actor) -> str:
    """The condition that leaves what `actor` may see of charges `c`; needs the parameter `firm`."""
    return OF_THE_FIRM if can(actor, Permission.SEE_ALL_PORTFOLIOS) else OF_THE_PERSON


def list_fee_charges(actor: Actor, *, before: Place | None = None, most: int = 50) -> list[FeeCharge]:
    """Fees the actor may see, the latest period first; those after the (last day, id) pair `before`."""
    statement = SELECT.format(visible=visible_fees(actor)) + " AND c.state <> 'discarded'"
    given: dict[str, Any] = {"firm": actor.firm_id, "most": most}
    if before is not None:
        statement += " AND (c.ends_on, c.id) < (%(before_on)s, %(before_id)s)"
        given |= {"before_on": before[0], "before_id": before[1]}
    rows = db.fetch_all(f"{statement} ORDER BY c.ends_on DESC, c.id DESC LIMIT %(most)s", **given)
    return [_charge(row) for row in rows]


def list_fees_to_call(actor: Actor, vehicle_id: UUID | None = None, *, call_id: UUID | None = None) -> list[FeeCharge]:
    """Posted fees that are to be paid by the next capital call and are in none yet, or in `call_id`, by vehicle (of one
    where it is given), the oldest first: `net` of each is what that call's line of fees takes in, once
    `take_into_call` names the call."""
    statement = SELECT.format(visible=visible_fees(actor)) + TO_CALL
    statement += "" if vehicle_id is None else " AND c.vehicle_id = %(vehicle)s"
    rows = db.fetch_all(
        f"{statement} ORDER BY f.name, c.vehicle_id, c.starts_on",
        firm=actor.firm_id,
        vehicle=vehicle_id,
        call=call_id,
    )
    return [_charge(row) for row in rows]


def get_fee_charge(actor: Actor, charge_id: UUID) -> FeeCharge:
    """One fee the actor may see; NotFound otherwise."""
    statement = SELECT.format(visible=visible_fees(actor)) + " AND c.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, id=charge_id)
    if row is None:
        raise NotFound
    return _charge(row)


def list_fee_shares(actor: Actor, charge_id: UUID, *, after: str = "", most: int | None = None) -> list[NamedFeeShare]:
    """The parts of a fee that are the actor's to see, by account, those after the name key `after`."""
    statement = SHARES.format(visible=visible_holdings(actor, "s")) + ("" if most is None else " LIMIT %(most)s")
    rows = db.fetch_all(statement, firm=actor.firm_id, id=charge_id, after=after, most=most)
    return [NamedFeeShare(account, FeeShare(*rest)) for account, *rest in rows]


def find_fees_in_call(actor: Actor, call_id: UUID) -> dict[UUID, Decimal]:
    """What each account has to bear of the fees that a call took in, by account."""
    rows = db.fetch_all(IN_CALL.format(visible=visible_fees(actor)), firm=actor.firm_id, call=call_id)
    return {row.account_id: row.net for row in rows}


def find_returned(holding_ids: Sequence[UUID], *, as_of: date) -> dict[UUID, Decimal]:
    """The capital given back to holdings up to a day, by holding; the ids come from the ledger's `list_holdings`."""
    return {row.holding_id: row.amount for row in db.fetch_all(RETURNED, ids=list(holding_ids), as_of=as_of)}


def exists_fee_for(actor: Actor, vehicle_id: UUID, starts_on: date, ends_on: date) -> bool:
    """Whether a fee is charged or prepared for any of these days. Locks the vehicle, so that two who prepare one at
    once come one after the other."""
    db.fetch_value("SELECT id FROM investments.vehicles WHERE id = %(id)s FOR UPDATE", id=vehicle_id)
    found: bool = db.fetch_value(OVERLAP, firm=actor.firm_id, vehicle=vehicle_id, starts=starts_on, ends=ends_on)
    return found


def find_fee_names(actor: Actor, charge_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What those of the fees that the actor may see are called."""
    statement = SELECT.format(visible=visible_fees(actor)) + " AND c.id = ANY(%(ids)s)"
    rows = db.fetch_all(statement, firm=actor.firm_id, ids=list(charge_ids))
    return {row.id: f"{row.vehicle}, {row.starts_on} to {row.ends_on}" for row in rows}


def _charge(row: db.AnyRow) -> FeeCharge:
    return FeeCharge(
        row.id, row.vehicle_id, row.vehicle, row.currency, row.starts_on, row.ends_on, row.measured_on,
        FeeBasis(row.basis), row.rate, DayCount(row.day_count), row.days, PaidFrom(row.paid_from), row.total_basis,
        row.fee, row.offsets, row.credited, row.rebated, FeeState(row.state), row.call_id, row.created_at,
        row.posted_at, row.last_call_id,
    )  # fmt: skip
