"""Reading what a distribution may be netted against."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.errors import CallUntold, NothingToNet
from portal.domain.investments.distributions.values.nettings import Called, NettableCall, Owed
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.notices.queries import list_notice_ids, list_notices_by_id
from portal.domain.investments.notices.values import NoticeKind
from portal.platform import db

CALLS = """
SELECT c.id, c.number, c.currency, c.issued_on, c.due_on, sum(s.inside + s.outside - s.paid) AS open,
  count(*) AS accounts
FROM investments.capital_calls c
JOIN investments.vehicles v ON v.id = c.vehicle_id AND v.currency = c.currency
JOIN investments.call_shares s ON s.call_id = c.id AND s.standing AND s.paid < s.inside + s.outside
WHERE c.firm_id = %(firm)s AND c.vehicle_id = %(vehicle)s AND c.state = 'issued'
GROUP BY c.id ORDER BY c.due_on, c.number
"""
OWED = """
SELECT s.account_id, s.inside + s.outside AS asked, s.paid FROM investments.call_shares s
WHERE {visible} AND s.call_id = %(call)s AND s.standing AND s.inside + s.outside > 0
"""
# Beside what this distribution paid of it.
SETTLED = """
SELECT s.account_id, s.paid - COALESCE(sum(p.amount), 0) AS settled
FROM investments.call_shares s
LEFT JOIN investments.call_payments p ON p.share_id = s.id AND p.distribution_id = %(distribution)s
  AND p.undone_at IS NULL
WHERE s.firm_id = %(firm)s AND s.call_id = %(call)s AND s.account_id = ANY(%(accounts)s) GROUP BY s.id
"""
DRAFTS = """
SELECT d.id, d.number FROM investments.distributions d
WHERE d.firm_id = %(firm)s AND d.vehicle_id = %(vehicle)s AND d.state = 'draft' ORDER BY d.number
"""


def list_nettable_calls(actor: Actor, vehicle_id: UUID) -> list[NettableCall]:
    """The open calls of a vehicle in its currency, the earliest due first, in the firm's tenancy."""
    return [NettableCall(*row) for row in db.fetch_all(CALLS, firm=actor.firm_id, vehicle=vehicle_id)]


def list_owed(actor: Actor, call_id: UUID, account_ids: Sequence[UUID] | None = None) -> dict[UUID, Owed]:
    """What accounts that the actor may see, all or these, were asked for by a call that stands, and have paid."""
    statement = OWED.format(visible=visible_holdings(actor, "s"))
    given: dict[str, object] = {"firm": actor.firm_id, "call": call_id}
    if account_ids is not None:
        statement, given["accounts"] = statement + " AND s.account_id = ANY(%(accounts)s)", list(account_ids)
    rows = db.fetch_all(statement, **given)
    return {row.account_id: Owed(row.asked, row.paid) for row in rows}


def get_open_dues(actor: Actor, call_id: UUID) -> dict[UUID, Decimal]:
    """What is open on a call, by account; NothingToNet where all is paid, or the call was cancelled."""
    dues = {account: owed.open for account, owed in list_owed(actor, call_id).items() if owed.open > 0}
    if not dues:
        raise NothingToNet
    return dues


def get_called(actor: Actor, call_id: UUID, distribution_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, Called]:
    """What these accounts were told of a call, with what was paid of it beside a distribution; CallUntold while
    somebody's notice is not written."""
    if not account_ids:
        return {}
    given = {"firm": actor.firm_id, "call": call_id, "distribution": distribution_id, "accounts": list(account_ids)}
    settled = {row.account_id: row.settled for row in db.fetch_all(SETTLED, **given)}
    issued = list_notices_by_id(actor, list_notice_ids(actor, call_id, NoticeKind.CALL))
    told = {
        each.account_id: Called(each.notice, settled[each.account_id]) for each in issued if each.account_id in settled
    }
    if len(told) < len(account_ids):
        raise CallUntold
    return told


def list_open_drafts(actor: Actor, vehicle_id: UUID) -> list[tuple[UUID, int]]:
    """The distributions of a vehicle that are prepared, by number, with their ids, in the firm's tenancy."""
    return [(row.id, row.number) for row in db.fetch_all(DRAFTS, firm=actor.firm_id, vehicle=vehicle_id)]
