"""Reading notices."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.notices.values import Announcement, IssuedNotice, Notice, NoticeKind, NoticeLink
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT n.id, n.account_id, n.vehicle_id, n.subject_id, n.content, n.figures_digest, n.issued_at
FROM investments.notices n WHERE {visible}
"""
LINKS = """
SELECT n.id, n.account_id, n.kind, n.number, n.issued_at, COALESCE(n.content ->> 'netted_call', '') AS netted_call
FROM investments.notices n
WHERE {visible} AND (n.subject_id = %(subject)s OR n.subject_id = ANY (ARRAY(
  SELECT d.id FROM investments.distributions d WHERE d.nets_call_id = %(subject)s))
    AND (n.kind = 'call' OR n.content ->> 'netted_call' <> ''))
  AND n.account_id = ANY(%(accounts)s) ORDER BY n.issued_at DESC, n.id
"""
RECIPIENTS = """
SELECT DISTINCT m.user_id FROM investments.notices n
JOIN people.account_members m ON m.account_id = n.account_id
JOIN identity.users u ON u.id = m.user_id AND u.active
WHERE n.firm_id = %(firm)s AND n.subject_id = %(subject)s AND n.kind = %(kind)s
"""
ANNOUNCEMENT = """
SELECT n.id, n.content, u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, f.locale
FROM investments.notices n
JOIN people.account_members m ON m.account_id = n.account_id AND m.user_id = %(user)s
JOIN identity.users u ON u.id = m.user_id AND u.active JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = n.firm_id
JOIN people.investor_accounts a ON a.id = n.account_id
WHERE n.firm_id = %(firm)s AND n.subject_id = %(subject)s AND n.kind = %(kind)s ORDER BY a.name_key, n.id
"""
FIRM = "SELECT slug, accent, locale FROM identity.firms WHERE id = %(firm)s"


def visible_notices(actor: Actor) -> str:
    """A condition on `investments.notices n`: row security keeps other firms out, and other investors; of the staff
    only who may see all portfolios sees those of accounts that are not theirs."""
    if not actor.is_staff or can(actor, Permission.SEE_ALL_PORTFOLIOS) or actor.user_id is None:
        return "n.firm_id = %(firm)s"
    return "n.firm_id = %(firm)s AND n.account_id = ANY ((SELECT people.my_accounts_for('notices'))::uuid[])"


def _issued(row: db.AnyRow) -> IssuedNotice:
    return IssuedNotice(
        row.id,
        row.account_id,
        row.vehicle_id,
        row.subject_id,
        Notice.read(row.content),
        row.figures_digest,
        row.issued_at,
    )


def get_notice(actor: Actor, notice_id: UUID) -> IssuedNotice:
    """A notice that the actor may see; NotFound otherwise."""
    statement = SELECT.format(visible=visible_notices(actor)) + " AND n.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, id=notice_id)
    if row is None:
        raise NotFound
    return _issued(row)


def list_notices_by_id(actor: Actor, notice_ids: Sequence[UUID]) -> list[IssuedNotice]:
    """Those of the notices that the actor may see."""
    statement = SELECT.format(visible=visible_notices(actor)) + " AND n.id = ANY(%(ids)s)"
    return [_issued(row) for row in db.fetch_all(statement, firm=actor.firm_id, ids=list(notice_ids))]


def list_notice_ids(actor: Actor, subject_id: UUID, kind: NoticeKind) -> list[UUID]:
    """The ids of all notices of a kind that tell of one call or distribution, in the firm's tenancy."""
    rows = db.fetch_all(
        "SELECT id FROM investments.notices WHERE firm_id = %(firm)s AND subject_id = %(subject)s AND kind = %(kind)s",
        firm=actor.firm_id,
        subject=subject_id,
        kind=kind.value,
    )
    return [row.id for row in rows]


def count_notices(actor: Actor, subject_id: UUID, kind: NoticeKind) -> int:
    """How many notices of a kind that tell of one call or distribution are written, in the firm's tenancy."""
    found: int = db.fetch_value(
        "SELECT count(*) FROM investments.notices WHERE firm_id = %(firm)s AND subject_id = %(subject)s"
        " AND kind = %(kind)s",
        firm=actor.firm_id,
        subject=subject_id,
        kind=kind.value,
    )
    return found


def list_notice_links(actor: Actor, subject_id: UUID, account_ids: Sequence[UUID]) -> list[NoticeLink]:
    """The notices of a call or distribution to these accounts that the actor may see, the newest first; of a call those
    too in which a distribution pays it."""
    statement = LINKS.format(visible=visible_notices(actor))
    rows = db.fetch_all(statement, firm=actor.firm_id, subject=subject_id, accounts=list(account_ids))
    return [
        NoticeLink(row.id, row.account_id, NoticeKind(row.kind), row.number, row.issued_at, row.netted_call)
        for row in rows
    ]


def list_notice_recipients(actor: Actor, subject_id: UUID, kind: NoticeKind) -> list[UUID]:
    """The people who act for an account that got a notice of this kind and subject, each once."""
    asked = {"firm": actor.firm_id, "subject": subject_id, "kind": kind.value}
    return [row.user_id for row in db.fetch_all(RECIPIENTS, **asked)]


def find_announcement(actor: Actor, subject_id: UUID, kind: NoticeKind, user_id: UUID) -> Announcement | None:
    """What to tell a person of the notices of this kind and subject; None when they have left meanwhile."""
    asked = {"firm": actor.firm_id, "subject": subject_id, "kind": kind.value, "user": user_id}
    rows = db.fetch_all(ANNOUNCEMENT, **asked)
    if not rows:
        return None
    first, notices = rows[0], [Notice.read(row.content) for row in rows]
    told = [(row.id, each.account) for row, each in zip(rows, notices, strict=True)]
    shown = notices[0]
    return Announcement(
        first.name,
        email_of(first),
        first.firm,
        first.locale,
        kind,
        shown.vehicle,
        shown.number,
        shown.due_on,
        tuple(told),
        next((each.netted_call for each in notices if each.netted_call), ""),
    )


def get_letterhead(actor: Actor) -> tuple[str, str, str]:
    """What the firm's papers carry: its address in the portal, its accent, its locale."""
    row = db.fetch_one(FIRM, firm=actor.firm_id)
    if row is None:
        raise NotFound
    return row.slug, row.accent, row.locale


def get_firm_name(actor: Actor) -> str:
    """The name of the actor's firm, as its papers carry it."""
    name: str = db.fetch_value("SELECT name FROM identity.firms WHERE id = %(firm)s", firm=actor.firm_id)
    return name
