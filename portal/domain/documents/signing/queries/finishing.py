"""What the finished file is made of, and who may know that it is genuine."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.signing.queries.envelopes import get_envelope, list_fields, list_history, list_people
from portal.domain.documents.signing.rules.marks import fill
from portal.domain.documents.signing.values.certificates import (
    Certificate,
    CertificateEvent,
    Filled,
    Signature,
    Unfinished,
    Verification,
)
from portal.domain.documents.signing.values.fields import Field
from portal.domain.documents.signing.values.marks import CONSENT_TEXTS
from portal.domain.documents.signing.values.sealing import Kept, open_kept
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import get_firm
from portal.platform import db
from portal.platform.tenancy import acting_as

SIGNED = """
SELECT s.id, s.user_id, s.answers_sealed, k.wrapped, v.at, v.proven_by, v.address, v.agent, v.consent_version, v.shown
FROM documents.signers s JOIN documents.signing_events v ON v.signer_id = s.id AND v.kind = 'signed'
JOIN identity.subject_keys k ON k.subject_id = s.user_id
WHERE s.firm_id = %(firm)s AND s.envelope_id = %(id)s AND s.state = 'signed'
"""
VERIFIED = """
SELECT e.closed_at, count(*) AS signers
FROM documents.envelopes e JOIN documents.signers s ON s.envelope_id = e.id AND s.state = 'signed'
WHERE e.firm_id = %(firm)s AND e.finished_digest = %(digest)s GROUP BY e.closed_at
"""


def get_unfinished(actor: Actor, envelope_id: UUID, *, public_url: str) -> Unfinished:
    """Everything that the finished file of an envelope is made of, which everybody has signed; in the firm's system
    tenancy."""
    envelope, firm = get_envelope(actor, envelope_id), get_firm(actor.firm_id)
    proofs = {row.id: row for row in db.fetch_all(SIGNED, firm=actor.firm_id, id=envelope_id)}
    fields = list_fields(actor, envelope_id)
    signatures, filled = [], []
    for person in list_people(actor, envelope_id):
        row = proofs[person.id]
        kept = open_kept(row.answers_sealed, row.id, row.user_id, row.wrapped)
        filled += _filled(fields, person.seat, kept, row)
        signatures.append(
            Signature(
                person.name, kept.email, person.role, person.turn, person.asked_at or row.at, person.opened_at, row.at,
                row.proven_by, row.address, row.agent, row.consent_version, row.shown, kept.mark,
            )
        )  # fmt: skip
    return Unfinished(
        envelope.file_key,
        tuple(filled),
        Certificate(
            envelope_id=envelope_id,
            firm=firm.name,
            accent=firm.accent,
            title=envelope.title,
            original_name=envelope.file_name,
            original_pages=envelope.pages,
            original_digest=envelope.digest,
            sender=envelope.sender or firm.name,
            sent_at=envelope.sent_at or envelope.created_at,
            signed_on=max(each.signed_at for each in signatures).date(),
            signatures=tuple(signatures),
            history=tuple(
                CertificateEvent(each.at, each.kind, each.name, each.note) for each in list_history(actor, envelope_id)
            ),
            consents=tuple((each, CONSENT_TEXTS[each]) for each in sorted({one.consent_version for one in signatures})),
            verify_at=f"{public_url}/verify/{firm.slug}",
        ),
    )


def find_signed_file(firm_id: UUID, digest: str) -> Verification | None:
    """What anybody may know of a file with this SHA-256 (hexadecimal): when it was finished and how many signed; None
    where the firm finished no such file."""
    with acting_as(Actor.system(firm_id).tenancy):
        row = db.fetch_one(VERIFIED, firm=firm_id, digest=digest)
    return None if row is None else Verification(row.closed_at, row.signers)


def _filled(fields: list[Field], seat: int, kept: Kept, row: db.AnyRow) -> list[Filled]:
    return [fill(each, kept.mark, kept.answers, row.at.date()) for each in fields if each.seat == seat]
