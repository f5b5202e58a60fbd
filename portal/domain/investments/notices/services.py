"""Notices issued, printed and filed. Whoever issues a call or a distribution issues its notices in the same act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import orjson

from portal.domain.documents.library.services.filing import file_published_papers
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.files import Paper, Release
from portal.domain.identity.access.values import Actor
from portal.domain.investments.notices.queries import count_notices, list_notice_recipients
from portal.domain.investments.notices.rules import figures_digest
from portal.domain.investments.notices.values import IssuedNotice, NewNotice, NoticeKind, source_of
from portal.platform import clock
from portal.platform.db import execute, take_turns, transactional
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue_many

BATCH = 100  # notices that are written in one transaction: the act that issues them waits for no more
WRITE = """
INSERT INTO investments.notices (id, firm_id, account_id, vehicle_id, subject_id, kind, number, content, figures_digest,
  issued_at)
SELECT id, %(firm)s, account_id, vehicle_id, %(subject)s, kind, number, content, figures_digest, %(moment)s
FROM jsonb_to_recordset(%(notices)s::jsonb) AS n (id uuid, account_id uuid, vehicle_id uuid, kind text, number text,
  content jsonb, figures_digest text)
ON CONFLICT (id) DO NOTHING
"""


@transactional
def issue_notices(actor: Actor, subject_id: UUID, notices: Sequence[NewNotice]) -> None:
    """Issue notices of one kind of a call or distribution (`subject_id`), in the tenancy of staff or of the system,
    with the figures of now: up to BATCH are written at once, the others by the machinery in as large batches.
    Investors see one from when it is written; it is printed and filed afterwards, and when all are written their
    people are told by mail."""
    if not notices:
        return
    kind, rows = notices[0].notice.kind, [_row(each) for each in notices]
    given = {"kind": kind.value, "issued_at": clock.now().isoformat(), "total": str(len(rows))}
    batches = [orjson.dumps(rows[first : first + BATCH]).decode() for first in range(0, len(rows), BATCH)]
    works = [{"subject_id": str(subject_id), **given, "notices": batch} for batch in batches]
    enqueue_many(
        "notices.write",
        [(work, f"{subject_id}:{kind.value}:{place}") for place, work in enumerate(works[1:], start=1)],
    )
    write_notices(actor, works[0])


@transactional
def write_notices(actor: Actor, given: Mapping[str, str]) -> None:
    """Write a batch of notices as `issue_notices` put it together, and have them printed; with the last batch of all
    have their people told. Done once more it changes nothing."""
    subject_id, kind = UUID(given["subject_id"]), NoticeKind(given["kind"])
    take_turns("notices", f"{subject_id}:{kind.value}")  # so that one of two that end together knows it is the last
    moment = datetime.fromisoformat(given["issued_at"])
    execute(WRITE, firm=actor.firm_id, subject=subject_id, moment=moment, notices=given["notices"])
    ids = [each["id"] for each in orjson.loads(given["notices"])]
    enqueue_many("notices.print", [({"notice_id": each}, f"notice:{each}") for each in ids])
    if count_notices(actor, subject_id, kind) == int(given["total"]):
        _announce(actor, subject_id, kind)


def _announce(actor: Actor, subject_id: UUID, kind: NoticeKind) -> None:
    told = {"subject_id": str(subject_id), "kind": kind.value}
    people = list_notice_recipients(actor, subject_id, kind)
    enqueue_many(
        "notices.announce", [({**told, "user_id": str(each)}, f"{subject_id}:{kind.value}:{each}") for each in people]
    )


def _row(given: NewNotice) -> dict[str, object]:
    content = given.notice.content()
    return {
        "id": new_id(),
        "account_id": given.account_id,
        "vehicle_id": given.vehicle_id,
        "kind": given.notice.kind.value,
        "number": given.notice.number,
        "content": content,
        "figures_digest": figures_digest(content),
    }


@transactional
def file_notices(actor: Actor, printed: Sequence[tuple[IssuedNotice, Release]]) -> None:
    """File the PDFs of notices with the papers of their accounts, as published when the notices were issued."""
    for moment in sorted({issued.issued_at for issued, _ in printed}):
        papers = [_paper(issued, release) for issued, release in printed if issued.issued_at == moment]
        file_published_papers(actor, DocumentType.NOTICE, papers, moment=moment)


def _paper(issued: IssuedNotice, release: Release) -> Paper:
    notice = issued.notice
    title = f"{notice.title} {notice.number}: {notice.vehicle}"
    period = f"{notice.due_on:%Y}"
    return Paper(source_of(issued.id), None, issued.account_id, issued.vehicle_id, title, period, release)
