"""A request for approval as others read it, and the acts that need one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Permission


class ApprovalState(StrEnum):
    """Where a request stands; an open one whose time is up counts as expired."""

    OPEN = "open"
    EXECUTED = "executed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """An act that needs approval: who on the staff asks for it and who may give it, how many have to, and how long it
    may be given."""

    name: str
    title: str
    maker: Permission
    approver: Permission
    needed: int
    length: timedelta


ROLES_CHANGE = ApprovalKind(
    "roles.change", "Change of roles", Permission.EDIT_PEOPLE, Permission.APPROVE_PEOPLE, 1, timedelta(days=7)
)
USER_RETURN = ApprovalKind(
    "user.return", "Letting somebody back in", Permission.EDIT_PEOPLE, Permission.APPROVE_PEOPLE, 1, timedelta(days=7)
)
EMAIL_CORRECTION = ApprovalKind(
    "contact.correct", "Correction of a sign-in address", Permission.EDIT_PEOPLE, Permission.APPROVE_PEOPLE, 1,
    timedelta(days=7),
)  # fmt: skip
FACTOR_RESET = ApprovalKind(
    "factor.reset",
    "Removal of a lost second factor",
    Permission.EDIT_PEOPLE,
    Permission.APPROVE_PEOPLE,
    2,
    timedelta(days=7),
)
PAYMENT_CHANGE = ApprovalKind(
    "payments.change", "Change of bank details", Permission.EDIT_ACCOUNTS, Permission.APPROVE_PAYMENTS, 2,
    timedelta(days=7),
)  # fmt: skip
ERASURE = ApprovalKind(
    "privacy.erase", "Erasure", Permission.HANDLE_PRIVACY, Permission.HANDLE_PRIVACY, 1, timedelta(days=14)
)
OPPORTUNITY_OPEN = ApprovalKind(
    "opportunity.open", "Opening of an offering", Permission.EDIT_OFFERINGS, Permission.APPROVE_OFFERINGS, 1,
    timedelta(days=7),
)  # fmt: skip
CALL_ISSUE = ApprovalKind(
    "capital_call.issue", "Capital call", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1, timedelta(days=7)
)
CALL_CANCELLATION = ApprovalKind(
    "capital_call.cancel", "Cancellation of a capital call", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1,
    timedelta(days=7),
)  # fmt: skip
RECEIVING_CHANGE = ApprovalKind(
    "receiving_details.change", "Bank account that calls are paid to", Permission.PREPARE_MONEY,
    Permission.APPROVE_MONEY, 1, timedelta(days=7),
)  # fmt: skip
DISTRIBUTION = ApprovalKind(
    "distribution.pay", "Distribution", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 2, timedelta(days=14)
)
DISTRIBUTION_REVERSAL = ApprovalKind(
    "distribution.reverse", "Taking a distribution back", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1,
    timedelta(days=7),
)  # fmt: skip
ORIGIN_CHANGE = ApprovalKind(
    "payment_origin.change", "Bank account that a vehicle pays from", Permission.PREPARE_MONEY,
    Permission.APPROVE_MONEY, 1, timedelta(days=7),
)  # fmt: skip
CARRY_RELEASE = ApprovalKind(
    "carry.release", "Carry held back, to be let go", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1,
    timedelta(days=7),
)  # fmt: skip
VALUATION = ApprovalKind(
    "valuation.post", "Valuation", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1, timedelta(days=14)
)
FEE_CHARGE = ApprovalKind(
    "fee_charge.post", "Management fee", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1, timedelta(days=14)
)
TRANSFER = ApprovalKind(
    "transfer.post", "Transfer of an interest", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1,
    timedelta(days=14),
)  # fmt: skip
RECEIPT = ApprovalKind(
    "payments.receipt", "Payment matched by hand", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1,
    timedelta(days=7),
)  # fmt: skip
REFUND_UNDOING = ApprovalKind(
    "payments.undo_refund", "Taking a refund back", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1,
    timedelta(days=7),
)  # fmt: skip
STATEMENT_PUBLICATION = ApprovalKind(
    "statements.publish", "Publication of statements", Permission.PREPARE_STATEMENTS, Permission.PUBLISH_STATEMENTS, 1,
    timedelta(days=14),
)  # fmt: skip
TAX_FORMS = ApprovalKind(
    "tax_forms.issue", "Tax forms", Permission.PREPARE_MONEY, Permission.APPROVE_MONEY, 1, timedelta(days=14)
)
KINDS = {
    kind.name: kind
    for kind in (
        ROLES_CHANGE,
        USER_RETURN,
        EMAIL_CORRECTION,
        FACTOR_RESET,
        PAYMENT_CHANGE,
        ERASURE,
        OPPORTUNITY_OPEN,
        CALL_ISSUE,
        CALL_CANCELLATION,
        RECEIVING_CHANGE,
        DISTRIBUTION,
        VALUATION,
        FEE_CHARGE,
        TRANSFER,
        RECEIPT,
        REFUND_UNDOING,
        DISTRIBUTION_REVERSAL,
        ORIGIN_CHANGE,
        CARRY_RELEASE,
        STATEMENT_PUBLICATION,
        TAX_FORMS,
    )
}


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person said, and whether it was about the content as it is now."""

    approver_id: UUID
    approver: str
    approves: bool
    comment: str
    at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """A request: what is to be done to what, who asked, and what became of it. `content` is what will be done, word for
    word; `digest` is its SHA-256 in hexadecimal, which a decision names."""

    id: UUID
    kind: ApprovalKind
    subject: str
    content: dict[str, Any]
    digest: str
    reason: str
    maker_id: UUID
    maker: str
    needed: int
    approvals: int
    state: ApprovalState
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None
