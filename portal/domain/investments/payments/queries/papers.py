"""Reading receipts as their accounts get them, and finding the papers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.identity.access.values import Actor
from portal.domain.investments.notices.queries import get_firm_name
from portal.domain.investments.payments.queries.receipts import get_receipt
from portal.domain.investments.payments.values.papers import ReceiptLine, ReceiptPaper, source_of
from portal.domain.investments.payments.values.receipts import ExcessState, Receipt, ReceiptState
from portal.platform import db

ZERO = Decimal(0)
FILED = "SELECT d.id, d.source FROM documents.documents d WHERE {visible} AND d.source = ANY(%(sources)s)"


def list_receipt_papers(actor: Actor, receipt_id: UUID) -> list[ReceiptPaper]:
    """What each account is told of a payment that was booked, in the order of what it paid, in the firm's tenancy; none
    of one that was not booked. Money that pays no due is on no paper. NotFound."""
    receipt = get_receipt(actor, receipt_id)
    if receipt.posted_at is None:
        return []
    firm, accounts = get_firm_name(actor), dict.fromkeys(each.account_id for each in receipt.parts)
    return [_paper(receipt, account_id, firm) for account_id in accounts]


def _paper(receipt: Receipt, account_id: UUID, firm: str) -> ReceiptPaper:
    own = [each for each in receipt.parts if each.account_id == account_id]
    assert receipt.posted_at is not None
    left = receipt.excess_account_id == account_id and receipt.excess_state is ExcessState.OPEN
    lines = tuple(ReceiptLine(each.kind, each.vehicle, each.reference, each.amount) for each in own)
    undone_at = receipt.undone_at if receipt.state is ReceiptState.UNDONE else None
    return ReceiptPaper(
        receipt.id, account_id, own[0].vehicle_id, firm, own[0].account, receipt.line.currency, receipt.line.value_on,
        receipt.posted_at.date(), lines, receipt.excess if left else ZERO, undone_at.date() if undone_at else None,
    )  # fmt: skip


def find_receipt_documents(actor: Actor, account_id: UUID, receipt_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The papers of these receipts that an account got and the actor may see, by receipt."""
    sources = {source_of(each, account_id): each for each in receipt_ids}
    asked = visible_parameters(actor) | {"sources": list(sources)}
    rows = db.fetch_all(FILED.format(visible=visible_documents(actor)), **asked)
    return {sources[row.source]: row.id for row in rows}
