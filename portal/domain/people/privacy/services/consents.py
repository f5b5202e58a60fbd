"""Publishing what people are asked, and their answers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from structlog.contextvars import get_contextvars

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.people.privacy.errors import PurposeRetired, PurposeTaken, TextReplaced
from portal.domain.people.privacy.models import ConsentPurpose, ConsentRecord, ConsentText
from portal.domain.people.privacy.queries.consents import get_consent
from portal.platform import clock
from portal.platform.db import session, take_turns, transactional
from portal.platform.errors import Forbidden, NotFound
from portal.platform.ids import name_key

FIRST = 1


@transactional
def create_purpose(actor: Actor, *, name: str, needed: bool, body: str) -> UUID:
    """Ask everybody for their consent to something, under the first version of its text; the new id. Something `needed`
    is asked for on each page until it is answered. PurposeTaken where the name is in use."""
    require(actor, Permission.HANDLE_PRIVACY)
    purpose = ConsentPurpose(firm_id=actor.firm_id, name=name.strip(), name_key=name_key(name), needed=needed)
    session.add(purpose)
    try:
        session.flush()
    except IntegrityError as error:
        raise PurposeTaken(fields={"name": PurposeTaken.message}) from error
    _publish(actor, purpose, FIRST, body)
    return purpose.id


@transactional
def publish_text(actor: Actor, purpose_id: UUID, *, replaces: int, needed: bool, body: str) -> int:
    """Publish the next version of a purpose's text after the version that was read (`replaces`); its number.
    TextReplaced where somebody else was faster, PurposeRetired."""
    purpose = _lock(actor, purpose_id)
    if get_consent(actor, purpose_id).version != replaces:
        raise TextReplaced(
            "Somebody published a newer text meanwhile. Read it, then publish yours if it is still needed."
        )
    purpose.needed = needed
    _publish(actor, purpose, replaces + 1, body)
    return replaces + 1


@transactional
def retire_purpose(actor: Actor, purpose_id: UUID) -> None:
    """Ask for something no longer; what was answered stays."""
    _lock(actor, purpose_id).retired_at = clock.now()
    session.flush()
    record_act(actor.user_id, "consent.retire", f"purpose:{purpose_id}")


@transactional
def answer_consent(actor: Actor, purpose_id: UUID, *, version: int, given: bool) -> None:
    """Give the actor's own consent to a text, decline or withdraw it; the same answer twice is one. TextReplaced where
    another version is in force, PurposeRetired for what is no longer asked (withdrawing stays possible)."""
    if actor.user_id is None:
        raise Forbidden
    take_turns("consents of a person", str(actor.user_id))
    asked = get_consent(actor, purpose_id)
    if asked.retired_at is not None and given:
        raise PurposeRetired
    if asked.version != version:
        raise TextReplaced
    if asked.given is given and not asked.is_new:
        return
    context = get_contextvars()
    session.add(
        ConsentRecord(
            firm_id=actor.firm_id,
            user_id=actor.user_id,
            purpose_id=purpose_id,
            version=version,
            given=given,
            address=context.get("address"),
            agent=context.get("agent"),
        )
    )
    session.flush()
    act = "consent.give" if given else "consent.withdraw"
    record_act(actor.user_id, act, f"purpose:{purpose_id}", version=version)


def _lock(actor: Actor, purpose_id: UUID) -> ConsentPurpose:
    """The purpose, which nobody else changes meanwhile."""
    require(actor, Permission.HANDLE_PRIVACY)
    purpose = session.get(ConsentPurpose, purpose_id, with_for_update=True, populate_existing=True)
    if purpose is None or purpose.firm_id != actor.firm_id:
        raise NotFound
    if purpose.retired_at is not None:
        raise PurposeRetired
    return purpose


def _publish(actor: Actor, purpose: ConsentPurpose, version: int, body: str) -> None:
    text = ConsentText(
        purpose_id=purpose.id, version=version, firm_id=actor.firm_id, body=body.strip(), published_by=actor.user_id
    )
    session.add(text)
    session.flush()
    record_act(actor.user_id, "consent.publish", f"purpose:{purpose.id}", version=version)
