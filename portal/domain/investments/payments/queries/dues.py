"""What accounts owe: shares of calls and interest on late payments, and what the payments at hand are for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.queries.visibility import visible_shares
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.payments.queries.bank_files import list_lines_to_match
from portal.domain.investments.payments.queries.late_interests import list_late_interests
from portal.domain.investments.payments.rules.matching import match_payments
from portal.domain.investments.payments.values.bank_lines import MOST_LINES
from portal.domain.investments.payments.values.matching import Due, DueKind, Payment, Proposal
from portal.domain.investments.payments.values.receipts import KeptLine, LateDue
from portal.platform import db

MOST_SETTLED = 50_000
# No more of each share than matching looks at: there are tens of thousands.
CALLED = """
SELECT s.id, s.reference, s.account_id, a.name AS account, s.vehicle_id, v.name AS vehicle, c.currency,
  s.inside + s.outside - s.paid AS open, s.due_on
FROM investments.call_shares s
JOIN investments.capital_calls c ON c.id = s.call_id
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE {visible} AND s.standing AND s.paid < s.inside + s.outside
"""
# Who has to pay carry back was told with which reference. Nothing is due before.
PAID_BACK = """
SELECT s.id, n.content ->> 'reference' AS reference, s.account_id, a.name AS account, d.vehicle_id, v.name AS vehicle,
  d.currency, -s.net - s.received AS open, d.pay_on
FROM investments.distribution_shares s
JOIN investments.distributions d ON d.id = s.distribution_id AND d.state IN ('approved', 'posted')
JOIN investments.notices n ON n.subject_id = d.id AND n.account_id = s.account_id
  AND n.kind IN ('payback', 'distribution')
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN investments.vehicles v ON v.id = d.vehicle_id
WHERE {visible} AND s.issued AND s.net < 0 AND s.received < -s.net
"""
SETTLED = """
SELECT p.due_id, p.kind, p.reference, p.account_id, a.name AS account, p.vehicle_id, v.name AS vehicle, l.currency,
  l.value_on
FROM investments.receipt_parts p
JOIN investments.receipts r ON r.id = p.receipt_id AND r.state = 'posted'
JOIN investments.bank_lines l ON l.id = r.line_id
JOIN people.investor_accounts a ON a.id = p.account_id
JOIN investments.vehicles v ON v.id = p.vehicle_id
WHERE p.firm_id = %(firm)s ORDER BY r.made_at DESC LIMIT %(most)s
"""


def list_dues(actor: Actor) -> list[Due]:
    """All that is open, the earliest due first."""
    called = db.fetch_all(CALLED.format(visible=visible_holdings(actor, "s")), firm=actor.firm_id)
    back = db.fetch_all(PAID_BACK.format(visible=visible_shares(actor)), firm=actor.firm_id)
    late = list_late_interests(actor, open_only=True)
    dues = [
        *(Due(row[0], DueKind.CALL, *row[1:]) for row in called),
        *(Due(row[0], DueKind.PAYBACK, *row[1:]) for row in back),
        *map(_of_late, late),
    ]
    return sorted(dues, key=lambda due: (due.due_on, due.reference, due.id))


def _of_late(late: LateDue) -> Due:
    return Due(
        late.id, DueKind.LATE_INTEREST, late.reference, late.account_id, late.account, late.vehicle_id, late.vehicle,
        late.currency, late.open, late.paid_on,
    )  # fmt: skip


def list_proposals(actor: Actor) -> list[tuple[KeptLine, Proposal]]:
    """Every payment that is to be matched, with what it seems to be for, in the order the payments came. Five questions
    to the database and no more, however many payments there are."""
    lines = list_lines_to_match(actor, most=MOST_LINES)
    if not lines:
        return []
    payments = [Payment(line.id, line.amount, line.currency, line.payer, line.reference) for line in lines]
    return list(zip(lines, match_payments(payments, list_dues(actor), paid=list_settled_dues(actor)), strict=True))


def list_settled_dues(actor: Actor) -> list[Due]:
    """What earlier payments were booked for: a reference that comes again still says whose a payment is."""
    return [
        Due(
            row.due_id, DueKind(row.kind), row.reference, row.account_id, row.account, row.vehicle_id, row.vehicle,
            row.currency, Decimal(0), row.value_on,
        )
        for row in db.fetch_all(SETTLED, firm=actor.firm_id, most=MOST_SETTLED)
    ]  # fmt: skip


def find_dues(actor: Actor, due_ids: Sequence[UUID]) -> dict[UUID, Due]:
    """Those of the dues that are open still, by id."""
    wanted = set(due_ids)
    return {due.id: due for due in list_dues(actor) if due.id in wanted}
