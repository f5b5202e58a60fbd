"""Reading what mails about envelopes say; in the firm's system tenancy."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.signing.values.envelopes import Errand
from portal.domain.documents.signing.values.sealing import open_note
from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import email_of
from portal.platform import db

ERRAND = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, e.id AS envelope_id, e.title,
  COALESCE(c.name, f.name) AS sender, COALESCE(p.name, '') AS signer, e.message, e.expires_at,
  s.state IN ('asked', 'opened') AND e.state = 'sent' AND e.expires_at > now() AND u.active AS is_awaited
FROM documents.signers s JOIN documents.envelopes e ON e.id = s.envelope_id
JOIN identity.firms f ON f.id = e.firm_id LEFT JOIN identity.users p ON p.id = s.user_id
LEFT JOIN identity.users c ON c.id = e.created_by
JOIN identity.users u ON u.id = COALESCE(%(to)s::uuid, s.user_id)
JOIN identity.subject_keys k ON k.subject_id = u.id
WHERE s.firm_id = %(firm)s AND s.id = %(signer)s
"""
NOTE = """
SELECT v.id, v.actor_id, v.note_sealed, k.wrapped FROM documents.signing_events v
LEFT JOIN identity.subject_keys k ON k.subject_id = v.actor_id
WHERE v.firm_id = %(firm)s AND v.kind = %(kind)s
  AND (v.signer_id = %(signer)s OR v.signer_id IS NULL AND v.envelope_id = %(envelope)s)
ORDER BY v.at DESC LIMIT 1
"""
ENVELOPE_OF = "SELECT envelope_id FROM documents.signers WHERE firm_id = %(firm)s AND id = %(id)s"


def find_errand(actor: Actor, signer_id: UUID, *, to: UUID | None = None, about: str = "") -> Errand | None:
    """A mail to a signer, or about them to somebody else (`to`), with what was written beside what it is `about`; None
    where either is gone."""
    row = db.fetch_one(ERRAND, firm=actor.firm_id, signer=signer_id, to=to)
    if row is None:
        return None
    said = db.fetch_one(NOTE, firm=actor.firm_id, kind=about, signer=signer_id, envelope=row.envelope_id)
    note = open_note(said.note_sealed, said.id, said.actor_id, said.wrapped).text if said else ""
    return Errand(
        row.user_id, row.name, email_of(row), row.firm, row.envelope_id, row.title, row.sender, row.signer,
        row.message, note, row.expires_at, row.is_awaited,
    )  # fmt: skip


def find_envelope_of(actor: Actor, signer_id: UUID) -> UUID | None:
    """The envelope in which somebody signs."""
    found: UUID | None = db.fetch_value(ENVELOPE_OF, firm=actor.firm_id, id=signer_id)
    return found
