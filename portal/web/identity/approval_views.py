"""How each kind of request for approval is told to those who decide it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_names
from portal.domain.identity.approvals.values import (
    EMAIL_CORRECTION,
    ERASURE,
    FACTOR_RESET,
    PAYMENT_CHANGE,
    ROLES_CHANGE,
    USER_RETURN,
    Approval,
)
from portal.domain.identity.contact.queries import find_correction
from portal.domain.people.investor_accounts.queries import find_account_names
from portal.domain.people.payment_instructions.queries import get_payment_instruction, list_payment_instructions
from portal.domain.people.payment_instructions.values import InstructionState
from portal.domain.people.privacy.values.erasures import TITLES
from portal.domain.people.privacy.values.inventory import Category
from portal.web.toolkit.formatting import day
from portal.web.toolkit.navigation import ROLE_NAMES

IN_FORCE = InstructionState.IN_FORCE
BANK = (
    ("Account holder", "holder"),
    ("Bank", "bank"),
    ("Routing number (ABA)", "routing"),
    ("Account number", "number"),
)
OF_PEOPLE = "Another administrator or a compliance officer decides it."


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """What requests of one kind are about: the id of that thing, the names of several at once, its page; what changes,
    line by line (what, now, then); and who decides it."""

    thing: Callable[[Approval], UUID]
    names: Callable[[Actor, Sequence[UUID]], Mapping[UUID, str]]
    link: Callable[[Approval], str]
    changes: Callable[[Actor, Approval], Sequence[tuple[str, str, str]]]
    deciders: str


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
    ERASURE.name: ApprovalView(
        thing=user_of,
        names=find_user_names,
        link=lambda approval: url_for("cases.show", user_id=user_of(approval)),
        changes=_erasure,
        deciders="Another administrator or a compliance officer decides it.",
    ),
}
