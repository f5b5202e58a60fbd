"""Notices: written, printed and filed, told of by mail."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.values.files import Release
from portal.domain.identity.access.values import Actor
from portal.domain.investments.notices.queries import find_announcement, get_letterhead, list_notices_by_id
from portal.domain.investments.notices.services import file_notices, write_notices
from portal.domain.investments.notices.values import IssuedNotice, NoticeKind
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.printing.notices import file_name, print_notice
from portal.printing.sheets import count_pages
from portal.printing.statements import Edition


def write(work: Work) -> None:
    """Write a batch of the notices of a call or distribution."""
    write_notices(Actor.system(work.firm_id), work.arguments)


def print_and_file(works: Sequence[Work]) -> None:
    """Print notices and file them with the papers of their accounts. A file lies under its work's own id, so that doing
    it again after a crash leaves one file."""
    actor, store = Actor.system(works[0].firm_id), resources().store
    keys = {UUID(work.arguments["notice_id"]): f"documents/{work.id}.pdf" for work in works}
    _, accent, locale = get_letterhead(actor)
    printed: list[tuple[IssuedNotice, Release]] = []
    for issued in list_notices_by_id(actor, list(keys)):
        address = address_of(f"investments/notices/{issued.id}")
        content = print_notice(issued.notice, Edition(issued.figures_digest, address, accent, locale))
        store.put(keys[issued.id], content, "application/pdf")
        digest, pages = hashlib.sha256(content).hexdigest(), count_pages(content)
        name = f"{file_name(issued.notice)}.pdf"
        printed.append((issued, Release(keys[issued.id], name, "pdf", len(content), digest, pages)))
    file_notices(actor, printed)


def announce(work: Work) -> None:
    """Write to one person that notices were issued to accounts of theirs."""
    kind = NoticeKind(work.arguments["kind"])
    subject_id, user_id = UUID(work.arguments["subject_id"]), UUID(work.arguments["user_id"])
    found = find_announcement(Actor.system(work.firm_id), subject_id, kind, user_id)
    if found is not None:
        subject = f"{found.title} {found.number}: {found.vehicle}"
        links = [(account, address_of(f"investments/notices/{each}")) for each, account in found.notices]
        due = formatting.day(found.due_on, found.locale)
        post(work, found, subject, "mail/notice_issued.txt", links=links, due=due)
