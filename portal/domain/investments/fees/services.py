"""Preparing a fee, asking for its approval, posting it, taking it into a call, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import FEE_CHARGE
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.fees.errors import (
    FeeCalled,
    FeeChanged,
    FeeChargeClosed,
    NothingToCharge,
    PeriodCharged,
)
from portal.domain.investments.fees.models import FeeChargeRecord
from portal.domain.investments.fees.queries import exists_fee_for, find_returned, get_fee_charge, list_fee_shares
from portal.domain.investments.fees.rules import (
    basis_of,
    count_days,
    fee_digest,
    fee_entries,
    find_excess,
    find_faults,
    share_fee,
)
from portal.domain.investments.fees.values import FeeShare, FeeState, NewFeeCharge
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import FeeBasis, Vehicle
from portal.platform import clock
from portal.platform.db import execute, fetch_all, session, transactional
from portal.platform.errors import Invalid
from portal.platform.money import NothingToShareBy

S = FeeState
MOVE = """
UPDATE investments.fee_charges SET state = %(state)s,
  posted_at = CASE WHEN %(state)s = 'posted' THEN now() ELSE posted_at END
WHERE firm_id = %(firm)s AND id = %(id)s AND state = ANY(%(before)s) AND call_id IS NULL
"""
SHARES = """
INSERT INTO investments.fee_shares (charge_id, firm_id, account_id, basis, fee, credit, rebate)
SELECT %(id)s, %(firm)s, given.* FROM unnest(%(accounts)s::uuid[], %(bases)s::numeric[], %(fees)s::numeric[],
  %(credits)s::numeric[], %(rebates)s::numeric[]) AS given
