"""Preparing a valuation, asking for its approval, posting it and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import VALUATION
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.valuations.errors import HoldersChanged, NobodyHolds, ValuationClosed
from portal.domain.investments.valuations.models import ValuationRecord
from portal.domain.investments.valuations.queries import find_posted, get_next_version, get_valuation, list_shares
from portal.domain.investments.valuations.rules import (
    find_faults,
    net_asset_value,
    share_out,
    shares_digest,
    valuation_entries,
)
from portal.domain.investments.valuations.values import NewValuation, Share, Valuation, ValuationState
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.db import execute, fetch_all, session, transactional
from portal.platform.errors import Invalid
from portal.platform.money import Money, NothingToShareBy

S = ValuationState
MOVE = """
UPDATE investments.valuations SET state = %(state)s,
  posted_at = CASE WHEN %(state)s = 'posted' THEN now() ELSE posted_at END
WHERE firm_id = %(firm)s AND id = %(id)s AND state = ANY(%(before)s)
"""
SHARES = """
INSERT INTO investments.valuation_shares (valuation_id, firm_id, account_id, weight, amount, before, accrued_carry)
SELECT %(id)s, %(firm)s, account_id, weight, amount, before, accrued_carry
FROM unnest(%(accounts)s::uuid[], %(weights)s::numeric[], %(amounts)s::numeric[], %(befores)s::numeric[],
  %(accrued)s::numeric[]) AS given (account_id, weight, amount, before, accrued_carry)
