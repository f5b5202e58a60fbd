"""What of a person's identity goes when they are erased, and how what is kept sealed can never be opened again."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.services import void_approval
from portal.domain.identity.approvals.values import EMAIL_CORRECTION, ROLES_CHANGE, USER_RETURN
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.emails.services import write_email
from portal.domain.identity.forgetting.values import ERASED_NAME, erased_address
from portal.domain.identity.recoveries.queries import find_latest_recovery
from portal.domain.identity.recoveries.services import halt_recovery
from portal.domain.identity.viewings.services import end_views_of
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.personal import new_subject_key, wrapping_key_of

OWN_ROWS = (
    "identity.totp_factors",
    "identity.passkeys",
    "identity.recovery_codes",
    "identity.text_factors",
    "identity.text_codes",
    "identity.factor_attempts",
    "identity.contact_changes",
    "identity.links",
    "identity.role_grants",
)
DELETE = "DELETE FROM {table} WHERE firm_id = %(firm)s AND user_id = %(user)s"
# Table by table, in an order that their keys allow. A session stays as an empty row, as the record names it.
FORGET = MappingProxyType(
    {
        "identity.refresh_tokens": """
            DELETE FROM identity.refresh_tokens WHERE session_id IN (
              SELECT id FROM identity.sessions WHERE firm_id = %(firm)s AND user_id = %(user)s)""",
        "identity.sessions": """
            UPDATE identity.sessions SET token_hash = NULL, agent = '', address = '',
              revoked_at = COALESCE(revoked_at, now())
            WHERE firm_id = %(firm)s AND user_id = %(user)s""",
        **{table: DELETE.format(table=table) for table in OWN_ROWS},
    }
)
ANONYMISE = """
UPDATE identity.users SET active = false, password_hash = NULL, name = %(name)s, locale = NULL, time_zone = NULL,
  phone_sealed = NULL, phone_changed_at = NULL, email_changed_at = NULL
WHERE firm_id = %(firm)s AND id = %(user)s
"""
FORGET_WHY = """
UPDATE identity.approvals SET reason = '' WHERE firm_id = %(firm)s AND subject = %(subject)s AND maker_id = %(user)s
"""
EMPTY = """
UPDATE identity.approvals SET content = content - '{name,holder,bank,number,fingerprint}'::text[]
WHERE firm_id = %(firm)s AND subject = ANY(%(subjects)s)
"""
REPLACE_KEY = """
UPDATE identity.subject_keys SET wrapped = %(wrapped)s, key_id = %(key)s
WHERE firm_id = %(firm)s AND subject_id = %(subject)s
"""


@transactional
def erase_user(actor: Actor, user_id: UUID) -> None:
    """Take away everything by which a person signs in and is reached, in the firm's system tenancy: at their next
    request nobody is signed in, and lists show an erased person."""
    _close_what_is_open(actor, user_id)
    for statement in FORGET.values():
        db.execute(statement, firm=actor.firm_id, user=user_id)
    db.execute(ANONYMISE, firm=actor.firm_id, user=user_id, name=ERASED_NAME)
    write_email(actor, user_id, erased_address(user_id))
    record_act(actor.user_id, "user.erase", f"user:{user_id}")


def _close_what_is_open(actor: Actor, user_id: UUID) -> None:
    """Let nobody decide on what was asked about a person, or go on seeing the portal as they do."""
    recovery = find_latest_recovery(actor, user_id)
    if recovery is not None and recovery.is_open:
        halt_recovery(actor, recovery)
    for kind in (ROLES_CHANGE, USER_RETURN, EMAIL_CORRECTION):
        void_approval(actor, kind, f"user:{user_id}")
    end_views_of(actor, user_id)


@transactional
def empty_requests(actor: Actor, user_id: UUID, *, about: Sequence[str]) -> None:
    """Take out of requests for approval what an erased person wrote about themselves, and what those `about` their bank
    details ("payment_instruction:…") tell of them: their fingerprint, and in older ones more. In the firm's system
    tenancy."""
    db.execute(FORGET_WHY, firm=actor.firm_id, user=user_id, subject=f"user:{user_id}")
    db.execute(EMPTY, firm=actor.firm_id, subjects=list(about))


@transactional
def destroy_subject_key(actor: Actor, subject_id: UUID) -> None:
    """Put a new key in the place of a person's or account's, in the firm's system tenancy: what the old one sealed can
    be opened by nobody any more. A back-up taken before still has the old one, until it is thrown away."""
    wrapped = new_subject_key(subject_id)
    db.execute(REPLACE_KEY, firm=actor.firm_id, subject=subject_id, wrapped=wrapped, key=wrapping_key_of(wrapped))
    record_act(actor.user_id, "key.destroy", f"subject:{subject_id}")


@transactional
def destroy_user_key(actor: Actor, user_id: UUID) -> None:
    """Destroy the key of a person who was erased, in the firm's system tenancy."""
    destroy_subject_key(actor, user_id)
    write_email(actor, user_id, erased_address(user_id))  # what stands in the address's place opens on
