"""How one is reached: changing one's e-mail address and telephone number, and undoing a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask import Response
from pydantic import Field

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, public, signed_in_only
from portal.api.openapi import described
from portal.api.parsing import Body
from portal.api.v1.identity.passkeys import proof_of
from portal.api.v1.identity.schemas import Code, MailAddress, Proof
from portal.api.v1.routes import v1
from portal.domain.identity.contact.queries import get_contact
from portal.domain.identity.contact.services.changing import (
    confirm_email_change,
    confirm_phone_change,
    remove_phone,
    request_email_change,
    request_phone_change,
)
from portal.domain.identity.contact.services.undoing import undo_contact_change
from portal.domain.identity.sessions.services import prove_person
from portal.platform.errors import NotFound
from portal.platform.resources import resources


class NewEmail(Proof):
    """The new address, with a proof that it is the person."""

    email: MailAddress


class NewPhone(Proof):
    """The new telephone number with the code of its country, and a proof that it is the person."""

    phone: Annotated[str, Field(min_length=1, max_length=40)]


class LinkToken(Body):
    """The last part of a link that was sent."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class SentCode(Body):
    """The six digits that were sent."""

    code: Code


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How a person is reached; of a telephone number the last digits. `waiting_phone` waits for its code."""

    email: str
    email_changed_at: datetime | None
    phone: str | None
    phone_changed_at: datetime | None
    waiting_phone: str | None


@v1.get("/auth/contact")
@signed_in_only
@described(ContactDetails, refusals=(401,))
def show_contact() -> Response:
    """How one is reached."""
    found = get_contact(actor())
    return answer(
        ContactDetails(found.email, found.email_changed_at, found.phone, found.phone_changed_at, found.waiting_phone)
    )


@v1.post("/auth/contact/email")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 409))
def change_email(json: NewEmail) -> Response:
    """Have a link sent to a new address, which counts once the link's token comes back.

    The answer is the same for an address that somebody else has.
    """
    prove_person(resources().vault, bearer(), proof_of(json))
    request_email_change(actor(), resources().sealer, email=json.email)
    return nothing()


@v1.post("/auth/contact/email/confirm")
@signed_in_only
@described(None, status=204, refusals=(401, 404, 409))
def confirm_email(json: LinkToken) -> Response:
    """Let the new address count. The former one is told, with a link that undoes it for fourteen days."""
    confirm_email_change(actor(), resources().sealer, json.token)
    return nothing()


@v1.post("/auth/contact/phone")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 404, 409))
def change_phone(json: NewPhone) -> Response:
    """Have a code sent to a new telephone number; 404 where this portal sends no text messages."""
    if resources().sms is None:
        raise NotFound("This portal sends no text messages.")
    prove_person(resources().vault, bearer(), proof_of(json))
    request_phone_change(actor(), resources().sealer, phone=json.phone)
    return nothing()


@v1.post("/auth/contact/phone/confirm")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 409))
def confirm_phone(json: SentCode) -> Response:
    """Let the new number count, by the code that was sent to it, good for five minutes."""
    confirm_phone_change(actor(), resources().sealer, json.code)
    return nothing()


@v1.delete("/auth/contact/phone")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 409))
def forget_phone(json: Proof) -> Response:
    """Keep no telephone number any more."""
    prove_person(resources().vault, bearer(), proof_of(json))
    remove_phone(actor(), resources().sealer)
    return nothing()


@v1.post("/auth/contact/undo")
@public
@described(None, status=204, refusals=(404, 409), bearer=False)
def undo_change(json: LinkToken) -> Response:
    """Undo a change by the token of the link in its notice; every session of the person ends, and their password counts
    no more: they set a new one by /auth/password/forgot."""
    undo_contact_change(json.token)
    return nothing()
