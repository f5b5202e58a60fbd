"""How each kind of request for approval is told to those who decide it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import url_for

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_names
from portal.domain.identity.approvals.values import (
    CALL_CANCELLATION,
    CALL_ISSUE,
    DISTRIBUTION,
    EMAIL_CORRECTION,
    ERASURE,
    FACTOR_RESET,
    PAYMENT_CHANGE,
    RECEIPT,
    RECEIVING_CHANGE,
    ROLES_CHANGE,
    USER_RETURN,
    Approval,
)
from portal.domain.identity.contact.queries import find_correction
from portal.domain.investments.capital_calls.queries.calls import find_call_names, get_call
from portal.domain.investments.capital_calls.queries.receiving import find_receiving_account, get_receiving_details
from portal.domain.investments.distributions.queries.distributions import find_distribution_names
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.payments.queries.receipts import find_receipt_lines
from portal.domain.investments.vehicles.queries import find_vehicle_names
from portal.domain.people.investor_accounts.queries import find_account_names
from portal.domain.people.payment_instructions.queries import get_payment_instruction, list_payment_instructions
from portal.domain.people.payment_instructions.values import InstructionState
from portal.domain.people.privacy.values.erasures import TITLES
from portal.domain.people.privacy.values.inventory import Category
from portal.web.identity.approval_of_offerings import VIEWS_OF_OFFERINGS
from portal.web.identity.approval_of_payouts import VIEWS_OF_PAYOUTS
from portal.web.identity.approval_of_statements import VIEWS_OF_STATEMENTS
from portal.web.identity.approval_of_worth import VIEWS_OF_WORTH
from portal.web.identity.approval_view import OF_MONEY, ApprovalView, subject_of
from portal.web.identity.receipt_views import receipt_changes
from portal.web.toolkit.formatting import day, money
from portal.web.toolkit.navigation import ROLE_NAMES

IN_FORCE = InstructionState.IN_FORCE
BANK = (
    ("Account holder", "holder"),
    ("Bank", "bank"),
    ("Routing number (ABA)", "routing"),
    ("Account number", "number"),
)
OF_PEOPLE = "Another administrator or a compliance officer decides it."


def user_of(approval: Approval) -> UUID:
    """The person a request is about."""
    return UUID(approval.subject.removeprefix("user:"))


def names_of(actor: Actor, approvals: Sequence[Approval]) -> dict[UUID, str]:
    """What each of these requests is about, by the request's id; one question for each kind."""
    by_kind = defaultdict[str, list[Approval]](list)
    for each in approvals:
        by_kind[each.kind.name].append(each)
    found: dict[UUID, str] = {}
    for kind, of_kind in by_kind.items():
        view = VIEWS[kind]
        names = view.names(actor, [view.thing(each) for each in of_kind])
        found |= {each.id: names.get(view.thing(each), "–") for each in of_kind}
    return found


def _account_of(approval: Approval) -> UUID:
    return UUID(approval.content["account"])


def _page(approval: Approval) -> str:
    return url_for("users.show", user_id=user_of(approval))


