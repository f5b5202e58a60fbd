"""Reading receipts: what payments were taken to be for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import ApprovalState
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.payments.values.matching import DueKind, Reason
from portal.domain.investments.payments.values.receipts import (
    DuePayment,
    ExcessState,
    KeptLine,
    Receipt,
    ReceiptNotice,
    ReceiptPart,
    ReceiptState,
)
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT r.id AS receipt_id, r.state AS receipt_state, r.reason, r.excess, r.excess_account_id, e.name AS excess_account,
  r.excess_state, r.note AS receipt_note, r.made_by, m.name AS maker, r.made_at, r.posted_at, u.name AS undoer,
  r.undone_at, l.id, l.file_id, l.booked_on, l.value_on, l.amount, l.currency, l.payer, l.reference, l.bank_id, l.state,
  l.note
FROM investments.receipts r
JOIN investments.bank_lines l ON l.id = r.line_id
LEFT JOIN people.investor_accounts e ON e.id = r.excess_account_id
LEFT JOIN identity.users m ON m.id = r.made_by
LEFT JOIN identity.users u ON u.id = r.undone_by
WHERE r.firm_id = %(firm)s
"""
PARTS = """
SELECT p.receipt_id, p.kind, p.due_id, p.account_id, a.name AS account, p.vehicle_id, v.name AS vehicle, p.reference,
  p.amount
FROM investments.receipt_parts p
JOIN people.investor_accounts a ON a.id = p.account_id
JOIN investments.vehicles v ON v.id = p.vehicle_id
WHERE p.firm_id = %(firm)s AND p.receipt_id = ANY(%(ids)s) ORDER BY p.receipt_id, p.number
"""
RECIPIENTS = """
SELECT DISTINCT m.user_id FROM investments.receipt_parts p
JOIN people.account_members m ON m.account_id = p.account_id
JOIN identity.users u ON u.id = m.user_id AND u.active
WHERE p.firm_id = %(firm)s AND p.receipt_id = %(receipt)s ORDER BY m.user_id
"""
NOTICE = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, a.name AS account, v.name AS vehicle,
  p.reference, p.kind, EXISTS (SELECT FROM investments.late_interests l
    WHERE l.receipt_id = r.id AND l.share_id = p.due_id AND l.state = 'asked') AS late
