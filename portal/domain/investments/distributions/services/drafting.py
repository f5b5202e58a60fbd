"""Distributions prepared: entered, changed, given up, sent for approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval, void_approval
from portal.domain.identity.approvals.values import DISTRIBUTION
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.distributions.errors import DistributionMoved
from portal.domain.investments.distributions.models import DistributionRecord
from portal.domain.investments.distributions.queries.carries import get_carry
from portal.domain.investments.distributions.queries.distributions import (
    find_last_day,
    get_distribution,
    get_next_number,
)
from portal.domain.investments.distributions.queries.nettings import list_nettable_calls
from portal.domain.investments.distributions.queries.particulars import list_deals
from portal.domain.investments.distributions.queries.plans import get_plan
from portal.domain.investments.distributions.rules.drafting import find_day_problem, find_draft_faults
from portal.domain.investments.distributions.rules.freezing import (
    digest_plan,
    freeze_components,
    freeze_fall,
    freeze_lines,
    freeze_tiers,
)
from portal.domain.investments.distributions.rules.paying_back import find_payback_faults
from portal.domain.investments.distributions.values.distributions import (
    Distribution,
    DistributionState,
    Draft,
)
from portal.domain.investments.distributions.values.plans import Method, Plan, Share
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.db import execute, fetch_value, session, transactional
from portal.platform.errors import Invalid

S = DistributionState
LOCK_VEHICLE = "SELECT id FROM investments.vehicles WHERE firm_id = %(firm)s AND id = %(id)s FOR UPDATE"
SHARES = """
INSERT INTO investments.distribution_shares (id, firm_id, distribution_id, account_id, state, gross, withheld, in_kind,
  net, netted, recallable, components, tiers)
SELECT gen_random_uuid(), %(firm)s, %(id)s, account, 'unpaid', gross, withheld, in_kind, net, netted, recallable,
  components::jsonb, tiers::jsonb
FROM unnest(%(accounts)s::uuid[], %(gross)s::numeric[], %(withheld)s::numeric[], %(in_kind)s::numeric[],
  %(net)s::numeric[], %(netted)s::numeric[], %(recallable)s::numeric[], %(components)s::text[], %(tiers)s::text[])
  AS given (account, gross, withheld, in_kind, net, netted, recallable, components, tiers)
"""
DROP_SHARES = """
DELETE FROM investments.distribution_shares WHERE firm_id = %(firm)s AND distribution_id = %(id)s AND NOT issued
"""


@transactional
def create_distribution(actor: Actor, draft: Draft) -> UUID:
    """A new draft of the actor's firm; Invalid with a message per field. The new id."""
    require(actor, Permission.PREPARE_MONEY)
    _check(actor, draft)
    return add_distribution(actor, draft, made_by=actor.user_id).id


@transactional
def add_distribution(actor: Actor, draft: Draft, *, made_by: UUID | None) -> DistributionRecord:
    """A new draft with the next number of its vehicle, which nobody else draws meanwhile, in the name of who asked for
    it."""
    fetch_value(LOCK_VEHICLE, firm=actor.firm_id, id=draft.vehicle_id)
    record = DistributionRecord(
        firm_id=actor.firm_id,
        vehicle_id=draft.vehicle_id,
        number=get_next_number(actor, draft.vehicle_id),
        state=S.DRAFT.value,
        currency=get_vehicle(actor, draft.vehicle_id).currency,
        created_by=made_by,
        **_columns(draft),
    )
    session.add(record)
    session.flush()
    record_act(actor.user_id, "distribution.create", f"distribution:{record.id}")
    return record


@transactional
def change_distribution(actor: Actor, distribution_id: UUID, draft: Draft) -> None:
    """Other particulars for a draft; its vehicle stays. Invalid with a message per field, DistributionMoved where it is
    no draft any more."""
    require(actor, Permission.PREPARE_MONEY)
    record = lock_distribution(actor, distribution_id, S.DRAFT)
    if record.vehicle_id != draft.vehicle_id:
        raise Invalid(fields={"vehicle": "The vehicle of a distribution stays. Give this one up and begin another."})
    if Method.CLAWBACK in (record.method, draft.method) and record.method != draft.method:
        raise Invalid(fields={"method": "Carry that is paid back stays that. Give this one up and begin another."})
    _check(actor, draft)
    for name, value in _columns(draft).items():
        setattr(record, name, value)
    session.flush()
    record_act(actor.user_id, "distribution.change", f"distribution:{distribution_id}")


@transactional
def discard_distribution(actor: Actor, distribution_id: UUID) -> None:
    """Give a draft up; DistributionMoved where it is none any more."""
    require(actor, Permission.PREPARE_MONEY)
    lock_distribution(actor, distribution_id, S.DRAFT).state = S.CANCELLED.value
    session.flush()
    record_act(actor.user_id, "distribution.discard", f"distribution:{distribution_id}")


