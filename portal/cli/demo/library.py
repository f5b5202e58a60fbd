"""The demo's library: papers in every state, read, acknowledged, shared and held, from the file beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.cli.demo.actors import find_actor
from portal.cli.demo.cast import Cast
from portal.cli.demo.papers import draw_closed_paper, draw_paper, keep_paper, send_paper
from portal.cli.demo.sent_papers import send_papers
from portal.cli.demo.shelves import Place, Shelves, find_words, has_library, read_library
from portal.domain.documents.filing.services.texts import keep_text
from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.services.audiences import grant_document
from portal.domain.documents.library.services.keeping import place_document_hold, set_retention
from portal.domain.documents.library.services.publishing import archive_document, publish_document
from portal.domain.documents.library.services.receiving import file_release, receive_document
from portal.domain.documents.library.values.documents import (
    Audience,
    DocumentDetails,
    DocumentFilter,
    DocumentType,
    Publication,
)
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.services.acknowledgements import acknowledge_document
from portal.domain.documents.reading.services.archives import request_archive
from portal.domain.documents.reading.services.receipts import note_page_view
from portal.domain.documents.reading.values.pages import Reader
from portal.domain.documents.sharing.services import revoke_share, share_document
from portal.domain.documents.sharing.values import Invitation
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15"
ADDRESS = "203.0.113.24"  # of those that RFC 5737 keeps for examples
PACKED = 3
SHARED_FOR = timedelta(days=30)


def fill_library(cast: Cast, *, today: date) -> None:
    """File the firm's papers where that was not done, all of them or none, and have people read some."""
    system = Actor.system(get_firm_by_slug(cast.slug).id)
    told = read_library(cast.slug)
    with acting_as(system.tenancy):
        if has_library(system):
            return
        readers = _Filing(system, cast, today).file(told)
        people = {name: find_actor(system, cast, name) for name in (*readers, *told.get("packed", ()))}
    for name, (read, said) in readers.items():
        _read(people[name], read, said)
    for name in told.get("packed", ()):
        _pack(people[name])
    send_papers(system, cast, told.get("sent", ()))


class _Filing:
    """What the associate files and the manager publishes. `_readers` has, by name, what somebody reads of it and what
    of that they acknowledge."""

    def __init__(self, system: Actor, cast: Cast, today: date) -> None:
        self._system, self._cast = system, cast
        self._associate = find_actor(system, cast, cast.first(Role.ASSOCIATE).name)
        self._manager = find_actor(system, cast, cast.first(Role.MANAGER).name)
        self._shelves = Shelves(self._associate, cast)
        self._words = find_words(cast, today)
        self._readers: dict[str, tuple[list[UUID], list[UUID]]] = {}

    @transactional
    def file(self, told: Mapping[str, Any]) -> dict[str, tuple[list[UUID], list[UUID]]]:
        for paper in told["papers"]:
            for place in self._shelves.places(paper):
                self._paper(paper, place)
        if "hold" in told:
            self._keep(told)
        return self._readers

    def _paper(self, told: Mapping[str, Any], place: Place) -> None:
        words = {**self._words, **place.words}
        details = self._details(told, place, words)
        text = told["text"].format(**words)
        if told.get("at_once"):
            self._file_at_once(told, place, details, text)
        elif told.get("closed"):
            self._upload(told, place, details, draw_closed_paper(details.title))
        else:
            self._upload(told, place, details, self._draw(details, text))

    def _draw(self, details: DocumentDetails, text: str) -> bytes:
        return draw_paper(self._cast.name, self._cast.accent, details.title, text)

    def _upload(self, told: Mapping[str, Any], place: Place, details: DocumentDetails, content: bytes) -> None:
        """Send it as the web does: the worker checks it, and publishes it where that is wanted."""
        publication = None
        if told["state"] != "draft":
            at = clock.now() + timedelta(days=told["in_days"]) if told["state"] == "scheduled" else None
            publication = Publication(at, tell=False)
        receive_document(
            self._associate if publication is None else self._manager,
            place.folder_id,
            details,
            send_paper(f"{details.title}.pdf".replace("/", "-"), content),
            quota=resources().settings.documents_quota,
            publication=publication,
        )

    def _file_at_once(self, told: Mapping[str, Any], place: Place, details: DocumentDetails, text: str) -> None:
        """File and publish it here. Its words are known, so that publishing need not read the file for whom it names,
        which takes a process of its own."""
        release = keep_paper(details.title, self._draw(details, text))
        document_id = file_release(self._associate, place.folder_id, details, release)
        keep_text(self._system, get_document(self._associate, document_id).versions[0].id, [text])
        for name in told.get("given_to", ()):
            grant_document(self._manager, document_id, self._id_of(name))
        publish_document(self._manager, document_id, tell=False)
        if told["state"] == "archived":
            archive_document(self._manager, document_id)
        for given in told.get("shared_with", ()):
            self._share(document_id, given)
        for name in told.get("read_by", ()):
            read, said = self._readers.setdefault(name, ([], []))
            read.append(document_id)
            said.extend([document_id] if name in told.get("acknowledged_by", ()) else [])

    def _share(self, document_id: UUID, given: Mapping[str, Any]) -> None:
        until = clock.now() + SHARED_FOR
        invitation = Invitation(given["name"], given["email"], until, note=given["note"])
        share_id = share_document(self._manager, resources().sealer, document_id, invitation)
        if given.get("revoked"):
            revoke_share(self._manager, document_id, share_id)

    def _keep(self, told: Mapping[str, Any]) -> None:
        compliance = find_actor(self._system, self._cast, self._cast.first(Role.COMPLIANCE).name)
        for type_, years in told["retention"].items():
            set_retention(compliance, DocumentType(type_), years)
        vehicle_id = self._shelves.vehicle_id(told["hold"]["vehicle"])
        place_document_hold(compliance, HoldSubject.VEHICLE, vehicle_id, reason=told["hold"]["reason"])

    def _details(self, told: Mapping[str, Any], place: Place, words: Mapping[str, str]) -> DocumentDetails:
        return DocumentDetails(
            told["title"].format(**words),
            DocumentType(told["type"]),
            Audience(told["audience"]),
            period=told.get("period", "").format(**words),
            account_id=place.account_id,
            vehicle_id=place.vehicle_id,
            view_only=told.get("view_only", False),
            must_acknowledge=told.get("must_acknowledge", False),
            tags=tuple(told.get("tags", ())),
        )

    def _id_of(self, name: str) -> UUID:
        user_id = find_actor(self._system, self._cast, name).user_id
        assert user_id is not None
        return user_id


def _read(person: Actor, read: list[UUID], said: list[UUID]) -> None:
    """Have somebody look at the first page of each, and say so of some."""
    reader = Reader(new_id(), AGENT, ADDRESS)
    with acting_as(person.tenancy):
        for readable in [get_readable(person, document_id) for document_id in read]:
            note_page_view(person, readable, 1, reader)
            if readable.document_id in said:
                acknowledge_document(person, readable.document_id, readable.version_id, reader)


def _pack(person: Actor) -> None:
    """Have somebody ask for several documents in one file."""
    with acting_as(person.tenancy):
        listed = list_documents(person, DocumentFilter(), most=PACKED)
        request_archive(person, [each.id for each in listed])
