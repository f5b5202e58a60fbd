"""Reading payment instructions, masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import PERMISSIONS, Actor, Permission, Role
from portal.domain.identity.contact.queries import find_change
from portal.domain.identity.emails.values import email_of
from portal.domain.identity.subjects.queries import list_subject_keys
from portal.domain.people.investor_accounts.queries import get_account
from portal.domain.people.investor_accounts.values import Account
from portal.domain.people.payment_instructions.rules import mask_number
from portal.domain.people.payment_instructions.values import (
    EMAIL,
    PHONE,
    BankDetails,
    InstructionEvent,
    InstructionState,
    Method,
    PaymentInstruction,
    PaymentNotice,
)
from portal.platform import db
from portal.platform.errors import NotFound

# An investor reads no names of others but their own: what staff or another member did is the firm's or a member's.
SELECT = """
SELECT i.id, i.account_id, a.name AS account, i.method, i.details, i.state, i.entered_by, u.name AS entered_by_name,
  i.entered_at, i.hold_until, i.escalated_for, k.wrapped
FROM people.payment_instructions i
JOIN people.investor_accounts a ON a.id = i.account_id
JOIN identity.subject_keys k ON k.subject_id = i.account_id
LEFT JOIN identity.users u ON u.id = i.entered_by
WHERE i.firm_id = %(firm)s
"""
EVENTS = """
SELECT e.instruction_id, e.state, e.at, e.by_user, u.name, e.reason FROM people.payment_instruction_events e
LEFT JOIN identity.users u ON u.id = e.by_user
WHERE e.firm_id = %(firm)s AND e.instruction_id = ANY(%(ids)s) ORDER BY e.id
"""
CONTACT = """
SELECT COALESCE(bool_or(u.email_changed_at > %(since)s), false) AS email,
  COALESCE(bool_or(u.phone_changed_at > %(since)s), false) AS phone
FROM people.account_members m JOIN identity.users u ON u.id = m.user_id
WHERE m.firm_id = %(firm)s AND m.account_id = %(account)s
"""
APPROVED_BY_COMPLIANCE = """
SELECT EXISTS (SELECT FROM identity.approval_votes v
  JOIN identity.approvals a ON a.id = v.approval_id AND a.content_hash = v.content_hash
  JOIN identity.users u ON u.id = v.approver_id AND u.active
  JOIN identity.role_grants g ON g.user_id = u.id AND g.role = %(role)s
  WHERE v.approval_id = %(id)s AND v.approves)
"""
MAY_STILL_ENTER = """
SELECT EXISTS (SELECT FROM people.account_members m
    WHERE m.firm_id = %(firm)s AND m.account_id = %(account)s AND m.user_id = %(user)s)
  OR EXISTS (SELECT FROM identity.role_grants g
    WHERE g.firm_id = %(firm)s AND g.user_id = %(user)s AND g.role = ANY(%(roles)s))
"""
MEMBERS = """
SELECT m.user_id FROM people.account_members m JOIN identity.users u ON u.id = m.user_id AND u.active
WHERE m.firm_id = %(firm)s AND m.account_id = %(account)s ORDER BY m.user_id
"""
PERSON = """
SELECT u.id AS user_id, u.email_sealed, k.wrapped, u.name, f.name AS firm, COALESCE(u.locale, f.locale) AS locale,
  COALESCE(u.time_zone, f.time_zone) AS time_zone
FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id JOIN identity.firms f ON f.id = u.firm_id
WHERE u.firm_id = %(firm)s AND u.id = %(user)s AND u.active
"""
MOST = 50
EDITORS = [role.value for role, permissions in PERMISSIONS.items() if Permission.EDIT_ACCOUNTS in permissions]
SOMEBODY = "Somebody at the firm, or another person of the account"


def _instruction(row: db.AnyRow, events: tuple[InstructionEvent, ...] = ()) -> PaymentInstruction:
    details = _opened(row)
    return PaymentInstruction(
        row.id, row.account_id, row.account, Method(row.method), details.holder, details.bank, mask_number(details),
        details.routing, InstructionState(row.state), row.entered_by_name or SOMEBODY, row.entered_by, row.entered_at,
        row.hold_until, tuple(row.escalated_for), events,
    )  # fmt: skip


def _opened(row: db.AnyRow) -> BankDetails:
    return BankDetails.unseal(row.id, row.account_id, row.details, row.wrapped)


def get_paid_account(actor: Actor, account_id: UUID) -> Account:
    """An account whose bank details the actor may see; NotFound otherwise, to whom it is only shown too."""
    if account_id not in list_subject_keys([account_id]) or not _may_see_details(actor, account_id):
        raise NotFound
    return get_account(actor, account_id)


def _may_see_details(actor: Actor, account_id: UUID) -> bool:
    """What row security leaves to be said: of the staff only who may see all portfolios sees those of others."""
    if not actor.is_staff or can(actor, Permission.SEE_ALL_PORTFOLIOS):
        return True
    return bool(db.fetch_value("SELECT %(account)s = ANY (people.my_own_account_ids())", account=account_id))


def list_payment_instructions(actor: Actor, account_id: UUID) -> Sequence[PaymentInstruction]:
    """The bank details of an account that the actor may see with their steps, the newest first."""
    rows = db.fetch_all(
        f"{SELECT} AND i.account_id = %(account)s ORDER BY i.entered_at DESC, i.id LIMIT {MOST}",
        firm=actor.firm_id,
        account=account_id,
    )
    steps = db.fetch_all(EVENTS, firm=actor.firm_id, ids=[row.id for row in rows])
    return [_instruction(row, tuple(map(_event, (e for e in steps if e.instruction_id == row.id)))) for row in rows]


def _event(row: db.AnyRow) -> InstructionEvent:
    by = None if row.by_user is None else row.name or SOMEBODY
    return InstructionEvent(InstructionState(row.state), row.at, by, row.reason)


def get_payment_instruction(actor: Actor, instruction_id: UUID) -> PaymentInstruction:
    """Bank details of an account that the actor may see; NotFound otherwise."""
    return _instruction(_get_row(actor, instruction_id))


def get_fingerprint(actor: Actor, instruction_id: UUID) -> str:
    """The fingerprint of bank details as they are in the database now."""
    return _opened(_get_row(actor, instruction_id)).fingerprint()


def _get_row(actor: Actor, instruction_id: UUID) -> db.AnyRow:
    row = db.fetch_one(f"{SELECT} AND i.id = %(id)s", firm=actor.firm_id, id=instruction_id)
    if row is None:
        raise NotFound
    return row


def list_details_in_force(actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, BankDetails]:
    """The bank details that accounts are paid to, opened; accounts without any in force are left out. Whoever asks has
    the right to pay them and records it."""
    rows = db.fetch_all(
        f"{SELECT} AND i.state = 'in_force' AND i.account_id = ANY(%(accounts)s)",
        firm=actor.firm_id,
        accounts=list(account_ids),
    )
    return {row.account_id: _opened(row) for row in rows}


def find_pending_instruction(actor: Actor, account_id: UUID) -> PaymentInstruction | None:
    """Bank details of an account that wait to come into force, or None."""
    pending = [each for each in list_payment_instructions(actor, account_id) if each.is_pending]
    return pending[0] if pending else None


def list_contact_changes(actor: Actor, account_id: UUID, *, since: datetime) -> list[str]:
    """What people who act for an account changed of how they are reached, in words; in the tenancy of staff or of the
    system."""
    changed = db.fetch_one(CONTACT, firm=actor.firm_id, account=account_id, since=since)
    assert changed is not None
    return [what for what, is_so in ((EMAIL, changed.email), (PHONE, changed.phone)) if is_so]


def exists_approval_of_compliance(approval_id: UUID) -> bool:
    """Whether a compliance officer is among those who approved a request."""
    return bool(db.fetch_value(APPROVED_BY_COMPLIANCE, id=approval_id, role=Role.COMPLIANCE.value))


def exists_right_of_enterer(actor: Actor, instruction: PaymentInstruction) -> bool:
    """Whether who entered these bank details acts for the account, or edits accounts for the firm, now too."""
    asked = {"firm": actor.firm_id, "account": instruction.account_id, "user": instruction.entered_by_id}
    return bool(db.fetch_value(MAY_STILL_ENTER, **asked, roles=EDITORS))


def list_member_ids(actor: Actor, account_id: UUID) -> list[UUID]:
    """The active people who act for an account."""
    return [row.user_id for row in db.fetch_all(MEMBERS, firm=actor.firm_id, account=account_id)]


def find_payment_notice(
    actor: Actor, instruction_id: UUID, user_id: UUID, *, change_id: UUID | None = None
) -> PaymentNotice | None:
    """What to tell a person of bank details, at their address or at the one before the change of address `change_id`;
    None when they have left, or that address is forgotten."""
    row = db.fetch_one(PERSON, firm=actor.firm_id, user=user_id)
    if row is None:
        return None
    change = find_change(actor, change_id) if change_id else None
    email = email_of(row) if change_id is None else change.old if change else None
    if email is None:
        return None
    instruction = get_payment_instruction(actor, instruction_id)
    return PaymentNotice(row.name, email, row.firm, row.locale, row.time_zone, instruction)
