"""Whom a document exists for: by account, vehicle, firm, name, and what a delegate was given; never as a draft."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.queries.recipients import list_recipients
from portal.domain.documents.library.services.audiences import grant_document, revoke_document
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentFilter, DocumentType
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.delegations.values import Scope
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


def seen_by(actor: Actor) -> set[UUID]:
    """What a person finds in the list; each of it opens, and the database itself shows them no other."""
    with acting_as(actor.tenancy):
        listed = {each.id for each in list_documents(actor, DocumentFilter())}
        for document_id in listed:
            get_document(actor, document_id)
        if not actor.is_staff:
            assert {row.id for row in db.fetch_all("SELECT id FROM documents.documents")} == listed
            assert {row.document_id for row in db.fetch_all("SELECT document_id FROM documents.versions")} == listed
    return listed


def test_a_paper_of_an_account_is_for_who_acts_for_it(app: Flask, world: World, account: UUID) -> None:
    paper = make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account)
    assert seen_by(world.investor) == {paper}
    assert seen_by(world.another_investor) == set()
    assert seen_by(world.foreign_investor) == set()
    assert seen_by(world.foreign_manager) == set()
    assert paper in seen_by(world.manager)


def test_a_paper_of_a_vehicle_is_for_who_holds_it(app: Flask, world: World, account: UUID) -> None:
    held, other = make_vehicle(world.firm_id, "Fund I"), make_vehicle(world.firm_id, "Fund II")
    post_history(world.firm_id, account, held, [("commitment", "2026-01-05", "1000000")])
    paper = make_document(world.firm_id, audience=Audience.VEHICLE, vehicle_id=held)
    make_document(world.firm_id, audience=Audience.VEHICLE, vehicle_id=other)
    assert seen_by(world.investor) == {paper}
    assert seen_by(world.another_investor) == set()


def test_a_paper_of_the_firm_is_for_everybody_with_an_account(app: Flask, world: World, account: UUID) -> None:
    paper = make_document(world.firm_id)
    assert seen_by(world.investor) == {paper}
    assert seen_by(world.another_investor) == set()
    assert seen_by(world.foreign_investor) == set()


def test_drafts_do_not_exist_outside_the_staff(app: Flask, world: World, account: UUID) -> None:
    draft = make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account, published=False)
    assert seen_by(world.investor) == set()
    with acting_as(world.investor.tenancy), pytest.raises(NotFound):
        get_document(world.investor, draft)
    assert draft in seen_by(world.associate)
    assert draft not in seen_by(world.administrator)


def test_an_expired_or_archived_paper_is_gone(app: Flask, world: World, account: UUID) -> None:
    past = clock.now() - timedelta(minutes=1)
    make_document(world.firm_id, expires_at=past)
    archived = make_document(world.firm_id)
    assert seen_by(world.investor) == {archived}
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, archived)
    assert seen_by(world.investor) == set()


def test_a_delegate_sees_the_types_they_were_given(app: Flask, world: World, account: UUID) -> None:
    papers = {
        kind: make_document(world.firm_id, kind, type=kind, audience=Audience.ACCOUNT, account_id=account)
        for kind in DocumentType
    }
    delegate = make_user(world.firm_id, "accountant@example.com", Role.DELEGATE)
    let_in(world.investor, "accountant@example.com", [account], (Scope.TAX_FORMS,))
    assert seen_by(delegate) == {papers[DocumentType.TAX_FORM]}
    assert seen_by(world.investor) == set(papers.values())


def test_a_delegate_for_everything_sees_no_papers_of_the_members(app: Flask, world: World, account: UUID) -> None:
    make_document(world.firm_id)
    make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account, type=DocumentType.IDENTIFICATION)
    notice = make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account, type=DocumentType.NOTICE)
    delegate = make_user(world.firm_id, "spouse@example.com", Role.DELEGATE)
    let_in(world.investor, "spouse@example.com", [account])
    assert seen_by(delegate) == {notice}


def test_a_paper_given_to_a_person_is_taken_back(app: Flask, world: World, account: UUID) -> None:
    paper = make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account)
    another = world.another_investor.user_id
    assert another is not None
    with acting_as(world.manager.tenancy):
        grant_document(world.manager, paper, another)
    assert seen_by(world.another_investor) == {paper}
    with acting_as(world.manager.tenancy):
        revoke_document(world.manager, paper, another)
    assert seen_by(world.another_investor) == set()
    with acting_as(world.manager.tenancy):
        grant_document(world.manager, paper, another, until=clock.now() - timedelta(seconds=1))
    assert seen_by(world.another_investor) == set()


def test_another_audience_takes_the_place_of_the_first(app: Flask, world: World, account: UUID) -> None:
    theirs = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    paper = make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account)
    with acting_as(world.manager.tenancy):
        details = DocumentDetails("For Ortiz", DocumentType.NOTICE, Audience.ACCOUNT, account_id=theirs)
        describe_document(world.manager, paper, details)
    assert seen_by(world.investor) == set()
    assert seen_by(world.another_investor) == {paper}


def test_a_paper_for_some_roles_is_hidden_from_other_staff(app: Flask, world: World, account: UUID) -> None:
    paper = make_document(world.firm_id, roles=("manager",))
    assert paper in seen_by(world.manager)
    assert paper not in seen_by(world.associate)


def test_who_is_told_is_who_sees_it(app: Flask, world: World, account: UUID) -> None:
    held = make_vehicle(world.firm_id, "Fund I")
    post_history(world.firm_id, account, held, [("commitment", "2026-01-05", "1000000")])
    make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    for document in (
        make_document(world.firm_id),
        make_document(world.firm_id, audience=Audience.VEHICLE, vehicle_id=held),
        make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account),
    ):
        everybody = (world.investor, world.another_investor)
        assert _told(world, document) == {each.user_id for each in everybody if document in seen_by(each)}


def _told(world: World, document: UUID) -> set[UUID]:
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        return set(list_recipients(system, document))


def test_staff_who_see_no_library_open_no_paper_of_others(app: Flask, world: World, account: UUID) -> None:
    paper = make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=account)
    with acting_as(world.administrator.tenancy), pytest.raises(NotFound):
        get_document(world.administrator, paper)