FROM investments.receipts r JOIN investments.receipt_parts p ON p.receipt_id = r.id
JOIN people.account_members m ON m.account_id = p.account_id AND m.user_id = %(user)s
JOIN identity.users u ON u.id = m.user_id AND u.active JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = r.firm_id
JOIN people.investor_accounts a ON a.id = p.account_id
JOIN investments.vehicles v ON v.id = p.vehicle_id
WHERE r.firm_id = %(firm)s AND r.id = %(receipt)s AND r.state = 'posted' ORDER BY p.number
"""
OF_DUE = """
SELECT r.id, p.amount, l.value_on, r.state FROM investments.receipt_parts p
JOIN investments.receipts r ON r.id = p.receipt_id AND r.state IN ('posted', 'undone')
JOIN investments.bank_lines l ON l.id = r.line_id
WHERE p.firm_id = %(firm)s AND p.due_id = %(due)s ORDER BY r.made_at DESC, r.id DESC
"""
APPROVAL = """
SELECT id FROM identity.approvals WHERE firm_id = %(firm)s AND subject = %(subject)s AND state = %(state)s
"""


def _read(actor: Actor, rows: Sequence[db.AnyRow]) -> list[Receipt]:
    parts: dict[UUID, list[ReceiptPart]] = {}
    for row in db.fetch_all(PARTS, firm=actor.firm_id, ids=[row.receipt_id for row in rows]):
        part = ReceiptPart(
            DueKind(row.kind), row.due_id, row.account_id, row.account, row.vehicle_id, row.vehicle, row.reference,
            row.amount,
        )  # fmt: skip
        parts.setdefault(row.receipt_id, []).append(part)
    return [
        Receipt(
            row.receipt_id, KeptLine.of(row), ReceiptState(row.receipt_state), Reason(row.reason), row.excess,
            row.excess_account_id, row.excess_account, ExcessState(row.excess_state), row.receipt_note, row.made_by,
            row.maker, row.made_at, row.posted_at, row.undoer, row.undone_at, tuple(parts.get(row.receipt_id, ())),
        )
        for row in rows
    ]  # fmt: skip


def get_receipt(actor: Actor, receipt_id: UUID) -> Receipt:
    """One receipt of the firm; NotFound."""
    rows = db.fetch_all(f"{SELECT} AND r.id = %(id)s", firm=actor.firm_id, id=receipt_id)
    if not rows:
        raise NotFound
    return _read(actor, rows)[0]


def list_receipts(
    actor: Actor,
    *,
    excess_only: bool = False,
    before: tuple[datetime, UUID] | None = None,
    most: int = 50,
) -> Sequence[Receipt]:
    """The firm's receipts, the newest first, before the (moment, id) pair; only those with an excess that is neither
    refunded nor used, if asked."""
    at, last = before or (None, None)
    narrowed = " AND r.state = 'posted' AND r.excess_state = 'open'" if excess_only else ""
    rows = db.fetch_all(
        f"{SELECT}{narrowed} AND (%(at)s::timestamptz IS NULL OR (r.made_at, r.id) < (%(at)s, %(id)s::uuid))"
        " ORDER BY r.made_at DESC, r.id DESC LIMIT %(most)s",
        firm=actor.firm_id,
        at=at,
        id=last,
        most=most,
    )
    return _read(actor, rows)


def find_open_request(actor: Actor, receipt_id: UUID) -> UUID | None:
    """The request for approval that a receipt waits for, or None."""
    found: UUID | None = db.fetch_value(
        APPROVAL, firm=actor.firm_id, subject=f"receipt:{receipt_id}", state=ApprovalState.OPEN.value
    )
    return found


def list_receipt_recipients(actor: Actor, receipt_id: UUID) -> list[UUID]:
    """The people who act for an account that a receipt pays for, each once."""
    return [row.user_id for row in db.fetch_all(RECIPIENTS, firm=actor.firm_id, receipt=receipt_id)]


def list_payments_of_due(actor: Actor, due_id: UUID) -> list[DuePayment]:
    """What was booked for a due, the newest first, with what was taken back of it; for who sees the firm's receipts."""
    rows = db.fetch_all(OF_DUE, firm=actor.firm_id, due=due_id)
    return [DuePayment(row.id, row.amount, row.value_on, ReceiptState(row.state)) for row in rows]


def find_receipt_notice(actor: Actor, receipt_id: UUID, user_id: UUID) -> ReceiptNotice | None:
    """What to tell a person of a payment that was booked; None where it was taken back, or they have left."""
    rows = db.fetch_all(NOTICE, firm=actor.firm_id, receipt=receipt_id, user=user_id)
    if not rows:
        return None
    first = rows[0]
    paid_back = all(row.kind == DueKind.PAYBACK for row in rows)
    booked = tuple((row.account, row.vehicle, row.reference) for row in rows)
    return ReceiptNotice(first.name, email_of(first), first.firm, booked, any(row.late for row in rows), paid_back)


def find_receipt_lines(actor: Actor, receipt_ids: Sequence[UUID]) -> dict[UUID, str]:
    """How the payments of these receipts are called: who paid, and what they wrote."""
    rows = db.fetch_all(
        "SELECT r.id, l.payer, l.reference FROM investments.receipts r"
        " JOIN investments.bank_lines l ON l.id = r.line_id WHERE r.firm_id = %(firm)s AND r.id = ANY(%(ids)s)",
        firm=actor.firm_id,
        ids=list(receipt_ids),
    )
    return {row.id: " · ".join(filter(None, (row.payer, row.reference))) or "–" for row in rows}
