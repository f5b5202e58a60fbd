"""Documents to sign, marks, and what a certificate says."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from reportlab.pdfgen.canvas import Canvas

from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.signing.queries.envelopes import list_fields
from portal.domain.documents.signing.queries.requests import get_request
from portal.domain.documents.signing.rules.evidence import shown_digest
from portal.domain.documents.signing.rules.placing import box_at
from portal.domain.documents.signing.services.preparing import prepare_envelope
from portal.domain.documents.signing.services.sending import send_envelope
from portal.domain.documents.signing.services.signing import sign_envelope
from portal.domain.documents.signing.values.certificates import Certificate, CertificateEvent, Filled, Signature
from portal.domain.documents.signing.values.envelopes import USUAL, EventKind, NewSigner
from portal.domain.documents.signing.values.fields import Box, Field, FieldKind, NewField, Spot
from portal.domain.documents.signing.values.marks import (
    CONSENT_TEXTS,
    CONSENT_VERSION,
    Circumstances,
    Mark,
    MarkKind,
    Signing,
)
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.documents import make_folder, make_release

DRAWN = ((20, 150), (60, 40), (90, 150), (130, 60), (170, 150), (300, 90), (520, 140))
DRAWN_PATH = "M" + "L".join(f"{x} {y}" for x, y in DRAWN)
TYPED_MARK = Mark(MarkKind.TYPED, "Elena Vasquez-Oduya", "EV")
DRAWN_MARK = Mark(MarkKind.DRAWN, "Tomás Řehák", "TŘ", (DRAWN, ((200, 40), (200, 41))))
AT = datetime(2026, 11, 20, 14, 3, 9, tzinfo=UTC)


def write_document(
    pages: int = 3, *, text: str = "Subscription agreement", size: tuple[float, float] = (595, 842)
) -> bytes:
    """A PDF of so many pages, each with its number."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1)
    for number in range(1, pages + 1):
        canvas.drawString(72, size[1] - 100, f"{text}, page {number}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def make_box(x: str, y: str, width: str = "0.3", height: str = "0.06") -> Box:
    """A box from fractions as text."""
    return Box(Decimal(x), Decimal(y), Decimal(width), Decimal(height))


def make_field(kind: FieldKind = FieldKind.SIGNATURE, page: int = 1, box: Box | None = None, seat: int = 1) -> Field:
    """A field in its place."""
    return Field(UUID(int=page * 1000 + seat), seat, kind, page, box or make_box("0.6", "0.8"), "", True)


def make_certificate(filled: Sequence[Filled], **said: object) -> Certificate:
    """A certificate of two signatures, one typed and one drawn."""
    given: dict[str, object] = {
        "envelope_id": UUID("01938f6e-7a10-7c3e-9d55-6b7f00c0ffee"),
        "firm": "Larkspur Row Partners",
        "accent": "forest",
        "title": "Subscription agreement, Larkspur Row Fund II",
        "original_name": "subscription-agreement.pdf",
        "original_pages": 3,
        "original_digest": "ab" * 32,
        "sender": "Priya Raman",
        "sent_at": AT,
        "signed_on": date(2026, 11, 21),
        "signatures": (
            _signature("Elena Vasquez-Oduya", "Investor", 1, TYPED_MARK),
            _signature("Tomás Řehák", "For the firm", 2, DRAWN_MARK),
        ),
        "history": (
            CertificateEvent(AT, EventKind.SENT, "Priya Raman", ""),
            CertificateEvent(AT, EventKind.ASKED, "Gil Hart", ""),
            CertificateEvent(AT, EventKind.FORWARDED, "Gil Hart", "Elena signs for the family"),
            CertificateEvent(AT, EventKind.SIGNED, "Elena Vasquez-Oduya", ""),
        ),
        "consents": ((CONSENT_VERSION, CONSENT_TEXTS[CONSENT_VERSION]),),
        "verify_at": "https://portal.example/verify/larkspur-row",
    }
    return Certificate(**(given | said))  # type: ignore[arg-type]  # what tests say is of its type


def _signature(name: str, role: str, turn: int, mark: Mark) -> Signature:
    return Signature(
        name, "e•••@e•••.com", role, turn, AT, AT, AT, "mfa", "192.0.2.7", "Firefox on Linux", CONSENT_VERSION,
        "cd" * 32, mark,
    )  # fmt: skip


def make_paper(firm_id: UUID, title: str = "Subscription agreement", *, content: bytes | None = None) -> UUID:
    """A document of the library that can be signed, a draft."""
    actor = Actor.system(firm_id)
    with acting_as(actor.tenancy):
        details = DocumentDetails(title, DocumentType.AGREEMENT, Audience.STAFF)
        release = make_release(content or write_document(3, text=title), "agreement.pdf", pages=3)
        return file_release(actor, make_folder(firm_id), details, release)


def make_envelope(
    sender: Actor,
    *people: tuple[Actor, int],
    title: str = "Subscription agreement",
    sent: bool = True,
    remind_days: int | None = None,
) -> UUID:
    """An envelope for these people in these turns, each with a signature on the last page; sent by `sender`."""
    document_id = make_paper(sender.firm_id, title)
    signers = [NewSigner(_id(person), f"Party {seat}", turn) for seat, (person, turn) in enumerate(people, 1)]
    box = box_at(Spot.BOTTOM_RIGHT, FieldKind.SIGNATURE)
    fields = [NewField(seat, FieldKind.SIGNATURE, -1, box) for seat in range(1, len(people) + 1)]
    with acting_as(sender.tenancy):
        envelope_id = prepare_envelope(
            sender,
            document_id,
            expires_at=clock.now() + USUAL,
            message="Please sign by Friday.",
            remind_days=remind_days,
            signers=signers,
            fields=fields,
        )
        if sent:
            send_envelope(sender, envelope_id)
    return envelope_id


def place_of(spot: Spot, kind: FieldKind) -> Box:
    """Where a field of the usual size lies at a spot that has a name."""
    return box_at(spot, kind)


def circumstances(proven_by: str = "mfa") -> Circumstances:
    """How somebody acts in tests."""
    return Circumstances(proven_by, clock.now(), "192.0.2.7", "Firefox on Linux")


def shown_to(person: Actor, envelope_id: UUID) -> str:
    """The digest of what somebody is shown."""
    with acting_as(person.tenancy):
        asked = get_request(person, envelope_id)
        fields = list_fields(person, envelope_id, seat=asked.seat)
    return shown_digest(envelope_id, asked.digest, asked.consent_version, fields)


def make_signing(person: Actor, envelope_id: UUID, **said: object) -> Signing:
    """What somebody sends who signs in type."""
    given: dict[str, object] = {
        "shown": shown_to(person, envelope_id),
        "consent": CONSENT_VERSION,
        "name": person.name or "Ann Lane",
        "initials": "",
        "path": "",
        "answers": {},
    }
    return Signing(**(given | said))  # type: ignore[arg-type]  # what tests say is of its type


def sign(person: Actor, envelope_id: UUID, **said: object) -> None:
    """Have somebody sign."""
    signing = make_signing(person, envelope_id, **said)
    with acting_as(person.tenancy):
        sign_envelope(person, envelope_id, signing, circumstances())


def _id(person: Actor) -> UUID:
    assert person.user_id is not None
    return person.user_id