@transactional
def submit_distribution(actor: Actor, distribution_id: UUID) -> UUID:
    """Freeze what everybody gets and ask two others to approve it; the id of the request. Whatever the preview refuses,
    and DistributionMoved where it is no draft any more."""
    require(actor, Permission.PREPARE_MONEY)
    record = lock_distribution(actor, distribution_id, S.DRAFT)
    found = get_distribution(actor, distribution_id)
    draft = found.draft
    _check(actor, draft)
    plan = get_plan(actor, draft)
    digest = freeze_distribution(actor, record, draft, plan)
    content = _content(found, plan, digest)
    subject = f"distribution:{distribution_id}"
    request = request_approval(actor, DISTRIBUTION, subject=subject, content=content, reason=found.note)
    record_act(actor.user_id, "distribution.submit", subject)
    return request


def _content(found: Distribution, plan: Plan, digest: str) -> dict[str, Any]:
    """What is asked for."""
    netting = {} if found.nets_call is None else {"nets_call": f"C{found.nets_call}", "netted": str(plan.netted)}
    return {
        "vehicle": str(found.vehicle_id), "number": found.number, "method": found.method.value,
        "pay_on": found.pay_on.isoformat(),
        "currency": found.currency, "accounts": len(plan.shares), "gross": str(plan.gross), "carry": str(plan.carry),
        "escrow": str(plan.escrow), "withheld": str(plan.withheld), "net": str(plan.net), "digest": digest, **netting,
    }  # fmt: skip


@transactional
def freeze_distribution(actor: Actor, record: DistributionRecord, draft: Draft, plan: Plan) -> str:
    """Write down what everybody gets, which waits for approval from now on; its digest."""
    digest = digest_plan(draft, plan)
    record.falls = [freeze_fall(fall) for fall in plan.falls]
    record.gross, record.carry, record.escrow = plan.gross, plan.carry, plan.escrow
    record.withheld, record.net, record.netted, record.digest = plan.withheld, plan.net, plan.netted, digest
    record.state = S.WAITING.value
    session.flush()
    _keep_shares(actor, record.id, plan.shares)
    return digest


@transactional
def recall_distribution(actor: Actor, distribution_id: UUID) -> None:
    """Take a distribution back from approval, to be changed; DistributionMoved where it does not wait any more."""
    require(actor, Permission.PREPARE_MONEY)
    void_approval(actor, DISTRIBUTION, f"distribution:{distribution_id}")
    return_distribution_to_draft(actor, distribution_id)


@transactional
def return_distribution_to_draft(actor: Actor, distribution_id: UUID) -> None:
    """Let a distribution that waited be a draft again: rejected, or taken back."""
    lock_distribution(actor, distribution_id, S.WAITING).state = S.DRAFT.value
    session.flush()
    execute(DROP_SHARES, firm=actor.firm_id, id=distribution_id)
    record_act(actor.user_id, "distribution.return", f"distribution:{distribution_id}")


@transactional
def lock_distribution(actor: Actor, distribution_id: UUID, *states: DistributionState) -> DistributionRecord:
    """The row, which nobody else moves meanwhile; NotFound where the actor may not see it, DistributionMoved where it
    is in none of the states."""
    get_distribution(actor, distribution_id)
    record = session.get_one(DistributionRecord, distribution_id, with_for_update=True, populate_existing=True)
    if record.state not in {state.value for state in states}:
        raise DistributionMoved
    return record


def _check(actor: Actor, draft: Draft) -> None:
    if problem := find_day_problem(draft.pay_on, clock.today()):
        raise Invalid(fields={"pay_on": problem})
    vehicle, last_on = get_vehicle(actor, draft.vehicle_id), find_last_day(actor, draft.vehicle_id)
    if draft.method is Method.CLAWBACK:
        faults = find_payback_faults(draft, get_carry(actor, vehicle.id, on=draft.pay_on), last_on=last_on)
    else:
        deals = [deal.id for deal in list_deals(actor, vehicle.id)]
        calls = list_nettable_calls(actor, vehicle.id) if draft.nets_call_id else []
        faults = find_draft_faults(draft, vehicle, deals=deals, last_on=last_on, calls=calls)
    if faults:
        raise Invalid(fields=faults)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "method": draft.method.value,
        "pay_on": draft.pay_on,
        "lines": freeze_lines(draft.lines),
        "note": draft.note,
        "nets_call_id": draft.nets_call_id,
    }


def _keep_shares(actor: Actor, distribution_id: UUID, shares: Sequence[Share]) -> None:
    execute(
        SHARES,
        firm=actor.firm_id,
        id=distribution_id,
        accounts=[share.account_id for share in shares],
        gross=[share.gross for share in shares],
        withheld=[share.withheld for share in shares],
        in_kind=[share.in_kind for share in shares],
        net=[share.net for share in shares],
        netted=[share.netted for share in shares],
        recallable=[share.recallable for share in shares],
        components=[orjson.dumps(freeze_components(share.components)).decode() for share in shares],
        tiers=[orjson.dumps(freeze_tiers(share.tiers)).decode() for share in shares],
    )
