"""Published statements lie in the library: for who may see them, one document for a period, corrections as versions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.services.keeping import delete_document, destroy_deleted_documents
from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.documents.library.values.documents import Document, DocumentFilter, DocumentType
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.statements.queries.statements import get_statement, list_published_statements
from portal.domain.investments.statements.values.statements import Statement, StatementFilter
from portal.domain.people.delegations.values import Scope
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.db import execute, transactional
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q2, Q3, publish_run


@pytest.fixture
def accounts(app: Flask, world: World) -> tuple[UUID, UUID]:
    """Those of both investors."""
    return (
        make_account(world.firm_id, "Lane Family Trust", world.investor),
        make_account(world.firm_id, "Ortiz Holdings", world.another_investor),
    )


@pytest.fixture
def vehicle(world: World, accounts: tuple[UUID, UUID]) -> UUID:
    vehicle_id = make_vehicle(world.firm_id, "Harbour Buyout I L.P.")
    for account_id in accounts:
        post_history(world.firm_id, account_id, vehicle_id, HISTORY)
    return vehicle_id


def papers_of(actor: Actor) -> list[Document]:
    with acting_as(actor.tenancy):
        found = list_documents(actor, DocumentFilter(type=DocumentType.STATEMENT))
        return [get_document(actor, each.id) for each in found]


def statement_of(actor: Actor) -> Statement:
    with acting_as(actor.tenancy):
        return get_statement(actor, list_published_statements(actor, StatementFilter())[0].id)


def correct(world: World, vehicle: UUID, accounts: tuple[UUID, UUID]) -> None:
    for account_id in accounts:
        post_history(world.firm_id, account_id, vehicle, [("fee", "2025-09-15", "100")])
    publish_run(world.manager, vehicle, Q3, reason="A fee was missing")


def test_a_statement_is_filed_for_who_may_see_it(world: World, vehicle: UUID, accounts: tuple[UUID, UUID]) -> None:
    spouse, adviser = (make_user(world.firm_id, f"{name}@example.com", Role.DELEGATE) for name in ("spouse", "adviser"))
    let_in(world.investor, "spouse@example.com", [accounts[0]], (Scope.STATEMENTS,))
    let_in(world.investor, "adviser@example.com", [accounts[0]], (Scope.TAX_FORMS,))
    publish_run(world.manager, vehicle)
    (paper,), statement = papers_of(world.investor), statement_of(world.investor)
    assert (paper.summary.title, paper.summary.period) == ("Statement for Q3 2025: Harbour Buyout I L.P.", "2025-Q3")
    assert (paper.summary.account, paper.source) == ("Lane Family Trust", f"statement:{statement.summary.id}")
    assert paper.version is not None
    assert statement.file is not None
    assert (paper.version.file_key, paper.version.digest) == (statement.file.key, statement.file.digest)
    assert paper.version.name == f"Statement {statement.summary.number} Harbour Buyout I L.P.pdf"
    assert paper.version.size == len(resources().store.get(statement.file.key))
    assert paper.version.pages == 2
    assert papers_of(spouse) == [paper]
    assert papers_of(adviser) == papers_of(world.foreign_investor) == []
    assert [each.summary.account for each in papers_of(world.another_investor)] == ["Ortiz Holdings"]


def test_nobody_is_told_twice_and_the_run_says_it_once(world: World, vehicle: UUID) -> None:
    publish_run(world.manager, vehicle)
    with acting_as(Actor.system(world.firm_id).tenancy):
        told = "SELECT count(*) FROM platform.outbox WHERE job = %(job)s"
        assert db.fetch_value(told, job="statements.announce") == 2
        assert db.fetch_value(told, job="documents.announce") == 0
        folders = "SELECT count(*) FROM documents.folders WHERE kind = 'account'"
        assert db.fetch_value(folders) == 2
        assert db.fetch_value("SELECT bytes FROM documents.usage") == sum(
            row.size for row in db.fetch_all("SELECT size FROM documents.versions")
        )


def test_a_correction_is_the_next_version(world: World, vehicle: UUID, accounts: tuple[UUID, UUID]) -> None:
    publish_run(world.manager, vehicle, Q2)
    publish_run(world.manager, vehicle)
    (before,) = [each for each in papers_of(world.investor) if each.summary.period == "2025-Q3"]
    with acting_as(world.manager.tenancy):
        archive_document(world.manager, before.id)
    correct(world, vehicle, accounts)
    (paper,) = [each for each in papers_of(world.investor) if each.summary.period == "2025-Q3"]
    assert (paper.id, paper.published_version) == (before.id, 2)
    assert paper.source == f"statement:{statement_of(world.investor).summary.id}" != before.source
    with acting_as(world.manager.tenancy):
        assert [each.number for each in get_document(world.manager, paper.id).versions] == [2, 1]


def test_the_file_of_a_statement_outlives_its_document(
    world: World, vehicle: UUID, accounts: tuple[UUID, UUID]
) -> None:
    publish_run(world.manager, vehicle)
    (paper,), system = papers_of(world.investor), Actor.system(world.firm_id)
    with acting_as(world.manager.tenancy):
        delete_document(world.manager, paper.id)
    with acting_as(system.tenancy):
        _age(paper.id)
        assert destroy_deleted_documents(system) == 1
    drain()
    assert papers_of(world.investor) == []
    statement = statement_of(world.investor)
    assert statement.file is not None
    assert resources().store.get(statement.file.key).startswith(b"%PDF")
    correct(world, vehicle, accounts)
    (anew,) = papers_of(world.investor)
    assert (anew.id != paper.id, anew.published_version) == (True, 1)


@transactional
def _age(document_id: UUID) -> None:
    execute(
        "UPDATE documents.documents SET deleted_at = deleted_at - %(age)s WHERE id = %(id)s",
        id=document_id,
        age=timedelta(days=31),
    )
