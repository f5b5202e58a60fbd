"""Papers that investors send: for whom, how they stand, and who sees what before and after the firm decided."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.domain.documents.filing.services.recipients import confirm_pages
from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.queries.files import get_usage
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.values.documents import Audience, DocumentFilter, DocumentState, DocumentType
from portal.domain.documents.papers import services
from portal.domain.documents.papers.errors import AlreadyDecided, NotCheckedYet, TooManyPapers
from portal.domain.documents.papers.queries import get_own_paper, list_destinations, list_own_papers, list_papers
from portal.domain.documents.papers.services import accept_paper, return_paper
from portal.domain.documents.papers.values import Load, PaperState, Standing
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.delegations.services import end_delegation
from portal.domain.people.delegations.values import Scope
from portal.domain.people.investor_accounts.services import add_member
from portal.domain.people.privacy.signals import RetentionEnded
from portal.jobs.drain import drain
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.signals import publish
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.factories.papers import paper_of, send
from tests.factories.uploads import paper


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    """An account that two people act for."""
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    assert world.another_investor.user_id
    with acting_as(world.manager.tenancy):
        add_member(world.manager, account, user_id=world.another_investor.user_id)
    return account


def titles_of(actor: Actor) -> list[str]:
    with acting_as(actor.tenancy):
        return [each.title for each in list_documents(actor, DocumentFilter())]


def standing_of(actor: Actor, paper_id: UUID) -> Standing:
    with acting_as(actor.tenancy):
        return get_own_paper(actor, paper_id).standing


def test_a_paper_is_checked_accepted_and_then_the_account_s(world: World, account: UUID) -> None:
    sent = send(world.investor, account, note="As you asked")
    assert standing_of(world.investor, sent) is Standing.RECEIVED
    with acting_as(world.manager.tenancy), pytest.raises(NotCheckedYet):
        accept_paper(world.manager, sent, title="Passport of Ada", type_=DocumentType.IDENTIFICATION)
    drain()
    assert standing_of(world.investor, sent) is Standing.CHECKED
    for person in (world.investor, world.another_investor):
        assert titles_of(person) == []
    with acting_as(world.another_investor.tenancy):
        assert list_own_papers(world.another_investor) == []
    with acting_as(world.manager.tenancy):
        assert accept_paper(world.manager, sent, title="Passport of Ada", type_=DocumentType.IDENTIFICATION)
        found = paper_of(world.manager, sent)
        assert found.document_id
        document = get_document(world.manager, found.document_id)
    assert standing_of(world.investor, sent) is Standing.ACCEPTED
    for person in (world.investor, world.another_investor):
        assert titles_of(person) == ["Passport of Ada"]
    stranger = make_user(world.firm_id, "beside@example.com", Role.INVESTOR)
    make_account(world.firm_id, "Brandt Holdings", stranger)
    for person in (stranger, world.foreign_investor):
        assert titles_of(person) == []
    assert (document.created_by, document.versions[0].uploaded_by) == (world.investor.user_id, world.investor.user_id)


def test_a_paper_is_sent_back_with_a_reason(world: World, account: UUID) -> None:
    sent = send(world.investor, account)
    drain()
    before = paper_of(world.manager, sent)
    assert before.document_id
    with acting_as(world.manager.tenancy):
        with pytest.raises(Invalid):
            return_paper(world.manager, sent, comment=" ")
        return_paper(world.manager, sent, comment="The second page is missing.")
        assert get_document(world.manager, before.document_id).summary.state is DocumentState.DELETED
        with pytest.raises(AlreadyDecided):
            accept_paper(world.manager, sent, title="Passport", type_=DocumentType.IDENTIFICATION)
    with acting_as(world.investor.tenancy):
        (own,) = list_own_papers(world.investor)
    assert (own.standing, own.words) == (Standing.RETURNED, "The second page is missing.")


def test_what_was_published_by_hand_is_not_sent_back(world: World, account: UUID) -> None:
    sent = send(world.investor, account)
    drain()
    document_id = paper_of(world.manager, sent).document_id
    assert document_id
    with acting_as(world.manager.tenancy):
        details = get_document(world.manager, document_id).details
        describe_document(world.manager, document_id, replace(details, audience=Audience.ACCOUNT))
        confirm_pages(world.manager, document_id, get_document(world.manager, document_id).versions[0].id)
        publish_document(world.manager, document_id)
        with pytest.raises(AlreadyDecided, match="in the library"):
            return_paper(world.manager, sent, comment="Not this one.")
    assert standing_of(world.investor, sent) is Standing.CHECKED


def test_what_does_not_pass_its_check_says_why_and_takes_no_room(world: World, account: UUID) -> None:
    with acting_as(world.manager.tenancy):
        before = get_usage(world.manager)
    sent = send(world.investor, account, content=b"no paper at all")
    drain()
    with acting_as(world.investor.tenancy):
        own = get_own_paper(world.investor, sent)
    assert own.standing is Standing.REFUSED
    assert own.words
    with acting_as(world.manager.tenancy):
        assert get_usage(world.manager) == before


def test_only_who_acts_for_an_account_sends_and_a_delegate_what_they_see(world: World, account: UUID) -> None:
    stranger = make_user(world.firm_id, "stranger@example.com", Role.INVESTOR)
    for person in (stranger, world.foreign_investor):
        with pytest.raises(Invalid):
            send(person, account)
    with pytest.raises(Forbidden):
        send(world.associate, account)
    accountant = make_user(world.firm_id, "accountant@example.com", Role.DELEGATE)
    reader = make_user(world.firm_id, "reader@example.com", Role.DELEGATE)
    let_in(world.investor, "accountant@example.com", [account], scopes=(Scope.TAX_FORMS,))
    let_in(world.investor, "reader@example.com", [account], scopes=(Scope.STATEMENTS,))
    with acting_as(accountant.tenancy):
        assert [each.all_types for each in list_destinations(accountant)] == [False]
    sent = send(accountant, account, DocumentType.TAX_FORM)
    assert standing_of(accountant, sent) is Standing.RECEIVED
    with pytest.raises(Invalid):
        send(accountant, account, DocumentType.IDENTIFICATION)
    with pytest.raises(Invalid):
        send(reader, account, DocumentType.TAX_FORM)


def test_only_who_publishes_decides_and_only_in_their_firm(world: World, account: UUID) -> None:
    sent = send(world.investor, account)
    drain()
    for person, refusal in (
        (world.associate, Forbidden),
        (world.investor, Forbidden),
        (world.foreign_manager, NotFound),
    ):
        with acting_as(person.tenancy):
            with pytest.raises(refusal):
                accept_paper(person, sent, title="Taken", type_=DocumentType.OTHER)
            with pytest.raises(refusal):
                return_paper(person, sent, comment="Taken")
    with acting_as(world.foreign_manager.tenancy):
        assert list_papers(world.foreign_manager, PaperState.SENT) == []
    with acting_as(world.manager.tenancy), pytest.raises(NotFound):
        accept_paper(world.manager, uuid4(), title="Nothing", type_=DocumentType.OTHER)


def test_an_account_does_not_fill_the_store(world: World, account: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Load] = []

    def two_at_most(load: Load, size: int) -> bool:
        seen.append(load)
        return load.waiting < 2

    monkeypatch.setattr(services, "has_room", two_at_most)
    send(world.investor, account)
    refused = send(world.investor, account, content=b"no paper")
    drain()
    send(world.investor, account)
    with pytest.raises(TooManyPapers):
        send(world.another_investor, account)
    assert [(each.waiting, each.today) for each in seen] == [(0, 0), (1, 1), (1, 2), (2, 3)]
    assert seen[-1].waiting_bytes > 0
    assert standing_of(world.investor, refused) is Standing.REFUSED


def test_what_names_another_investor_is_accepted_and_not_shown(world: World, account: UUID) -> None:
    make_account(world.firm_id, "Quibbleworth Holdings", make_user(world.firm_id, "q@example.com", Role.INVESTOR))
    sent = send(world.investor, account, content=paper("An agreement with Quibbleworth Holdings"))
    drain()
    with acting_as(world.manager.tenancy):
        assert not accept_paper(world.manager, sent, title="Agreement", type_=DocumentType.AGREEMENT)
    assert standing_of(world.investor, sent) is Standing.ACCEPTED
    assert titles_of(world.investor) == []


def test_who_does_not_see_the_account_any_more_sees_no_paper_of_it(world: World, account: UUID) -> None:
    accountant = make_user(world.firm_id, "short@example.com", Role.DELEGATE)
    given = let_in(world.investor, "short@example.com", [account], scopes=(Scope.TAX_FORMS,))
    send(accountant, account, DocumentType.TAX_FORM)
    with acting_as(accountant.tenancy):
        assert len(list_own_papers(accountant)) == 1
    with acting_as(world.investor.tenancy):
        end_delegation(world.investor, given)
    with acting_as(accountant.tenancy):
        assert list_own_papers(accountant) == []


def test_what_the_erased_sent_is_forgotten(world: World, account: UUID) -> None:
    send(world.investor, account)
    theirs = send(world.another_investor, account)
    system = Actor.system(world.firm_id)
    assert world.investor.user_id
    with acting_as(system.tenancy):
        publish(RetentionEnded(system, world.investor.user_id, ()))
    with acting_as(world.manager.tenancy):
        assert [each.id for each in list_papers(world.manager, PaperState.SENT)] == [theirs]
    with acting_as(system.tenancy):
        publish(RetentionEnded(system, world.investor.user_id, (account,)))
    with acting_as(world.manager.tenancy):
        assert list_papers(world.manager, PaperState.SENT) == []
