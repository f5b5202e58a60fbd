"""Reading verifications, and accounts as eligibility looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.eligibility.rules import find_verified_on, stand
from portal.domain.investments.eligibility.values import (
    EXPIRING_DAYS,
    Basis,
    Candidate,
    ToldVerification,
    Verification,
    VerificationKind,
    VerificationNews,
    VerificationState,
)
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.ids import name_key

MOST = 200  # of what is to be done, where nobody asks for a page
# A title is told to who may see the document.
SELECT = """
SELECT v.id, v.account_id, a.name AS account, v.kind, v.basis, v.state, v.document_id,
  COALESCE(d.title, '') AS document, v.dated_on, v.expires_on, v.note, v.reason, v.asked_by,
  COALESCE(asker.name, '') AS asker, v.asked_at, COALESCE(decider.name, '') AS decider, v.decided_at
FROM investments.verifications v JOIN people.investor_accounts a ON a.id = v.account_id
LEFT JOIN identity.users asker ON asker.id = v.asked_by
LEFT JOIN identity.users decider ON decider.id = v.decided_by AND {staff}
LEFT JOIN documents.documents d ON d.id = v.document_id AND {documents}
WHERE v.firm_id = %(firm)s AND {visible}
"""
MINE = "v.account_id IN (SELECT m.account_id FROM people.account_members m WHERE m.user_id = %(viewer)s)"
ACCOUNTS = """
SELECT a.id, a.name, a.kind, a.tax_residence,
  (SELECT min(m.granted_at) FROM people.account_members m WHERE m.account_id = a.id) AS known_since
FROM people.investor_accounts a WHERE a.firm_id = %(firm)s AND {whose} ORDER BY a.name_key, a.id LIMIT %(most)s
"""
OF_PERSON = "a.id IN (SELECT m.account_id FROM people.account_members m WHERE m.user_id = %(viewer)s)"
LATER = "NOT EXISTS (SELECT FROM investments.verifications n WHERE n.account_id = v.account_id AND n.kind = v.kind"

PEOPLE = """
SELECT m.user_id FROM investments.verifications v JOIN people.account_members m ON m.account_id = v.account_id
JOIN identity.users u ON u.id = m.user_id AND u.active
WHERE v.firm_id = %(firm)s AND v.id = %(id)s ORDER BY m.user_id
"""
TOLD = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, f.locale, a.name AS account, v.kind,
  v.reason, v.expires_on
FROM investments.verifications v JOIN people.investor_accounts a ON a.id = v.account_id
JOIN people.account_members m ON m.account_id = v.account_id AND m.user_id = %(user)s
JOIN identity.users u ON u.id = m.user_id AND u.active JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = v.firm_id
WHERE v.firm_id = %(firm)s AND v.id = %(id)s AND v.state = %(state)s
  AND (NOT %(last)s OR NOT EXISTS (SELECT FROM investments.verifications n WHERE n.account_id = v.account_id
    AND n.kind = v.kind AND n.state IN ('waiting', 'confirmed') AND n.asked_at > v.asked_at))
"""


def visible_verifications(actor: Actor) -> str:
    """The condition that leaves the verifications (alias `v`) that the actor may see: staff those of the firm, others
    those of the accounts they act for."""
    return "true" if actor.is_staff else MINE


def _list(actor: Actor, criteria: str, *, most: int | None = None, **values: Any) -> list[Verification]:
    statement = SELECT.format(
        visible=visible_verifications(actor),
        documents=visible_documents(actor),
        staff="true" if actor.is_staff else "false",
    )
    rows = db.fetch_all(
        f"{statement} AND {criteria}", most=most, viewer=actor.user_id, **visible_parameters(actor), **values
    )
    return [_verification(row) for row in rows]


def _verification(row: db.AnyRow) -> Verification:
    return Verification(
        row.id, row.account_id, row.account, VerificationKind(row.kind), Basis(row.basis),
        VerificationState(row.state), row.document_id, row.document, row.dated_on, row.expires_on, row.note,
        row.reason, row.asked_by, row.asker, row.asked_at, row.decider, row.decided_at,
    )  # fmt: skip


def list_verifications(actor: Actor, account_id: UUID) -> list[Verification]:
    """Everything that was asked to be verified of an account, latest decision first."""
    return _list(actor, "v.account_id = %(account)s ORDER BY v.decided_at DESC NULLS FIRST, v.id", account=account_id)


def list_own_verifications(actor: Actor, account_ids: Sequence[UUID]) -> list[Verification]:
    """The same of those of the accounts that the actor acts for, by account."""
    criteria = f"{MINE} AND v.account_id = ANY(%(ids)s) ORDER BY a.name_key, v.asked_at DESC, v.id"
    return _list(actor, criteria, ids=list(account_ids))


def get_verification(actor: Actor, verification_id: UUID) -> Verification:
    """One verification the actor may see; NotFound."""
    found = _list(actor, "v.id = %(id)s", id=verification_id)
    if not found:
        raise NotFound
    return found[0]


