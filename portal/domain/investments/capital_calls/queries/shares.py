"""Reading what accounts have to pay of issued calls: investors their own, staff everybody's."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.rules.interest import DAYS, interest_days, simple_interest
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallState
from portal.domain.investments.capital_calls.values.shares import (
    CallShare,
    EqualisedCall,
    LateInterest,
    Payment,
    ShareDetail,
    SharedLine,
    ShareState,
)
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.notices.queries import count_notices
from portal.domain.investments.notices.values import BankAccount, NoticeKind, Writing
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.money import minor_places

SELECT = """
SELECT s.id, s.call_id, s.account_id, a.name AS account, a.name_key, s.vehicle_id, v.name AS vehicle, c.currency,
  c.number, s.reference, s.issued_at, s.due_on, s.commitment, s.unfunded_before, s.inside, s.outside, s.paid, s.capped,
  s.excused, c.state AS call_state, c.paid_to, c.purpose, c.cancel_reason,
  CASE WHEN NOT s.standing THEN 'cancelled' WHEN s.inside + s.outside = 0 THEN 'nothing'
    WHEN s.inside + s.outside < 0 THEN CASE WHEN s.paid = 0 THEN 'refund' ELSE 'refunded' END
    WHEN s.paid = s.inside + s.outside THEN 'paid' WHEN s.due_on < %(today)s THEN 'overdue'
    WHEN s.paid > 0 THEN 'partly_paid' ELSE 'due' END AS state
FROM investments.call_shares s
JOIN investments.capital_calls c ON c.id = s.call_id
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE {visible}
"""
OPEN = " AND s.standing AND s.paid < s.inside + s.outside"
LINES = """
SELECT l.kind, cl.label, cl.inside, cl.amount AS fund, l.exact, l.amount, l.rounded_up, cl.accrued
FROM investments.call_share_lines l
JOIN investments.call_shares s ON s.id = l.share_id
JOIN investments.call_lines cl ON cl.call_id = s.call_id AND cl.place = l.place
WHERE s.firm_id = %(firm)s AND s.id = %(id)s ORDER BY l.place
"""
PAYMENTS = """
SELECT p.id, p.receipt_id, p.amount, p.value_on, p.recorded_at, p.undone_at, p.distribution_id,
  d.number AS distribution
FROM investments.call_payments p LEFT JOIN investments.distributions d ON d.id = p.distribution_id
WHERE p.firm_id = %(firm)s AND p.share_id = %(id)s ORDER BY p.value_on, p.id
"""
EQUALISED = """
SELECT 'C' || e.number AS label, e.due_on, l.admitted_on, e.principal, e.interest
FROM investments.call_equalisations e JOIN investments.capital_calls l ON l.id = e.late_call_id
WHERE e.firm_id = %(firm)s AND e.late_call_id = %(call)s AND e.account_id = %(account)s ORDER BY e.due_on, e.number
"""
# What the notice says of the whole fund: an investor reads no shares of others.
FUND = """
SELECT (n.content ->> 'fund_commitment')::numeric FROM investments.notices n
WHERE n.firm_id = %(firm)s AND n.subject_id = %(call)s AND n.account_id = %(account)s AND n.kind = 'call'
"""


def _share(row: db.AnyRow) -> CallShare:
    return CallShare(
        row.id, row.call_id, row.account_id, row.account, row.vehicle_id, row.vehicle, row.currency, row.number,
        row.reference, row.issued_at, row.due_on, row.commitment, row.unfunded_before, row.inside, row.outside,
        row.paid, row.capped, row.excused, ShareState(row.state), CallState(row.call_state),
    )  # fmt: skip


def _list(actor: Actor, more: str, **parameters: Any) -> list[CallShare]:
    statement = SELECT.format(visible=visible_holdings(actor, "s")) + more
    return [_share(row) for row in db.fetch_all(statement, firm=actor.firm_id, today=clock.today(), **parameters)]


def list_shares(actor: Actor, *, before: tuple[datetime, UUID], most: int) -> list[CallShare]:
    """What the accounts that the actor may see were called for, the newest first, before the (time, id) pair."""
    more = " AND (s.issued_at, s.id) < (%(at)s, %(id)s) ORDER BY s.issued_at DESC, s.id DESC LIMIT %(most)s"
    return _list(actor, more, at=before[0], id=before[1], most=most)


def list_call_shares(
    actor: Actor, call_id: UUID, *, search: str = "", after: tuple[str, UUID] = ("", UUID(int=0)), most: int | None = 50
) -> list[tuple[str, CallShare]]:
    """The shares of one call by account, those whose account has `search` in its name, after the (name as sorted, id)
    pair given; each with its name as sorted."""
    statement = SELECT.format(visible=visible_holdings(actor, "s"))
    statement += """ AND s.call_id = %(call)s AND a.name ILIKE %(search)s AND (a.name_key, s.id) > (%(key)s, %(id)s)
      ORDER BY a.name_key, s.id LIMIT %(most)s"""
    rows = db.fetch_all(
        statement,
        firm=actor.firm_id,
        today=clock.today(),
        call=call_id,
        search=db.containing(search),
        key=after[0],
        id=after[1],
        most=most,
    )
    return [(row.name_key, _share(row)) for row in rows]


def list_dues(
    actor: Actor, *, vehicle_id: UUID | None = None, account_id: UUID | None = None, most: int | None = None
) -> list[CallShare]:
    """What is still to be paid of issued calls by accounts the actor may see, the earliest due first, with the
    reference that is looked for in bank files; of one vehicle or account where these are given."""
    more = OPEN
    more += "" if vehicle_id is None else " AND s.vehicle_id = %(vehicle)s"
    more += "" if account_id is None else " AND s.account_id = %(account)s"
    more += " ORDER BY s.due_on, s.issued_at, s.id" + ("" if most is None else " LIMIT %(most)s")
    return _list(actor, more, vehicle=vehicle_id, account=account_id, most=most)


def get_share(actor: Actor, share_id: UUID) -> CallShare:
    """One account's share of a call that the actor may see; NotFound otherwise."""
    found = _list(actor, " AND s.id = %(id)s", id=share_id)
    if not found:
        raise NotFound
    return found[0]


