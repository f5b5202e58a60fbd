"""Having oneself erased: what goes, what is kept until when and why, and where a request stands."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, signed_in_only
from portal.api.openapi import described
from portal.api.v1.people.privacy_schemas import (
    ErasurePlan,
    ErasureRequest,
    KeptAccount,
    NewErasure,
    PlannedCategory,
)
from portal.api.v1.routes import v1
from portal.domain.identity.sessions.policies import require_freshness
from portal.domain.people.privacy.queries.erasures import find_own_erasure, get_erasure, get_own_plan
from portal.domain.people.privacy.services.erasures import request_erasure, withdraw_erasure
from portal.domain.people.privacy.values.erasures import Erasure, Owned
from portal.platform import clock
from portal.platform.errors import Forbidden


@v1.get("/privacy/erasures")
@signed_in_only
@described(ErasurePlan, refusals=(401,))
def show_erasure() -> Response:
    """What erasing the person today would do, and their newest request."""
    plan, newest = get_own_plan(actor()), find_own_erasure(actor())
    return answer(
        ErasurePlan(
            categories=[
                PlannedCategory(line.category.value, line.title, line.what, line.until, line.rule or None)
                for line in plan.lines
            ],
            accounts=[*_accounts(plan.alone, goes=True), *_accounts(plan.shared, goes=False)],
            destroy_after=plan.destroy_after,
            request=None if newest is None else _item(newest),
        )
    )


@v1.post("/privacy/erasures")
@signed_in_only
@described(ErasureRequest, status=201, refusals=(401, 403, 409))
def request_own_erasure(json: NewErasure) -> Response:
    """Ask to be erased; two people of the firm decide.

    403 `proof_needed` where the person proved who they are more than five minutes ago, 409 while it is asked for.
    """
    person = bearer()
    require_freshness(person, clock.now())
    if person.actor.user_id is None:
        raise Forbidden
    erasure_id = request_erasure(person.actor, person.actor.user_id, reason=json.reason)
    return answer(_item(get_erasure(person.actor, erasure_id)), 201)


@v1.delete("/privacy/erasures/<uuid:erasure_id>")
@signed_in_only
@described(None, status=204, refusals=(401, 404, 409))
def withdraw_own_erasure(erasure_id: UUID) -> Response:
    """Take the request back; 409 where it is decided or carried out already."""
    withdraw_erasure(actor(), erasure_id)
    return nothing()


def _accounts(owned: tuple[Owned, ...], *, goes: bool) -> list[KeptAccount]:
    return [KeptAccount(each.id, each.name, goes) for each in owned]


def _item(found: Erasure) -> ErasureRequest:
    return ErasureRequest(
        id=found.id,
        state=found.state.value,
        by_person=found.by_person,
        asked_at=found.asked_at,
        reason=found.reason,
        answer=found.answer,
        closed_at=found.closed_at,
    )
