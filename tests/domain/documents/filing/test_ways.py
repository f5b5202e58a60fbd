"""Every way by which somebody comes to see a document stops one that names a stranger, and shows the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.filing.errors import NamesOthers
from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.services.audiences import grant_document
from portal.domain.documents.library.services.describing import describe_document, move_document
from portal.domain.documents.library.services.publishing import publish_document, publish_due_document
from portal.domain.documents.library.services.receiving import add_release, receive_document, release_version
from portal.domain.documents.library.values.documents import (
    Audience,
    DocumentDetails,
    DocumentFilter,
    DocumentType,
    Publication,
)
from portal.domain.documents.library.values.files import Arrival
from portal.domain.documents.signing.services.preparing import prepare_envelope
from portal.domain.documents.signing.services.sending import name_other_signer, send_envelope
from portal.domain.documents.signing.values.envelopes import NewSigner
from portal.domain.documents.signing.values.fields import FieldKind, NewField, Spot
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document, make_folder, make_release
from tests.factories.filing import paper
from tests.factories.investments import make_account
from tests.factories.rooms import make_room
from tests.factories.shares import make_share
from tests.factories.signing import place_of

OTHERS = "Harbour Point Holdings, L.P."
NAMING = paper("Statement", f"Notice\nCopied to {OTHERS}")
CLEAN = paper("Statement of the Lane Family Trust")
PLACE = "name on page 2, line 2"
SOON = timedelta(hours=1)


class Scene:
    """An account whose papers these are, and another one that is named in them."""

    def __init__(self, world: World) -> None:
        self.firm_id, self.staff, self.reader = world.firm_id, world.manager, world.investor
        self.stranger = world.another_investor
        self.mine = make_account(self.firm_id, "Lane Family Trust", self.reader)

    def join(self) -> UUID:
        """The other one is an investor from now on."""
        return make_account(self.firm_id, OTHERS, self.stranger)

    def paper(self, content: bytes = NAMING, *, published: bool = False, audience: Audience = Audience.ACCOUNT) -> UUID:
        account = self.mine if audience is Audience.ACCOUNT else None
        return make_document(self.firm_id, audience=audience, account_id=account, published=published, content=content)


def now(scene: Scene) -> UUID:
    scene.join()
    document = scene.paper()
    publish_document(scene.staff, document)
    return document


def at_a_moment(scene: Scene) -> UUID:
    scene.join()
    document = scene.paper()
    publish_document(scene.staff, document, at=clock.now() + SOON)
    return document


def when_its_moment_comes(scene: Scene) -> UUID:
    document = scene.paper()
    publish_document(scene.staff, document, at=clock.now() + SOON)
    scene.join()
    due(scene, document)
    return document


def once_it_is_checked(scene: Scene) -> UUID:
    scene.join()
    details = DocumentDetails("Statement", DocumentType.REPORT, Audience.ACCOUNT, account_id=scene.mine)
    folder = make_folder(scene.firm_id)
    document = receive_document(
        scene.staff,
        folder,
        details,
        Arrival("documents/sent", "paper.pdf", 10),
        quota=1 << 30,
        publication=Publication(),
    )
    system = Actor.system(scene.firm_id)
    with acting_as(system.tenancy):
        release_version(system, get_document(system, document).versions[0].id, make_release(NAMING))
    due(scene, document)
    return document


def due(scene: Scene, document: UUID) -> None:
    """The worker comes by when the moment is there; what it refuses it writes on the document."""
    system, at = Actor.system(scene.firm_id), clock.now() + 2 * SOON
    with acting_as(system.tenancy), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: at)
        publish_due_document(system, document)
        if stopped := get_document(system, document).stopped:
            raise NamesOthers(stopped)


def another_version(scene: Scene) -> UUID:
    scene.join()
    document = scene.paper(CLEAN, published=True)
    add_release(scene.staff, document, make_release(NAMING), note="")
    assert seen_by(scene.reader, document) == 1
    publish_document(scene.staff, document)
    return document


def another_account(scene: Scene) -> UUID:
    others = scene.join()
    document = make_document(scene.firm_id, audience=Audience.ACCOUNT, account_id=others, content=NAMING)
    details = replace(get_document(scene.staff, document).details, account_id=scene.mine)
    describe_document(scene.staff, document, details)
    return document


def given_by_name(scene: Scene) -> UUID:
    others = scene.join()
    document = make_document(scene.firm_id, audience=Audience.ACCOUNT, account_id=others, content=NAMING)
    assert scene.reader.user_id
    grant_document(scene.staff, document, scene.reader.user_id)
    return document


def given_before(scene: Scene) -> UUID:
    others = scene.join()
    document = make_document(
        scene.firm_id, audience=Audience.ACCOUNT, account_id=others, published=False, content=NAMING
    )
    assert scene.reader.user_id
    grant_document(scene.staff, document, scene.reader.user_id)
    publish_document(scene.staff, document)
    return document


def shared_outside(scene: Scene) -> UUID:
    document = scene.paper(published=True)
    scene.join()
    make_share(scene.staff, document)
    return document


def into_a_room(scene: Scene) -> UUID:
    scene.join()
    return make_room(scene.staff).file("Papers", content=NAMING)


def into_another_folder_of_a_room(scene: Scene) -> UUID:
    room = make_room(scene.staff)
    document = room.file("Papers", content=NAMING)
    scene.join()
    move_document(scene.staff, document, room.make_folder("Legal"))
    return document


def sent_for_signing(scene: Scene) -> UUID:
    scene.join()
    document = scene.paper(audience=Audience.STAFF)
    send_envelope(scene.staff, prepared(scene, document, scene.reader))
    return document


def sent_to_another_signer(scene: Scene) -> UUID:
    scene.join()
    document = scene.paper(audience=Audience.STAFF)
    envelope = prepared(scene, document, scene.stranger)
    send_envelope(scene.staff, envelope)
    assert scene.reader.user_id
    name_other_signer(scene.staff, envelope, 1, scene.reader.user_id)
    return document


def prepared(scene: Scene, document: UUID, signer: Actor) -> UUID:
    assert signer.user_id
    box = place_of(Spot.BOTTOM_RIGHT, FieldKind.SIGNATURE)
    return prepare_envelope(
        scene.staff,
        document,
        expires_at=clock.now() + timedelta(days=9),
        signers=[NewSigner(signer.user_id, "Investor", 1)],
        fields=[NewField(1, FieldKind.SIGNATURE, -1, box)],
    )


Way = Callable[[Scene], UUID]
WAYS: Mapping[str, Way] = {
    way.__name__: way
    for way in (
        now, at_a_moment, when_its_moment_comes, once_it_is_checked, another_version, another_account, given_by_name,
        given_before, shared_outside, into_a_room, into_another_folder_of_a_room, sent_for_signing,
        sent_to_another_signer,
    )
}  # fmt: skip


def seen_by(actor: Actor, document: UUID) -> int | None:
    """Which version somebody sees of a document."""
    with acting_as(actor.tenancy):
        return next((each.number for each in list_documents(actor, DocumentFilter()) if each.id == document), None)


@pytest.mark.parametrize("way", WAYS)
def test_a_document_that_names_a_stranger_goes_nowhere(app: Flask, world: World, way: str) -> None:
    scene = Scene(world)
    with acting_as(world.manager.tenancy), pytest.raises(NamesOthers, match=PLACE) as stopped:
        WAYS[way](scene)
    assert "Harbour" not in stopped.value.message
