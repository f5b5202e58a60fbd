"""Batches come in, in parts that may be sent again, and go."""

from __future__ import annotations

import hashlib
from uuid import UUID

from portal.domain.documents.filing.errors import BatchChanged
from portal.domain.documents.filing.models import BatchRecord
from portal.domain.documents.filing.queries.batches import get_batch, list_part_keys
from portal.domain.documents.filing.values.batches import (
    LARGEST_BATCH,
    LARGEST_PART,
    BatchDetails,
    BatchKind,
    BatchState,
)
from portal.domain.documents.library.values.writing import LONGEST_TITLE
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.resources import resources
from portal.platform.screening.names import clean_name

MOST_PARTS = 2_000
PART = """
INSERT INTO documents.batch_parts (batch_id, number, firm_id, file_key, size, digest)
VALUES (%(batch)s, %(number)s, %(firm)s, %(key)s, %(size)s, %(digest)s)
ON CONFLICT (batch_id, number) DO UPDATE SET file_key = excluded.file_key, size = excluded.size,
  digest = excluded.digest
"""
MOVE = "UPDATE documents.batches SET state = %(to)s WHERE firm_id = %(firm)s AND id = %(id)s AND state = %(from)s"


@transactional
def start_batch(actor: Actor, details: BatchDetails, *, name: str, size: int) -> UUID:
    """A batch whose file is called `name` and has `size` bytes; its parts come next. The new id. Invalid with a message
    per field."""
    require(actor, Permission.EDIT_DOCUMENTS)
    cleaned = clean_name(name)
    kind = cleaned.rpartition(".")[2].lower()
    problems = {}
    if kind not in set(BatchKind):
        problems["file"] = "Choose one PDF document or one ZIP archive."
    elif not 0 < size <= LARGEST_BATCH:
        problems["file"] = f"The file is empty, or larger than {LARGEST_BATCH >> 20} MiB. Split it and send the parts."
    if not 0 < len(details.title.strip()) <= LONGEST_TITLE:
        problems["title"] = f"Give the documents a title of at most {LONGEST_TITLE} letters."
    if problems:
        raise Invalid(fields=problems)
    record = BatchRecord(
        firm_id=actor.firm_id,
        state=BatchState.RECEIVING.value,
        kind=kind,
        name=cleaned,
        size=size,
        type=details.type.value,
        period=details.period,
        vehicle_id=details.vehicle_id,
        title=details.title.strip(),
        created_by=actor.user_id,
    )
    session.add(record)
    session.flush()
    record_act(actor.user_id, "filing.start", f"filing_batch:{record.id}")
    return record.id


@transactional
def keep_part(actor: Actor, batch_id: UUID, number: int, content: bytes) -> None:
    """Keep one stretch of the file, counted from 0; sent again, it takes the place of what was sent before. NotFound,
    BatchChanged, Invalid."""
    require(actor, Permission.EDIT_DOCUMENTS)
    batch = get_batch(actor, batch_id)
    if batch.state is not BatchState.RECEIVING:
        raise BatchChanged
    if not 0 <= number < MOST_PARTS or not 0 < len(content) <= LARGEST_PART:
        raise Invalid(f"A part has at most {LARGEST_PART >> 20} MiB and something in it.")
    before = list_part_keys(actor, batch_id).get(number)
    stored = resources().store.put(f"filing/{new_id().hex}", content, "application/octet-stream")
    execute(
        PART,
        batch=batch_id,
        number=number,
        firm=actor.firm_id,
        key=stored.key,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
    )
    if before is not None:
        enqueue("documents.discard", key=before)


@transactional
def finish_receiving(actor: Actor, batch_id: UUID) -> None:
    """Have a batch read whose parts are all there. NotFound, BatchChanged, Invalid where parts are missing."""
    require(actor, Permission.EDIT_DOCUMENTS)
    batch, keys = get_batch(actor, batch_id), list_part_keys(actor, batch_id)
    if batch.received != batch.size or list(keys) != list(range(len(keys))):
        raise Invalid("Parts of the file are missing. Choose the same file again: what is here already is not resent.")
    move_batch(actor, batch_id, BatchState.RECEIVING, BatchState.READING)
    enqueue("documents.read_batch", batch_id=str(batch_id))


@transactional
def discard_batch(actor: Actor, batch_id: UUID) -> None:
    """Forget a batch and its file; what was filed of it stays. BatchChanged while a job files or publishes it."""
    require(actor, Permission.EDIT_DOCUMENTS)
    batch = get_batch(actor, batch_id)
    if batch.state in {BatchState.FILING, BatchState.PUBLISHING}:
        raise BatchChanged
    discard_parts(actor, batch_id)
    execute("DELETE FROM documents.pieces WHERE batch_id = %(id)s", id=batch_id)
    execute("DELETE FROM documents.batches WHERE firm_id = %(firm)s AND id = %(id)s", firm=actor.firm_id, id=batch_id)
    record_act(actor.user_id, "filing.discard", f"filing_batch:{batch_id}")


@transactional
def discard_parts(actor: Actor, batch_id: UUID) -> None:
    """Delete the file of a batch that is not read any more."""
    enqueue_many("documents.discard", [({"key": key}, None) for key in list_part_keys(actor, batch_id).values()])
    execute("DELETE FROM documents.batch_parts WHERE batch_id = %(id)s", id=batch_id)


@transactional
def move_batch(actor: Actor, batch_id: UUID, state: BatchState, to: BatchState) -> None:
    """Bring a batch from one state to another; BatchChanged where it is not in the first (any more)."""
    if not execute(MOVE, firm=actor.firm_id, id=batch_id, to=to.value, **{"from": state.value}):
        raise BatchChanged
