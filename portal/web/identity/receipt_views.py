"""How the match of a payment is told to those who approve it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import Approval
from portal.domain.investments.payments.queries.receipts import get_receipt
from portal.domain.people.investor_accounts.queries import find_account_names
from portal.web.toolkit.formatting import money


def refund_changes(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    """What taking a refund back does: the money is the account's again, to be refunded or used."""
    content = approval.content
    amount = f"{content['currency']} {money(Decimal(content['excess']), content['currency'])}"
    account_id = UUID(content["account"])
    account = find_account_names(actor, [account_id]).get(account_id, "–")
    return [
        (f"Too much, of {account}", f"{amount} refunded", f"{amount} to be refunded or used"),
        ("The call and the ledger", "as booked", "unchanged: a refund moves nothing in them"),
    ]


def receipt_changes(actor: Actor, receipt_id: UUID) -> Sequence[tuple[str, str, str]]:
    """What approving a receipt does, line by line: what, now, then."""
    receipt = get_receipt(actor, receipt_id)
    line = receipt.line
    came = f"{line.currency} {money(line.amount, line.currency)} from {line.payer or 'somebody'}"
    rows = [("Payment", "to match", f"{came}: {line.reference or '–'}")]
    rows += [(f"{part.account}, {part.reference}", "–", money(part.amount, line.currency)) for part in receipt.parts]
    if receipt.excess:
        rows.append((f"Too much, of {receipt.excess_account}", "–", money(receipt.excess, line.currency)))
    return rows
