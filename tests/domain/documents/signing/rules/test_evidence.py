"""What is bound into a signature, and into the sending of an envelope."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.documents.signing.rules.evidence import mask_email, sending_digest
from portal.domain.documents.signing.values.envelopes import Envelope, EnvelopeState, Signer, SignerState
from portal.domain.documents.signing.values.fields import Box, Field, FieldKind
from portal.domain.documents.signing.values.marks import CONSENT_TEXTS
from portal.platform.ids import new_id

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ENVELOPE = Envelope(
    new_id(), new_id(), new_id(), "Side letter", "key", "letter.pdf", 2, "a" * 64, EnvelopeState.DRAFT,
    "Before Friday.",
    next(iter(CONSENT_TEXTS)), new_id(), "Mira", MOMENT, None, MOMENT, 3, None, None,
)  # fmt: skip
SIGNER = Signer(new_id(), 1, 1, "Investor", new_id(), "Ada", SignerState.WAITING, None, None, None, None, True)
FIELD = Field(new_id(), 1, FieldKind.SIGNATURE, 2, Box(*[Decimal("0.1")] * 4), "", True)


@pytest.mark.parametrize(
    "changed",
    [
        {"envelope": replace(ENVELOPE, digest="b" * 64)},
        {"envelope": replace(ENVELOPE, message="Before Monday.")},
        {"envelope": replace(ENVELOPE, expires_at=MOMENT.replace(day=3))},
        {"envelope": replace(ENVELOPE, remind_days=None)},
        {"people": [replace(SIGNER, user_id=new_id())]},
        {"people": [replace(SIGNER, role="Witness")]},
        {"people": [replace(SIGNER, turn=2)]},
        {"people": [SIGNER, SIGNER]},
        {"fields": []},
        {"fields": [replace(FIELD, seat=2)]},
        {"fields": [replace(FIELD, page=1)]},
        {"fields": [replace(FIELD, required=False)]},
    ],
)
def test_whatever_goes_out_is_bound_into_the_sending(changed: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"envelope": ENVELOPE, "people": [SIGNER], "fields": [FIELD]}
    assert sending_digest(**whole) == sending_digest(**whole)
    assert sending_digest(**whole | changed) != sending_digest(**whole)


def test_a_masked_address_tells_others_little() -> None:
    assert mask_email("ada.lane@example.com") == "a•••@e•••.com"
