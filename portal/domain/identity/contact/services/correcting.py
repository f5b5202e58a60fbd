"""Correcting the address that somebody else signs in with: asked for by one person of staff, approved by another.

For people who read no mail where it goes now, so that they cannot change it themselves.
"""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.errors import EmailTaken
from portal.domain.identity.accounts.queries import find_user_by_email, get_user
from portal.domain.identity.accounts.services import lock_user
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import EMAIL_CORRECTION
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.contact.errors import NotCorrectable, OwnAddress, SameContact
from portal.domain.identity.contact.queries import find_correction
from portal.domain.identity.contact.services.keeping import keep_change, replace_email, settle_change
from portal.domain.identity.contact.values import CODE_LENGTH, ContactKind, Correction, Side, place_in_request
from portal.domain.identity.emails.values import normal_email
from portal.domain.identity.links.services import withdraw_links
from portal.domain.identity.links.values import Purpose
from portal.domain.identity.subjects.queries import get_subject_key
from portal.platform.db import transactional
from portal.platform.outbox import enqueue
from portal.platform.personal import seal
from portal.platform.sealing import Sealer


@transactional
def propose_correction(actor: Actor, user_id: UUID, *, email: str, reason: str) -> UUID:
    """Ask for a person to sign in with another address; somebody else has to approve it. The id of the request, which
    holds both addresses sealed. OwnAddress, SameContact, NotCorrectable, EmailTaken, AlreadyAsked."""
    require(actor, Permission.EDIT_PEOPLE)
    user, wrapped = get_user(actor, user_id), get_subject_key(user_id)
    if user.id == actor.user_id:
        raise OwnAddress
    correction = Correction(user.email, normal_email(email))
    if correction.before == correction.after:
        raise SameContact(fields={"email": SameContact.message})
    _require_correctable(actor, user_id, correction)
    sides = ((Side.OLD, correction.before), (Side.NEW, correction.after))
    content = {
        side.value: b64encode(seal(text, place_in_request(side, user_id), wrapped)).decode() for side, text in sides
    }
    return request_approval(actor, EMAIL_CORRECTION, subject=f"user:{user_id}", content=content, reason=reason)


def _require_correctable(actor: Actor, user_id: UUID, correction: Correction | None) -> None:
    """Refuse with NotCorrectable or EmailTaken what cannot be corrected (any more)."""
    user = get_user(actor, user_id)
    if correction is None or not user.active or user.email != correction.before:
        raise NotCorrectable
    if find_user_by_email(actor, correction.after) is not None:
        raise EmailTaken(fields={"email": EmailTaken.message})


@transactional
def start_correction(actor: Actor, approval_id: UUID, user_id: UUID, correction: Correction | None) -> None:
    """Have an approved correction done after this commit, by the firm's machinery, as nobody writes another's
    address."""
    _require_correctable(actor, user_id, correction)
    enqueue("contact.correct_email", approval_id=str(approval_id))


@transactional
def complete_correction(system: Actor, sealer: Sealer, approval_id: UUID) -> None:
    """Change the address as it was approved and tell both sides, in the system tenancy; NotCorrectable, EmailTaken."""
    approval = get_approval(system, approval_id)
    user_id = UUID(approval.subject.removeprefix("user:"))
    lock_user(system, user_id)
    correction = find_correction(user_id, approval.content)
    _require_correctable(system, user_id, correction)
    assert correction is not None
    person = Actor(system.firm_id, user_id, frozenset())
    change_id = keep_change(person, ContactKind.EMAIL, new=correction.after, length=CODE_LENGTH)
    replace_email(system, user_id, correction.after)
    for purpose in (Purpose.EMAIL, Purpose.RESET):
        withdraw_links(system, user_id, purpose)
    settle_change(person, sealer, change_id, ContactKind.EMAIL, by_staff=True)
    record_act(None, "contact.correct", f"user:{user_id}", approval=str(approval_id))
