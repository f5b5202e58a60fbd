"""A person's own second factors."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, signed_in_only
from portal.api.openapi import described
from portal.api.v1.identity.schemas import Confirmation, Factor, Factors, NewFactor, Proof, RecoveryCodes
from portal.api.v1.routes import v1
from portal.domain.identity.devices.services import end_other_devices
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import confirm_enrolment, remove_factor
from portal.domain.identity.factors.values import Enrolment
from portal.domain.identity.sessions.services import prove_person
from portal.platform.errors import NotFound, Unauthenticated
from portal.platform.resources import resources


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
        items = [Factor(str(standing.factor_id), "totp", _moment(standing.since) or "", _moment(standing.used_at))]
    return answer(Factors(items, standing.codes_left, standing.required))


@v1.post("/auth/factors")
@signed_in_only
@described(NewFactor, refusals=(401, 403, 429))
def begin_factor(json: Proof) -> Response:
    """Begin to set up an authenticator app, which will take the place of the one there is."""
    person = bearer()
    if person.actor.user_id is None:
        raise Unauthenticated
    prove_person(resources().vault, person, json.proof)
    enrolment = Enrolment.new()
    uri = enrolment.uri(account=person.email, issuer=person.firm.name)
    return answer(NewFactor(enrolment.secret, uri, enrolment.seal(resources().vault, person.actor.user_id)))


@v1.post("/auth/factors/confirm")
@signed_in_only
@described(RecoveryCodes, refusals=(401, 403, 409))
def confirm_factor(json: Confirmation) -> Response:
    """Take the app into use with its first code; the recovery codes. Every other browser and app is signed out."""
    codes = confirm_enrolment(actor(), resources().vault, sealed=json.enrolment, code=json.code)
    end_other_devices(actor())
    return answer(RecoveryCodes(list(codes)))


@v1.delete("/auth/factors/<uuid:factor_id>")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 404, 409, 429))
def delete_factor(factor_id: UUID, json: Proof) -> Response:
    """Sign in with the password alone from now on; refused where the firm asks for a factor."""
    if get_standing(actor().user_id).factor_id != factor_id:
        raise NotFound
    prove_person(resources().vault, bearer(), json.proof)
    remove_factor(actor())
    return nothing()
