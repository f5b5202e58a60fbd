"""Keeping documents from those they name others to."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.filing.errors import NamesOthers, NotRead
from portal.domain.documents.filing.queries.recipients import get_recipient_check
from portal.domain.documents.filing.queries.texts import find_unread_file
from portal.domain.documents.filing.rules.recipients import describe_strangers
from portal.domain.documents.filing.services.texts import read_version
from portal.domain.documents.filing.values.evidence import EvidenceKind
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Invalid, NotFound

LONGEST_REASON = 500
LOOK = """
UPDATE documents.texts SET looked_by = %(actor)s, looked_at = %(now)s
WHERE firm_id = %(firm)s AND version_id = %(version)s AND looked_at IS NULL
"""
READ_AT_ONCE = 200  # pages; of what is longer publishing waits for the job that reads it
CLEAR = """
INSERT INTO documents.clearings (version_id, subject_id, kind, firm_id, cleared_by, reason)
VALUES (%(version)s, %(subject)s, %(kind)s, %(firm)s, %(actor)s, %(reason)s) ON CONFLICT DO NOTHING
"""


@transactional
def require_right_recipients(actor: Actor, document_id: UUID, version_id: UUID) -> None:
    """Nothing where a version names only those it is for, or others who may be named; NamesOthers with the first place
    otherwise, NotRead where it is long and was not read yet."""
    unread = find_unread_file(actor, version_id)
    if unread is not None and (unread.pages or 1) > READ_AT_ONCE:
        raise NotRead
    read_version(actor, version_id)
    problem = describe_strangers(get_recipient_check(actor, document_id, version_id))
    if problem:
        raise NamesOthers(problem)


@transactional
def confirm_pages(actor: Actor, document_id: UUID, version_id: UUID) -> None:
    """Say that one has looked at the pages of a version that no machine can read, and that nobody else is named on
    them; nothing where there are none, or somebody has said so. NotFound."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    read_version(actor, version_id)
    unseen = get_recipient_check(actor, document_id, version_id).unseen
    if unseen and execute(LOOK, firm=actor.firm_id, version=version_id, actor=actor.user_id, now=clock.now()):
        record_act(actor.user_id, "document.confirm_pages", f"document:{document_id}", pages=unseen)


@transactional
def clear_stranger(
    actor: Actor, document_id: UUID, version_id: UUID, *, subject_id: UUID, kind: EvidenceKind, reason: str
) -> None:
    """Say that somebody whom a version names may be named to its readers, and why. NotFound where they are not named,
    Invalid without a reason."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    found = get_recipient_check(actor, document_id, version_id, planned=True)
    if not any((each.subject_id, each.kind) == (subject_id, kind) for each in found.strangers):
        raise NotFound
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Invalid(fields={"reason": f"Say in at most {LONGEST_REASON} letters why they may be named."})
    execute(
        CLEAR,
        version=version_id,
        subject=subject_id,
        kind=kind.value,
        firm=actor.firm_id,
        actor=actor.user_id,
        reason=reason.strip(),
    )
    record_act(
        actor.user_id, "document.clear_naming", f"document:{document_id}", subject=str(subject_id), kind=kind.value
    )