"""
TAKE = """
UPDATE investments.fee_charges SET call_id = %(call)s, last_call_id = %(call)s
WHERE firm_id = %(firm)s AND id = ANY(%(ids)s) AND state = 'posted' AND paid_from = 'call' AND call_id IS NULL
"""
# Nobody posts to the vehicle's holdings until the operation is over.
LOCK = """
SELECT id FROM investments.holdings WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s ORDER BY id FOR UPDATE
"""
LET_GO = """
UPDATE investments.fee_charges SET call_id = NULL, last_call_id = CASE WHEN %(remembered)s THEN call_id END
WHERE firm_id = %(firm)s AND call_id = %(call)s
"""


@transactional
def prepare_fee(actor: Actor, given: NewFeeCharge) -> UUID:
    """A draft with each account's part by the vehicle's terms, which staff look through before they ask for approval;
    its id. Invalid with a message per field, PeriodCharged, NothingToCharge."""
    require(actor, Permission.PREPARE_MONEY)
    vehicle = get_vehicle(actor, given.vehicle_id)
    if faults := find_faults(given, clock.today()):
        raise Invalid(fields=faults)
    if not vehicle.terms.management_fee:
        raise Invalid(fields={"vehicle": "Its terms have no management fee; enter one there first."})
    if exists_fee_for(actor, given.vehicle_id, given.starts_on, given.ends_on):
        raise PeriodCharged
    try:
        bases = _bases(actor, vehicle.id, vehicle.terms.fee_basis, given.measured_on)
        shares = share_fee(given, vehicle.terms, bases, vehicle.currency)
    except NothingToShareBy as error:
        raise NothingToCharge from error
    if problem := find_excess(shares, given.rebates):
        raise Invalid(fields={"rebates": problem})
    charge_id = _record(actor, given, vehicle, shares)
    record_act(actor.user_id, "fee_charge.prepare", f"fee_charge:{charge_id}")
    return charge_id


def _bases(actor: Actor, vehicle_id: UUID, basis: FeeBasis, measured_on: date) -> list[tuple[UUID, Decimal]]:
    """What the fee is a rate of per account, in the order of admission."""
    holdings = list_holdings(actor, as_of=measured_on, vehicle_id=vehicle_id)
    returned = find_returned([each.id for each in holdings], as_of=measured_on)
    return [
        (each.account_id, basis_of(each, basis, returned.get(each.id, Decimal(0))))
        for each in sorted(holdings, key=lambda each: (each.first_on or date.max, each.id))
    ]


def _record(actor: Actor, given: NewFeeCharge, vehicle: Vehicle, shares: Sequence[FeeShare]) -> UUID:
    terms = vehicle.terms
    accounts, bases, fees, credits, rebates = (list(column) for column in zip(*shares, strict=True))
    record = FeeChargeRecord(
        firm_id=actor.firm_id,
        vehicle_id=vehicle.id,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        measured_on=given.measured_on,
        basis=terms.fee_basis.value,
        rate=terms.management_fee,
        day_count=terms.day_count.value,
        days=count_days(given.starts_on, given.ends_on, terms.day_count),
        paid_from=given.paid_from.value,
        total_basis=sum(bases),
        fee=sum(fees),
        offsets=given.offsets,
        credited=sum(credits),
        rebated=sum(rebates),
        state=S.DRAFT.value,
        created_by=actor.user_id,
    )
    session.add(record)
    session.flush()
    columns = {"accounts": accounts, "bases": bases, "fees": fees, "credits": credits, "rebates": rebates}
    execute(SHARES, id=record.id, firm=actor.firm_id, **columns)
    return record.id


@transactional
def discard_fee(actor: Actor, charge_id: UUID) -> None:
    """Throw a draft away; FeeChargeClosed where it is none any more."""
    require(actor, Permission.PREPARE_MONEY)
    get_fee_charge(actor, charge_id)
    _move(actor, charge_id, S.DISCARDED, before=S.DRAFT)
    record_act(actor.user_id, "fee_charge.discard", f"fee_charge:{charge_id}")


@transactional
def propose_fee(actor: Actor, charge_id: UUID, *, reason: str) -> UUID:
    """Ask somebody else to approve a draft; the id of the request."""
    require(actor, Permission.PREPARE_MONEY)
    get_fee_charge(actor, charge_id)
    _move(actor, charge_id, S.WAITING, before=S.DRAFT)
    return _ask(actor, charge_id, "post", reason.strip())


@transactional
def propose_fee_undoing(actor: Actor, charge_id: UUID, *, reason: str) -> UUID:
    """Ask somebody else to let a posted fee be taken back; the id of the request. FeeCalled while a call has it."""
    require(actor, Permission.PREPARE_MONEY)
    if not reason.strip():
        raise Invalid(fields={"reason": "Say why: it stays in the record."})
    charge = get_fee_charge(actor, charge_id)
    if charge.state is not S.POSTED:
        raise FeeChargeClosed
    if charge.call_id is not None:
        raise FeeCalled
    return _ask(actor, charge_id, "undo", reason.strip())


def _ask(actor: Actor, charge_id: UUID, act: str, reason: str) -> UUID:
    content = {"act": act, "digest": _digest(actor, charge_id)}
    return request_approval(actor, FEE_CHARGE, subject=f"fee_charge:{charge_id}", content=content, reason=reason)


def _shares(actor: Actor, charge_id: UUID) -> list[FeeShare]:
    return [each.share for each in list_fee_shares(actor, charge_id)]


def _digest(actor: Actor, charge_id: UUID) -> str:
    return fee_digest(get_fee_charge(actor, charge_id), _shares(actor, charge_id))


@transactional
def post_fee(actor: Actor, charge_id: UUID, *, digest: str) -> None:
    """Write an approved fee into the ledger on its last day. FeeChanged where its parts are not those that were
    approved, or what they are measured by is not that any more by the books; FeeChargeClosed where it waits no more."""
    charge, shares = get_fee_charge(actor, charge_id), _shares(actor, charge_id)
    fetch_all(LOCK, firm=actor.firm_id, vehicle=charge.vehicle_id)
    measured = _bases(actor, charge.vehicle_id, charge.basis, charge.measured_on)
    if fee_digest(charge, shares) != digest or dict(measured) != {each.account_id: each.basis for each in shares}:
        raise FeeChanged
    _move(actor, charge_id, S.POSTED, before=S.WAITING)
    post_entries(actor, fee_entries(charge, shares), batch_id=charge_id)
    record_act(actor.user_id, "fee_charge.post", f"fee_charge:{charge_id}")


@transactional
def undo_fee(actor: Actor, charge_id: UUID) -> None:
    """Reverse a posted fee; FeeCalled while a call has it."""
    if get_fee_charge(actor, charge_id).call_id is not None:
        raise FeeCalled
    _move(actor, charge_id, S.UNDONE, before=S.POSTED)
    reverse_batch(actor, charge_id)
    record_act(actor.user_id, "fee_charge.undo", f"fee_charge:{charge_id}")


@transactional
def return_fee(actor: Actor, charge_id: UUID) -> None:
    """Make a draft again of one whose approval was refused or taken back; nothing where it does not wait."""
    execute(MOVE, firm=actor.firm_id, id=charge_id, state=S.DRAFT.value, before=[S.WAITING.value])
    record_act(actor.user_id, "fee_charge.return", f"fee_charge:{charge_id}")


@transactional
def take_into_call(actor: Actor, charge_ids: Sequence[UUID], call_id: UUID) -> None:
    """Say that a capital call, be it a draft, has these fees as its line of fees, so that no other takes them in and
    nobody takes them back; FeeCalled where one of them is in a call, or not to be called."""
    if execute(TAKE, firm=actor.firm_id, ids=list(charge_ids), call=call_id) != len(set(charge_ids)):
        raise FeeCalled


@transactional
def let_go_of_call(actor: Actor, call_id: UUID, *, remembered: bool = True) -> None:
    """Let the fees of a call that is cancelled, given up or written anew be called again; `remembered`: the call that
    corrects it is offered them first."""
    execute(LET_GO, firm=actor.firm_id, call=call_id, remembered=remembered)


def _move(actor: Actor, charge_id: UUID, state: FeeState, *, before: FeeState) -> None:
    if not execute(MOVE, firm=actor.firm_id, id=charge_id, state=state.value, before=[before.value]):
        raise FeeChargeClosed
