"""Who reads a document together: each circle may be named to those in it, and to nobody else."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from portal.domain.documents.filing.rules.recipients import envelope_of
from portal.domain.documents.library.values.documents import Audience, Document
from portal.domain.identity.access.values import Actor
from portal.platform import db

NOBODY: frozenset[UUID] = frozenset()
# An account with who acts for it and whom they let in.
OF_ACCOUNT = """
SELECT %(account)s::uuid AS id
UNION SELECT user_id FROM people.account_members WHERE firm_id = %(firm)s AND account_id = %(account)s
UNION SELECT d.delegate_id FROM people.delegated_accounts a JOIN people.delegations d ON d.id = a.delegation_id
  WHERE a.firm_id = %(firm)s AND a.account_id = %(account)s AND d.revoked_at IS NULL
"""
# People, and the accounts they act for or are let into.
WITH_ACCOUNTS = """
SELECT circle, id FROM people_of
UNION SELECT p.circle, m.account_id FROM people_of p JOIN people.account_members m ON m.user_id = p.id
UNION SELECT p.circle, a.account_id FROM people_of p JOIN people.delegations d ON d.delegate_id = p.id
  JOIN people.delegated_accounts a ON a.delegation_id = d.id WHERE d.revoked_at IS NULL
"""
OF_NAMED = f"""
WITH people_of AS (
  SELECT split_part(reach, ':', 2)::uuid AS circle, split_part(reach, ':', 2)::uuid AS id FROM documents.audiences
  WHERE firm_id = %(firm)s AND document_id = %(document)s AND starts_with(reach, 'person:')
    AND COALESCE(until, 'infinity') > now()) {WITH_ACCOUNTS}
"""  # noqa: S608 - our own text
OF_ENVELOPES = f"""
WITH people_of AS (
  SELECT e.id AS circle, s.user_id AS id FROM documents.envelopes e JOIN documents.signers s ON s.envelope_id = e.id
  WHERE e.firm_id = %(firm)s AND e.document_id = %(document)s AND e.version_id = %(version)s
    AND e.state = ANY(%(states)s) AND s.state <> 'forwarded' AND s.user_id IS NOT NULL) {WITH_ACCOUNTS}
"""  # noqa: S608 - our own text
# Who signed it and who passed it on: all of them stand on its certificate.
OF_SIGNED = f"""
WITH people_of AS (
  SELECT s.envelope_id AS circle, s.user_id AS id FROM documents.signers s
  WHERE s.firm_id = %(firm)s AND s.envelope_id = %(envelope)s AND s.user_id IS NOT NULL) {WITH_ACCOUNTS}
"""  # noqa: S608 - our own text


def list_circles(actor: Actor, document: Document, version_id: UUID, *, planned: bool = False) -> list[frozenset[UUID]]:
    """The circles of a document: its account's; each person's whom it was given to by name, with their accounts; those
    who sign it, together; and one of nobody where many read it, or nobody does yet. None at all where it is for staff
    alone. `planned`: those whom a draft of an envelope would ask too."""
    states = ["sent", "draft"] if planned else ["sent"]
    signing = _circles(actor, OF_ENVELOPES, document=document.id, version=version_id, states=states)
    if document.details.audience is Audience.STAFF:
        return list(signing.values())
    circles = [*_of_audience(actor, document), *signing.values()]
    return circles or [NOBODY]


def _of_audience(actor: Actor, document: Document) -> list[frozenset[UUID]]:
    named = _circles(actor, OF_NAMED, document=document.id)
    if document.details.audience is Audience.ACCOUNT:
        rows = db.fetch_all(OF_ACCOUNT, firm=actor.firm_id, account=document.details.account_id)
        account = frozenset(row.id for row in rows)
        return [account, *(circle for person, circle in named.items() if person not in account)]
    if document.details.audience is not Audience.NAMED:
        return [NOBODY]
    parties = _parties(actor, document)
    return [parties if person in parties else circle for person, circle in named.items()]


def _parties(actor: Actor, document: Document) -> frozenset[UUID]:
    envelope = envelope_of(document.source)
    if envelope is None:
        return NOBODY
    return _circles(actor, OF_SIGNED, envelope=envelope).get(envelope, NOBODY)


def _circles(actor: Actor, statement: str, **named: object) -> dict[UUID, frozenset[UUID]]:
    found = defaultdict[UUID, set[UUID]](set)
    for row in db.fetch_all(statement, firm=actor.firm_id, **named):
        found[row.circle].add(row.id)
    return {circle: frozenset(ids) for circle, ids in found.items()}
