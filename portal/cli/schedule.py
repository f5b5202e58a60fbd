"""`portal schedule`: rings for work that is overdue, seals the record of acts, and what keys were rotated for; forgets
what serves nobody, and checks files.

RQ's own scheduler keeps its jobs pickled in Redis; this one keeps nothing anywhere, so that there is nothing to lose.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from uuid import UUID

import click
import structlog
from flask import Flask

from portal.cli.application import application
from portal.cli.files import check_due_files
from portal.cli.resealing import reseal
from portal.domain.documents.library.services.keeping import destroy_deleted_documents
from portal.domain.documents.library.services.uploads import forget_uploads
from portal.domain.documents.sharing.services import forget_shares
from portal.domain.identity.access.values import Actor
from portal.domain.identity.attempts.services import forget_attempts
from portal.domain.identity.audit.queries import list_heads
from portal.domain.identity.audit.services import MOST_IN_BLOCK, seal_events
from portal.domain.identity.contact.services.undoing import forget_contact_changes
from portal.domain.identity.firms.queries import list_firms
from portal.domain.identity.joining.services import forget_unconfirmed
from portal.domain.people.privacy.services.retention import destroy_due_keys
from portal.platform import outbox
from portal.platform.anchors import Anchor, Head, open_anchor
from portal.platform.db import DatabaseUnavailable
from portal.platform.idempotency import forget_answers
from portal.platform.key_providers import ProviderUnavailable
from portal.platform.resources import resources
from portal.platform.storage.errors import StorageUnavailable
from portal.platform.tenancy import GATE, acting_as

SWEEP_SECONDS = 5.0
SEAL_SECONDS = 10.0
RESEAL_SECONDS = 60.0
FORGET_SECONDS = 600.0
log = structlog.get_logger(__name__)


def sweep() -> bool:
    """Bury what took workers down again and again, forget old attempts, ring when something is due; whether it was."""
    with acting_as(GATE):
        outbox.bury_exhausted_work()
        forget_attempts()
        due = outbox.has_due_work()
    if due:
        outbox.ring()
    return due


def seal(anchor: Anchor) -> int:
    """Seal every firm's record and take the heads of its blocks to the anchor, those too that were left behind when a
    sealer died; how many events were sealed."""
    count = 0
    for firm in list_firms():
        with acting_as(Actor.system(firm.id).tenancy):
            while sealed := seal_events():
                count += sealed
                if sealed < MOST_IN_BLOCK:
                    break
            heads = list_heads(after=anchor.last_number(firm.id))
        anchor.keep(firm.id, (Head(row.number, bytes(row.hash), row.sealed_at) for row in heads))
    return count


def forget() -> None:
    """Delete what serves nobody any more: people who never confirmed their address, former addresses and numbers,
    answers to what was sent a week ago, what was kept of erased people for as long as it had to be, documents deleted
    long ago, files that never arrived whole, readers outside whose links ended a year ago."""
    for firm in list_firms():
        _survive(partial(_forget_of, firm.id), f"forget {firm.id}")


def _forget_of(firm_id: UUID) -> None:
    forget_unconfirmed(firm_id)
    system = Actor.system(firm_id)
    with acting_as(system.tenancy):
        forget_contact_changes(system)
        destroy_due_keys(system)
        forget_answers()
        forget_uploads(system)
        forget_shares(system)
        while destroy_deleted_documents(system):
            pass


def _repeat(app: Flask, work: Callable[[], object], seconds: float, pause: threading.Event) -> None:
    """Do `work` every so many seconds until told to stop."""
    with app.app_context():
        while not pause.wait(seconds):
            _survive(work, getattr(work, "__name__", "seal"))


def _survive(work: Callable[[], object], name: str) -> None:
    """Do `work`; what does not answer is asked again at the next beat, and what fails otherwise is told and keeps
    nobody else from their work: a thread that ended would be missed by no one."""
    try:
        work()
    except (DatabaseUnavailable, StorageUnavailable, ProviderUnavailable, OSError) as error:
        log.warning("beat_failed", work=name, error=str(error))
    except Exception:
        log.exception("beat_failed", work=name)


@click.command()
def schedule() -> None:
    """Ring for overdue work and seal the record every few seconds, every minute bring what earlier keys hold under
    those in force, every ten forget what serves nobody, every day compare the files with their rows, until told to
    stop."""
    pause = threading.Event()
    with application() as app:
        anchor = open_anchor(resources())
        sealing = (app, lambda: seal(anchor), SEAL_SECONDS, pause)
        threading.Thread(target=_repeat, args=sealing, name="sealing", daemon=True).start()
        resealing = (app, reseal, RESEAL_SECONDS, pause)
        threading.Thread(target=_repeat, args=resealing, name="resealing", daemon=True).start()
        forgetting = (app, forget, FORGET_SECONDS, pause)
        threading.Thread(target=_repeat, args=forgetting, name="forgetting", daemon=True).start()
        checking = (app, check_due_files, FORGET_SECONDS, pause)
        threading.Thread(target=_repeat, args=checking, name="checking files", daemon=True).start()
        _repeat(app, sweep, SWEEP_SECONDS, pause)
