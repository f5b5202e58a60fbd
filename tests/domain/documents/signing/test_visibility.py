"""What some of the staff alone may see stays theirs while it is signed, and when it is."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import find_document_by_source, get_document
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.reading.errors import ViewOnly
from portal.domain.documents.signing.queries.envelopes import get_envelope, get_envelope_file, list_envelopes
from portal.domain.documents.signing.services.preparing import remove_signer
from portal.domain.documents.signing.services.sending import cancel_envelope, remind_signer, send_envelope
from portal.domain.identity.access.values import Actor, Role
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.signing import make_envelope, sign


def describe(world: World, envelope_id: UUID, **said: object) -> None:
    with acting_as(world.manager.tenancy):
        document_id = get_envelope(world.manager, envelope_id).document_id
        details = get_document(world.manager, document_id).details
        describe_document(world.manager, document_id, replace(details, **said))  # type: ignore[arg-type]  # its own fields


def seen_by(actor: Actor) -> list[UUID]:
    with acting_as(actor.tenancy):
        return [each.id for each in list_envelopes(actor, before=(clock.now(), new_id()), most=10)]


def test_what_is_for_some_of_the_staff_is_for_them_on_its_way_and_when_it_is_signed(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    assert seen_by(world.associate) == [envelope]
    describe(world, envelope, roles=("manager", "compliance", "auditor"))
    assert (seen_by(world.associate), seen_by(world.manager)) == ([], [envelope])
    with acting_as(world.associate.tenancy):
        for act in (get_envelope, get_envelope_file):
            with pytest.raises(NotFound):
                act(world.associate, envelope)  # type: ignore[operator]  # each takes these two
        with pytest.raises(NotFound):
            remind_signer(world.associate, envelope, 1)
    sign(world.investor, envelope)
    drain()
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        signed = find_document_by_source(system, f"envelope:{envelope}")
    assert signed is not None
    with acting_as(world.manager.tenancy):
        assert get_document(world.manager, signed).details.roles == ("manager", "compliance", "auditor")
    with acting_as(world.associate.tenancy), pytest.raises(NotFound):
        get_document(world.associate, signed)
    assert seen_by(world.associate) == []


def test_a_draft_that_they_may_not_see_is_not_changed_or_sent(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), sent=False)
    describe(world, envelope, roles=("compliance", "manager"))
    both = make_user(world.firm_id, "both@example.com", Role.ASSOCIATE)
    with acting_as(both.tenancy):
        with pytest.raises(NotFound):
            remove_signer(both, envelope, 1)
        with pytest.raises(NotFound):
            cancel_envelope(both, envelope)
    with acting_as(world.manager.tenancy):
        send_envelope(world.manager, envelope)


def test_what_can_only_be_read_is_not_taken_by_who_does_not_file(app: Flask, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    auditor = make_user(world.firm_id, "looks.in@example.com", Role.AUDITOR)
    with acting_as(auditor.tenancy):
        assert get_envelope_file(auditor, envelope)
    describe(world, envelope, view_only=True)
    with acting_as(auditor.tenancy), pytest.raises(ViewOnly):
        get_envelope_file(auditor, envelope)
    with acting_as(world.associate.tenancy):
        assert get_envelope_file(world.associate, envelope)
