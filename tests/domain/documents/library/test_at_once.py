"""Two people at one document at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier, Event
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.errors import WrongState
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.keeping import (
    delete_document,
    destroy_deleted_documents,
    restore_document,
)
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import receive_version
from portal.domain.documents.library.values.documents import Document, DocumentState
from portal.domain.documents.library.values.files import Arrival
from portal.domain.identity.access.values import Actor, Role
from portal.platform import db
from portal.platform.errors import DomainError, Forbidden
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.documents import make_document
from tests.factories.identity import found_firm, make_user

Act = Callable[[], object]


@pytest.fixture
def people(committed_app: Flask) -> tuple[Actor, Actor]:
    """A manager and an associate of a firm of their own."""
    slug = f"at-once-{new_id().hex[:8]}"
    with committed_app.app_context():
        firm_id = found_firm(slug, "At Once Capital")
        return (
            make_user(firm_id, f"manager@{slug}.example", Role.MANAGER),
            make_user(firm_id, f"associate@{slug}.example", Role.ASSOCIATE),
        )


def together(app: Flask, *acts: tuple[Actor, Act]) -> list[object]:
    """What comes of acts that begin at the same moment: their answers, or their refusals."""
    start = Barrier(len(acts))

    def run(actor: Actor, act: Act) -> object:
        with app.app_context(), acting_as(actor.tenancy):
            start.wait()
            try:
                return act()
            except DomainError as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(run, *act) for act in acts]]


def seen(app: Flask, actor: Actor, document_id: UUID) -> Document:
    with app.app_context(), acting_as(actor.tenancy):
        return get_document(actor, document_id)


def draft(app: Flask, actor: Actor) -> UUID:
    with app.app_context():
        return make_document(actor.firm_id, published=False)


def test_versions_that_come_together_are_numbered_in_turn(committed_app: Flask, people: tuple[Actor, Actor]) -> None:
    manager, associate = people
    document = draft(committed_app, manager)

    def add(actor: Actor) -> Act:
        arrival = Arrival(f"documents/{new_id()}", "next.pdf", 1)
        return lambda: receive_version(actor, document, arrival, note="", quota=1 << 40)

    acts = [(actor, add(actor)) for actor in (manager, associate) * 3]
    numbers = together(committed_app, *acts)
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]  # type: ignore[type-var]  # numbers, where none was refused
    assert [each.number for each in seen(committed_app, manager, document).versions] == [7, 6, 5, 4, 3, 2, 1]


def test_what_is_published_meanwhile_is_not_deleted_by_who_may_not(
    committed_app: Flask, people: tuple[Actor, Actor]
) -> None:
    manager, associate = people
    for _ in range(5):
        document = draft(committed_app, manager)
        published, deleted = together(
            committed_app,
            (manager, lambda document=document: publish_document(manager, document)),  # type: ignore[misc]  # bound now
            (associate, lambda document=document: delete_document(associate, document)),  # type: ignore[misc]  # bound now
        )
        state = seen(committed_app, manager, document).summary.state
        if state is DocumentState.DELETED:
            assert isinstance(published, WrongState)
        else:
            assert (state, published) == (DocumentState.PUBLISHED, DocumentState.PUBLISHED)
            assert isinstance(deleted, Forbidden)


def test_publishing_twice_is_telling_of_one_version(committed_app: Flask, people: tuple[Actor, Actor]) -> None:
    manager, _ = people
    document = draft(committed_app, manager)
    both = together(committed_app, *[(manager, lambda: publish_document(manager, document))] * 2)
    assert both == [DocumentState.PUBLISHED] * 2
    assert seen(committed_app, manager, document).published_version == 1


def test_what_is_brought_back_meanwhile_is_not_destroyed(committed_app: Flask, people: tuple[Actor, Actor]) -> None:
    manager, _ = people
    document, system = draft(committed_app, manager), Actor.system(manager.firm_id)
    restored, over = Event(), Event()

    @db.transactional
    def bring_back() -> None:
        restore_document(manager, document)
        restored.set()
        over.wait(30)

    def run(actor: Actor, act: Act) -> object:
        with committed_app.app_context(), acting_as(actor.tenancy):
            try:
                return act()
            finally:
                db.session.remove()

    run(manager, lambda: delete_document(manager, document))
    run(system, lambda: _long_ago(document))
    with ThreadPoolExecutor(2) as threads:
        back = threads.submit(run, manager, bring_back)
        assert restored.wait(30)
        destroyed = threads.submit(run, system, lambda: destroy_deleted_documents(system))
        wait([destroyed], timeout=2)  # it ends at once, as it waits for nobody
        over.set()
        assert (back.result(), destroyed.result()) == (None, 0)
    assert seen(committed_app, manager, document).summary.state is DocumentState.DRAFT


@db.transactional
def _long_ago(document_id: UUID) -> None:
    earlier = "UPDATE documents.documents SET deleted_at = deleted_at - interval '40 days' WHERE id = %(id)s"
    db.execute(earlier, id=document_id)
