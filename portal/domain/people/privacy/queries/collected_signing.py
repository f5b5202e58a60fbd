"""The statements that collect what a person was asked to sign, and what they did."""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import MOMENT, Question

# Nobody who was not asked yet knows that they are to be.
SIGNING = (
    Question.of(
        "documents/signing",
        "What you were asked to sign, and what you signed with.",
        """SELECT s.id, s.user_id, e.id AS envelope_id, e.title, e.digest AS sha256,
          e.finished_digest AS finished_sha256, e.state AS envelope, s.role, s.state, s.asked_at, s.reminded_at,
          s.opened_at, s.decided_at, e.expires_at, e.message, s.answers_sealed, k.wrapped
        FROM documents.signers s JOIN documents.envelopes e ON e.id = s.envelope_id
        JOIN identity.subject_keys k ON k.subject_id = s.user_id
        WHERE s.firm_id = %(firm)s AND s.user_id = %(user)s AND s.asked_at IS NOT NULL ORDER BY s.asked_at, s.id""",
        envelope_id="number of the request",
        title="what was to be signed",
        sha256="digest of its file (SHA-256)",
        finished_sha256="digest of the file that everybody has signed",
        envelope="where the whole stands",
        role="as what you were asked",
        state="where you stand",
        asked_at=f"asked, {MOMENT}",
        reminded_at=f"reminded, {MOMENT}",
        opened_at=f"opened, {MOMENT}",
        decided_at=f"signed, declined or passed on, {MOMENT}",
        expires_at=f"to be signed until, {MOMENT}",
        message="what was written to you",
        signed_with="name, initials and lines of your signature, your answers by field, your address as it is shown",
    ),
    Question.of(
        "documents/signing-steps",
        "What you did there, with what proves it, and what was done to you.",
        """SELECT v.id, v.actor_id, v.envelope_id, e.title, v.kind, v.at,
          v.actor_id IS NOT DISTINCT FROM %(user)s AS by_you, y.proven_by, y.proven_at, y.address, y.agent,
          y.consent_version, y.shown AS shown_sha256, y.note_sealed, k.wrapped
        FROM documents.signing_events v JOIN documents.envelopes e ON e.id = v.envelope_id
        LEFT JOIN documents.signers s ON s.id = v.signer_id
        LEFT JOIN documents.signing_events y ON y.id = v.id AND y.actor_id = %(user)s
        LEFT JOIN identity.subject_keys k ON k.subject_id = v.actor_id
        WHERE v.firm_id = %(firm)s AND (v.actor_id = %(user)s OR (s.user_id = %(user)s AND s.asked_at IS NOT NULL))
        ORDER BY v.at, v.id""",
        envelope_id="number of the request",
        title="what was to be signed",
        kind="what happened",
        at=MOMENT,
        by_you="whether you did it",
        proven_by="how you had proven who you are",
        proven_at=f"when you had, {MOMENT}",
        address="your network address",
        agent="your browser or app",
        consent_version="version of the text about signing in this way that you agreed to",
        shown_sha256="digest of what you were shown (SHA-256)",
        note="what you wrote",
        named="the address of whom you named",
    ),
)
