"""Receipts of payments filed with the papers of their accounts."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.documents.library.services.filing import file_published_papers
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.files import Paper, Release
from portal.domain.identity.access.values import Actor
from portal.domain.investments.payments.values.papers import ReceiptPaper, source_of
from portal.platform import clock
from portal.platform.db import transactional


@transactional
def file_receipts(actor: Actor, printed: Sequence[tuple[ReceiptPaper, Release]]) -> None:
    """File the PDFs of a payment's receipts, each as the next version of the one before: what was left of the payment
    paid something else by now, or it was taken back."""
    papers = [_paper(paper, release) for paper, release in printed]
    if papers:
        file_published_papers(actor, DocumentType.NOTICE, papers, moment=clock.now())


def _paper(paper: ReceiptPaper, release: Release) -> Paper:
    source = source_of(paper.receipt_id, paper.account_id)
    return Paper(
        source, source, paper.account_id, paper.vehicle_id, paper.title, f"{paper.value_on:%Y}", release
    )  # fmt: skip
