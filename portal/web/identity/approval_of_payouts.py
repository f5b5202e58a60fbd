"""How taking a distribution back, where payments are made from, and carry to be let go are told to those who decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from flask import url_for

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import (
    CARRY_RELEASE,
    DISTRIBUTION_REVERSAL,
    ORIGIN_CHANGE,
    REFUND_UNDOING,
    Approval,
)
from portal.domain.investments.distributions.queries.distributions import find_distribution_names
from portal.domain.investments.payments.queries.receipts import find_receipt_lines
from portal.domain.investments.vehicles.queries import find_vehicle_names
from portal.domain.people.investor_accounts.queries import find_account_names
from portal.web.identity.approval_view import OF_MONEY, ApprovalView, subject_of
from portal.web.identity.receipt_views import refund_changes
from portal.web.toolkit.formatting import day, money

ORIGIN = (
    ("Account holder", "name"),
    ("Bank", "bank"),
    ("Routing number (ABA)", "routing"),
    ("Company identification", "company_id"),
    ("IBAN", "iban"),
    ("BIC", "bic"),
)
SUMS = (("Gross", "gross"), ("Net in money", "net"))


def _reversal(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    content, currency = approval.content, approval.content["currency"]
    sums = [(label, f"{currency} {money(Decimal(content[name]), currency)}") for label, name in SUMS]
    return [
        ("Payment day", day(date.fromisoformat(content["pay_on"])), "never"),
        *((label, amount, "nothing") for label, amount in sums),
        ("Digest of who gets what", content["digest"][:16], "taken back"),
    ]


def _origin(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    before, after = (approval.content[side] for side in ("before", "after"))
    return [(label, (before.get(name) if before else "") or "–", after[name] or "–") for label, name in ORIGIN]


def _release(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    content, currency = approval.content, approval.content["currency"]
    account_id = UUID(content["account"])
    amount = {name: Decimal(content[name]) for name in ("held_back", "released", "left", "amount", "withheld")}
    sums = [
        ("Held back of the carry", amount["held_back"], amount["held_back"]),
        ("Let go of it", amount["released"], amount["released"] + amount["amount"]),
        ("Held back still", amount["left"], amount["left"] - amount["amount"]),
        ("Withheld for tax from what is let go", Decimal(0), amount["withheld"]),
    ]
    return [
        ("Paid to", "–", find_account_names(actor, [account_id]).get(account_id, "–")),
        *(
            (label, f"{currency} {money(before, currency)}", f"{currency} {money(after, currency)}")
            for label, before, after in sums
        ),
    ]


VIEWS_OF_PAYOUTS: dict[str, ApprovalView] = {
    REFUND_UNDOING.name: ApprovalView(
        thing=subject_of,
        names=find_receipt_lines,
        link=lambda approval: url_for("payment_receipts.show", receipt_id=subject_of(approval)),
        changes=refund_changes,
        deciders=OF_MONEY,
    ),
    DISTRIBUTION_REVERSAL.name: ApprovalView(
        thing=subject_of,
        names=find_distribution_names,
        link=lambda approval: url_for("distributions.show", distribution_id=subject_of(approval)),
        changes=_reversal,
        deciders=OF_MONEY,
    ),
    ORIGIN_CHANGE.name: ApprovalView(
        thing=subject_of,
        names=find_vehicle_names,
        link=lambda approval: url_for("payment_origins.show", vehicle_id=subject_of(approval)),
        changes=_origin,
        deciders=OF_MONEY,
    ),
    CARRY_RELEASE.name: ApprovalView(
        thing=subject_of,
        names=find_vehicle_names,
        link=lambda approval: url_for("carries.show", vehicle_id=subject_of(approval)),
        changes=_release,
        deciders=OF_MONEY,
    ),
}
