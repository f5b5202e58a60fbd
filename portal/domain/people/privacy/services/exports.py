"""Asking for all that is held about oneself, and putting it together."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import IO
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.firms.queries import get_firm
from portal.domain.people.privacy.errors import ExportUnderWay
from portal.domain.people.privacy.models import DataExport
from portal.domain.people.privacy.queries.exports import list_collections, list_copies
from portal.domain.people.privacy.rules.archives import list_files, write_readme
from portal.domain.people.privacy.values.exports import KEPT, ExportState
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.storage.errors import ObjectMissing
from portal.platform.storage.interface import StoredObject
from portal.platform.tenancy import acting_as

COMPLETE = """
UPDATE people.data_exports SET state = 'ready', ready_at = %(now)s, expires_at = %(expires)s, file_key = %(key)s,
  file_digest = %(digest)s, file_size = %(size)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'collecting'
"""
DISCARD = "UPDATE people.data_exports SET state = 'gone' WHERE firm_id = %(firm)s AND id = %(id)s AND state <> 'gone'"


def request_export(actor: Actor) -> UUID:
    """Have everything that is held about the actor collected into one file; the new id. ExportUnderWay while one is.
    Works in the firm's system tenancy, as people see nothing of the outbox."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _request(actor)


@transactional
def _request(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise Forbidden
    export = DataExport(
        firm_id=actor.firm_id,
        user_id=actor.user_id,
        state=ExportState.COLLECTING.value,
        requested_at=clock.now(),
    )
    session.add(export)
    try:
        session.flush()
    except IntegrityError as error:  # one is under way
        raise ExportUnderWay from error
    enqueue("privacy.collect", export_id=str(export.id))
    record_act(actor.user_id, "privacy.export", f"user:{actor.user_id}")
    return export.id


@transactional
def write_archive(actor: Actor, user_id: UUID, file: IO[bytes], *, read: Callable[[str, str], bytes]) -> None:
    """Write everything that is held about a person into `file` as a ZIP archive, in the firm's system tenancy; `read`
    gives the content of a stored file by its key and digest."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        collections = list(list_collections(actor, user_id))
        for collection in collections:
            for name, content in list_files(collection):
                archive.writestr(name, content)
        missing = []
        for copy in list_copies(actor, user_id):
            try:
                archive.writestr(copy.path, read(copy.key, copy.digest))
            except ObjectMissing:
                missing.append(copy.path)
        firm = get_firm(actor.firm_id).name
        archive.writestr("README.txt", write_readme(collections, firm=firm, moment=clock.now(), missing=missing))


@transactional
def complete_export(actor: Actor, export_id: UUID, stored: StoredObject) -> None:
    """Let the person have the file from now on for seven days, and tell them, in the firm's system tenancy; nothing
    where it was thrown away meanwhile."""
    now = clock.now()
    changed = execute(
        COMPLETE,
        firm=actor.firm_id,
        id=export_id,
        now=now,
        expires=now + KEPT,
        key=stored.key,
        digest=stored.digest,
        size=stored.size,
    )
    named = {"export_id": str(export_id), "file_key": stored.key}
    enqueue_many("privacy.discard_export", [(named, None)], due_at=now + KEPT if changed else now)
    if changed:
        enqueue("privacy.announce_export", export_id=str(export_id))


@transactional
def discard_export(actor: Actor, export_id: UUID) -> None:
    """Let the file of an export be had no longer, in the firm's system tenancy."""
    execute(DISCARD, firm=actor.firm_id, id=export_id)
