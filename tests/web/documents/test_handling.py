"""What staff do with a document, and what readers see of it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.receiving import add_release
from portal.domain.documents.library.values.documents import Audience, Document, DocumentState
from portal.domain.documents.library.values.files import VersionState
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document, make_release
from tests.factories.investments import make_account
from tests.factories.uploads import paper
from tests.factories.web import sign_in


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def draft(world: World, account: UUID) -> UUID:
    return make_document(
        world.firm_id, "Side letter", audience=Audience.ACCOUNT, account_id=account, published=False, period="2026"
    )


def seen(actor: Actor, document_id: UUID) -> Document:
    with acting_as(actor.tenancy):
        return get_document(actor, document_id)


def test_a_draft_is_published_and_taken_back(client: FlaskClient, world: World, draft: UUID) -> None:
    sign_in(client, world.manager)
    place = f"/documents/handling/{draft}"
    assert "1 person will see it: Ada Lane" in client.get(f"{place}/publish").text
    sign_in(client, world.investor)
    assert client.get(f"/documents/{draft}").status_code == 404
    sign_in(client, world.manager)
    shown = client.post(f"{place}/publish", data={"release": "checked", "tell": "y"}, follow_redirects=True)
    assert "It is published." in shown.text
    assert "Archive" in shown.text
    sign_in(client, world.investor)
    read = client.get(f"/documents/{draft}").text
    assert "Side letter" in read
    assert "History" not in read
    assert client.get(place).status_code == 403
    sign_in(client, world.manager)
    assert "only staff see it" in client.post(f"{place}/archive", follow_redirects=True).text
    sign_in(client, world.investor)
    assert client.get(f"/documents/{draft}").status_code == 404


def test_another_file_or_other_words_that_came_meanwhile_are_looked_at_first(
    client: FlaskClient, world: World, draft: UUID
) -> None:
    sign_in(client, world.manager)
    place = f"/documents/handling/{draft}"
    assert 'name="number" value="1"' in client.get(f"{place}/publish").text
    form = client.get(f"{place}/edit").text
    before = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', form)
    assert before
    with acting_as(world.associate.tenancy):
        add_release(world.associate, draft, make_release(), note="")
        details = get_document(world.associate, draft).details
        describe_document(world.associate, draft, replace(details, title="Side letter, narrower"))
    refused = client.post(f"{place}/publish", data={"release": "checked", "number": "1", "looked": "y"})
    assert refused.status_code == 422
    assert "Another file was uploaded since you opened this page" in refused.text
    assert 'name="number" value="2"' in refused.text
    assert seen(world.manager, draft).summary.state is DocumentState.DRAFT
    said = {"title": "Side letter, mended", "type": "other", "audience": "firm", "staff": "", "seen": before[1]}
    late = client.post(f"{place}/edit", data=said)
    assert late.status_code == 422
    assert "The document has changed since you last saw it" in late.text
    assert seen(world.manager, draft).summary.title == "Side letter, narrower"


def test_a_moment_to_come_is_set_and_taken_back(client: FlaskClient, world: World, draft: UUID) -> None:
    sign_in(client, world.manager)
    place = f"/documents/handling/{draft}"
    missing = client.post(f"{place}/publish", data={"release": "later"})
    assert missing.status_code == 422
    assert "Choose the day and the time" in missing.text
    data = {"release": "later", "publish_at": "2099-01-02T09:30"}
    shown = client.post(f"{place}/publish", data=data, follow_redirects=True)
    assert "It is scheduled." in shown.text
    found = seen(world.manager, draft)
    assert found.summary.state is DocumentState.SCHEDULED
    assert found.publish_at is not None
    assert found.publish_at.isoformat() == "2099-01-02T09:30:00+00:00"
    assert not found.tell
    assert "draft again" in client.post(f"{place}/unschedule", follow_redirects=True).text
    assert "changed since" in client.post(f"{place}/unschedule", follow_redirects=True).text


def test_details_are_changed_and_kept_when_something_is_wrong(client: FlaskClient, world: World, draft: UUID) -> None:
    sign_in(client, world.associate)
    place = f"/documents/handling/{draft}/edit"
    form = client.get(place).text
    assert 'value="Side letter"' in form
    assert 'value="Lane Family Trust"' in form
    data = {"title": "Side letter, signed", "type": "agreement", "audience": "firm", "period": "2026-13", "staff": ""}
    refused = client.post(place, data=data)
    assert refused.status_code == 422
    assert "Side letter, signed" in refused.text
    assert "Write a year" in refused.text
    data |= {"period": "2026-12", "expires_on": "2030-06-30"}
    assert client.post(place, data=data).status_code == 303
    found = seen(world.manager, draft)
    assert (found.details.title, found.details.audience, found.details.period) == (
        "Side letter, signed",
        Audience.FIRM,
        "2026-12",
    )
    assert found.details.expires_at is not None
    assert found.details.expires_at.isoformat() == "2030-07-01T00:00:00+00:00"
    assert 'value="2030-06-30"' in client.get(place).text


def test_nobody_hides_a_document_from_themselves(client: FlaskClient, world: World, draft: UUID) -> None:
    sign_in(client, world.associate)
    data = {"title": "Side letter", "type": "report", "audience": "firm", "staff": "manager,compliance,auditor"}
    refused = client.post(f"/documents/handling/{draft}/edit", data=data)
    assert refused.status_code == 422
    assert "no longer see it yourself" in refused.text


def test_readers_keep_the_version_before_until_the_new_one_is_published(
    client: FlaskClient, world: World, draft: UUID
) -> None:
    sign_in(client, world.manager)
    place = f"/documents/handling/{draft}"
    client.post(f"{place}/publish", data={"release": "checked"})
    data = {"file": (io.BytesIO(paper("One", "Two")), "second.pdf"), "note": "Second page added"}
    shown = client.post(f"{place}/versions", data=data, follow_redirects=True)
    assert "Being checked" in shown.text
    assert client.post(f"{place}/publish", data={"release": "checked"}).status_code == 422
    drain()
    page = client.get(f"{place}/_versions").text
    assert "Second page added" in page
    assert "every 2s" not in page
    assert seen(world.investor, draft).summary.number == 1
    client.post(f"{place}/publish", data={"release": "checked"})
    assert seen(world.investor, draft).summary.number == 2
    assert [each.number for each in seen(world.investor, draft).versions] == [2]
    assert client.post(f"{place}/versions", data={"note": "no file"}).status_code == 422


def test_a_refused_version_leaves_readers_what_they_have(client: FlaskClient, world: World, draft: UUID) -> None:
    sign_in(client, world.manager)
    place = f"/documents/handling/{draft}"
    client.post(f"{place}/publish", data={"release": "checked"})
    client.post(f"{place}/versions", data={"file": (io.BytesIO(b"MZ"), "second.pdf")})
    drain()
    versions = seen(world.manager, draft).versions
    assert [each.state for each in versions] == [VersionState.REFUSED, VersionState.RELEASED]
    assert versions[0].refusal
    shown = client.get(place).text.replace("&#39;", "'")
    assert versions[0].refusal in shown
    assert f"{place}/publish" not in shown, "what was refused is not offered for publishing"
    assert seen(world.investor, draft).summary.number == 1


def test_deleting_and_bringing_back(client: FlaskClient, world: World, draft: UUID) -> None:
    sign_in(client, world.associate)
    place = f"/documents/handling/{draft}"
    assert "30 days" in client.post(f"{place}/delete", follow_redirects=True).text
    assert client.post(f"{place}/edit", data={"title": "x", "type": "report", "audience": "firm", "staff": ""})
    assert "Nobody outside the staff" in client.post(f"{place}/restore", follow_redirects=True).text
    sign_in(client, world.manager)
    client.post(f"{place}/publish", data={"release": "checked"})
    sign_in(client, world.associate)
    assert "somebody who may publish" in client.post(f"{place}/delete", follow_redirects=True).text
    assert seen(world.investor, draft)


def test_who_may_not_is_refused(client: FlaskClient, world: World, draft: UUID) -> None:
    for person, status in (
        (world.investor, 403),
        (world.auditor, 403),
        (world.administrator, 403),
        (world.foreign_manager, 404),
    ):
        sign_in(client, person)
        for act in ("publish", "archive", "unschedule", "delete", "restore", "edit", "versions"):
            assert client.post(f"/documents/handling/{draft}/{act}").status_code == status, (person.name, act)
        assert client.get(f"/documents/handling/{draft}/_versions").status_code in (403, 404, 200)
    assert seen(world.manager, draft).summary.state is DocumentState.DRAFT
