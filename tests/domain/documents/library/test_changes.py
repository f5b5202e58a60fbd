"""The feed of changes: everything that changes for a reader is told once, and nothing of what they never saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.queries.changes import list_changes
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.audiences import grant_document, revoke_document
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.keeping import delete_document
from portal.domain.documents.library.services.publishing import archive_document, publish_document
from portal.domain.documents.library.values.changes import FeedPlace
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.investor_accounts.services import add_member
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.documents import make_document
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account


@dataclass
class Client:
    """An app that keeps a copy of what its person sees."""

    person: Actor
    place: FeedPlace | None = None
    there: set[UUID] = field(default_factory=set)
    told: list[tuple[UUID, bool]] = field(default_factory=list)

    def sync(self, *, most: int = 100) -> set[UUID]:
        """What it has after it asked for everything."""
        self.told = []
        more = True
        while more:
            with acting_as(self.person.tenancy):
                found = list_changes(self.person, self.place, most=most)
            if found.anew:
                self.there = set()
            for each in found.items:
                self.told.append((each.id, each.document is not None))
                self.there = self.there | {each.id} if each.document else self.there - {each.id}
            self.place, more = found.place, found.more
        return self.there


@dataclass(frozen=True)
class Firm:
    """A firm of its own, as what is told has to be committed."""

    id: UUID
    manager: Actor
    investor: Actor
    another: Actor
    account: UUID

    def paper(self, title: str = "Paper", **about: object) -> UUID:
        """A published paper of the account."""
        given = {"audience": Audience.ACCOUNT, "account_id": self.account} | about
        return make_document(self.id, title, type=DocumentType.NOTICE, **given)  # type: ignore[arg-type]


@pytest.fixture
def firm(committed_app: Flask) -> Iterator[Firm]:
    with committed_app.app_context():
        firm_id = found_firm(f"changes-{new_id().hex}", "Changes Capital")
        manager = make_user(firm_id, f"{new_id()}@example.com", Role.MANAGER)
        investor, another = (make_user(firm_id, f"{new_id()}@example.com", Role.INVESTOR) for _ in range(2))
        yield Firm(firm_id, manager, investor, another, make_account(firm_id, "Lane Family Trust", investor))


def test_a_client_has_what_its_person_sees(firm: Firm) -> None:
    client, stranger = Client(firm.investor), Client(firm.another)
    papers = {firm.paper(f"Paper {number}") for number in range(5)}
    draft = firm.paper("Draft", published=False)
    assert client.sync(most=2) == papers
    assert stranger.sync() == set()
    client.sync()
    assert client.told == []
    with acting_as(firm.manager.tenancy):
        publish_document(firm.manager, draft)
    assert client.sync() == papers | {draft}
    assert client.told == [(draft, True)]
    assert stranger.sync() == set()


def test_what_was_taken_is_gone_for_who_had_it_alone(firm: Firm) -> None:
    client, stranger = Client(firm.investor), Client(firm.another)
    archived, deleted, turned, kept = (firm.paper(name) for name in ("archived", "deleted", "turned", "kept"))
    stranger.sync()
    assert client.sync() == {archived, deleted, turned, kept}
    manager, theirs = firm.manager, make_account(firm.id, "Ortiz Holdings", firm.another)
    with acting_as(manager.tenancy):
        archive_document(manager, archived)
        delete_document(manager, deleted)
        details = DocumentDetails("turned", DocumentType.NOTICE, Audience.ACCOUNT, account_id=theirs)
        describe_document(manager, turned, details)
    assert client.sync(most=1) == {kept}
    assert sorted(client.told) == sorted((each, False) for each in (archived, deleted, turned))
    assert stranger.sync() == {turned}
    with acting_as(manager.tenancy):
        publish_document(manager, archived)
    assert client.sync() == {kept, archived}


def test_a_grant_comes_and_goes(firm: Firm) -> None:
    client, paper = Client(firm.another), firm.paper()
    assert client.sync() == set()
    assert firm.another.user_id
    with acting_as(firm.manager.tenancy):
        grant_document(firm.manager, paper, firm.another.user_id)
    assert client.sync() == {paper}
    with acting_as(firm.manager.tenancy):
        revoke_document(firm.manager, paper, firm.another.user_id)
    assert client.sync() == set()
    assert client.told == [(paper, False)]


def test_what_ends_by_the_clock_is_gone(firm: Firm) -> None:
    client, kept = Client(firm.investor), firm.paper()
    ended = firm.paper(expires_at=clock.now() - timedelta(hours=1))
    later = firm.paper(expires_at=clock.now() + timedelta(hours=1))
    assert client.sync() == {kept, later}
    assert client.told == [(kept, True), (later, True)], "what was over at the first look was never there"
    assert client.place
    client.place = replace(client.place, at=client.place.at - timedelta(hours=2))  # as if it had last asked then
    assert client.sync() == {kept, later}
    assert client.told == [(ended, False)]
    client.sync()
    assert client.told == []


def test_what_is_ended_by_hand_is_gone(firm: Firm) -> None:
    client, paper = Client(firm.investor), firm.paper()
    assert client.sync() == {paper}
    with acting_as(firm.manager.tenancy):
        details = DocumentDetails(
            "Paper", DocumentType.NOTICE, Audience.ACCOUNT, account_id=firm.account, expires_at=clock.now()
        )
        describe_document(firm.manager, paper, details)
    assert client.sync() == set()
    assert client.told == [(paper, False)]


def test_who_joins_later_is_told_of_nothing_that_was_gone_before(firm: Firm) -> None:
    gone, there = firm.paper("gone"), firm.paper("there")
    client, manager = Client(firm.another), firm.manager
    client.sync()
    with acting_as(manager.tenancy):
        archive_document(manager, gone)
        assert firm.another.user_id
        add_member(manager, firm.account, user_id=firm.another.user_id)
    assert client.sync() == {there}, "other reaches: the client begins anew"
    with acting_as(manager.tenancy):
        delete_document(manager, gone)
    assert client.sync() == {there}
    assert client.told == []


def test_who_asks_after_a_long_time_begins_anew(firm: Firm) -> None:
    client, paper = Client(firm.investor), firm.paper()
    client.sync()
    assert client.place
    client.place = replace(client.place, at=client.place.at - timedelta(days=31))
    client.there = {firm.account}  # something long gone
    assert client.sync() == {paper}


def test_what_commits_late_is_not_passed_by(committed_app: Flask, firm: Firm) -> None:
    client, begun, may_end = Client(firm.investor), Barrier(2), Barrier(2)
    draft = firm.paper("slow", published=False)

    def publish_slowly() -> None:
        with committed_app.app_context(), acting_as(firm.manager.tenancy):
            _publish_and_wait(firm.manager, draft, begun, may_end)

    slow = Thread(target=publish_slowly)
    slow.start()
    begun.wait(30)
    quick = firm.paper("quick")
    assert client.sync() <= {quick}
    may_end.wait(30)
    slow.join(30)
    assert client.sync() == {quick, draft}


def test_staff_are_told_of_drafts_and_of_what_was_deleted(firm: Firm) -> None:
    client, draft = Client(firm.manager), firm.paper("Draft", published=False)
    assert client.sync() == {draft}
    with acting_as(firm.manager.tenancy):
        delete_document(firm.manager, draft)
    assert client.sync() == set()
    assert client.told == [(draft, False)]


@transactional
def _publish_and_wait(manager: Actor, draft: UUID, begun: Barrier, may_end: Barrier) -> None:
    publish_document(manager, draft)
    begun.wait(30)
    may_end.wait(30)


def test_staff_are_told_of_what_is_kept_for_other_roles_from_now_on(firm: Firm) -> None:
    associate = make_user(firm.id, f"associate-{new_id().hex[:8]}@changes.example", Role.ASSOCIATE)
    kept, other, late = firm.paper("Kept"), firm.paper("Other"), firm.paper("Late", roles=("manager",))
    theirs, manager_s = Client(associate), Client(firm.manager)
    assert theirs.sync() == {kept, other}
    assert manager_s.sync() == {kept, other, late}
    keep_for(firm, kept, ("manager", "compliance"))
    assert theirs.sync() == {other}
    assert theirs.told == [(kept, False)], "and of what they never saw nothing"
    assert manager_s.sync() == {kept, other, late}
    keep_for(firm, kept, None)
    assert theirs.sync() == {kept, other}


def keep_for(firm: Firm, document: UUID, roles: tuple[str, ...] | None) -> None:
    with acting_as(firm.manager.tenancy):
        describe_document(firm.manager, document, replace(get_document(firm.manager, document).details, roles=roles))
