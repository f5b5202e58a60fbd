"""Publishing: now, at a moment, by itself after the check, once; and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.errors import ForStaffOnly, NotChecked, OtherVersion, WrongState
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.files import find_quarantined, get_usage
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.keeping import delete_document
from portal.domain.documents.library.services.publishing import (
    archive_document,
    publish_document,
    publish_due_document,
    unschedule_document,
)
from portal.domain.documents.library.services.receiving import (
    add_release,
    receive_document,
    receive_version,
    refuse_version,
    release_version,
)
from portal.domain.documents.library.signals import DocumentPublishing
from portal.domain.documents.library.values.documents import (
    Audience,
    Document,
    DocumentDetails,
    DocumentState,
    DocumentType,
    Publication,
)
from portal.domain.documents.library.values.files import Arrival
from portal.domain.identity.access.values import Actor
from portal.platform import clock, db, signals
from portal.platform.errors import Conflict, Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document, make_folder, make_release
from tests.factories.investments import make_account

HUGE = 1 << 40
REPORT = DocumentDetails("Report", DocumentType.REPORT, Audience.FIRM)


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


def seen(actor: Actor, document_id: UUID) -> Document:
    with acting_as(actor.tenancy):
        return get_document(actor, document_id)


def receive(
    actor: Actor, publication: Publication | None = None, details: DocumentDetails = REPORT, size: int = 10
) -> UUID:
    folder = make_folder(actor.firm_id)
    with acting_as(actor.tenancy):
        arrival = Arrival(f"documents/{clock.now().timestamp()}", "report.pdf", size)
        return receive_document(actor, folder, details, arrival, quota=HUGE, publication=publication)


def check(actor: Actor, document_id: UUID, *, refusal: str | None = None) -> None:
    """What the worker says of the latest version."""
    system = Actor.system(actor.firm_id)
    with acting_as(system.tenancy):
        version = get_document(system, document_id).versions[0]
        if refusal:
            refuse_version(system, version.id, refusal)
        else:
            release_version(system, version.id, make_release())


def come_due(actor: Actor, document_id: UUID) -> None:
    system = Actor.system(actor.firm_id)
    with acting_as(system.tenancy):
        publish_due_document(system, document_id)


def waiting(actor: Actor, job: str) -> list[datetime]:
    with acting_as(Actor.system(actor.firm_id).tenancy):
        rows = db.fetch_all("SELECT due_at FROM platform.outbox WHERE job = %(job)s ORDER BY due_at", job=job)
    return [row.due_at for row in rows]


def test_nothing_is_published_before_its_file_has_passed(world: World, account: UUID) -> None:
    document = receive(world.manager)
    with acting_as(world.manager.tenancy), pytest.raises(NotChecked):
        publish_document(world.manager, document)
    check(world.manager, document, refusal="It is a program.")
    with acting_as(world.manager.tenancy), pytest.raises(NotChecked):
        publish_document(world.manager, document)
    assert seen(world.manager, document).versions[0].refusal == "It is a program."


def test_what_is_for_the_staff_is_not_published(world: World, account: UUID) -> None:
    draft = make_document(world.firm_id, audience=Audience.STAFF, published=False)
    with acting_as(world.manager.tenancy), pytest.raises(ForStaffOnly):
        publish_document(world.manager, draft)
    for_staff = DocumentDetails("Notes", DocumentType.OTHER, Audience.STAFF)
    with pytest.raises(ForStaffOnly):
        receive(world.manager, Publication(), for_staff)


def test_a_moment_to_come_is_waited_for(world: World, account: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_document(world.firm_id, published=False)
    at = clock.now() + timedelta(days=2)
    with acting_as(world.manager.tenancy):
        assert publish_document(world.manager, draft, at=at, tell=False) is DocumentState.SCHEDULED
    assert waiting(world.manager, "documents.publish") == [at]
    come_due(world.manager, draft)
    assert seen(world.manager, draft).summary.state is DocumentState.SCHEDULED, "not before its moment"
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(seconds=1))
    come_due(world.manager, draft)
    found = seen(world.manager, draft)
    assert (found.summary.state, found.published_at) == (DocumentState.PUBLISHED, at + timedelta(seconds=1))
    assert waiting(world.manager, "documents.announce") == [], "nobody was to be told"
    with acting_as(world.manager.tenancy), pytest.raises(Invalid):
        publish_document(world.manager, draft, at=clock.now() + timedelta(days=1))


def test_what_was_taken_back_is_not_published_by_itself(
    world: World, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_document(world.firm_id, published=False)
    at = clock.now() + timedelta(days=2)
    with acting_as(world.manager.tenancy):
        publish_document(world.manager, draft, at=at)
        unschedule_document(world.manager, draft)
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=1))
    come_due(world.manager, draft)
    assert seen(world.manager, draft).summary.state is DocumentState.DRAFT
    with acting_as(world.manager.tenancy), pytest.raises(WrongState):
        unschedule_document(world.manager, draft)


def test_an_upload_is_published_by_who_sent_it_once_it_is_checked(world: World, account: UUID) -> None:
    document = receive(world.manager, Publication())
    come_due(world.manager, document)
    assert seen(world.manager, document).summary.state is DocumentState.SCHEDULED, "its check is not over"
    assert waiting(world.manager, "documents.publish") == []
    check(world.manager, document)
    assert len(waiting(world.manager, "documents.publish")) == 1
    come_due(world.manager, document)
    assert seen(world.investor, document).published_at is not None
    assert len(waiting(world.manager, "documents.announce")) == 1
    with acting_as(world.manager.tenancy):
        by = db.fetch_value("SELECT published_by FROM documents.documents WHERE id = %(id)s", id=document)
    assert by == world.manager.user_id


def test_an_upload_for_later_waits_for_both(world: World, account: UUID) -> None:
    at = clock.now() + timedelta(days=1)
    document = receive(world.manager, Publication(at, tell=False))
    assert waiting(world.manager, "documents.publish") == [at]
    check(world.manager, document)
    assert waiting(world.manager, "documents.publish") == [at]
    assert seen(world.manager, document).summary.state is DocumentState.SCHEDULED


def test_a_refused_file_stops_what_was_to_follow(world: World, account: UUID) -> None:
    document = receive(world.manager, Publication())
    check(world.manager, document, refusal="It is a program.")
    come_due(world.manager, document)
    found = seen(world.manager, document)
    assert (found.summary.state, found.stopped) == (DocumentState.DRAFT, NotChecked.message)
    with acting_as(world.manager.tenancy):
        add_release(world.manager, document, make_release(), note="")
        publish_document(world.manager, document)
    assert seen(world.manager, document).stopped is None
    assert seen(world.investor, document).stopped is None


def test_who_reacts_keeps_it_from_readers(world: World, account: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_fact: DocumentPublishing) -> None:
        raise Conflict("There is another investor's name on page 2.")

    monkeypatch.setitem(signals._reactions, DocumentPublishing, [refuse])
    draft = make_document(world.firm_id, published=False)
    with acting_as(world.manager.tenancy), pytest.raises(Conflict, match="page 2"):
        publish_document(world.manager, draft)
    document = receive(world.manager, Publication())
    check(world.manager, document)
    come_due(world.manager, document)
    found = seen(world.manager, document)
    assert (found.summary.state, found.stopped) == (
        DocumentState.DRAFT,
        "There is another investor's name on page 2.",
    )


def test_publishing_is_for_who_may(world: World, account: UUID) -> None:
    draft = make_document(world.firm_id, published=False)
    with acting_as(world.associate.tenancy):
        for act in (publish_document, archive_document, unschedule_document):
            with pytest.raises(Forbidden):
                act(world.associate, draft)  # type: ignore[operator]  # each takes these two
    with pytest.raises(Forbidden):
        receive(world.associate, Publication())
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        publish_document(world.foreign_manager, draft)


def test_who_sees_a_published_document_is_changed_by_who_may_publish(world: World, account: UUID) -> None:
    published = make_document(world.firm_id)
    wider = DocumentDetails("Letter", DocumentType.REPORT, Audience.ACCOUNT, account_id=account)
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        describe_document(world.associate, published, wider)
    with acting_as(world.manager.tenancy):
        describe_document(world.manager, published, wider)
        with pytest.raises(Invalid):
            describe_document(world.manager, published, DocumentDetails("x", DocumentType.OTHER, Audience.STAFF))


def test_what_waits_for_its_moment_is_changed_by_who_may_publish(world: World, account: UUID) -> None:
    own = DocumentDetails("Letter", DocumentType.REPORT, Audience.ACCOUNT, account_id=account)
    waits = receive(world.manager, Publication(clock.now() + timedelta(days=1)), own)
    check(world.manager, waits)
    wider, arrival = replace(own, audience=Audience.FIRM), Arrival("documents/raw", "second.pdf", 10)
    with acting_as(world.associate.tenancy):
        with pytest.raises(Forbidden):
            describe_document(world.associate, waits, wider)
        with pytest.raises(Forbidden):
            receive_version(world.associate, waits, arrival, note="", quota=HUGE)
        describe_document(world.associate, waits, replace(own, tags=("quarterly",)))
    with acting_as(world.manager.tenancy):
        with pytest.raises(Invalid):
            describe_document(world.manager, waits, replace(own, audience=Audience.STAFF))
        describe_document(world.manager, waits, wider)
        assert receive_version(world.manager, waits, arrival, note="", quota=HUGE) == 2
        unschedule_document(world.manager, waits)
    with acting_as(world.associate.tenancy):
        describe_document(world.associate, waits, own)


def test_what_was_looked_at_is_what_is_published(world: World, account: UUID) -> None:
    draft = make_document(world.firm_id, published=False)
    with acting_as(world.associate.tenancy):
        add_release(world.associate, draft, make_release(), note="Another file, meanwhile")
    with acting_as(world.manager.tenancy):
        with pytest.raises(OtherVersion):
            publish_document(world.manager, draft, number=1)
        assert publish_document(world.manager, draft, number=2) is DocumentState.PUBLISHED


def test_details_that_were_changed_meanwhile_are_not_written_over(world: World, account: UUID) -> None:
    draft = make_document(world.firm_id, published=False)
    before = seen(world.associate, draft).details
    narrower = replace(before, audience=Audience.ACCOUNT, account_id=account)
    with acting_as(world.manager.tenancy):
        describe_document(world.manager, draft, narrower, seen=before.fingerprint)
    with acting_as(world.associate.tenancy), pytest.raises(WrongState):
        describe_document(world.associate, draft, replace(before, title="Mended"), seen=before.fingerprint)
    assert seen(world.manager, draft).details == narrower


def test_versions_are_numbered_and_readers_get_the_published_one(world: World, account: UUID) -> None:
    document = make_document(world.firm_id)
    with acting_as(world.associate.tenancy):
        arrival = Arrival("documents/raw", "second.pdf", 10)
        assert receive_version(world.associate, document, arrival, note="Mended", quota=HUGE) == 2
    assert seen(world.investor, document).summary.number == 1
    check(world.manager, document)
    assert seen(world.investor, document).summary.number == 1
    with acting_as(world.manager.tenancy):
        publish_document(world.manager, document)
    assert seen(world.investor, document).summary.number == 2
    assert [each.note for each in seen(world.manager, document).versions] == ["Mended", ""]
    with acting_as(world.manager.tenancy):
        delete_document(world.manager, document)
        with pytest.raises(WrongState):
            receive_version(world.manager, document, Arrival("documents/raw", "3.pdf", 1), note="", quota=HUGE)


def test_room_is_counted_as_it_is_taken(world: World, account: UUID) -> None:
    def used() -> int:
        with acting_as(world.manager.tenancy):
            return get_usage(world.manager)

    first = receive(world.manager, size=100)
    assert used() == 100
    check(world.manager, first)
    released = seen(world.manager, first).versions[0].size
    assert used() == released
    second = receive(world.manager, size=100)
    check(world.manager, second, refusal="No.")
    assert used() == released
    with acting_as(Actor.system(world.firm_id).tenancy):
        version = seen(world.manager, second).versions[0].id
        assert find_quarantined(Actor.system(world.firm_id), version) is None
    release_again = seen(world.manager, first).versions[0]
    with acting_as(Actor.system(world.firm_id).tenancy):
        release_version(Actor.system(world.firm_id), release_again.id, make_release())
    assert used() == released, "a check that is done again counts nothing"
