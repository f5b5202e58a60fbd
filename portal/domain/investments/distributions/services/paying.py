"""Distributions approved, put into the books on their day, taken back; and where the money of each share is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import DISTRIBUTION_REVERSAL
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.distributions.errors import (
    BooksMoved,
    DistributionMoved,
    EscrowReleased,
    MoneyOnItsWay,
    PaybackStands,
    ReversalAsked,
)
from portal.domain.investments.distributions.models import DistributionRecord
from portal.domain.investments.distributions.queries.carries import get_escrow_left
from portal.domain.investments.distributions.queries.distributions import (
    exists_later_payback,
    find_last_day,
    get_distribution,
)
from portal.domain.investments.distributions.queries.nettings import get_called
from portal.domain.investments.distributions.queries.plans import get_plan
from portal.domain.investments.distributions.queries.receiving import find_bank_account
from portal.domain.investments.distributions.queries.shares import (
    exists_money_on_its_way,
    get_writing,
    list_all_shares,
    list_recipients,
)
from portal.domain.investments.distributions.rules.freezing import digest_component, digest_plan
from portal.domain.investments.distributions.rules.telling import (
    distribution_notices,
    reopened_notices,
    reversal_notices,
)
from portal.domain.investments.distributions.services.drafting import LOCK_VEHICLE, lock_distribution
from portal.domain.investments.distributions.signals import (
    DistributionApproved,
    DistributionPosted,
    DistributionReversed,
)
from portal.domain.investments.distributions.values.distributions import (
    AccountShare,
    Distribution,
    DistributionState,
    ShareState,
)
from portal.domain.investments.distributions.values.nettings import Called
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.notices.errors import NoticesUnwritten
from portal.domain.investments.notices.queries import get_firm_name
from portal.domain.investments.notices.services import issue_notices
from portal.domain.investments.notices.values import NewNotice
from portal.platform import clock
from portal.platform.db import execute, fetch_value, session, transactional
from portal.platform.errors import Invalid
from portal.platform.outbox import enqueue_many
from portal.platform.signals import publish

S = DistributionState
LONGEST = 500
ISSUE = """
UPDATE investments.distribution_shares SET issued = true WHERE firm_id = %(firm)s AND distribution_id = %(id)s
"""
# What is paid of the call meanwhile waits, so that no more is netted than is open.
LOCK_CALL = "SELECT id FROM investments.capital_calls WHERE firm_id = %(firm)s AND id = %(id)s FOR UPDATE"
MARK = """
UPDATE investments.distribution_shares SET state = %(state)s
WHERE firm_id = %(firm)s AND id = ANY(%(ids)s) AND issued AND state = ANY(%(before)s)
"""
# Where money may go from where it is.
STEPS = {
    ShareState.UNPAID: (ShareState.IN_FILE,),
    ShareState.IN_FILE: (ShareState.UNPAID, ShareState.RETURNED),
    ShareState.PAID: (ShareState.IN_FILE,),
    ShareState.RETURNED: (ShareState.IN_FILE, ShareState.PAID),
}


@transactional
def approve_distribution(actor: Actor, distribution_id: UUID, content: dict[str, Any]) -> None:
    """Let a distribution be paid as it was asked for, in the transaction of the last approval. The machinery writes its
    notices, and puts it into the books on its day, at once where that has come. What it nets pays the call from now on.
    BooksMoved where the books no longer give what was asked for."""
    require(actor, Permission.APPROVE_MONEY)
    record = lock_distribution(actor, distribution_id, S.WAITING)
    fetch_value(LOCK_VEHICLE, firm=actor.firm_id, id=record.vehicle_id)  # of one vehicle, one after the other
    fetch_value(LOCK_CALL, firm=actor.firm_id, id=record.nets_call_id)
    found, last_on = get_distribution(actor, distribution_id), find_last_day(actor, record.vehicle_id)
    digest = digest_plan(found.draft, get_plan(actor, found.draft))
    outrun = last_on is not None and found.pay_on < last_on
    if outrun or digest != found.digest or digest != content["digest"]:
        raise BooksMoved
    issue_distribution(actor, record)
    work = {"distribution_id": str(distribution_id)}
    due = max(clock.now(), datetime.combine(found.pay_on, time(), UTC))
    enqueue_many("distributions.post", [(work, str(distribution_id))], due_at=due)


@transactional
def issue_distribution(actor: Actor, record: DistributionRecord) -> None:
    """Let everybody see what they get of a distribution that waited, and tell them, in the transaction of the last
    approval."""
    record.state, record.approved_at = S.APPROVED.value, clock.now()
    session.flush()
    execute(ISSUE, firm=actor.firm_id, id=record.id)
    record_act(actor.user_id, "distribution.approve", f"distribution:{record.id}")
    _tell(actor, get_distribution(actor, record.id))


def _tell(actor: Actor, found: Distribution) -> None:
    """Tell those whom it pays, with the call as it stood, then the call."""
    shares = list_all_shares(actor, found.id)
    issue_notices(actor, found.id, _notices(actor, found, shares, _called(actor, found, shares)))
    netted = {share.account_id: share.netted for share in shares if share.netted}
    publish(DistributionApproved(actor, found.id, found.nets_call_id, found.pay_on, netted))


def _called(actor: Actor, found: Distribution, shares: Sequence[AccountShare]) -> dict[UUID, Called]:
    """What those whose share is netted were told of the call."""
    if found.nets_call_id is None:
        return {}
    return get_called(actor, found.nets_call_id, found.id, [share.account_id for share in shares if share.netted])


def _notices(
    actor: Actor, found: Distribution, shares: Sequence[AccountShare], called: Mapping[UUID, Called]
) -> list[NewNotice]:
    recipients, firm = list_recipients(actor, found.vehicle_id), get_firm_name(actor)
    paid_to = find_bank_account(actor, found.vehicle_id) if found.method is Method.CLAWBACK else None
    return distribution_notices(
        found, shares, recipients, firm=firm, today=clock.today(), called=called, paid_to=paid_to
    )


@transactional
def post_distribution(actor: Actor, distribution_id: UUID) -> int:
    """Put an approved distribution into the books, one entry for each account and source; how many. DistributionMoved
    where that was done, or it was taken back."""
    record = lock_distribution(actor, distribution_id, S.APPROVED)
    found = get_distribution(actor, distribution_id)
    shares = list_all_shares(actor, distribution_id)
    entries = [entry for share in shares for entry in _entries(found, share)]
    outcome = post_entries(actor, entries, batch_id=distribution_id)
    record.state, record.posted_at = S.POSTED.value, clock.now()
    session.flush()
    record_act(actor.user_id, "distribution.post", f"distribution:{distribution_id}", entries=outcome.posted)
    publish(DistributionPosted(actor, distribution_id))
    return outcome.posted


def _entries(found: Distribution, share: AccountShare) -> list[Entry]:
    return [
        Entry(
            share.account_id,
            found.vehicle_id,
            EntryKind(part.source.value),
            found.pay_on,
            part.amount,
            f"distribution:{found.id}:{share.account_id}:{part.source.value}",
            digest_component(part, part.recallable),
            reference=f"Distribution {found.number}",
            unfunded_effect=part.recallable,
        )
        for part in share.components
    ]


@transactional
def post_due_distribution(actor: Actor, distribution_id: UUID) -> bool:
    """Put an approved distribution into the books when its day has come; whether it was: it may have been taken back,
    or posted, meanwhile."""
    if get_distribution(actor, distribution_id).state is not S.APPROVED:
        return False
    return post_distribution(actor, distribution_id) > 0


@transactional
def request_reversal(actor: Actor, distribution_id: UUID, *, reason: str) -> UUID:
    """Ask another to let an approved distribution be taken back; the id of the request. Invalid without a reason, and
    whatever taking it back refuses."""
    require(actor, Permission.PREPARE_MONEY)
    if not 0 < len(reason.strip()) <= LONGEST:
        raise Invalid(fields={"reason": f"Say in at most {LONGEST} letters why: everybody who was told reads it."})
    _lock_to_reverse(actor, distribution_id)
    found = get_distribution(actor, distribution_id)
    content = {
        "number": found.number, "pay_on": found.pay_on.isoformat(), "currency": found.currency,
        "gross": str(found.gross), "net": str(found.net), "digest": found.digest, "reason": reason.strip(),
    }  # fmt: skip
    subject = f"distribution:{distribution_id}"
    record_act(actor.user_id, "distribution.ask_reversal", subject)
    return request_approval(actor, DISTRIBUTION_REVERSAL, subject=subject, content=content, reason=reason.strip())


@transactional
def reverse_distribution(actor: Actor, distribution_id: UUID, *, digest: str, reason: str) -> None:
    """Take an approved distribution back before any of it is paid, with all its entries, in the transaction of the
    approval. MoneyOnItsWay once a share is in a payment file, NoticesUnwritten while not everybody was told of it,
    DistributionMoved where there is nothing to take back, or it is not the one whose `digest` was approved."""
    require(actor, Permission.APPROVE_MONEY)
    record, found = _lock_to_reverse(actor, distribution_id), get_distribution(actor, distribution_id)
    if record.digest != digest:
        raise DistributionMoved
    if not get_writing(actor, found).done:
        raise NoticesUnwritten
    publish(DistributionReversed(actor, distribution_id))
    if record.state == S.POSTED.value:
        reverse_batch(actor, distribution_id)
    _tell_of_reversal(actor, found, reason)
    record.state, record.reversed_at, record.reversal_reason = S.REVERSED.value, clock.now(), reason
    session.flush()
    record_act(actor.user_id, "distribution.reverse", f"distribution:{distribution_id}")


def _tell_of_reversal(actor: Actor, found: Distribution, reason: str) -> None:
    """Tell everybody that it is taken back, and who owes the call again what is to be paid of it."""
    shares, recipients = list_all_shares(actor, found.id), list_recipients(actor, found.vehicle_id)
    called = _called(actor, found, shares)
    told = _notices(actor, found, shares, called)
    issue_notices(actor, found.id, reversal_notices(told, recipients, reason=reason))
    again = reopened_notices(found.vehicle_id, called, recipients, number=f"D{found.number}", today=clock.today())
    issue_notices(actor, found.id, again)


def _lock_to_reverse(actor: Actor, distribution_id: UUID) -> DistributionRecord:
    record = lock_distribution(actor, distribution_id, S.APPROVED, S.POSTED)
    if exists_money_on_its_way(actor, distribution_id):
        raise MoneyOnItsWay
    fetch_value(LOCK_VEHICLE, firm=actor.firm_id, id=record.vehicle_id)  # no carry is let go meanwhile
    if exists_later_payback(actor, distribution_id):
        raise PaybackStands
    if record.state == S.POSTED.value and get_escrow_left(actor, record.vehicle_id) < record.escrow:
        raise EscrowReleased
    return record


@transactional
def mark_shares(actor: Actor, distribution_id: UUID, share_ids: Sequence[UUID], state: ShareState) -> None:
    """Say where the money of these shares is now, all or none of them. DistributionMoved where it cannot go there from
    where it is, or the distribution is not approved (any more); ReversalAsked where it would go into a payment file
    while taking the distribution back waits for its approval."""
    require(actor, Permission.PREPARE_MONEY)
    lock_distribution(actor, distribution_id, S.APPROVED, S.POSTED)
    subject = f"distribution:{distribution_id}"
    if state is ShareState.IN_FILE and find_open_approval(actor, DISTRIBUTION_REVERSAL.name, subject):
        raise ReversalAsked
    before = [each.value for each in STEPS[state]]
    ids = list(set(share_ids))
    moved = execute(MARK, firm=actor.firm_id, ids=ids, state=state.value, before=before)
    if moved != len(ids):
        raise DistributionMoved
    record_act(actor.user_id, "distribution.mark", f"distribution:{distribution_id}", state=state.value, shares=moved)
