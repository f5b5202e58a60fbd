"""Statements: made, announced, thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.announcements import find_announcement
from portal.domain.investments.statements.queries.runs import list_discarded_files
from portal.domain.investments.statements.services.preparing import (
    PreparedStatement,
    complete_statements,
    prepare_statements,
)
from portal.domain.investments.statements.values.runs import Announcement
from portal.platform import mail
from portal.platform.mail_rendering import Envelope, render_mail
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.printing.sheets import count_pages
from portal.printing.statements import Edition, print_statement

WRITERS = 4


def render(works: Sequence[Work]) -> None:
    """Freeze the figures of statements and keep their PDFs. A file lies under its work's own id, so that doing it again
    after a crash leaves one file; while the store writes it, the next one is drawn."""
    actor, store = Actor.system(works[0].firm_id), resources().store
    keys = {
        (UUID(work.arguments["statement_id"]), int(work.arguments["attempt"])): f"statements/{work.id}.pdf"
        for work in works
    }
    kept = []
    with ThreadPoolExecutor(WRITERS) as writers:
        for each in prepare_statements(actor, list(keys)):
            content = _print(each)
            writing = writers.submit(store.put, keys[each.id, each.attempt], content, "application/pdf")
            kept.append((each, writing, count_pages(content)))
    complete_statements(actor, [(prepared, writing.result(), pages) for prepared, writing, pages in kept])


def _print(prepared: PreparedStatement) -> bytes:
    firm = prepared.firm
    verify_at = f"{resources().settings.public_url}/verify/{firm.slug}"
    return print_statement(prepared.snapshot, Edition(prepared.figures_digest, verify_at, firm.accent, firm.locale))


def announce(work: Work) -> None:
    """Write to one person that statements of theirs were published."""
    run_id, user_id = UUID(work.arguments["run_id"]), UUID(work.arguments["user_id"])
    published_at = datetime.fromisoformat(work.arguments["published_at"])
    announcement = find_announcement(Actor.system(work.firm_id), run_id, user_id, published_at)
    if announcement is not None:
        mail.send(resources().settings.smtp_url, _message(announcement, work.id))


def _message(announcement: Announcement, key: UUID) -> EmailMessage:
    settings, count = resources().settings, len(announcement.statements)
    what = "Corrected statements" if announcement.corrected else "Statements"
    subject = f"{what if count > 1 else what[:-1]} for {announcement.period.label}: {announcement.vehicle}"
    links = [
        (account, f"{settings.public_url}/investments/statements/{statement_id}")
        for statement_id, account in announcement.statements
    ]
    envelope = Envelope(settings.mail_from, announcement.firm, announcement.name, announcement.email, subject, key)
    return render_mail(
        "mail/statements_published.html",
        "mail/statements_published.txt",
        envelope,
        announcement=announcement,
        links=links,
        portal_url=settings.public_url,
    )


def discard(work: Work) -> None:
    """Delete the files of a cancelled run."""
    for key in list_discarded_files(Actor.system(work.firm_id), UUID(work.arguments["run_id"])):
        resources().store.delete(key)
