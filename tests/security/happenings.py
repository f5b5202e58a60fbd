"""What people of a firm have set up for themselves, and what happened to them: each of it as pages and apps do it."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.queries import find_open_change
from portal.domain.identity.contact.services.changing import (
    confirm_phone_change,
    request_email_change,
    request_phone_change,
)
from portal.domain.identity.contact.values import ContactKind
from portal.domain.identity.factors.errors import WrongCode
from portal.domain.identity.factors.services import prove_code
from portal.domain.identity.recoveries.services import ask_recovery
from portal.domain.identity.sessions.queries import find_web_session
from portal.domain.identity.texts.services import enrol_texts, send_text_code, set_text_codes
from portal.domain.identity.viewings.services import begin_viewing
from portal.domain.people.access_review.queries import get_reviewed
from portal.domain.people.access_review.services import attest_access
from portal.domain.people.privacy.services.erasures import refuse_erasure, request_erasure
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.passkeys import give_passkey
from tests.factories.web import sign_in
from tests.security.canaries import Write, alone

NUMBER = "+14155550123"


def permit_texts(administrator: Actor) -> None:
    """The firm lets its investors have codes by text message."""
    with acting_as(administrator.tenancy):
        set_text_codes(administrator, allowed=True)


def set_up(person: Actor, write: Write, scope: str) -> None:
    """A passkey, a telephone number and codes that come to it, an address that is not confirmed yet, a code that was
    wrong; then both are lost, as the person says."""
    sealer, system = resources().sealer, Actor.system(person.firm_id)
    give_passkey(person, name=write(alone(scope)))
    assert person.user_id
    request_phone_change(person, sealer, phone=NUMBER)
    with acting_as(system.tenancy):
        change = find_open_change(person, person.user_id, ContactKind.PHONE)
    assert change
    confirm_phone_change(person, sealer, sealer.digits(change.id))
    enrol_texts(person)
    send_text_code(person, sealer)
    request_email_change(person, sealer, email=f"{write(scope)}@example.com")
    with suppress(WrongCode):
        prove_code(person, resources().vault, "no code")
    ask_recovery(person, sealer, reason=write(scope))


def refuse_to_erase(person: Actor, officer: Actor, write: Write, scope: str) -> None:
    """The person asks to be erased, is told why not, and asks again."""
    assert person.user_id
    with acting_as(person.tenancy):
        erasure = request_erasure(person, person.user_id, reason=write(scope))
    with acting_as(officer.tenancy):
        refuse_erasure(officer, erasure, answer=write(scope))
    with acting_as(person.tenancy):
        request_erasure(person, person.user_id, reason=write(scope))


def attest(manager: Actor, statement: str) -> None:
    """A manager says that they looked through who can see what."""
    with acting_as(manager.tenancy):
        attest_access(manager, digest=get_reviewed(manager).digest.hex(), statement=statement)


def view_as(app: Flask, manager: Actor, investor: Actor, *, agent: str, reason: str) -> str:
    """The cookie of another browser of the manager's, in which they see the portal as the investor does."""
    cookie = sign_in(app.test_client(), manager, agent=agent).get_cookie("sid")
    assert cookie is not None
    found = find_web_session(cookie.value)
    assert found is not None
    assert investor.user_id
    with acting_as(manager.tenancy):
        begin_viewing(found.actor, investor.user_id, reason=reason)
    return cookie.value