def _roles(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    before, after = (frozenset(map(Role, approval.content[side])) for side in ("before", "after"))
    return [
        (ROLE_NAMES[role], "yes" if role in before else "no", "yes" if role in after else "no")
        for role in sorted(before | after)
    ]


def _return(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    names = ", ".join(ROLE_NAMES[Role(role)] for role in approval.content["roles"])
    return [("May sign in", "no", "yes"), ("Roles", names, names)]


def _factors(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    content = approval.content
    then = f"none, {content['wait_hours']} hours after the last approval"
    return [
        ("Authenticator app", "set up" if content["app"] else "none", then if content["app"] else "none"),
        ("Passkeys", str(content["passkeys"]), then if content["passkeys"] else "0"),
        ("Recovery codes left", str(content["recovery_codes"]), then if content["recovery_codes"] else "0"),
    ]


def _bank_details(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    asked = get_payment_instruction(actor, UUID(approval.subject.removeprefix("payment_instruction:")))
    others = list_payment_instructions(actor, asked.account_id)
    before = next((each for each in others if each.state == IN_FORCE and each.id != asked.id), None)
    rows = [
        (label, getattr(before, name) or "–" if before else "–", getattr(asked, name) or "–") for label, name in BANK
    ]
    why = approval.content["escalated_for"]
    care = f"Compliance has to be one of two: {' and '.join(why)} changed in the last 14 days" if why else "none"
    return [*rows, ("Special care", "none", care)]


def _correction(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    found = find_correction(user_of(approval), approval.content)
    return [("E-mail address", found.before, found.after)] if found else []


def _erasure(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    return [
        (TITLES[Category(category)][0], "held", f"kept until {day(date.fromisoformat(until))}" if until else "erased")
        for category, until in approval.content["lines"]
    ]


def _call(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    call, content = get_call(actor, subject_of(approval)), approval.content
    paid_to = call.paid_to
    return [
        ("Called", "–", f"{content['currency']} {money(Decimal(content['total']), content['currency'])}"),
        ("Accounts", "–", str(content["accounts"])),
        ("Due on", "–", day(date.fromisoformat(content["due_on"]))),
        ("Paid to", "–", f"{paid_to.holder}, {paid_to.bank}, {paid_to.number}" if paid_to else "–"),
    ]


def _cancellation(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    content = approval.content
    called = f"{content['currency']} {money(Decimal(content['total']), content['currency'])}"
    return [("Called", called, "nothing"), ("Unfunded and notices", "as called", "as before, with new notices")]


def _receiving(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    asked = get_receiving_details(actor, subject_of(approval))
    before = find_receiving_account(actor, asked.vehicle_id)
    return [
        (label, getattr(before, name) or "–" if before else "–", getattr(asked.account, name) or "–")
        for label, name in BANK
    ]


def _distribution_of(approval: Approval) -> UUID:
    return UUID(approval.subject.removeprefix("distribution:"))


def _distribution(_: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    content, currency = approval.content, approval.content["currency"]
    sums = (("Gross", "gross"), ("Carried interest", "carry"), ("Held back of it", "escrow"), ("Withheld", "withheld"))
    method = Method(content.get("method", Method.WATERFALL))  # what was asked for long ago does not say
    how = [("What it is", "–", "Carry paid back to the partners")] if method is Method.CLAWBACK else []
    return [
        *how,
        ("Payment day", "–", day(date.fromisoformat(content["pay_on"]))),
        ("Accounts", "0", str(content["accounts"])),
        *((label, "0", f"{currency} {money(Decimal(content[name]), currency)}") for label, name in sums),
        ("Net in money", "0", f"{currency} {money(Decimal(content['net']), currency)}"),
        *_netting(content, currency),
        ("Digest of who gets what", "–", content["digest"][:16]),
    ]


def _netting(content: Mapping[str, Any], currency: str) -> list[tuple[str, str, str]]:
    """What of a distribution pays a call in place of the accounts, where it nets one."""
    if "nets_call" not in content:
        return []
    netted = Decimal(content["netted"])
    return [
        (f"Netted against call {content['nets_call']}", "0", f"{currency} {money(netted, currency)}"),
        ("Still paid out", "0", f"{currency} {money(Decimal(content['net']) - netted, currency)}"),
    ]


def _receipt_of(approval: Approval) -> UUID:
    return UUID(approval.subject.removeprefix("receipt:"))


VIEWS: dict[str, ApprovalView] = {
    ROLES_CHANGE.name: ApprovalView(
        thing=user_of,
        names=find_user_names,
        link=_page,
        changes=_roles,
        deciders=OF_PEOPLE,
    ),
    USER_RETURN.name: ApprovalView(
        thing=user_of,
        names=find_user_names,
        link=_page,
        changes=_return,
        deciders=OF_PEOPLE,
    ),
    EMAIL_CORRECTION.name: ApprovalView(
        thing=user_of,
        names=find_user_names,
        link=_page,
        changes=_correction,
        deciders=OF_PEOPLE,
    ),
    FACTOR_RESET.name: ApprovalView(
        thing=user_of,
        names=find_user_names,
        link=_page,
        changes=_factors,
        deciders="Two administrators or compliance officers decide it, neither you nor the person it is about.",
    ),
    PAYMENT_CHANGE.name: ApprovalView(
        thing=_account_of,
        names=find_account_names,
        link=lambda approval: url_for("payment_instructions.index", account_id=_account_of(approval)),
        changes=_bank_details,
        deciders="Another manager or a compliance officer decides it.",
    ),
    CALL_ISSUE.name: ApprovalView(
        thing=subject_of,
        names=find_call_names,
        link=lambda approval: url_for("capital_calls.show", call_id=subject_of(approval)),
        changes=_call,
        deciders=OF_MONEY,
    ),
    CALL_CANCELLATION.name: ApprovalView(
        thing=subject_of,
        names=find_call_names,
        link=lambda approval: url_for("capital_calls.show", call_id=subject_of(approval)),
        changes=_cancellation,
        deciders=OF_MONEY,
    ),
    RECEIVING_CHANGE.name: ApprovalView(
        thing=lambda approval: UUID(approval.content["vehicle"]),
        names=find_vehicle_names,
        link=lambda approval: url_for("receiving_accounts.index", vehicle_id=approval.content["vehicle"]),
        changes=_receiving,
        deciders=OF_MONEY,
    ),
    DISTRIBUTION.name: ApprovalView(
        thing=_distribution_of,
        names=find_distribution_names,
        link=lambda approval: url_for("distributions.show", distribution_id=_distribution_of(approval)),
        changes=_distribution,
        deciders="Two managers decide it, neither of them who prepared it.",
    ),
    RECEIPT.name: ApprovalView(
        thing=_receipt_of,
        names=find_receipt_lines,
        link=lambda approval: url_for("payment_receipts.show", receipt_id=_receipt_of(approval)),
        changes=lambda person, approval: receipt_changes(person, _receipt_of(approval)),
        deciders="Somebody else who approves money decides it.",
    ),
    ERASURE.name: ApprovalView(
        thing=user_of,
        names=find_user_names,
        link=lambda approval: url_for("cases.show", user_id=user_of(approval)),
        changes=_erasure,
        deciders="Another administrator or a compliance officer decides it.",
    ),
    **VIEWS_OF_OFFERINGS,
    **VIEWS_OF_WORTH,
    **VIEWS_OF_PAYOUTS,
    **VIEWS_OF_STATEMENTS,
}
