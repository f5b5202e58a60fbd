"""A document that names another investor is stopped, with the place shown, until a person says why it may."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.filing.errors import NamesOthers, NotRead
from portal.domain.documents.filing.queries.recipients import get_recipient_check
from portal.domain.documents.filing.services import recipients
from portal.domain.documents.filing.services.recipients import clear_stranger, confirm_pages
from portal.domain.documents.filing.services.texts import read_version
from portal.domain.documents.filing.values.evidence import EvidenceKind, Place
from portal.domain.documents.filing.values.texts import RecipientCheck
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.values.documents import Audience, DocumentState
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.record.queries import list_history
from portal.domain.people.profiles.values import TaxNumberKind
from portal.platform import db
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.filing import give_tax_number, paper, scan
from tests.factories.identity import make_user
from tests.factories.investments import make_account


@pytest.fixture
def mine(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def theirs(app: Flask, world: World) -> UUID:
    account = make_account(world.firm_id, "Harbour Point Holdings, L.P.", world.another_investor)
    give_tax_number(world.firm_id, account, "12-3456789")
    return account


def file_for(world: World, account: UUID | None, *pages: str, audience: Audience = Audience.ACCOUNT) -> UUID:
    return make_document(world.firm_id, audience=audience, account_id=account, published=False, content=paper(*pages))


def version_of(actor: Actor, document_id: UUID) -> UUID:
    return get_document(actor, document_id).versions[0].id


def checked(actor: Actor, document_id: UUID) -> RecipientCheck:
    with acting_as(actor.tenancy):
        version = version_of(actor, document_id)
        read_version(actor, version)
        return get_recipient_check(actor, document_id, version)


def publish(actor: Actor, document_id: UUID) -> DocumentState:
    with acting_as(actor.tenancy):
        return publish_document(actor, document_id)


def state_of(actor: Actor, document_id: UUID) -> DocumentState:
    with acting_as(actor.tenancy):
        return get_document(actor, document_id).summary.state


WRONG = {
    "name": ("Notice\nHARBOUR POINT HOLDINGS LP", EvidenceKind.NAME, 2),
    "a tax number": ("Notice\nEIN: 12 3456789", EvidenceKind.TAX_NUMBER, 2),
    "a name as a part": ("Paid to Harbour Point in May", EvidenceKind.NAME, 1),
}


@pytest.mark.parametrize("case", WRONG)
def test_another_investor_in_it_stops_a_document(app: Flask, world: World, mine: UUID, theirs: UUID, case: str) -> None:
    text, kind, line = WRONG[case]
    document = file_for(world, mine, "Statement of the Lane Family Trust", text)
    with pytest.raises(NamesOthers, match=f"on page 2, line {line}") as stopped:
        publish(world.manager, document)
    assert "Harbour" not in stopped.value.message, "the message is for everybody who may see it"
    assert state_of(world.manager, document) is DocumentState.DRAFT
    (stranger,) = checked(world.manager, document).strangers
    assert (stranger.subject_id, stranger.kind, stranger.place) == (theirs, kind, Place(2, line))
    assert stranger.name == "Harbour Point Holdings, L.P."
    assert stranger.line == text.split("\n")[line - 1]


def test_the_address_of_another_stops_a_document(app: Flask, world: World, mine: UUID) -> None:
    other = make_user(world.firm_id, "se77@example.com", Role.INVESTOR)
    make_account(world.firm_id, "Elsewhere Trust", other)
    document = file_for(world, mine, "Questions: SE77@Example.com")
    with pytest.raises(NamesOthers, match="e-mail address on page 1"):
        publish(world.manager, document)


def test_its_own_people_and_staff_may_be_named(app: Flask, world: World, mine: UUID, theirs: UUID) -> None:
    give_tax_number(world.firm_id, mine, "98-7654321")
    text = f"Lane Family Trust\n{world.investor.name}\n98-7654321\nYours, {world.manager.name}"
    document = file_for(world, mine, text)
    assert checked(world.manager, document).strangers == []
    assert publish(world.manager, document) is DocumentState.PUBLISHED


def test_a_paper_for_all_names_nobody(app: Flask, world: World, mine: UUID, theirs: UUID) -> None:
    document = file_for(world, None, "Letter\nto the Lane Family Trust", audience=Audience.FIRM)
    with pytest.raises(NamesOthers, match="line 2"):
        publish(world.manager, document)


def test_who_joins_after_the_check_stops_it_too(app: Flask, world: World, mine: UUID) -> None:
    document = file_for(world, mine, "Copied to Late Comer Partners")
    assert checked(world.manager, document).strangers == []
    make_account(world.firm_id, "Late Comer Partners")
    with pytest.raises(NamesOthers):
        publish(world.manager, document)


def test_the_same_name_in_another_firm_is_nobody(app: Flask, world: World, mine: UUID) -> None:
    make_account(world.other_firm_id, "Far Away Holdings")
    document = file_for(world, mine, "Far Away Holdings")
    assert publish(world.manager, document) is DocumentState.PUBLISHED


def test_a_person_who_publishes_clears_each_with_a_reason(app: Flask, world: World, mine: UUID, theirs: UUID) -> None:
    document = file_for(world, mine, "Harbour Point Holdings LP, EIN 12-3456789")
    manager, associate = world.manager, world.associate

    def clear(actor: Actor, kind: EvidenceKind, reason: str, subject: UUID = theirs) -> None:
        with acting_as(actor.tenancy):
            clear_stranger(actor, document, version_of(actor, document), subject_id=subject, kind=kind, reason=reason)

    checked(manager, document)
    with pytest.raises(Forbidden):
        clear(associate, EvidenceKind.NAME, "They are partners.")
    with pytest.raises(Invalid):
        clear(manager, EvidenceKind.NAME, " ")
    with pytest.raises(NotFound):
        clear(manager, EvidenceKind.NAME, "Nobody", subject=mine)
    clear(manager, EvidenceKind.NAME, "They are partners.")
    clear(manager, EvidenceKind.NAME, "Said twice, kept once.")
    with pytest.raises(NamesOthers, match="tax number"):
        publish(manager, document)
    clear(manager, EvidenceKind.TAX_NUMBER, "Their joint return.")
    assert publish(manager, document) is DocumentState.PUBLISHED
    name, number = checked(manager, document).strangers
    assert (name.clearing.reason, number.clearing.reason) == ("They are partners.", "Their joint return.")
    assert name.clearing.by == manager.name
    with acting_as(manager.tenancy):
        acts = [event.act for event in list_history(manager, f"document:{document}")]
    assert acts.count("document.clear_naming") == 3


def test_another_version_is_cleared_for_itself(app: Flask, world: World, mine: UUID, theirs: UUID) -> None:
    """What was cleared is the version that somebody looked at."""
    first = file_for(world, mine, "Harbour Point Holdings LP")
    second = file_for(world, mine, "Harbour Point Holdings LP")
    checked(world.manager, first)
    with acting_as(world.manager.tenancy):
        version = version_of(world.manager, first)
        clear_stranger(
            world.manager, first, version, subject_id=theirs, kind=EvidenceKind.NAME, reason="They are partners."
        )
    publish(world.manager, first)
    with pytest.raises(NamesOthers):
        publish(world.manager, second)


def test_pages_that_cannot_be_read_wait_for_a_person_who_looked(app: Flask, world: World, mine: UUID) -> None:
    manager, associate = world.manager, world.associate
    content = scan("Statement of the Lane Family Trust", None, "")
    document = make_document(
        world.firm_id, audience=Audience.ACCOUNT, account_id=mine, published=False, content=content
    )
    found = checked(manager, document)
    assert (found.read, found.pages, found.unread, found.unseen) == (True, 3, 1, 1), "an empty page hides nothing"
    with pytest.raises(NamesOthers, match="1 of its pages is a picture"):
        publish(manager, document)
    with acting_as(associate.tenancy), pytest.raises(Forbidden):
        confirm_pages(associate, document, version_of(associate, document))
    with acting_as(manager.tenancy):
        confirm_pages(manager, document, version_of(manager, document))
        assert [each.act for each in list_history(manager, f"document:{document}")].count("document.confirm_pages") == 1
    found = checked(manager, document)
    assert found.looked is not None
    assert (found.looked.by, found.unseen) == (manager.name, 0)
    assert publish(manager, document) is DocumentState.PUBLISHED


def test_pages_of_another_version_are_looked_at_for_themselves(app: Flask, world: World, mine: UUID) -> None:
    first, second = (
        make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=mine, published=False, content=scan(None))
        for _ in range(2)
    )
    with acting_as(world.manager.tenancy):
        confirm_pages(world.manager, first, version_of(world.manager, first))
    assert publish(world.manager, first) is DocumentState.PUBLISHED
    with pytest.raises(NamesOthers, match="picture"):
        publish(world.manager, second)


def test_a_long_document_waits_until_it_was_read(
    app: Flask, world: World, mine: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "READ_AT_ONCE", 0)
    document = file_for(world, mine, "Lane Family Trust")
    with pytest.raises(NotRead):
        publish(world.manager, document)
    checked(world.manager, document)
    assert publish(world.manager, document) is DocumentState.PUBLISHED


def test_what_it_says_is_sealed_and_the_staff_s_alone(app: Flask, world: World, mine: UUID, theirs: UUID) -> None:
    document = file_for(world, mine, "Lane Family Trust")
    publish(world.manager, document)
    with acting_as(world.manager.tenancy):
        (row,) = db.fetch_all("SELECT sealed FROM documents.texts")
        assert b"Lane" not in bytes(row.sealed)
    with acting_as(world.investor.tenancy), pytest.raises(Exception, match="permission denied"):
        db.fetch_all("SELECT FROM documents.texts")


def test_tax_numbers_of_abroad_are_found_however_they_are_written(app: Flask, world: World, mine: UUID) -> None:
    other = make_account(world.firm_id, "Fernweh Beteiligung")
    give_tax_number(world.firm_id, other, "12/345/67890", TaxNumberKind.FOREIGN)
    document = file_for(world, mine, "Steuernummer 12 345 67890")
    with pytest.raises(NamesOthers, match="tax number"):
        publish(world.manager, document)