def list_waiting_verifications(
    actor: Actor, *, after: tuple[datetime, UUID] | None = None, most: int = MOST
) -> list[Verification]:
    """What waits for compliance, the oldest first, what was asked after the (moment, id) of `after`."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    at, last = after or (None, None)
    later = "AND (%(at)s::timestamptz IS NULL OR (v.asked_at, v.id) > (%(at)s, %(last)s::uuid))"
    criteria = f"v.state = 'waiting' {later} ORDER BY v.asked_at, v.id LIMIT %(most)s"
    return _list(actor, criteria, at=at, last=last, most=most)


def list_expiring_verifications(
    actor: Actor, *, today: date, after: tuple[date, UUID] | None = None, most: int = MOST
) -> list[Verification]:
    """What counts and ends within EXPIRING_DAYS, or ended within them and nothing came after it, the first first, what
    ends after the (day, id) of `after`."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    on, last = after or (None, None)
    return _list(
        actor,
        f"v.state = 'confirmed' AND v.expires_on BETWEEN %(past)s AND %(soon)s AND {LATER}"
        " AND n.state IN ('waiting', 'confirmed') AND n.asked_at > v.asked_at)"
        " AND (%(on)s::date IS NULL OR (v.expires_on, v.id) > (%(on)s, %(last)s::uuid))"
        " ORDER BY v.expires_on, v.id LIMIT %(most)s",
        on=on,
        last=last,
        most=most,
        past=today - timedelta(days=EXPIRING_DAYS),
        soon=today + timedelta(days=EXPIRING_DAYS),
    )


def list_own_candidates(actor: Actor, *, after: tuple[str, UUID] | None = None, most: int = 50) -> list[Candidate]:
    """The accounts that the actor acts for, by name, as eligibility looks at them; those after the (name, id) of
    `after`."""
    name, last = after or ("", UUID(int=0))
    whose = f"{OF_PERSON} AND (a.name_key, a.id) > (%(name)s, %(last)s)"
    return _candidates(actor, whose, viewer=actor.user_id, name=name_key(name), last=last, most=most)


def get_candidate(actor: Actor, account_id: UUID) -> Candidate:
    """One account as eligibility looks at it; NotFound where the actor does not see it."""
    found = find_candidates(actor, [account_id])
    if not found:
        raise NotFound
    return found[0]


def find_candidates(actor: Actor, account_ids: Sequence[UUID]) -> list[Candidate]:
    """Those of the accounts that the actor sees, by name: investors those they act for."""
    whose = "a.id = ANY(%(ids)s)" + ("" if actor.is_staff else f" AND {OF_PERSON}")
    return _candidates(actor, whose, ids=list(account_ids), viewer=actor.user_id)


def _candidates(actor: Actor, whose: str, *, most: int | None = None, **values: Any) -> list[Candidate]:
    rows = db.fetch_all(ACCOUNTS.format(whose=whose), firm=actor.firm_id, most=most, **values)
    history: dict[tuple[UUID, VerificationKind], list[Verification]] = {}
    ids = [row.id for row in rows]
    criteria = "v.account_id = ANY(%(ids)s) ORDER BY v.decided_at DESC NULLS FIRST, v.id"
    for each in _list(actor, criteria, ids=ids) if ids else ():
        history.setdefault((each.account_id, each.kind), []).append(each)
    return [
        Candidate(
            row.id,
            row.name,
            AccountKind(row.kind),
            row.tax_residence,
            row.known_since,
            *(stand(history.get((row.id, kind), [])) for kind in VerificationKind),
        )
        for row in rows
    ]


def find_verified_day(actor: Actor, account_id: UUID) -> date | None:
    """When the accreditation of an account was last verified by reasonable steps."""
    found = list_verifications(actor, account_id)
    return find_verified_on([each for each in found if each.kind is VerificationKind.ACCREDITATION])


def list_people_to_tell(actor: Actor, verification_id: UUID) -> list[UUID]:
    """Who acts for the account of a verification, in the tenancy of staff or of the system."""
    return [row.user_id for row in db.fetch_all(PEOPLE, firm=actor.firm_id, id=verification_id)]


def find_told(actor: Actor, verification_id: UUID, news: VerificationNews, user_id: UUID) -> ToldVerification | None:
    """What to tell a person of a verification; None where they act for the account no more, or it is not so now: of
    one that runs out, where another is asked for or confirmed."""
    expiring = news is VerificationNews.EXPIRING
    state = VerificationState.CONFIRMED.value if expiring else news.value
    row = db.fetch_one(TOLD, firm=actor.firm_id, id=verification_id, user=user_id, state=state, last=expiring)
    if row is None:
        return None
    return ToldVerification(
        row.name, email_of(row), row.firm, row.locale, row.account, VerificationKind(row.kind), row.reason,
        row.expires_on,
    )  # fmt: skip
