"""Changing one's address and telephone number, and the notices that undo it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.queries import find_phone, get_contact
from portal.domain.identity.contact.services.undoing import forget_contact_changes
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.texts.services import set_text_codes
from portal.platform import clock, db
from portal.platform.crypto import create_encryption_key
from portal.platform.key_files import write_private
from portal.platform.resources import EXTENSION, resources
from portal.platform.sms.mailbox import TextMessage, list_texts
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.conftest import World
from tests.factories.identity import PASSWORD
from tests.factories.passkeys import give_passkey
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, link_in

CONTACT = "/contact"
OLD, NEW, THIRD = "ada.lane@example.com", "ada@lane.example", "ada@third.example"
NUMBER, OTHER = "+14155550123", "+442079460123"
Texts = Callable[[], list[TextMessage]]


@pytest.fixture
def texts(app: Flask, post: Post) -> Texts:
    directory = resources().settings.data_dir / "sms"

    def deliver() -> list[TextMessage]:
        for path in directory.glob("*.json"):
            path.unlink()
        post()
        return sorted(list_texts(directory), key=lambda each: each.to)

    deliver()
    return deliver


def letters(post: Post) -> list[str]:
    """The mail that is about what was changed."""
    return [mail for mail in post() if "New sign-in" not in mail.partition("\n")[0]]


def enters(app: Flask, email: str) -> bool:
    return app.test_client().post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303


def change_email(client: FlaskClient, post: Post, email: str) -> list[str]:
    """The notices of a change that is carried through."""
    assert client.post(f"{CONTACT}/email", data={"email": email}).status_code == 303
    (mail,) = letters(post)
    link = link_in(mail, "contact/email")
    assert "Use the new address" in client.get(link).text
    assert client.post(link).status_code == 303
    return letters(post)


def change_phone(client: FlaskClient, texts: Texts, number: str) -> None:
    assert client.post(f"{CONTACT}/phone", data={"phone": number}).status_code == 303
    (text,) = texts()
    assert text.to == number
    code = re.search(r"\d{6}", text.text)
    assert code
    assert client.post(f"{CONTACT}/phone/code", data={"code": code[0]}).status_code == 303


def test_a_new_address_counts_once_it_is_proven(app: Flask, client: FlaskClient, investor: Actor, post: Post) -> None:
    sign_in(client, investor)
    assert client.post(f"{CONTACT}/email", data={"email": NEW.upper()}).location == CONTACT
    (mail,) = letters(post)
    assert mail.startswith(f"{'Ada Lane'} <{NEW}> Confirm your e-mail address")
    assert (enters(app, OLD), enters(app, NEW)) == (True, False)

    assert client.post(link_in(mail, "contact/email")).status_code == 303

    assert (enters(app, OLD), enters(app, NEW)) == (False, True)
    assert NEW in client.get(CONTACT).text
    new, old = sorted(letters(post), key=lambda each: NEW not in each.partition("\n")[0])
    assert "with this e-mail address from now on" in new
    assert "This was not me" not in new
    assert OLD in old.partition("\n")[0]
    assert "This was not me" in old
    with acting_as(investor.tenancy):
        changed = get_contact(investor).email_changed_at
    assert changed is not None
    assert clock.now() - changed < timedelta(minutes=1)
    again = client.post(link_in(mail, "contact/email"))
    assert (again.status_code, "used already" in again.text) == (409, True)


def test_who_was_reached_before_undoes_it_and_everybody_is_out(
    app: Flask, client: FlaskClient, investor: Actor, post: Post
) -> None:
    thief = sign_in(app.test_client(), investor)
    first = link_in(next(mail for mail in change_email(thief, post, NEW) if OLD in mail), "contact/undo")
    second = link_in(next(mail for mail in change_email(thief, post, THIRD) if "This was" in mail), "contact/undo")
    assert client.get(first).headers["Cache-Control"] == "no-store"

    assert client.post(first).location == "/password/forgot"

    assert not any(enters(app, email) for email in (OLD, NEW, THIRD)), "the thief knows the password"
    assert thief.get(CONTACT).status_code == 303
    (notice,) = letters(post)
    assert OLD in notice.partition("\n")[0]
    assert "was undone" in notice
    assert "your password, so it no longer counts" in notice
    assert app.test_client().post("/password/forgot", data={"email": OLD}).status_code == 303
    (letter,) = letters(post)
    app.test_client().post(link_in(letter, "password/reset"), data={"password": "seven otters juggle quietly"})
    letters(post)
    again = app.test_client().post("/sign-in", data={"email": OLD, "password": "seven otters juggle quietly"})
    assert again.status_code == 303
    assert client.post(second).status_code == 409
    assert client.post(first).status_code == 409


def test_undoing_ends_after_fourteen_days(app: Flask, client: FlaskClient, investor: Actor, post: Post) -> None:
    notices = change_email(sign_in(client, investor), post, NEW)
    link = link_in(next(mail for mail in notices if OLD in mail), "contact/undo")
    with time_machine.travel(clock.now() + timedelta(days=13, hours=23), tick=True):
        assert app.test_client().get(link).status_code == 200
        assert _forgotten(investor) == 0
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=1), tick=True):
        assert app.test_client().post(link).status_code == 409
    with time_machine.travel(clock.now() + timedelta(days=17), tick=True):
        assert _forgotten(investor) == 1


def _forgotten(actor: Actor) -> int:
    system = Actor.system(actor.firm_id)
    with acting_as(system.tenancy):
        return forget_contact_changes(system)


def test_nobody_learns_that_an_address_is_somebodys_but_who_reads_its_mail(
    app: Flask, client: FlaskClient, investor: Actor, post: Post
) -> None:
    sign_in(client, investor)
    taken, free = (client.post(f"{CONTACT}/email", data={"email": each}) for each in ("ben.ortiz@example.com", NEW))
    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    (mail,) = letters(post)
    assert NEW in mail, "the newer wish takes the place of the older"
    client.post(f"{CONTACT}/email", data={"email": "ben.ortiz@example.com"})
    (mail,) = letters(post)
    answer = client.post(link_in(mail, "contact/email"))
    assert (answer.status_code, "is here already" in answer.text) == (409, True)
    assert enters(app, OLD)


def test_an_address_is_taken_under_an_earlier_index_key_too(
    client: FlaskClient, investor: Actor, post: Post, settings: Settings
) -> None:
    sign_in(client, investor)
    before = settings.index_key_file.read_bytes()
    create_encryption_key(settings.index_key_file)
    try:
        client.post(f"{CONTACT}/email", data={"email": "ben.ortiz@example.com"})
        (mail,) = letters(post)
        assert client.post(link_in(mail, "contact/email")).status_code == 409
    finally:
        write_private(settings.index_key_file, before)


def test_only_the_person_themselves_confirms(app: Flask, client: FlaskClient, world: World, post: Post) -> None:
    sign_in(client, world.investor).post(f"{CONTACT}/email", data={"email": NEW})
    (mail,) = letters(post)
    link = link_in(mail, "contact/email")
    assert "/sign-in" in app.test_client().post(link).location
    for stranger in (world.another_investor, world.foreign_investor, world.manager):
        other = sign_in(app.test_client(), stranger)
        assert (other.get(link).status_code, other.post(link).status_code) == (404, 404)
    assert not enters(app, NEW)


def test_an_act_of_weight_asks_who_it_is(client: FlaskClient, investor: Actor, post: Post) -> None:
    sign_in(client, investor)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        for path, data in (("email", {"email": NEW}), ("phone", {"phone": NUMBER}), ("phone/remove", {})):
            assert "prove" in client.post(f"{CONTACT}/{path}", data=data).text.lower()
    assert letters(post) == []


def test_a_number_counts_once_its_code_comes_back(
    client: FlaskClient, investor: Actor, texts: Texts, post: Post
) -> None:
    sign_in(client, investor)
    change_phone(client, texts, NUMBER)
    assert "••• 0123" in client.get(CONTACT).text
    assert NUMBER not in client.get(CONTACT).text
    (text,) = texts()
    assert (text.to, "from now on" in text.text) == (NUMBER, True)
    change_phone(client, texts, OTHER)
    told = texts()
    assert [(each.to, "no longer" in each.text) for each in told] == [(NUMBER, True), (OTHER, False)]
    assert _phone(investor) == OTHER
    assert client.post(f"{CONTACT}/phone/remove").status_code == 303
    assert _phone(investor) is None


def _phone(actor: Actor) -> str | None:
    assert actor.user_id
    with acting_as(actor.tenancy):
        return find_phone(actor, actor.user_id)


def test_a_changed_number_is_undone_by_the_mail(
    app: Flask, client: FlaskClient, investor: Actor, texts: Texts, post: Post
) -> None:
    thief = sign_in(app.test_client(), investor)
    change_phone(thief, texts, NUMBER)
    (mail,) = letters(post)
    assert "Your telephone number was changed" in mail
    assert client.post(link_in(mail, "contact/undo")).status_code == 303
    (told,) = texts()
    assert (told.to, "no longer kept" in told.text) == (NUMBER, True)
    assert _phone(investor) is None
    assert thief.get(CONTACT).status_code == 303


def test_codes_by_text_message_end_with_the_number_and_that_is_said(
    app: Flask, client: FlaskClient, world: World, texts: Texts, post: Post
) -> None:
    with acting_as(world.administrator.tenancy):
        set_text_codes(world.administrator, allowed=True)
    thief = sign_in(app.test_client(), world.investor)
    change_phone(thief, texts, NUMBER)
    (mail,) = letters(post)
    assert thief.post("/texts").status_code == 200
    texts()
    assert client.post(link_in(mail, "contact/undo")).status_code == 303
    (notice,) = letters(post)
    assert "they are not sent any more" in notice
    assert "Set up a passkey or an app" in notice
    with acting_as(world.investor.tenancy):
        assert not get_standing(world.investor.user_id).enrolled


def test_a_number_that_was_there_before_goes_on_taking_codes(
    app: Flask, client: FlaskClient, world: World, texts: Texts, post: Post
) -> None:
    with acting_as(world.administrator.tenancy):
        set_text_codes(world.administrator, allowed=True)
    owner = sign_in(app.test_client(), world.investor)
    change_phone(owner, texts, NUMBER)
    assert owner.post("/texts").status_code == 200
    texts()
    change_phone(owner, texts, OTHER)
    (mail,) = [mail for mail in letters(post) if "This was not me" in mail]
    assert client.post(link_in(mail, "contact/undo")).status_code == 303
    assert [(each.to, "from now on" in each.text) for each in texts()] == [(NUMBER, True), (OTHER, False)]
    with acting_as(world.investor.tenancy):
        assert get_standing(world.investor.user_id).texts


def test_who_had_the_address_of_late_is_told_of_factors_too(
    app: Flask, client: FlaskClient, investor: Actor, post: Post
) -> None:
    thief = sign_in(app.test_client(), investor)
    change_email(thief, post, NEW)
    give_passkey(investor)
    told = [mail.partition("\n")[0] for mail in letters(post) + letters(post) if "A passkey was set up" in mail]
    assert sorted(OLD in each for each in told) == [False, True]


def test_a_new_password_ends_a_change_that_waits(client: FlaskClient, investor: Actor, post: Post) -> None:
    sign_in(client, investor)
    client.post(f"{CONTACT}/email", data={"email": NEW})
    (mail,) = letters(post)
    link = link_in(mail, "contact/email")
    assert NEW in client.get(link).text
    data = {"current": PASSWORD, "password": "seven otters juggle quietly"}
    assert client.post("/security/password", data=data).status_code == 303
    answer = client.post(link)
    assert (answer.status_code, "no longer opens" in answer.text) == (409, True)


def test_a_wrong_code_for_a_number_is_recorded(client: FlaskClient, investor: Actor, texts: Texts) -> None:
    sign_in(client, investor)
    client.post(f"{CONTACT}/phone", data={"phone": NUMBER})
    assert client.post(f"{CONTACT}/phone/code", data={"code": "no code"}).status_code == 422
    with acting_as(Actor.system(investor.firm_id).tenancy):
        refused = db.fetch_value(
            "SELECT count(*) FROM identity.audit_events WHERE actor_id = %(id)s AND act = 'contact.change'"
            " AND result = 'refused'",
            id=investor.user_id,
        )
    assert refused == 1


@pytest.mark.parametrize("number", ["12", "+1 000 000 0000", "0415 555 0123", "+14155550123;ext=5", "people"])
def test_what_is_no_number_is_refused_at_its_field(client: FlaskClient, investor: Actor, number: str) -> None:
    answer = sign_in(client, investor).post(f"{CONTACT}/phone", data={"phone": number})
    assert (answer.status_code, "code of the country" in answer.text) == (422, True)


def test_codes_are_good_once_for_five_minutes_and_five_tries(
    client: FlaskClient, investor: Actor, texts: Texts
) -> None:
    sign_in(client, investor)
    client.post(f"{CONTACT}/phone", data={"phone": NUMBER})
    (text,) = texts()
    code = re.search(r"\d{6}", text.text)
    assert code
    wrong = f"{(int(code[0]) + 1) % 1_000_000:06d}"
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=True):
        late = client.post(f"{CONTACT}/phone/code", data={"code": code[0]}, follow_redirects=True)
        assert "five minutes are over" in late.text
    for _ in range(5):
        assert client.post(f"{CONTACT}/phone/code", data={"code": wrong}).status_code == 422
    stopped = client.post(f"{CONTACT}/phone/code", data={"code": code[0]})
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert _phone(investor) is None


def test_what_is_kept_is_sealed(client: FlaskClient, investor: Actor, texts: Texts, post: Post) -> None:
    sign_in(client, investor)
    change_phone(client, texts, NUMBER)
    post()
    change_email(client, post, NEW)
    system = Actor.system(investor.firm_id)
    with acting_as(system.tenancy):
        rows = db.fetch_all("SELECT c::text AS row FROM identity.contact_changes c") + list(
            db.fetch_all("SELECT u::text AS row FROM identity.users u UNION ALL SELECT o::text FROM platform.outbox o")
        )
    for text in (NUMBER, NUMBER[1:], NEW, OLD):
        assert not [row.row for row in rows if text in row.row or text.encode().hex() in row.row]


def test_without_a_service_for_texts_no_number_is_asked_for(
    app: Flask, client: FlaskClient, investor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, EXTENSION, replace(resources(), sms=None))
    sign_in(client, investor)
    assert "Send a code" not in client.get(CONTACT).text
    assert client.post(f"{CONTACT}/phone", data={"phone": NUMBER}).status_code == 404
