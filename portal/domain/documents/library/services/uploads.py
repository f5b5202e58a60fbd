"""Files that arrive in parts, over as many requests as it takes, and go on where a broken one ended."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from portal.domain.documents.library.errors import TooManyUploads, WrongOffset
from portal.domain.documents.library.models import UploadRecord
from portal.domain.documents.library.queries.uploads import count_uploads, list_old_uploads, list_uploads_of
from portal.domain.documents.library.values.files import Arrival, Upload
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import clock
from portal.platform.db import after_commit, session, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.screening.names import clean_name, kind_by_name
from portal.platform.screening.values import LARGEST, ScreeningRefused
from portal.platform.storage.errors import UploadMissing

PART = 8 * 1024 * 1024  # bytes of each part but the last
MOST_UNDER_WAY = 100
FORGOTTEN_AFTER = timedelta(days=1)
CONTENT_TYPE = "application/octet-stream"


@transactional
def start_upload(actor: Actor, *, name: str, size: int) -> Upload:
    """Begin a file of `size` bytes, at most LARGEST, which arrives in parts of PART bytes. Invalid, TooManyUploads."""
    require(actor, Permission.EDIT_DOCUMENTS)
    if not 0 < size <= LARGEST:
        raise Invalid("The file is empty." if size <= 0 else f"The file is larger than {LARGEST >> 20} MiB.")
    try:
        kind_by_name(clean_name(name))
    except ScreeningRefused as refusal:  # sooner than after all of it has arrived
        raise Invalid(refusal.message) from refusal
    if count_uploads(actor) >= MOST_UNDER_WAY:
        raise TooManyUploads
    key = f"documents/{new_id()}"
    begun = UploadRecord(
        firm_id=actor.firm_id,
        user_id=actor.user_id,
        name=clean_name(name),
        size=size,
        received=0,
        parts=0,
        key=key,
        store_upload=resources().store.begin_upload(key, CONTENT_TYPE),
    )
    session.add(begun)
    session.flush()
    return _upload(begun)


@transactional
def add_part(actor: Actor, upload_id: UUID, *, offset: int, content: bytes) -> Upload:
    """Add the bytes from `offset` on: PART of them, or all that is left. With the last ones the file is whole. What
    arrived before is answered as before. NotFound, Invalid, WrongOffset."""
    record = _own(actor, upload_id)
    if record.finished_at is not None or (content and offset + len(content) == record.received):
        return _upload(record)
    if offset != record.received:
        raise WrongOffset
    expected = min(PART, record.size - record.received)
    if len(content) != expected:
        raise Invalid(f"The next part has {expected:,} bytes, not {len(content):,}.")
    _keep(record, content, last=offset + expected == record.size)
    record.received, record.parts = record.received + expected, record.parts + 1
    if record.received == record.size:
        record.finished_at = clock.now()
    session.flush()
    return _upload(record)


@transactional
def take_upload(actor: Actor, upload_id: UUID) -> Arrival:
    """Make a whole file that of the operation this is part of, once: it lies in quarantine under the key it has.
    NotFound where it is not whole, not theirs or taken already."""
    record = _own(actor, upload_id)
    if record.finished_at is None:
        raise NotFound
    session.delete(record)
    session.flush()
    return Arrival(record.key, record.name, record.size)


@transactional
def cancel_upload(actor: Actor, upload_id: UUID) -> None:
    """Throw a file on its way away. NotFound."""
    _discard(_own(actor, upload_id))


@transactional
def forget_uploads(actor: Actor, *, most: int = 200) -> int:
    """Throw files away that were begun longer than a day ago and that nothing was made of; how many. The firm's
    machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    old = list_old_uploads(actor, before=clock.now() - FORGOTTEN_AFTER, most=most)
    for upload_id in old:
        record = session.get(UploadRecord, upload_id, with_for_update={"skip_locked": True}, populate_existing=True)
        if record is not None:
            _discard(record)
    return len(old)


@transactional
def forget_uploads_of(actor: Actor, user_id: UUID) -> None:
    """Throw away what a person who is erased had on its way. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    for upload_id in list_uploads_of(actor, user_id):
        record = session.get(UploadRecord, upload_id, with_for_update=True, populate_existing=True)
        if record is not None:
            _discard(record)


def _own(actor: Actor, upload_id: UUID) -> UploadRecord:
    require(actor, Permission.EDIT_DOCUMENTS)
    record = session.get(UploadRecord, upload_id, with_for_update=True, populate_existing=True)
    if record is None or (record.firm_id, record.user_id) != (actor.firm_id, actor.user_id):
        raise NotFound
    return record


def _keep(record: UploadRecord, content: bytes, *, last: bool) -> None:
    """Put a part into the store. An earlier try may have completed the object and died before its row was written."""
    store = resources().store
    try:
        store.put_part(record.key, record.store_upload, record.parts + 1, content)
        if last:
            store.complete_upload(record.key, record.store_upload)
    except UploadMissing:
        if not (last and store.exists(record.key)):
            raise


def _discard(record: UploadRecord) -> None:
    key, store_upload, store = record.key, record.store_upload, resources().store
    session.delete(record)
    session.flush()

    def throw_away() -> None:
        store.abort_upload(key, store_upload)
        store.delete(key)

    after_commit(throw_away)


def _upload(record: UploadRecord) -> Upload:
    return Upload(record.id, record.name, record.size, record.received, record.finished_at is not None)
