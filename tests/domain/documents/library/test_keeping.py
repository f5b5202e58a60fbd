"""Deleting softly, bringing back, holding, keeping by type, destroying in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents.library.errors import Held, KeptUntil, WrongState
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.files import get_usage
from portal.domain.documents.library.queries.keeping import list_holds, list_holds_on
from portal.domain.documents.library.rules import keep_until
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.keeping import (
    GRACE,
    delete_document,
    destroy_deleted_documents,
    lift_document_hold,
    place_document_hold,
    restore_document,
    set_retention,
)
from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentState, DocumentType
from portal.domain.documents.library.values.files import Release
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock, db
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document, make_folder
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle


@pytest.fixture
def officer(app: Flask, world: World) -> Actor:
    return make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE)


def state_of(world: World, document_id: UUID) -> DocumentState:
    with acting_as(world.manager.tenancy):
        return get_document(world.manager, document_id).summary.state


def delete(actor: Actor, document_id: UUID) -> None:
    with acting_as(actor.tenancy):
        delete_document(actor, document_id)


def destroy(world: World, monkeypatch: pytest.MonkeyPatch, *, days: int = 0) -> int:
    now = clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: now + timedelta(days=days))
        with acting_as(Actor.system(world.firm_id).tenancy):
            return destroy_deleted_documents(Actor.system(world.firm_id))


def test_a_deleted_document_is_gone_for_readers_and_comes_back_unseen(world: World, officer: Actor) -> None:
    make_account(world.firm_id, "Lane Family Trust", world.investor)
    paper, draft = make_document(world.firm_id), make_document(world.firm_id, published=False)
    delete(world.manager, paper)
    delete(world.associate, draft)
    with acting_as(world.investor.tenancy), pytest.raises(NotFound):
        get_document(world.investor, paper)
    with pytest.raises(WrongState):
        delete(world.manager, paper)
    with acting_as(world.manager.tenancy):
        restore_document(world.manager, paper)
        restore_document(world.manager, draft)
        with pytest.raises(WrongState):
            restore_document(world.manager, draft)
    assert state_of(world, paper) is DocumentState.ARCHIVED
    assert state_of(world, draft) is DocumentState.DRAFT
    with acting_as(world.investor.tenancy), pytest.raises(NotFound):
        get_document(world.investor, paper)


def test_what_investors_have_seen_is_deleted_by_who_may_publish(world: World, officer: Actor) -> None:
    paper = make_document(world.firm_id)
    with pytest.raises(Forbidden):
        delete(world.associate, paper)
    delete(world.manager, paper)


def test_a_type_is_kept_for_its_years(world: World, officer: Actor) -> None:
    paper = make_document(world.firm_id, type=DocumentType.TAX_FORM)
    letter = make_document(world.firm_id, type=DocumentType.NOTICE)
    with acting_as(officer.tenancy):
        set_retention(officer, DocumentType.TAX_FORM, 7)
        for years in (-1, 101):
            with pytest.raises(Invalid):
                set_retention(officer, DocumentType.TAX_FORM, years)
    with pytest.raises(KeptUntil, match="Archive it instead"):
        delete(world.manager, paper)
    delete(world.manager, letter)
    with acting_as(officer.tenancy):
        set_retention(officer, DocumentType.TAX_FORM, 0)
    delete(world.manager, paper)
    with acting_as(world.manager.tenancy), pytest.raises(Forbidden):
        set_retention(world.manager, DocumentType.TAX_FORM, 1)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 100))
def test_the_years_end_on_the_same_day_or_the_one_after(published: date, years: int) -> None:
    end = keep_until(published, years)
    assert end.year == published.year + years
    if (published.month, published.day) == (2, 29):
        assert (end.month, end.day) in {(2, 29), (3, 1)}
    else:
        assert (end.month, end.day) == (published.month, published.day)


@pytest.mark.parametrize("subject", HoldSubject)
def test_a_hold_keeps_whatever_it_is_of(
    world: World, officer: Actor, subject: HoldSubject, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(world.firm_id, "Lane Family Trust")
    vehicle = make_vehicle(world.firm_id, "Fund I")
    paper = make_document(world.firm_id, account_id=account, vehicle_id=vehicle, published=False)
    other = make_document(world.firm_id, published=False)
    held = {HoldSubject.DOCUMENT: paper, HoldSubject.ACCOUNT: account, HoldSubject.VEHICLE: vehicle}[subject]
    deleted_before = make_document(world.firm_id, account_id=account, vehicle_id=vehicle, published=False)
    delete(world.manager, deleted_before)
    with acting_as(officer.tenancy):
        hold = place_document_hold(officer, subject, held, reason="Matter 12-345")
        with pytest.raises(Invalid):
            place_document_hold(officer, subject, held, reason="Again")
        with pytest.raises(Invalid):
            place_document_hold(officer, subject, held, reason="  ")
        with pytest.raises(NotFound):
            place_document_hold(officer, subject, new_id(), reason="Nothing")
        assert [each.name for each in list_holds(officer)] == [
            {"document": "Letter to investors", "account": "Lane Family Trust", "vehicle": "Fund I"}[subject.value]
        ]
        assert [each.id for each in list_holds_on(officer, get_document(officer, paper))] == [hold]
        assert list_holds_on(officer, get_document(officer, other)) == []
    with pytest.raises(Held):
        delete(world.manager, paper)
    delete(world.manager, other)
    assert destroy(world, monkeypatch, days=31) == (2 if subject is HoldSubject.DOCUMENT else 1)
    with acting_as(officer.tenancy):
        lift_document_hold(officer, hold)
        with pytest.raises(NotFound):
            lift_document_hold(officer, hold)
    delete(world.manager, paper)


def test_what_is_kept_does_not_leave_what_keeps_it(world: World, officer: Actor) -> None:
    account, other = make_account(world.firm_id, "Lane Family Trust"), make_account(world.firm_id, "Oak Pension")
    paper = make_document(world.firm_id, type=DocumentType.TAX_FORM, account_id=account)
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, paper)
        details = get_document(world.manager, paper).details
    with acting_as(officer.tenancy):
        set_retention(officer, DocumentType.TAX_FORM, 7)
        hold = place_document_hold(officer, HoldSubject.ACCOUNT, account, reason="Matter 12-345")
    with acting_as(world.manager.tenancy):
        for elsewhere in (None, other):
            with pytest.raises(Held):
                describe_document(world.manager, paper, replace(details, account_id=elsewhere))
        with pytest.raises(KeptUntil, match="File it anew"):
            describe_document(world.manager, paper, replace(details, type=DocumentType.OTHER))
        describe_document(world.manager, paper, replace(details, title="Schedule K-1"))
    with acting_as(officer.tenancy):
        lift_document_hold(officer, hold)
        set_retention(officer, DocumentType.OTHER, 10)
    with acting_as(world.manager.tenancy):
        describe_document(world.manager, paper, replace(details, account_id=other, type=DocumentType.OTHER))


def test_holds_are_for_compliance_and_of_the_own_firm(world: World, officer: Actor) -> None:
    paper, foreign = make_document(world.firm_id), make_document(world.other_firm_id)
    with acting_as(world.manager.tenancy), pytest.raises(Forbidden):
        place_document_hold(world.manager, HoldSubject.DOCUMENT, paper, reason="x")
    with acting_as(officer.tenancy), pytest.raises(NotFound):
        place_document_hold(officer, HoldSubject.DOCUMENT, foreign, reason="x")


def test_what_was_deleted_is_destroyed_after_its_grace(
    world: World, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, kept = make_document(world.firm_id), make_document(world.firm_id)
    with acting_as(world.manager.tenancy):
        key = get_document(world.manager, paper).versions[0].file_key
        before = get_usage(world.manager)
    delete(world.manager, paper)
    assert destroy(world, monkeypatch, days=GRACE.days - 1) == 0
    assert destroy(world, monkeypatch, days=GRACE.days + 1) == 1
    with acting_as(world.manager.tenancy):
        with pytest.raises(NotFound):
            get_document(world.manager, paper)
        assert get_document(world.manager, kept)
        assert get_usage(world.manager) == before // 2
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT arguments FROM platform.outbox WHERE job = 'documents.discard'")
    assert [row.arguments["key"] for row in rows] == [key]
    with acting_as(world.manager.tenancy), pytest.raises(Forbidden):
        destroy_deleted_documents(world.manager)


def test_years_that_were_raised_meanwhile_keep_what_was_deleted(
    world: World, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = make_document(world.firm_id, type=DocumentType.NOTICE)
    delete(world.manager, paper)
    with acting_as(officer.tenancy):
        set_retention(officer, DocumentType.NOTICE, 1)
    assert destroy(world, monkeypatch, days=31) == 0
    assert destroy(world, monkeypatch, days=400) == 1


def test_a_file_that_is_another_features_too_is_left_to_it(
    world: World, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(world.manager.tenancy):
        details = DocumentDetails("Statement", DocumentType.STATEMENT, Audience.FIRM)
        release = Release("statements/one.pdf", "statement.pdf", "pdf", 10, "0" * 64, 1)
    folder = make_folder(world.firm_id)
    with acting_as(world.manager.tenancy):
        paper = file_release(world.manager, folder, details, release)
    delete(world.manager, paper)
    assert destroy(world, monkeypatch, days=31) == 1
    with acting_as(Actor.system(world.firm_id).tenancy):
        assert db.fetch_all("SELECT FROM platform.outbox WHERE job = 'documents.discard'") == []
