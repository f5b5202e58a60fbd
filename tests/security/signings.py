"""What the people of the scene are asked to sign: open, signed, declined; and a draft that nobody outside knows of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from structlog.contextvars import bound_contextvars

from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Release
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.documents.signing.services.preparing import place_field, prepare_envelope
from portal.domain.documents.signing.services.sending import send_envelope
from portal.domain.documents.signing.services.signing import decline_envelope, open_envelope, sign_envelope
from portal.domain.documents.signing.values.envelopes import USUAL, NewSigner
from portal.domain.documents.signing.values.fields import FieldKind, NewField, Spot
from portal.domain.documents.signing.values.marks import Circumstances
from portal.domain.identity.access.values import Actor, Role
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.identity import make_user
from tests.factories.signing import make_signing, place_of
from tests.security.canaries import Write
from tests.security.papers import paper

if TYPE_CHECKING:
    from tests.security.scene import Staff


def have_signed(staff: Staff, write: Write, investors: dict[Actor, str], *, shared: str, inside: str) -> None:
    """Three envelopes of each investor, whose words are all in their own scope, and a draft for a colleague. Who signs
    reads who asks."""
    host = make_user(staff.manager.firm_id, f"{write(shared)}@example.com", Role.MANAGER)
    for investor, scope in investors.items():
        own = scope if scope == "foreign" else f"{scope}own"
        opened, signed, declined = (_send(host, write, own, investor) for _ in range(3))
        seen = Circumstances("mfa", clock.now(), "192.0.2.7", write(own))
        with acting_as(investor.tenancy), bound_contextvars(agent=write(own)):
            open_envelope(investor, opened, seen)
            decline_envelope(investor, declined, seen, reason=write(own))
        signing = make_signing(investor, signed, name=write(own))
        with acting_as(investor.tenancy), bound_contextvars(agent=write(own)):
            sign_envelope(investor, signed, signing, seen)
    _prepare(host, write, inside, staff.compliance)
    drain()


def _send(host: Actor, write: Write, scope: str, signer: Actor) -> UUID:
    envelope = _prepare(host, write, scope, signer)
    with acting_as(host.tenancy):
        send_envelope(host, envelope)
    return envelope


def _prepare(host: Actor, write: Write, scope: str, signer: Actor) -> UUID:
    """A draft all of whose words are in one scope."""
    content = paper(write(scope))
    stored = resources().store.put(f"documents/{new_id()}", content, "application/pdf")
    release = Release(stored.key, f"{write(scope)}.pdf", "pdf", stored.size, stored.digest, 1)
    assert signer.user_id
    with acting_as(host.tenancy):
        folder = open_root_folder(host, FolderKind.FIRM, None, write(scope))
        details = DocumentDetails(write(scope), DocumentType.AGREEMENT, Audience.STAFF)
        envelope = prepare_envelope(
            host,
            file_release(host, folder, details, release),
            expires_at=clock.now() + USUAL,
            message=write(scope),
            signers=[NewSigner(signer.user_id, write(scope))],
        )
        box = place_of(Spot.BOTTOM_RIGHT, FieldKind.SIGNATURE)
        place_field(host, envelope, NewField(1, FieldKind.SIGNATURE, 1, box, write(scope)))
    return envelope
