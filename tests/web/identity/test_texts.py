"""Codes by text message as a second factor of investors, where the firm allows it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.contact.queries import get_contact
from portal.domain.identity.contact.services.changing import confirm_phone_change, request_phone_change
from portal.domain.identity.texts.services import set_text_codes
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.resources import resources
from portal.platform.sms.mailbox import list_texts
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.investments import make_account
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post
from tests.web.identity.test_factors import enter, hidden, standing_of

NUMBER = "+14155550123"


@pytest.fixture
def allowed(app: Flask, world: World) -> None:
    allow(world)


def allow(world: World, *, allowed: bool = True) -> None:
    with acting_as(world.administrator.tenancy):
        set_text_codes(world.administrator, allowed=allowed)


def give_phone(actor: Actor) -> None:
    sealer = resources().sealer
    request_phone_change(actor, sealer, phone=NUMBER)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        change = db.fetch_value("SELECT id FROM identity.contact_changes ORDER BY asked_at DESC LIMIT 1")
    confirm_phone_change(actor, sealer, sealer.digits(change))


@pytest.fixture
def texting(allowed: None, app: Flask, investor: Actor, post: Post) -> list[str]:
    """The investor uses text messages; their recovery codes."""
    give_phone(investor)
    answer = sign_in(app.test_client(), investor).post("/texts")
    assert answer.status_code == 200
    clear()
    return re.findall(r"<code>([A-Z2-7-]{29})</code>", answer.text)


def clear() -> None:
    for path in (resources().settings.data_dir / "sms").glob("*.json"):
        path.unlink()


def sent(post: Post) -> str:
    """The code in the text message that goes out now."""
    clear()
    post()
    texts = list_texts(resources().settings.data_dir / "sms")
    (text,) = [each for each in texts if "for signing in" in each.text]
    assert text.to == NUMBER
    code = re.search(r"\d{6}", text.text)
    assert code
    return code[0]


def test_signing_in_asks_for_the_code_that_is_sent(
    client: FlaskClient, investor: Actor, texting: list[str], post: Post
) -> None:
    post()
    assert len(texting) == 10
    assert "/factors/code" in enter(client, investor, "/investments/portfolio").location
    asked = client.post("/texts/code", data={"next": "/investments/portfolio"})
    assert asked.location == "/factors/code?next=/investments/portfolio"
    page = client.get(asked.location)
    assert "on its way to ••• 0123" in page.text
    code = sent(post)
    assert client.post("/factors/code", data={"code": "000000" if code != "000000" else "1"}).status_code == 422
    assert client.post("/factors/code", data={"code": code, "next": "/investments/portfolio"}).status_code == 303
    assert client.get("/investments/portfolio").status_code == 200


def test_a_code_is_good_once_for_five_minutes_and_until_the_next(
    app: Flask, client: FlaskClient, investor: Actor, texting: list[str], post: Post
) -> None:
    enter(client, investor)
    client.post("/texts/code")
    first = sent(post)
    client.post("/texts/code")
    second = sent(post)
    assert first == second or client.post("/factors/code", data={"code": first}).status_code == 422
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert client.post("/factors/code", data={"code": second}).status_code == 422
    assert client.post("/factors/code", data={"code": second}).status_code == 303
    again = app.test_client()
    enter(again, investor)
    assert again.post("/factors/code", data={"code": second}).status_code == 422


def test_nobodys_elses_code_opens_anything(
    app: Flask, client: FlaskClient, world: World, texting: list[str], post: Post
) -> None:
    give_phone(world.another_investor)
    assert sign_in(app.test_client(), world.another_investor).post("/texts").status_code == 200
    enter(client, world.investor)
    client.post("/texts/code")
    code = sent(post)
    other = app.test_client()
    enter(other, world.another_investor)
    assert other.post("/factors/code", data={"code": code}).status_code == 422
    assert client.post("/factors/code", data={"code": code}).status_code == 303


def test_messages_and_tries_are_limited(client: FlaskClient, investor: Actor, texting: list[str], post: Post) -> None:
    enter(client, investor)
    answers = [client.post("/texts/code") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    code = sent(post)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    tries = [client.post("/factors/code", data={"code": wrong}).status_code for _ in range(5)]
    assert tries == [422] * 5
    assert client.post("/factors/code", data={"code": code}).status_code == 429


def test_only_the_last_code_is_sent_and_it_is_written_down_nowhere(
    client: FlaskClient, investor: Actor, texting: list[str], post: Post
) -> None:
    enter(client, investor)
    client.post("/texts/code")
    with acting_as(Actor.system(investor.firm_id).tenancy):
        kept = str([tuple(row) for row in db.fetch_all("SELECT c::text FROM identity.text_codes c")])
        kept += str(db.fetch_all("SELECT arguments::text FROM platform.outbox WHERE job = 'accounts.send_text_code'"))
    code = sent(post)
    assert code not in kept
    assert code.encode().hex() not in kept


def test_a_step_up_takes_one_and_what_was_typed_waits(
    client: FlaskClient, investor: Actor, texting: list[str], post: Post
) -> None:
    sign_in(client, investor)
    with acting_as(Actor.system(investor.firm_id).tenancy):
        _age()
    asked = client.post("/contact/email", data={"email": "ada@lane.example"})
    typed = hidden(asked, "typed")
    data = {"typed": typed, "action": hidden(asked, "action"), "next": "", "back": ""}
    again = client.post("/texts/code", data=data)
    assert (again.status_code, hidden(again, "typed")) == (200, typed)
    assert 'action="/contact/email"' in again.text
    done = client.post(data["action"], data={"typed": typed, "proof": sent(post)})
    assert done.location == "/contact"


@transactional
def _age() -> None:
    db.execute("UPDATE identity.sessions SET proven_at = proven_at - interval '6 minutes'")


def test_staff_never_may(app: Flask, client: FlaskClient, world: World, allowed: None, texting: list[str]) -> None:
    give_phone(world.associate)
    staff = sign_in(client, world.associate)
    assert "for investors alone" in staff.get("/security").text
    assert staff.post("/texts").status_code == 409
    assert standing_of(world.investor).texts
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        assert world.investor.user_id
        grant_role(system, world.investor.user_id, role=Role.ASSOCIATE)
    assert not standing_of(world.investor).enrolled


def test_who_is_let_see_the_accounts_of_another_is_still_asked(
    client: FlaskClient, world: World, texting: list[str]
) -> None:
    """Anybody may name an investor as their delegate: it must not take the second factor from them."""
    with acting_as(world.investor.tenancy):
        email = get_contact(world.investor).email
    account = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    let_in(world.another_investor, email, [account])
    assert standing_of(world.investor).texts
    assert "/factors/code" in enter(client, world.investor, "/investments/portfolio").location


def test_where_the_firm_does_not_allow_it_nothing_is_offered_or_taken(
    app: Flask, client: FlaskClient, world: World, texting: list[str], post: Post
) -> None:
    enter(client, world.investor)
    client.post("/texts/code")
    code = sent(post)
    allow(world, allowed=False)
    assert client.post("/factors/code", data={"code": code}).status_code == 422
    assert not standing_of(world.investor).enrolled
    give_phone(world.another_investor)
    other = sign_in(app.test_client(), world.another_investor)
    assert "Turn text messages on" not in other.get("/security").text
    assert other.post("/texts").status_code == 409


def test_it_is_turned_off_and_the_number_stays_until_then(
    client: FlaskClient, investor: Actor, texting: list[str]
) -> None:
    sign_in(client, investor)
    assert "since" in client.get("/security").text
    assert client.post("/contact/phone/remove").status_code == 409
    assert client.post("/texts/remove").status_code == 303
    assert (standing_of(investor).enrolled, standing_of(investor).codes_left) == (False, 0)
    assert client.post("/contact/phone/remove").status_code == 303
    assert client.post("/texts").status_code == 409


def test_the_administrator_decides_for_the_firm(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    assert "Allow text messages" in client.get("/security").text
    assert client.post("/texts/permission", data={"allowed": "yes"}).status_code == 303
    assert "End text messages" in client.get("/security").text
    assert sign_in(client, world.manager).post("/texts/permission", data={"allowed": "no"}).status_code == 403
