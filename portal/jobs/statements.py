"""Statements: made, announced, thrown away."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.announcements import find_announcement
from portal.domain.investments.statements.queries.runs import list_discarded_files
from portal.domain.investments.statements.services.preparing import complete_statement, prepare_statement
from portal.domain.investments.statements.values.runs import Announcement
from portal.platform import mail
from portal.platform.mail_rendering import Envelope, render_mail
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.printing.statements import Edition, print_statement


def render(work: Work) -> None:
    """Freeze a statement's figures and keep its PDF. The file lies under the work's own id, so that doing it again
    after a crash leaves one file."""
    actor = Actor.system(work.firm_id)
    prepared = prepare_statement(actor, UUID(work.arguments["statement_id"]), attempt=int(work.arguments["attempt"]))
    if prepared is None:
        return
    firm = prepared.firm
    verify_at = f"{resources().settings.public_url}/verify/{firm.slug}"
    edition = Edition(prepared.figures_digest, verify_at, firm.accent, firm.locale)
    content = print_statement(prepared.snapshot, edition)
    stored = resources().store.put(f"statements/{work.id}.pdf", content, "application/pdf")
    complete_statement(actor, prepared, file_key=stored.key, pdf_digest=stored.digest)


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