"""
# Nobody posts to the vehicle's holdings until the operation is over.
LOCK = """
SELECT id FROM investments.holdings WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s ORDER BY id FOR UPDATE
"""


@transactional
def prepare_valuation(actor: Actor, given: NewValuation) -> UUID:
    """A draft with each holder's part of the value, which staff look through before they ask for approval; its id.
    Invalid with a message per field, NobodyHolds."""
    require(actor, Permission.PREPARE_MONEY)
    currency = get_vehicle(actor, given.vehicle_id).currency
    given = replace(given, components=_whole(given, currency))
    if faults := find_faults(given, clock.today()):
        raise Invalid(fields=faults)
    holdings = list_holdings(actor, as_of=given.valued_on, vehicle_id=given.vehicle_id)
    if not holdings:
        raise NobodyHolds
    amount = net_asset_value(given.components)
    shares = share_out(amount, holdings, given, currency)
    record = ValuationRecord(
        firm_id=actor.firm_id,
        vehicle_id=given.vehicle_id,
        valued_on=given.valued_on,
        version=get_next_version(actor, given.vehicle_id, given.valued_on),
        amount=amount,
        components={name: f"{part:f}" for name, part in given.components.items()},
        basis=given.basis.value,
        total_weight=sum(share.weight for share in shares),
        reason=given.reason.strip(),
        state=S.DRAFT.value,
        created_by=actor.user_id,
    )
    session.add(record)
    session.flush()
    columns = (list(column) for column in zip(*shares, strict=True))
    rows = zip(("accounts", "weights", "amounts", "befores", "accrued"), columns, strict=True)
    execute(SHARES, id=record.id, firm=actor.firm_id, **dict(rows))
    record_act(actor.user_id, "valuation.prepare", f"valuation:{record.id}", amount=f"{amount:f}")
    return record.id


def _whole(given: NewValuation, currency: str) -> dict[str, Any]:
    faults, parts = {}, {}
    for name, amount in given.components.items():
        try:
            parts[name] = Money(amount, currency).amount
        except Invalid as error:
            faults[name] = error.message
    if faults:
        raise Invalid(fields=faults)
    return parts


@transactional
def discard_valuation(actor: Actor, valuation_id: UUID) -> None:
    """Throw a draft away; ValuationClosed where it is none any more."""
    require(actor, Permission.PREPARE_MONEY)
    get_valuation(actor, valuation_id)
    _move(actor, valuation_id, S.DISCARDED, before=(S.DRAFT,))
    record_act(actor.user_id, "valuation.discard", f"valuation:{valuation_id}")


@transactional
def propose_valuation(actor: Actor, valuation_id: UUID) -> UUID:
    """Ask somebody else to approve a draft; the id of the request."""
    require(actor, Permission.PREPARE_MONEY)
    valuation = get_valuation(actor, valuation_id)
    _move(actor, valuation_id, S.WAITING, before=(S.DRAFT,))
    return _ask(actor, valuation_id, "post", valuation.reason)


@transactional
def propose_undoing(actor: Actor, valuation_id: UUID, *, reason: str) -> UUID:
    """Ask somebody else to let a posted valuation be taken back; it stands until they do. The id of the request."""
    require(actor, Permission.PREPARE_MONEY)
    if not reason.strip():
        raise Invalid(fields={"reason": "Say why: it stays in the record."})
    if get_valuation(actor, valuation_id).state is not S.POSTED:
        raise ValuationClosed
    return _ask(actor, valuation_id, "undo", reason.strip())


def _ask(actor: Actor, valuation_id: UUID, act: str, reason: str) -> UUID:
    content = {"act": act, "digest": _digest(actor, valuation_id)}
    return request_approval(actor, VALUATION, subject=f"valuation:{valuation_id}", content=content, reason=reason)


def _digest(actor: Actor, valuation_id: UUID) -> str:
    found = get_valuation(actor, valuation_id)
    return shares_digest(found.vehicle_id, found.valued_on, found.amount, list_shares(actor, valuation_id))


@transactional
def post_valuation(actor: Actor, valuation_id: UUID, *, digest: str) -> None:
    """Write an approved valuation into the ledger, in the place of the one of the same day, whose journals are
    reversed. HoldersChanged where the holders or the parts are not those that were approved, or would be others by
    what the books say now; ValuationClosed."""
    valuation, shares = get_valuation(actor, valuation_id), list_shares(actor, valuation_id)
    fetch_all(LOCK, firm=actor.firm_id, vehicle=valuation.vehicle_id)
    if _digest(actor, valuation_id) != digest or _parts(shares) != _parts(_share_anew(actor, valuation, shares)):
        raise HoldersChanged
    before = find_posted(actor, valuation.vehicle_id, valuation.valued_on)
    if before is not None:
        _move(actor, before, S.REPLACED, before=(S.POSTED,))
        reverse_batch(actor, before)
    _move(actor, valuation_id, S.POSTED, before=(S.WAITING,))
    post_entries(actor, valuation_entries(valuation, shares), batch_id=valuation_id)
    record_act(actor.user_id, "valuation.post", f"valuation:{valuation_id}", amount=f"{valuation.amount:f}")


def _share_anew(actor: Actor, valuation: Valuation, shares: Sequence[Share]) -> Sequence[Share]:
    """The parts as they would be now; none where nobody has any weight by now. Units are those that were entered."""
    units = {each.account_id: each.weight for each in shares}
    day, basis = valuation.valued_on, valuation.basis
    holders = list_holdings(actor, as_of=day, vehicle_id=valuation.vehicle_id)
    given = NewValuation(valuation.vehicle_id, day, valuation.components, basis, units)
    try:
        return share_out(valuation.amount, holders, given, valuation.currency)
    except NothingToShareBy:
        return ()


def _parts(shares: Sequence[Share]) -> dict[UUID, tuple[Decimal, Decimal]]:
    return {each.account_id: (each.amount, each.accrued_carry) for each in shares}


@transactional
def undo_valuation(actor: Actor, valuation_id: UUID) -> None:
    """Reverse a posted valuation: the one before it, rolled forward, stands again."""
    _move(actor, valuation_id, S.UNDONE, before=(S.POSTED,))
    reverse_batch(actor, valuation_id)
    record_act(actor.user_id, "valuation.undo", f"valuation:{valuation_id}")


@transactional
def return_valuation(actor: Actor, valuation_id: UUID) -> None:
    """Make a draft again of one whose approval was refused or taken back; nothing where it does not wait."""
    execute(MOVE, firm=actor.firm_id, id=valuation_id, state=S.DRAFT.value, before=[S.WAITING.value])
    record_act(actor.user_id, "valuation.return", f"valuation:{valuation_id}")


def _move(actor: Actor, valuation_id: UUID, state: ValuationState, *, before: tuple[ValuationState, ...]) -> None:
    states = [each.value for each in before]
    if not execute(MOVE, firm=actor.firm_id, id=valuation_id, state=state.value, before=states):
        raise ValuationClosed
