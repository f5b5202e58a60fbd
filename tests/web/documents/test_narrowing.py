"""The list of documents: one's own, found while one types, new ones marked; for the staff the whole library."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.values.documents import Audience, DocumentType
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.delegations.values import Scope
from portal.platform.db import execute, transactional
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, publish_run
from tests.factories.web import sign_in
from tests.security.happenings import view_as

DOCUMENTS = "/documents"


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def papers(world: World, account: UUID) -> dict[str, UUID]:
    """A letter to everybody, and papers of two accounts."""
    theirs = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    of_account = {"audience": Audience.ACCOUNT, "account_id": account}
    return {
        "letter": make_document(world.firm_id, "Letter to investors", period="2026-Q3"),
        "form": make_document(world.firm_id, "Schedule K-1", type=DocumentType.TAX_FORM, period="2025", **of_account),  # type: ignore[arg-type]
        "theirs": make_document(world.firm_id, "Ortiz agreement", audience=Audience.ACCOUNT, account_id=theirs),
        "draft": make_document(world.firm_id, "Unsaid", published=False, **of_account),  # type: ignore[arg-type]
    }


def test_one_finds_what_is_there_for_one(client: FlaskClient, world: World, papers: dict[str, UUID]) -> None:
    shown = sign_in(client, world.investor).get(DOCUMENTS).text
    assert f'href="/documents/{papers["form"]}"' in shown
    assert shown.index("Schedule K-1") < shown.index("Letter to investors")
    assert "Lane Family Trust" in shown
    for hidden in ("Ortiz", "Unsaid", str(papers["draft"])):
        assert hidden not in shown
    assert 'aria-current="page"' in shown


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ("q=sched", {"Schedule K-1"}),
        ("q=investors+2026", {"Letter to investors"}),
        ("type=tax_form", {"Schedule K-1"}),
        ("year=2026", {"Letter to investors"}),
        ("year=2025&type=report", set()),
        ("q=unsaid", set()),
        ("q=ortiz", set()),
        ("state=draft", set()),
        ("account=00000000-0000-4000-8000-000000000000", set()),
        ("type=none&account=none&year=", {"Schedule K-1", "Letter to investors"}),
    ],
)
def test_the_list_narrows(
    client: FlaskClient, world: World, papers: dict[str, UUID], narrowed: str, expected: set[str]
) -> None:
    shown = sign_in(client, world.investor).get(f"{DOCUMENTS}?{narrowed}").text
    assert {title for title in ("Schedule K-1", "Letter to investors", "Unsaid") if f">{title}<" in shown} == expected
    assert ("No document fits" in shown) == (not expected)


def test_an_empty_list_says_what_will_be_there(client: FlaskClient, world: World, account: UUID) -> None:
    shown = sign_in(client, world.investor).get(DOCUMENTS).text
    assert "No documents yet" in shown
    assert "filter-q" not in shown


def test_what_came_since_the_last_visit_is_marked(client: FlaskClient, world: World, papers: dict[str, UUID]) -> None:
    assert ">New<" not in sign_in(client, world.investor).get(DOCUMENTS).text, "a first visit marks nothing"
    _was_here(world, timedelta(hours=1))
    make_document(world.firm_id, "A new one")
    _publish_earlier(world, papers["letter"], timedelta(hours=2))
    _publish_earlier(world, papers["form"], timedelta(hours=2))
    shown = sign_in(client, world.investor).get(DOCUMENTS).text
    assert shown.count(">New<") == 1
    assert shown.index("A new one") < shown.index(">New<") < shown.index("Schedule K-1")


def test_a_long_list_comes_in_pages(client: FlaskClient, world: World, account: UUID) -> None:
    for number in range(52):
        make_document(world.firm_id, f"Letter {number:02}")
    first = sign_in(client, world.investor).get(f"{DOCUMENTS}?q=letter")
    links = [link for link in first.text.split('"') if "cursor=" in link]
    second = client.get(links[0].replace("&amp;", "&")).text
    seen = [text for text in (first.text, second) for number in range(52) if f">Letter {number:02}<" in text]
    assert (seen.count(first.text), seen.count(second)) == (50, 2)
    assert client.get(f"{DOCUMENTS}?cursor=none").status_code == 422


def test_a_delegate_finds_the_types_they_were_given(
    client: FlaskClient, world: World, account: UUID, papers: dict[str, UUID]
) -> None:
    delegate = make_user(world.firm_id, "accountant@example.com", Role.DELEGATE)
    let_in(world.investor, "accountant@example.com", [account], (Scope.TAX_FORMS,))
    shown = sign_in(client, delegate).get(DOCUMENTS).text
    assert "Schedule K-1" in shown
    assert "Letter to investors" not in shown


def test_the_staff_find_everything_by_state(client: FlaskClient, world: World, papers: dict[str, UUID]) -> None:
    shown = sign_in(client, world.manager).get(DOCUMENTS).text
    for title in ("Schedule K-1", "Letter to investors", "Ortiz agreement", "Unsaid"):
        assert title in shown
    drafts = client.get(f"{DOCUMENTS}?state=draft").text
    assert "Unsaid" in drafts
    assert "Schedule K-1" not in drafts
    assert "Ortiz agreement" in client.get(f"{DOCUMENTS}?q=ortiz+holdings").text
    assert sign_in(client, world.administrator).get(DOCUMENTS).status_code == 403


def test_staff_see_the_list_as_the_investor_does(
    app: Flask, client: FlaskClient, world: World, papers: dict[str, UUID]
) -> None:
    client.set_cookie("sid", view_as(app, world.manager, world.investor, agent="test", reason="A question"))
    shown = client.get(DOCUMENTS).text
    assert "Schedule K-1" in shown
    assert "Unsaid" not in shown


def test_a_statement_leads_to_its_figures(client: FlaskClient, world: World, account: UUID) -> None:
    vehicle = make_vehicle(world.firm_id, "Harbour Buyout I")
    post_history(world.firm_id, account, vehicle, HISTORY)
    publish_run(world.manager, vehicle)
    shown = sign_in(client, world.investor).get(DOCUMENTS).text
    (figures,) = {link for link in shown.split('"') if link.startswith("/investments/statements/")}
    assert "651,000.10" in client.get(figures).text


def _was_here(world: World, before: timedelta) -> None:
    with acting_as(Actor.system(world.firm_id).tenancy):
        _earlier("identity.sessions", "seen_at", "user_id", world.investor.user_id, before)


def _publish_earlier(world: World, document_id: UUID, before: timedelta) -> None:
    with acting_as(Actor.system(world.firm_id).tenancy):
        _earlier("documents.documents", "published_at", "id", document_id, before)
        _earlier("documents.audiences", "published_at", "document_id", document_id, before)


@transactional
def _earlier(table: str, moment: str, key: str, value: UUID | None, before: timedelta) -> None:
    execute(f"UPDATE {table} SET {moment} = now() - %(before)s WHERE {key} = %(value)s", before=before, value=value)
