"""Payments: telling people that theirs was booked."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.payments.queries.receipts import find_receipt_notice
from portal.jobs.posting import address_of, post
from portal.platform.outbox import Work


def announce_receipt(work: Work) -> None:
    """Write to one person that a payment for accounts of theirs was booked."""
    receipt_id, user_id = UUID(work.arguments["receipt_id"]), UUID(work.arguments["user_id"])
    found = find_receipt_notice(Actor.system(work.firm_id), receipt_id, user_id)
    if found is not None:
        subject = f"{found.firm}: we received your payment"
        where = address_of("investments/capital-calls")
        post(work, found, subject, "mail/payment_received.txt", late=found.late, url=where)
