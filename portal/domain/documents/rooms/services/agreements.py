"""What is signed before a room is entered."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from structlog.contextvars import get_contextvars

from portal.domain.documents.rooms.errors import TextReplaced
from portal.domain.documents.rooms.models import RoomAgreementRecord, RoomTextRecord
from portal.domain.documents.rooms.queries.rooms import get_asked_text, get_gate, list_room_texts
from portal.domain.documents.rooms.rules import find_text_faults, text_digest
from portal.domain.documents.rooms.services.rooms import lock_room
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import session, transactional
from portal.platform.errors import Forbidden, Invalid

LONGEST_TYPED = 200


@transactional
def write_room_text(actor: Actor, room_id: UUID, body: str, *, replaces: int | None) -> int:
    """Ask everybody who enters a room to sign a text, those too who signed the one before it (`replaces`: the version
    that was read, None where nothing is asked); its number. NotFound, Invalid, TextReplaced."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    room = lock_room(actor, room_id)
    if faults := find_text_faults(body):
        raise Invalid(fields=faults)
    if room.nda_version != replaces:
        raise TextReplaced
    before = list_room_texts(actor, room_id)
    number = before[0].version + 1 if before else 1
    text = RoomTextRecord(
        room_id=room_id,
        version=number,
        firm_id=actor.firm_id,
        body=body.strip(),
        digest=text_digest(body.strip()),
        written_by=actor.user_id,
    )
    session.add(text)
    room.nda_version = number
    session.flush()
    record_act(actor.user_id, "room.write_text", f"room:{room_id}", version=number)
    return number


@transactional
def ask_no_agreement(actor: Actor, room_id: UUID) -> None:
    """Let members enter without signing anything; what was signed stays on record. NotFound."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    lock_room(actor, room_id).nda_version = None
    session.flush()
    record_act(actor.user_id, "room.drop_text", f"room:{room_id}")


@transactional
def sign_agreement(actor: Actor, room_id: UUID, *, digest: str, typed_name: str, proven_by: str) -> None:
    """Sign what a room asks of its members, as the text with this digest that was read, with one's name as typed; kept
    with address, browser and how the session was proven. Nothing where it was signed before. NotFound, Invalid,
    TextReplaced."""
    if actor.user_id is None or actor.session_id is None:
        raise Forbidden
    if get_gate(actor, room_id).entered:
        return
    text = get_asked_text(actor, room_id)
    if text.digest != digest:
        raise TextReplaced
    if len(typed_name.strip()) < 2 or len(typed_name) > LONGEST_TYPED:
        raise Invalid(fields={"typed_name": "Type your full name as your signature."})
    context = get_contextvars()
    agreement = RoomAgreementRecord(
        firm_id=actor.firm_id,
        room_id=room_id,
        user_id=actor.user_id,
        version=text.version,
        digest=text.digest,
        typed_name=typed_name.strip(),
        address=context.get("address"),
        agent=context.get("agent"),
        session_id=actor.session_id,
        proven_by=proven_by,
    )
    try:
        with session.begin_nested():
            session.add(agreement)
    except IntegrityError:
        return  # signed at the same moment in another window
    record_act(actor.user_id, "room.sign", f"room:{room_id}", version=text.version)
