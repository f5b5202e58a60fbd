"""Reading: archives put together and thrown away, reminders."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from flask import current_app

from portal.domain.documents.reading.policies import can_take
from portal.domain.documents.reading.queries.acknowledgements import find_reminder
from portal.domain.documents.reading.queries.archives import find_archive, get_filed
from portal.domain.documents.reading.services.archives import complete_archive, end_archive
from portal.domain.documents.reading.services.filling import fill_archive
from portal.domain.documents.reading.values.archives import ArchiveState, Filed, LeftOut
from portal.domain.documents.reading.values.pages import Readable
from portal.domain.documents.rooms.queries.contents import get_filed_by_number
from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import get_user
from portal.jobs.posting import address_of, post
from portal.platform.errors import NotFound
from portal.platform.outbox import Work
from portal.platform.progress import report_progress
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as


def collect_archive(work: Work) -> None:
    """Put an archive together and keep it under the work's own id, so that doing it again leaves one file."""
    system, archive_id = Actor.system(work.firm_id), UUID(work.arguments["archive_id"])
    archive = find_archive(system, archive_id)
    if archive is None or archive.state is not ArchiveState.COLLECTING:
        return
    store = resources().store
    with tempfile.TemporaryFile() as file:
        added = fill_archive(
            system,
            archive_id,
            file,
            find=partial(_find, system, archive.user_id),
            read=store.get,
            tell=partial(report_progress, archive_id, "Putting documents together"),
        )
        if not added:
            end_archive(system, archive_id, ArchiveState.EMPTY)
            return
        file.seek(0)
        stored = store.put(f"documents/archives/{work.id}.zip", file, "application/zip")
    complete_archive(system, archive_id, stored)


def _find(system: Actor, user_id: UUID, document_id: UUID) -> tuple[Readable, Filed] | LeftOut:
    """What of a document its reader may take at this moment, asked as the reader: with their rights in the database, in
    a transaction beside the work's own."""
    user = get_user(system, user_id)
    if not user.active:
        return LeftOut.NO_ACCESS
    person = Actor(system.firm_id, user_id, user.roles, user.name)
    with _beside(person):
        try:
            readable, filed = get_filed(person, document_id)
            filed = get_filed_by_number(person, document_id, filed)
        except NotFound:
            return LeftOut.NO_ACCESS
    return (readable, filed) if can_take(person, view_only=readable.view_only) else LeftOut.VIEW_ONLY


@contextmanager
def _beside(person: Actor) -> Iterator[None]:
    """Read as somebody while the work's transaction stays open."""
    with current_app.app_context(), acting_as(person.tenancy):
        yield


def discard_archive(work: Work) -> None:
    """Delete an archive whose time is over."""
    resources().store.delete(work.arguments["key"])
    end_archive(Actor.system(work.firm_id), UUID(work.arguments["archive_id"]), ArchiveState.GONE)


def discard_page(work: Work) -> None:
    """Delete a page that was drawn of a document that was destroyed."""
    resources().store.delete(work.arguments["key"])


def remind(work: Work) -> None:
    """Write to one person that a document waits for them to say that they have read it."""
    document_id, user_id = UUID(work.arguments["document_id"]), UUID(work.arguments["user_id"])
    reminder = find_reminder(Actor.system(work.firm_id), document_id, user_id)
    if reminder is not None:
        url = address_of(f"documents/{document_id}")
        post(work, reminder, f"{reminder.firm}: a document to read", "mail/document_reminder.txt", url=url)
