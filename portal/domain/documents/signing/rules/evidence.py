"""What is bound into an act of signing, and what of it others may read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

import orjson

from portal.domain.documents.signing.values.envelopes import Envelope, Signer
from portal.domain.documents.signing.values.fields import Field
from portal.domain.documents.signing.values.marks import CONSENT_TEXTS


def shown_digest(envelope_id: UUID, document_digest: str, consent_version: str, fields: Sequence[Field]) -> str:
    """SHA-256 (hexadecimal) of exactly what a signer was shown: the document by its digest, the text they agree to word
    for word, and the fields in their places."""
    shown = [
        str(envelope_id),
        document_digest,
        [consent_version, CONSENT_TEXTS[consent_version]],
        sorted([str(each.id), each.kind.value, each.page, *_box(each), each.label, each.required] for each in fields),
    ]
    return hashlib.sha256(orjson.dumps(shown)).hexdigest()


def sending_digest(envelope: Envelope, people: Sequence[Signer], fields: Sequence[Field]) -> str:
    """SHA-256 (hexadecimal) of all that goes out with an envelope: what is shown to those who sign, who they are, as
    what and in which turn, whose each field is, what is written to them, until when and how often."""
    whole = [
        shown_digest(envelope.id, envelope.digest, envelope.consent_version, fields),
        [[each.seat, each.turn, each.role, str(each.user_id)] for each in people],
        sorted([str(each.id), each.seat] for each in fields),
        [envelope.message, envelope.expires_at.isoformat(), envelope.remind_days],
    ]
    return hashlib.sha256(orjson.dumps(whole)).hexdigest()


def mask_email(email: str) -> str:
    """An address of which its owner knows that it is theirs, and others learn little: `a•••@e•••.com`."""
    name, _, host = email.rpartition("@")
    label, dot, ending = host.rpartition(".")
    return f"{name[:1]}•••@{label[:1]}•••{dot}{ending}"


def _box(field: Field) -> list[str]:
    box = field.box
    return [f"{part:.4f}" for part in (box.x, box.y, box.width, box.height)]
