"""A form is done once, however often it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.record.queries import list_history
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.domain.people.invitations.services import invite_person
from portal.platform import db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import found_firm, make_user
from tests.factories.web import sign_in
from tests.web.browser import served

ACCOUNTS = "/people/investor-accounts"
FORM = {"name": "Lane Family Trust", "kind": "trust", "once": "a token"}
# Forms that somebody signed in sends as often as they like.
EVERY_TIME = {"viewings.end", "pages.tell", "upload_parts.start"}
# Forms of people who are not signed in, or on their way in, and what is kept in the browser alone.
OF_NOBODY = {"public", "at_stage"}


def accounts(actor: Actor) -> list[str]:
    with acting_as(actor.tenancy):
        return [each.name for each in list_accounts(actor)]


def told(client: FlaskClient, answer: TestResponse) -> str:
    """The message on the page that an answer leads to."""
    return "open" if "The account is open." in client.get(answer.location).text else ""


def invite(actor: Actor) -> UUID:
    """Somebody who was invited and has not come yet."""
    with acting_as(actor.tenancy):
        return invite_person(actor, resources().sealer, email="sam@example.com", name="Sam Reed", roles=[Role.INVESTOR])


def sent_again(actor: Actor, person: UUID) -> int:
    """How often the invitation of a person was sent again."""
    with acting_as(actor.tenancy):
        return [each.act for each in list_history(actor, f"user:{person}")].count("invitation.resend")


@pytest.fixture
def desk(client: FlaskClient, associate: Actor) -> FlaskClient:
    """A browser of the staff."""
    return sign_in(client, associate)


def test_a_form_sent_again_leads_to_the_same_place_and_says_the_same(desk: FlaskClient, associate: Actor) -> None:
    first = desk.post(ACCOUNTS, data=FORM)
    assert told(desk, first) == "open"
    again = desk.post(ACCOUNTS, data=FORM)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert told(desk, again) == "open"
    assert accounts(associate) == ["Lane Family Trust"]


def test_before_the_page_is_seen_too(desk: FlaskClient, associate: Actor) -> None:
    first, again = (desk.post(ACCOUNTS, data=FORM) for _ in range(2))
    assert first.location == again.location
    assert told(desk, again) == "open"
    assert accounts(associate) == ["Lane Family Trust"]


def test_the_form_of_a_new_page_is_another(desk: FlaskClient, associate: Actor) -> None:
    person = invite(associate)
    for token in ("one", "one", "another"):
        assert desk.post(f"/invitations/{person}/resend", data={"once": token}).status_code == 303
    assert sent_again(associate, person) == 2


def test_what_was_refused_is_mended_and_sent_with_the_same_token(desk: FlaskClient, associate: Actor) -> None:
    for name, status in (("", 422), ("", 422), ("Lane Family Trust", 303), ("Lane Family Trust", 303)):
        assert desk.post(ACCOUNTS, data={**FORM, "name": name}).status_code == status
    assert accounts(associate) == ["Lane Family Trust"]


def test_back_and_something_else_typed_is_another_act(desk: FlaskClient, associate: Actor) -> None:
    for name in ("Lane Family Trust", "Ortiz Pension"):
        desk.post(ACCOUNTS, data={**FORM, "name": name})
    assert sorted(accounts(associate)) == ["Lane Family Trust", "Ortiz Pension"]


def test_the_same_token_of_somebody_else_is_theirs(app: Flask, world: World) -> None:
    address = f"/invitations/{invite(world.associate)}/resend"
    for each, status in ((world.associate, 303), (world.manager, 303), (world.foreign_manager, 404)):
        assert sign_in(app.test_client(), each).post(address, data={"once": "a token"}).status_code == status
    assert sent_again(world.associate, UUID(address.split("/")[2])) == 2


def test_another_file_is_another_form(desk: FlaskClient) -> None:
    places = []
    for content in (b"a,b\n1,2\n", b"a,b\n1,2\n", b"a,b\n1,3\n"):
        data = {"file": (BytesIO(content), "history.csv"), "kind": "transactions", "once": "a token"}
        answer = desk.post("/investments/imports", data=data, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text
        places.append(answer.location)
    assert places[0] == places[1] != places[2]


def test_a_form_is_whole_or_not_at_all(
    app: Flask, desk: FlaskClient, associate: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails after the act takes it back, so that it may be sent again."""
    app.testing = False
    try:
        with monkeypatch.context() as broken:
            broken.setattr("portal.web.people.investor_accounts.flash", lambda *_: 1 / 0)
            assert desk.post(ACCOUNTS, data=FORM).status_code == 500
    finally:
        app.testing = True
    assert accounts(associate) == []
    assert desk.post(ACCOUNTS, data=FORM).status_code == 303
    assert accounts(associate) == ["Lane Family Trust"]


