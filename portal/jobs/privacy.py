"""All that is held about a person: collected, announced, thrown away; and the person's erasure."""

from __future__ import annotations

import tempfile
from uuid import UUID

import structlog

from portal.domain.identity.access.values import Actor
from portal.domain.identity.passwords.queries import find_holder_by_id
from portal.domain.people.privacy.queries.erasures import get_erasure
from portal.domain.people.privacy.queries.exports import find_export
from portal.domain.people.privacy.services.erasures import erase_person
from portal.domain.people.privacy.services.exports import complete_export, discard_export, write_archive
from portal.domain.people.privacy.values.exports import ExportState
from portal.jobs.posting import address_of, post
from portal.platform.mail import MailNotSent
from portal.platform.outbox import Work
from portal.platform.resources import resources

log = structlog.get_logger(__name__)


def collect(work: Work) -> None:
    """Put the archive together and keep it under the work's own id, so that doing it again leaves one file."""
    actor, export_id = Actor.system(work.firm_id), UUID(work.arguments["export_id"])
    export = find_export(actor, export_id)
    if export is None or export.state is not ExportState.COLLECTING:
        return
    store = resources().store
    with tempfile.TemporaryFile() as file:
        write_archive(actor, export.user_id, file, read=store.get)
        file.seek(0)
        stored = store.put(f"exports/{work.id}.zip", file, "application/zip")
    complete_export(actor, export_id, stored)


def announce_export(work: Work) -> None:
    """Write to the person that their file is there; nobody else is told where."""
    actor = Actor.system(work.firm_id)
    export = find_export(actor, UUID(work.arguments["export_id"]))
    holder = None if export is None else find_holder_by_id(actor, export.user_id)
    if export is None or holder is None or export.state is not ExportState.READY:
        return
    url = address_of("privacy/exports")
    post(work, holder, "Your data is ready", "mail/data_export.txt", expires_at=export.expires_at, url=url)


def discard(work: Work) -> None:
    """Delete the file of an export whose time is over."""
    resources().store.delete(work.arguments["file_key"])
    discard_export(Actor.system(work.firm_id), UUID(work.arguments["export_id"]))


def discard_file(work: Work) -> None:
    """Delete a file whose time is over."""
    resources().store.delete(work.arguments["file_key"])


def erase(work: Work) -> None:
    """Erase a person, and tell them at the address that was theirs until now. That mail is tried once: nobody is kept
    for it, and afterwards nobody knows where to."""
    actor, erasure_id = Actor.system(work.firm_id), UUID(work.arguments["erasure_id"])
    holder = find_holder_by_id(actor, get_erasure(actor, erasure_id).user_id)
    if not erase_person(actor, erasure_id) or holder is None:
        return
    destroy_after = get_erasure(actor, erasure_id).destroy_after
    try:
        post(work, holder, "You were erased", "mail/erased.txt", destroy_after=destroy_after)
    except MailNotSent as error:
        log.warning("farewell_not_sent", permanent=error.permanent)
