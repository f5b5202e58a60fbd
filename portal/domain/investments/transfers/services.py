"""Preparing a transfer, and posting it for both accounts once somebody else approved it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import TRANSFER
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.transfers.errors import (
    CallsOpen,
    InterestChanged,
    NothingToTransfer,
    NotTheLast,
    TransferClosed,
)
from portal.domain.investments.transfers.models import TransferRecord
from portal.domain.investments.transfers.queries import get_transfer
from portal.domain.investments.transfers.rules import find_faults, interest_digest, take_share, transfer_entries
from portal.domain.investments.transfers.values import Interest, NewTransfer, TransferState
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import clock
from portal.platform.db import execute, fetch_all, session, take_turns, transactional
from portal.platform.errors import Invalid

MOVE = """
UPDATE investments.transfers SET state = %(state)s WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'waiting'
"""
# Nobody posts to either holding between looking at the interest and passing it on.
LOCK = """
SELECT id FROM investments.holdings
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s AND account_id = ANY(%(accounts)s) ORDER BY id FOR UPDATE
"""


class _Sides(NamedTuple):
    """The giver's interest on the day, whether it was valued, and the taker's NAV before."""

    whole: Interest
    valued: bool
    taken_before: Decimal


@transactional
def propose_transfer(actor: Actor, given: NewTransfer) -> UUID:
    """Ask somebody else to approve that an interest passes; the id of the transfer. Invalid with a message per field,
    NothingToTransfer, CallsOpen while a call is not paid, NotTheLast where something was posted after that day."""
    require(actor, Permission.PREPARE_MONEY)
    vehicle, taker = get_vehicle(actor, given.vehicle_id), get_account(actor, given.taker_id)
    if faults := find_faults(given, clock.today()):
        raise Invalid(fields=faults)
    whole = _sides(actor, given).whole
    passed = take_share(whole, given.share, vehicle.currency)
    record = TransferRecord(
        firm_id=actor.firm_id,
        vehicle_id=given.vehicle_id,
        account_id=given.giver_id,
        taker_id=taker.id,
        share=given.share,
        effective_on=given.effective_on,
        whole_commitment=whole.commitment,
        whole_unfunded=whole.unfunded,
        whole_nav=whole.nav,
        commitment=passed.commitment,
        unfunded=passed.unfunded,
        nav=passed.nav,
        reason=given.reason.strip(),
        state=TransferState.WAITING.value,
        created_by=actor.user_id,
    )
    session.add(record)
    session.flush()
    content = {"digest": interest_digest(given, whole, passed)}
    request_approval(actor, TRANSFER, subject=f"transfer:{record.id}", content=content, reason=record.reason)
    record_act(actor.user_id, "transfer.propose", f"transfer:{record.id}")
    return record.id


@transactional
def post_transfer(actor: Actor, transfer_id: UUID, *, digest: str) -> None:
    """Write an approved transfer into the ledger of both accounts. InterestChanged where the interest is not what was
    approved, TransferClosed where it waits no more."""
    found = get_transfer(actor, transfer_id)
    given = NewTransfer(found.vehicle_id, found.giver_id, found.taker_id, found.share, found.effective_on, found.reason)
    take_turns("transfers", str(given.vehicle_id))
    accounts = [given.giver_id, given.taker_id]
    fetch_all(LOCK, firm=actor.firm_id, vehicle=given.vehicle_id, accounts=accounts)
    sides = _sides(actor, given)
    passed = take_share(sides.whole, given.share, found.currency)
    if interest_digest(given, sides.whole, passed) != digest:
        raise InterestChanged
    close_transfer(actor, transfer_id, TransferState.POSTED)
    entries = transfer_entries(transfer_id, given, sides.whole, passed, sides.taken_before, valued=sides.valued)
    post_entries(actor, entries, batch_id=transfer_id)


@transactional
def close_transfer(actor: Actor, transfer_id: UUID, state: TransferState) -> None:
    """Say what became of a transfer that waits; TransferClosed where it does not."""
    if not execute(MOVE, firm=actor.firm_id, id=transfer_id, state=state.value):
        raise TransferClosed
    act = "transfer.post" if state is TransferState.POSTED else "transfer.refuse"
    record_act(actor.user_id, act, f"transfer:{transfer_id}")


def _sides(actor: Actor, given: NewTransfer) -> _Sides:
    holdings = list_holdings(actor, as_of=given.effective_on, vehicle_id=given.vehicle_id)
    sides = {each.account_id: each for each in holdings if each.account_id in (given.giver_id, given.taker_id)}
    giver, taker = sides.get(given.giver_id), sides.get(given.taker_id)
    if giver is None or not (giver.commitment or giver.capital):
        raise NothingToTransfer
    if any(each.last_on and each.last_on > given.effective_on for each in sides.values()):
        raise NotTheLast
    if giver.called:
        raise CallsOpen
    whole = Interest(giver.commitment, giver.unfunded, giver.capital)
    return _Sides(whole, giver.valued_on is not None, Decimal(0) if taker is None else taker.capital)
