"""What becomes of the documents of accounts whose people were erased, once the time of the books is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.erasing import destroy_documents_of
from portal.domain.documents.library.services.keeping import (
    destroy_deleted_documents,
    lift_document_hold,
    place_document_hold,
    set_retention,
)
from portal.domain.documents.library.values.documents import Audience, DocumentState, DocumentType
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.documents.reading.services.pages import keep_pages
from portal.domain.documents.reading.values.pages import KeptPage
from portal.domain.documents.signing.queries.envelopes import get_envelope
from portal.domain.documents.signing.services.preparing import prepare_envelope
from portal.domain.documents.signing.values.envelopes import USUAL, EnvelopeState
from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock, db
from portal.platform.errors import Forbidden, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account

A_YEAR = timedelta(days=366)


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


def filed(world: World, account: UUID, type_: DocumentType = DocumentType.REPORT) -> UUID:
    return make_document(world.firm_id, type=type_, audience=Audience.ACCOUNT, account_id=account)


def erase(world: World, account: UUID) -> int:
    system = Actor.system(world.firm_id)
    assert world.investor.user_id is not None
    with acting_as(system.tenancy):
        return destroy_documents_of(system, world.investor.user_id, [account])


def destroy(world: World, monkeypatch: pytest.MonkeyPatch, later: timedelta) -> int:
    now, system = clock.now(), Actor.system(world.firm_id)
    with monkeypatch.context() as patch, acting_as(system.tenancy):
        patch.setattr(clock, "now", lambda: now + later)
        return destroy_deleted_documents(system)


def test_what_nothing_keeps_goes_with_what_was_made_of_it(world: World, account: UUID) -> None:
    letter, others = filed(world, account), make_document(world.firm_id, account_id=account)
    with acting_as(world.manager.tenancy):
        version = get_document(world.manager, letter).versions[0]
        keep_pages(world.manager, version.id, [KeptPage(1, "documents/pages/one.webp", 10, 10)])
        envelope = prepare_envelope(world.manager, letter, expires_at=clock.now() + USUAL)
    assert erase(world, account) == 1
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT arguments FROM platform.outbox WHERE job LIKE '%%.discard%%'")
    assert {row.arguments["key"] for row in rows} == {version.file_key, "documents/pages/one.webp"}
    with acting_as(world.manager.tenancy):
        with pytest.raises(NotFound):
            get_document(world.manager, letter)
        assert get_envelope(world.manager, envelope).state is EnvelopeState.CANCELLED
        assert get_document(world.manager, others).summary.state is DocumentState.PUBLISHED, "it is for many"


def test_what_is_kept_longer_is_deleted_and_destroyed_when_its_time_is_over(
    world: World, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE)
    form, held = filed(world, account, DocumentType.TAX_FORM), filed(world, account)
    with acting_as(officer.tenancy):
        set_retention(officer, DocumentType.TAX_FORM, 2)
        hold = place_document_hold(officer, HoldSubject.DOCUMENT, held, reason="Matter 12-345")
    assert erase(world, account) == 0
    for paper in (form, held):
        with acting_as(world.manager.tenancy):
            assert get_document(world.manager, paper).summary.state is DocumentState.DELETED
        with acting_as(world.investor.tenancy), pytest.raises(NotFound):
            get_document(world.investor, paper)
    assert destroy(world, monkeypatch, A_YEAR) == 0
    with acting_as(officer.tenancy):
        lift_document_hold(officer, hold)
    assert destroy(world, monkeypatch, A_YEAR) == 1
    assert destroy(world, monkeypatch, 2 * A_YEAR) == 1


def test_only_the_firms_machinery_erases(world: World, account: UUID) -> None:
    assert world.investor.user_id is not None
    with acting_as(world.manager.tenancy), pytest.raises(Forbidden):
        destroy_documents_of(world.manager, world.investor.user_id, [account])
