"""Letting somebody else see one's accounts."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, requires_any
from portal.api.openapi import described
from portal.api.v1.people.schemas import DelegationItem, Delegations, MadeDelegation, NewDelegation, SharedAccount
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.identity.sessions.policies import require_freshness
from portal.domain.people.delegations.queries import list_given_delegations, list_received_delegations
from portal.domain.people.delegations.services import end_delegation, give_access
from portal.domain.people.delegations.values import Delegation, Relation, Scope
from portal.platform import clock
from portal.platform.resources import resources


@v1.get("/delegations")
@requires_any(Permission.SEE_OWN_PORTFOLIO)
@described(Delegations)
def show_delegations() -> Response:
    """Whom you let see accounts of yours, and who lets you see theirs."""
    given = [_item(each, given=True) for each in list_given_delegations(actor())]
    received = [_item(each, given=False) for each in list_received_delegations(actor())]
    return answer(Delegations([*given, *received]))


@v1.post("/delegations")
@requires_any(Permission.SHARE_ACCOUNTS)
@described(MadeDelegation, status=201, refusals=(401, 403, 409))
def give_delegation(json: NewDelegation) -> Response:
    """Let somebody see accounts of yours; 403 `proof_needed` where you proved who you are more than five minutes ago:
    sign in anew."""
    require_freshness(bearer(), clock.now())
    delegation_id = give_access(
        actor(),
        resources().sealer,
        email=json.email,
        called=json.called,
        relation=Relation(json.relation),
        accounts=json.accounts,
        scopes=[Scope(each) for each in json.scopes],
        until=json.until,
    )
    return answer(MadeDelegation(delegation_id), 201)


@v1.delete("/delegations/<uuid:delegation_id>")
@requires_any(Permission.SHARE_ACCOUNTS)
@described(None, status=204, refusals=(401, 403, 404))
def revoke_delegation(delegation_id: UUID) -> Response:
    """End it: from their next request on they see nothing by it."""
    end_delegation(actor(), delegation_id)
    return nothing()


def _item(found: Delegation, *, given: bool) -> DelegationItem:
    return DelegationItem(
        id=found.id,
        given=given,
        person=found.called if given else found.grantor,
        relation=found.relation.value,
        scopes=[scope.value for scope in sorted(found.scopes)],
        accounts=[SharedAccount(account, name) for account, name in found.accounts.items()],
        created_at=found.created_at,
        until=found.until,
        state=found.state.value,
    )
