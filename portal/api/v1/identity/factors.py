"""A person's own second factors."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, signed_in_only
from portal.api.once import every_time
from portal.api.openapi import described
from portal.api.v1.identity.passkeys import answer_of, proof_of, relying_party
from portal.api.v1.identity.schemas import (
    Confirmation,
    Factor,
    FactorName,
    Factors,
    NewFactor,
    NewPasskey,
    PasskeyOptions,
    Proof,
    RecoveryCodes,
)
from portal.api.v1.routes import v1
from portal.domain.identity.devices.services import end_other_devices
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import confirm_enrolment, remove_factor
from portal.domain.identity.factors.values import Enrolment
from portal.domain.identity.passkeys.queries import get_enrolment_offer, get_proof_offer, list_passkeys
from portal.domain.identity.passkeys.services import confirm_passkey, remove_passkey, rename_passkey
from portal.domain.identity.sessions.services import prove_person
from portal.domain.identity.sessions.values import Proof as ProvenBy
from portal.domain.identity.texts.queries import get_text_offer
from portal.domain.identity.texts.services import remove_texts
from portal.platform.errors import NotFound, Unauthenticated
from portal.platform.resources import resources

SHOWN_ONCE = "Its answer holds secrets, which are kept nowhere."


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()


@v1.get("/auth/factors")
@signed_in_only
@described(Factors, refusals=(401,))
def show_factors() -> Response:
    """The factors one has."""
    standing = get_standing(actor().user_id)
    items = []
    if standing.factor_id is not None:
        created, used = _moment(standing.since) or "", _moment(standing.used_at)
        items = [Factor(str(standing.factor_id), "totp", None, created, used)]
    for each in list_passkeys(actor()):
        created = _moment(each.created_at) or ""
        items.append(Factor(str(each.id), "passkey", each.name, created, _moment(each.used_at)))
    texts = get_text_offer(actor())
    if texts.factor_id is not None and standing.texts:
        items.append(
            Factor(str(texts.factor_id), "text", texts.phone, _moment(texts.since) or "", _moment(texts.used_at))
        )
    return answer(Factors(items, standing.codes_left, standing.required))


@v1.post("/auth/factors")
@signed_in_only
@described(NewFactor, refusals=(401, 403, 409, 429))
@every_time(SHOWN_ONCE)
def begin_factor(json: Proof) -> Response:
    """Begin to set up an authenticator app, which will take the place of the one there is."""
    person = bearer()
    if person.actor.user_id is None:
        raise Unauthenticated
    proven_by = prove_person(resources().vault, person, proof_of(json))
    enrolment = Enrolment.new(replaces=proven_by is not ProvenBy.PASSWORD)
    uri = enrolment.uri(account=person.email, issuer=person.firm.name)
    return answer(NewFactor(enrolment.secret, uri, enrolment.seal(resources().vault, person.actor.user_id)))


@v1.post("/auth/factors/confirm")
@signed_in_only
@described(RecoveryCodes, refusals=(401, 403, 409))
@every_time(SHOWN_ONCE)
def confirm_factor(json: Confirmation) -> Response:
    """Take the app into use with its first code; the recovery codes. Every other browser and app is signed out.

    An enrolment that began with the password is refused where a factor was set up meanwhile.
    """
    codes = confirm_enrolment(actor(), resources().vault, sealed=json.enrolment, code=json.code)
    end_other_devices(actor())
    return answer(RecoveryCodes(list(codes)))


@v1.delete("/auth/factors/<uuid:factor_id>")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 404, 409, 429))
def delete_factor(factor_id: UUID, json: Proof) -> Response:
    """Sign in without this app, passkey or text messages from now on; refused for the last one where the firm asks for
    a factor."""
    is_app = get_standing(actor().user_id).factor_id == factor_id
    is_text = get_text_offer(actor()).factor_id == factor_id
    if not (is_app or is_text) and factor_id not in {each.id for each in list_passkeys(actor())}:
        raise NotFound
    prove_person(resources().vault, bearer(), proof_of(json))
    if is_app:
        remove_factor(actor())
    elif is_text:
        remove_texts(actor())
    else:
        remove_passkey(actor(), factor_id)
    return nothing()


@v1.patch("/auth/factors/<uuid:factor_id>")
@signed_in_only
@described(None, status=204, refusals=(401, 404))
def rename_factor(factor_id: UUID, json: FactorName) -> Response:
    """Call a passkey otherwise. Other factors have no name of their own: they are not found here."""
    rename_passkey(actor(), factor_id, name=json.name)
    return nothing()


@v1.post("/auth/factors/proof")
@signed_in_only
@described(PasskeyOptions, refusals=(401,))
@every_time("It asks anew each time.")
def begin_passkey_proof() -> Response:
    """Ask for one of one's passkeys, as the proof that another operation wants."""
    offer = get_proof_offer(actor(), resources().vault, relying_party())
    return answer(PasskeyOptions(offer.options, offer.ceremony))


@v1.post("/auth/factors/passkeys")
@signed_in_only
@described(PasskeyOptions, refusals=(401, 403, 409, 429))
@every_time(SHOWN_ONCE)
def begin_passkey(json: Proof) -> Response:
    """Begin to set up a passkey, which will stand beside the factors there are."""
    person = bearer()
    proven_by = prove_person(resources().vault, person, proof_of(json))
    offer = get_enrolment_offer(
        person.actor,
        resources().vault,
        relying_party(),
        email=person.email,
        firm=person.firm.name,
        replaces=proven_by is not ProvenBy.PASSWORD,
    )
    return answer(PasskeyOptions(offer.options, offer.ceremony))


@v1.post("/auth/factors/passkeys/confirm")
@signed_in_only
@described(RecoveryCodes, refusals=(401, 403, 409))
@every_time(SHOWN_ONCE)
def confirm_new_passkey(json: NewPasskey) -> Response:
    """Take the passkey into use. With the first factor come recovery codes, and every other browser and app is signed
    out."""
    codes = confirm_passkey(actor(), resources().vault, answer_of(json), name=json.name)
    if codes:
        end_other_devices(actor())
    return answer(RecoveryCodes(list(codes)))