def test_every_form_of_somebody_signed_in_is_done_once(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint].__dict__
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/") and view["access"] not in OF_NOBODY:
            excused = "every_time" in view
            assert excused == (rule.endpoint in EVERY_TIME), f"{rule.endpoint}: say here that it is done every time"
            assert excused or "once" in view


def test_every_form_has_its_token(app: Flask) -> None:
    """Beside each proof that a form is ours; the frame, which is kept, and what scripts send change nothing twice."""
    frame = {"layout/_top.html", "layout/_navigation.html", "documents/documents/_pictures.html"}
    environment, seen = app.jinja_env, 0
    for name in environment.list_templates(filter_func=lambda name: name.endswith(".html") and name not in frame):
        source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]  # there is one
        for found in re.finditer(r'name="csrf_token" value="[^"]+">(.{0,12})', source):
            assert found[1].startswith("{{ once() }}"), f"{name}: put {{{{ once() }}}} behind the form's token"
            seen += 1
    assert seen > 40


def test_a_token_is_made_for_each_form(desk: FlaskClient) -> None:
    tokens = [re.findall(r'name="once" value="([^"]+)"', desk.get(f"{ACCOUNTS}/new").text) for _ in range(2)]
    assert [len(each) for each in tokens] == [1, 1]
    assert tokens[0] != tokens[1]


@pytest.fixture
def clerk(committed_app: Flask) -> tuple[Actor, UUID, str]:
    """Somebody of the staff of a firm of its own, whom they invited, and their session; all of it is committed."""
    with committed_app.app_context():
        actor = make_user(found_firm(f"once-{uuid4().hex[:12]}", "Once Capital"), "clerk@example.com", Role.ASSOCIATE)
        person = invite(actor)
        cookie = sign_in(committed_app.test_client(), actor).get_cookie("sid")
        db.session.remove()
    assert cookie is not None
    return actor, person, cookie.value


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    """A page in a real browser."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


# As a browser does that keeps the page, or a network that loses the answer.
SEND_AT_ONCE = """async (button) => {
  const form = button.closest("form");
  const send = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  return (await Promise.all([send(), send(), send()])).map((answer) => answer.url);
}"""


def test_a_double_click_in_a_browser(committed_app: Flask, clerk: tuple[Actor, UUID, str], screen: Page) -> None:
    actor, person, token = clerk
    with served(committed_app) as site:
        screen.context.add_cookies([{"name": "sid", "value": token, "url": site}])
        screen.goto(f"{site}/users")
        again = screen.get_by_role("button", name="Send again")
        assert set(again.evaluate(SEND_AT_ONCE)) == {f"{site}/users"}
        again.dblclick()
        expect(screen.get_by_text("The invitation is sent again").first).to_be_visible()
        with committed_app.app_context():
            assert sent_again(actor, person) == 1
        again.dblclick()
        expect(screen.get_by_text("The invitation is sent again").first).to_be_visible()
    with committed_app.app_context():
        assert sent_again(actor, person) == 2
        db.session.remove()
