"""Payments: telling people that theirs was booked, and printing its receipts."""

from __future__ import annotations

import hashlib
from uuid import UUID

from portal.domain.documents.library.values.files import Release
from portal.domain.identity.access.values import Actor
from portal.domain.investments.notices.queries import get_letterhead
from portal.domain.investments.payments.queries.papers import list_receipt_papers
from portal.domain.investments.payments.queries.receipts import find_receipt_notice
from portal.domain.investments.payments.services.papers import file_receipts
from portal.domain.investments.payments.values.papers import ReceiptPaper
from portal.jobs.posting import address_of, post
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.printing.receipts import print_receipt as print_receipt_paper
from portal.printing.sheets import count_pages


def announce_receipt(work: Work) -> None:
    """Write to one person that a payment for accounts of theirs was booked."""
    receipt_id, user_id = UUID(work.arguments["receipt_id"]), UUID(work.arguments["user_id"])
    found = find_receipt_notice(Actor.system(work.firm_id), receipt_id, user_id)
    if found is not None:
        subject = f"{found.firm}: we received your payment"
        where = address_of("investments/distributions" if found.paid_back else "investments/capital-calls")
        post(work, found, subject, "mail/payment_received.txt", late=found.late, url=where)


def print_receipt(work: Work) -> None:
    """Print a payment's receipts and file them with the papers of their accounts. A file lies under its work's own id,
    so that doing it again after a crash leaves one file."""
    actor, store = Actor.system(work.firm_id), resources().store
    _, accent, locale = get_letterhead(actor)
    printed: list[tuple[ReceiptPaper, Release]] = []
    for place, paper in enumerate(list_receipt_papers(actor, UUID(work.arguments["receipt_id"]))):
        key, content = f"documents/{work.id}-{place}.pdf", print_receipt_paper(paper, accent=accent, locale=locale)
        store.put(key, content, "application/pdf")
        digest, name = hashlib.sha256(content).hexdigest(), f"Receipt {paper.lines[0].reference}.pdf"
        printed.append((paper, Release(key, name, "pdf", len(content), digest, count_pages(content))))
    file_receipts(actor, printed)
