"""The demo's envelopes: what waits for a signature, was signed by some, by all, or declined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.cli.demo.actors import find_actor
from portal.cli.demo.cast import Cast
from portal.cli.demo.library import ADDRESS, AGENT
from portal.cli.demo.papers import draw_paper, keep_paper, place_to_sign
from portal.cli.demo.shelves import Shelves, find_words, read_library
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.signing.queries.envelopes import list_envelopes
from portal.domain.documents.signing.queries.requests import get_shown
from portal.domain.documents.signing.services.preparing import place_usual_field, prepare_envelope
from portal.domain.documents.signing.services.sending import send_envelope
from portal.domain.documents.signing.services.signing import decline_envelope, open_envelope, sign_envelope
from portal.domain.documents.signing.values.envelopes import USUAL, NewSigner
from portal.domain.documents.signing.values.fields import FieldKind
from portal.domain.documents.signing.values.marks import Circumstances, Signing
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as

REMIND_DAYS = 3
LAST_PAGE = -1
DATE_BELOW = Decimal("0.079")  # under the line and what it is called


def send_envelopes(cast: Cast, *, today: date) -> None:
    """Prepare and send the firm's envelopes where that was not done, and have people sign."""
    system = Actor.system(get_firm_by_slug(cast.slug).id)
    told = read_library(cast.slug).get("envelopes", [])
    with acting_as(system.tenancy):
        if not told or list_envelopes(system, before=(clock.now(), new_id()), most=1):
            return
        prepared = _Preparing(system, cast, today).prepare(told)
        people = {name: find_actor(system, cast, name) for each in told for name, _ in each["signers"]}
    for each, envelope_id in zip(told, prepared, strict=True):
        for name in each.get("signed_by", ()):
            _sign(people[name], envelope_id)
        for name, reason in each.get("declined_by", {}).items():
            with acting_as(people[name].tenancy):
                decline_envelope(people[name], envelope_id, _now(), reason=reason)


class _Preparing:
    """What the associate prepares and the manager sends."""

    def __init__(self, system: Actor, cast: Cast, today: date) -> None:
        self._system, self._cast = system, cast
        self._associate = find_actor(system, cast, cast.first(Role.ASSOCIATE).name)
        self._manager = find_actor(system, cast, cast.first(Role.MANAGER).name)
        self._shelves, self._words = Shelves(self._associate, cast), find_words(cast, today)

    @transactional
    def prepare(self, told: list[dict[str, Any]]) -> list[UUID]:
        return [self._envelope(each) for each in told]

    def _envelope(self, told: Mapping[str, Any]) -> UUID:
        """A signature and a date for each on the last page; sent, if it is to be."""
        envelope_id = prepare_envelope(
            self._associate,
            self._paper(told),
            expires_at=clock.now() + USUAL,
            message=told["message"],
            remind_days=REMIND_DAYS,
            signers=[
                NewSigner(self._id_of(name), role, turn) for turn, (name, role) in enumerate(told["signers"], start=1)
            ],
        )
        for seat in range(1, len(told["signers"]) + 1):
            _place_fields(self._associate, envelope_id, seat)
        if told.get("sent", True):
            send_envelope(self._manager, envelope_id)
        return envelope_id

    def _paper(self, told: Mapping[str, Any]) -> UUID:
        """The document, with lines to sign on."""
        (place,) = self._shelves.places(told)
        title, labels = told["title"], " | ".join(f"{role}: {name}" for name, role in told["signers"])
        text = f"{told['text'].format(**self._words)}\n\n@sign {labels}"
        content = draw_paper(self._cast.name, self._cast.accent, title, text)
        details = DocumentDetails(
            title,
            DocumentType(told["type"]),
            Audience.STAFF,
            account_id=place.account_id,
            vehicle_id=place.vehicle_id,
        )
        return file_release(self._associate, place.folder_id, details, keep_paper(title, content))

    def _id_of(self, name: str) -> UUID:
        user_id = find_actor(self._system, self._cast, name).user_id
        assert user_id is not None
        return user_id


def _place_fields(associate: Actor, envelope_id: UUID, seat: int) -> None:
    across, down = place_to_sign(seat - 1)
    place_usual_field(associate, envelope_id, seat, FieldKind.SIGNATURE, page=LAST_PAGE, at=(across, down))
    below = (across, down + DATE_BELOW)
    place_usual_field(associate, envelope_id, seat, FieldKind.DATE, page=LAST_PAGE, at=below)


def _sign(person: Actor, envelope_id: UUID) -> None:
    with acting_as(person.tenancy):
        open_envelope(person, envelope_id, _now())
        shown = get_shown(person, envelope_id)
        signing = Signing(shown.digest, shown.request.consent_version, person.name, "", "", {})
        sign_envelope(person, envelope_id, signing, _now())


def _now() -> Circumstances:
    return Circumstances("mfa", clock.now(), ADDRESS, AGENT)