def get_writing(actor: Actor, call_id: UUID, kind: NoticeKind) -> Writing:
    """How far the notices of this kind of an issued call are written, in the firm's tenancy."""
    total: int = db.fetch_value(
        "SELECT count(*) FROM investments.call_shares s WHERE s.firm_id = %(firm)s AND s.call_id = %(call)s"
        " AND s.inside + s.outside <> 0",
        firm=actor.firm_id,
        call=call_id,
    )
    return Writing(count_notices(actor, call_id, kind), total)


def find_payment(actor: Actor, share_id: UUID, receipt_id: UUID) -> Payment | None:
    """What was recorded of a receipt for a share and not taken back, or None."""
    row = db.fetch_one(
        "SELECT p.id, p.receipt_id, p.amount, p.value_on, p.recorded_at, p.undone_at FROM investments.call_payments p"
        " WHERE p.firm_id = %(firm)s AND p.share_id = %(share)s AND p.receipt_id = %(receipt)s AND p.undone_at IS NULL",
        firm=actor.firm_id,
        share=share_id,
        receipt=receipt_id,
    )
    return None if row is None else Payment(*row)


def get_share_detail(actor: Actor, share_id: UUID) -> ShareDetail:
    """A share with what it is made of, what was paid, where to pay, and interest on what is late as of today."""
    statement = SELECT.format(visible=visible_holdings(actor, "s")) + " AND s.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, today=clock.today(), id=share_id)
    if row is None:
        raise NotFound
    share, asked = _share(row), {"firm": actor.firm_id, "id": share_id}
    payments = tuple(Payment(*each) for each in db.fetch_all(PAYMENTS, **asked))
    own = {"firm": actor.firm_id, "call": share.call_id, "account": share.account_id}
    fund = db.fetch_value(FUND, **own)
    late = _late(share, payments, get_vehicle(actor, share.vehicle_id), clock.today())
    return ShareDetail(
        share,
        tuple(
            SharedLine(
                LineKind(line.kind),
                line.label,
                line.inside,
                line.fund,
                line.exact,
                line.amount,
                line.rounded_up,
                line.accrued,
            )
            for line in db.fetch_all(LINES, **asked)
        ),
        payments,
        None if row.paid_to is None else BankAccount(**row.paid_to),
        row.purpose,
        row.cancel_reason,
        Decimal(fund or 0),
        late,
        tuple(EqualisedCall(*each) for each in db.fetch_all(EQUALISED, **own)),
    )


def _late(share: CallShare, payments: tuple[Payment, ...], vehicle: Vehicle, today: date) -> tuple[LateInterest, ...]:
    """Interest on each payment that came late, and on what is open and overdue; none on what was netted."""
    rate, count = vehicle.terms.late_interest, vehicle.terms.day_count
    paid = [(each.amount, each.value_on) for each in payments if each.undone_at is None and not each.distribution_id]
    parts = [*paid, (share.open, today)]
    return tuple(
        LateInterest(
            amount,
            rate,
            share.due_on,
            until,
            interest_days(share.due_on, until, count),
            DAYS[count],
            simple_interest(amount, rate, share.due_on, until, count, places=minor_places(share.currency)),
        )
        for amount, until in parts
        if rate and amount > 0 and until > share.due_on and share.state is not ShareState.CANCELLED
    )
