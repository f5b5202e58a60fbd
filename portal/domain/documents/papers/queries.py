"""Reading papers: each sender's own, and the staff's work list."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.queries.files import find_checks
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.papers.values import Destination, Load, PaperState, ReturnedPaper, SentPaper
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as

MOST = 200
SELECT = """
SELECT p.id, p.account_id, COALESCE(a.name, '') AS account, p.user_id, COALESCE(u.name, '') AS sender, p.document_id,
  p.type, p.name, p.note, p.state, p.comment, p.sent_at, p.decided_at
FROM documents.papers p LEFT JOIN people.investor_accounts a ON a.id = p.account_id
LEFT JOIN identity.users u ON u.id = p.user_id WHERE p.firm_id = %(firm)s
"""
# Who acts for an account has it in both; who was let see its tax forms in the second alone.
DESTINATIONS = """
SELECT a.id, a.name, a.id = ANY ((SELECT people.my_accounts_for('members'))::uuid[]) AS all_types
FROM people.investor_accounts a
WHERE a.firm_id = %(firm)s AND a.id = ANY ((SELECT people.my_accounts_for('tax_forms'))::uuid[]) ORDER BY a.name_key
"""
LOAD = """
SELECT count(*) FILTER (WHERE waits), COALESCE(sum(size) FILTER (WHERE waits), 0),
  count(*) FILTER (WHERE sent_at > now() - interval '1 day')
FROM (SELECT p.size, p.sent_at, p.state = 'sent' AND v.state <> 'refused' AS waits FROM documents.papers p
  LEFT JOIN documents.versions v ON v.document_id = p.document_id AND v.number = 1
  WHERE p.firm_id = %(firm)s AND p.account_id = %(account)s) lying
"""
RETURNED = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, p.name AS title, p.comment
FROM documents.papers p JOIN identity.users u ON u.id = p.user_id AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id JOIN identity.firms f ON f.id = p.firm_id
WHERE p.firm_id = %(firm)s AND p.id = %(id)s AND p.state = 'returned'
"""


def list_destinations(actor: Actor) -> list[Destination]:
    """The accounts that the actor may send papers for, by name."""
    require(actor, Permission.SEND_PAPERS)
    return [Destination(*row) for row in db.fetch_all(DESTINATIONS, firm=actor.firm_id)]


def list_own_papers(actor: Actor) -> list[SentPaper]:
    """What the actor sent for accounts that they still see, latest first; the last MOST."""
    require(actor, Permission.SEND_PAPERS)
    rows = db.fetch_all(
        f"{SELECT} AND p.user_id = %(user)s AND a.id IS NOT NULL ORDER BY p.sent_at DESC, p.id DESC LIMIT %(most)s",
        firm=actor.firm_id,
        user=actor.user_id,
        most=MOST,
    )
    return _papers(actor, rows)


def get_own_paper(actor: Actor, paper_id: UUID) -> SentPaper:
    """One of what the actor sent; NotFound."""
    return _one([each for each in list_own_papers(actor) if each.id == paper_id])


def list_papers(actor: Actor, state: PaperState, *, most: int = 50) -> list[SentPaper]:
    """The papers of the firm in a state, for the staff: those that wait the oldest first, others the latest first."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    order = "p.sent_at, p.id" if state is PaperState.SENT else "p.decided_at DESC, p.id DESC"
    rows = db.fetch_all(
        f"{SELECT} AND p.state = %(state)s ORDER BY {order} LIMIT %(most)s",
        firm=actor.firm_id,
        state=state.value,
        most=most,
    )
    return _papers(actor, rows)


def get_paper(actor: Actor, paper_id: UUID) -> SentPaper:
    """A paper of the firm, for the staff. NotFound, Forbidden."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    return _one(_papers(actor, db.fetch_all(f"{SELECT} AND p.id = %(id)s", firm=actor.firm_id, id=paper_id)))


def get_load(actor: Actor, account_id: UUID) -> Load:
    """What of an account waits here; in the firm's system tenancy."""
    row = db.fetch_one(LOAD, firm=actor.firm_id, account=account_id)
    assert row is not None
    return Load(int(row[0]), int(row[1]), int(row[2]))


def find_returned(actor: Actor, paper_id: UUID) -> ReturnedPaper | None:
    """What to write to who sent a paper that was sent back, or None where there is nobody; in the system tenancy."""
    row = db.fetch_one(RETURNED, firm=actor.firm_id, id=paper_id)
    return None if row is None else ReturnedPaper(row.name, email_of(row), row.firm, row.title, row.comment)


def _papers(actor: Actor, rows: Sequence[db.AnyRow]) -> list[SentPaper]:
    documents = [row.document_id for row in rows if row.document_id is not None]
    system = Actor.system(actor.firm_id)
    with acting_as(system.tenancy):  # the sender sees how the check went, and nothing else of the document
        checks = find_checks(system, documents) if documents else {}
    return [
        SentPaper(
            row.id,
            row.account_id,
            row.account,
            row.user_id,
            row.sender,
            row.document_id,
            DocumentType(row.type),
            row.name,
            row.note,
            PaperState(row.state),
            row.comment,
            row.sent_at,
            row.decided_at,
            checks.get(row.document_id),
        )
        for row in rows
    ]


def _one(found: list[SentPaper]) -> SentPaper:
    if not found:
        raise NotFound
    return found[0]
