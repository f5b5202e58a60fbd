"""Asking for verifications, deciding and ending them. Investors' requests are written in the firm's system tenancy, as
they write nothing here themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.papers.queries import list_own_papers
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.eligibility.errors import OwnVerification, VerificationDecided, VerificationWaiting
from portal.domain.investments.eligibility.models import VerificationRecord
from portal.domain.investments.eligibility.policies import can_ask_verification, can_decide_verification
from portal.domain.investments.eligibility.queries import (
    find_verified_day,
    get_candidate,
    get_verification,
    list_people_to_tell,
)
from portal.domain.investments.eligibility.rules import find_last_day, find_request_faults
from portal.domain.investments.eligibility.values import (
    EXPIRING_DAYS,
    LONGEST_NOTE,
    Verification,
    VerificationNews,
    VerificationRequest,
    VerificationState,
)
from portal.domain.people.investor_accounts.queries import list_members
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.outbox import enqueue_many
from portal.platform.tenancy import acting_as

DECIDE = """
UPDATE investments.verifications
SET state = %(state)s, expires_on = %(expires)s, reason = %(reason)s, decided_by = %(by)s, decided_at = %(at)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = %(before)s
"""


def request_verification(actor: Actor, account_id: UUID, request: VerificationRequest) -> UUID:
    """Ask compliance to verify something of an account that the actor acts for, or as staff sees; the id. NotFound,
    Invalid with a message per field, VerificationWaiting while the same is asked for."""
    if not can_ask_verification(actor) or actor.user_id is None or actor.read_only:
        raise Forbidden
    get_candidate(actor, account_id)
    verified_on = find_verified_day(actor, account_id)
    if faults := find_request_faults(request, today=clock.today(), verified_on=verified_on):
        raise Invalid(fields=faults)
    _require_evidence(actor, account_id, request.document_id)
    with acting_as(actor.tenancy if actor.is_staff else Actor.system(actor.firm_id).tenancy):
        return _write(actor, account_id, request, verified_on)


def _require_evidence(actor: Actor, account_id: UUID, document_id: UUID | None) -> None:
    """The evidence is a paper that the investor sent for the account, or, for staff, a document of the account."""
    if document_id is None:
        return
    if actor.is_staff:
        known = get_document(actor, document_id).summary.account_id == account_id
    else:
        known = any((each.document_id, each.account_id) == (document_id, account_id) for each in list_own_papers(actor))
    if not known:
        raise NotFound


@transactional
def _write(actor: Actor, account_id: UUID, request: VerificationRequest, verified_on: date | None) -> UUID:
    asked = VerificationRecord(
        firm_id=actor.firm_id,
        account_id=account_id,
        kind=request.kind.value,
        basis=request.basis.value,
        document_id=request.document_id,
        dated_on=request.dated_on,
        expires_on=find_last_day(request.basis, request.dated_on, verified_on=verified_on),
        note=request.note.strip(),
        asked_by=actor.user_id,
        state=VerificationState.WAITING.value,
    )
    session.add(asked)
    try:
        session.flush()
    except IntegrityError as error:
        raise VerificationWaiting from error
    record_act(actor.user_id, "verification.ask", f"account:{account_id}", verification=str(asked.id))
    return asked.id


@transactional
def confirm_verification(actor: Actor, verification_id: UUID, *, expires_on: date | None = None) -> None:
    """Confirm what somebody else asked for, until its last day or `expires_on`, an earlier one. Invalid,
    OwnVerification, VerificationDecided."""
    found = _decidable(actor, verification_id)
    last = min(filter(None, (found.expires_on, expires_on)), default=None)
    if last is not None and last < clock.today():
        raise Invalid(fields={"expires_on": "Enter a day from today on."})
    if expires_on is not None and last != expires_on:
        raise Invalid(fields={"expires_on": f"This lasts until {found.expires_on:%-d %B %Y} at the most."})
    _decide(actor, found, VerificationState.CONFIRMED, last, "")
    record_act(actor.user_id, "verification.confirm", f"account:{found.account_id}", verification=str(found.id))


@transactional
def refuse_verification(actor: Actor, verification_id: UUID, *, reason: str) -> None:
    """Refuse what somebody else asked for, with the reason that they read. Invalid, OwnVerification,
    VerificationDecided."""
    found = _decidable(actor, verification_id)
    _decide(actor, found, VerificationState.REFUSED, found.expires_on, _reason(reason))
    record_act(actor.user_id, "verification.refuse", f"account:{found.account_id}", verification=str(found.id))


@transactional
def end_verification(actor: Actor, verification_id: UUID, *, reason: str) -> None:
    """Let what was confirmed count no longer, with the reason that its holders read. Invalid,
    OwnVerification, VerificationDecided."""
    found = _decidable(actor, verification_id)
    _decide(actor, found, VerificationState.ENDED, found.expires_on, _reason(reason))
    record_act(actor.user_id, "verification.end", f"account:{found.account_id}", verification=str(found.id))


def _decidable(actor: Actor, verification_id: UUID) -> Verification:
    require(actor, Permission.VERIFY_INVESTORS)
    found = get_verification(actor, verification_id)
    members = {each.user_id for each in list_members(actor, found.account_id)}
    if not can_decide_verification(actor, found.asked_by) or actor.user_id in members:
        raise OwnVerification
    return found


def _reason(reason: str) -> str:
    if not 1 <= len(reason.strip()) <= LONGEST_NOTE:
        raise Invalid(fields={"reason": f"Say why, in up to {LONGEST_NOTE:,} characters."})
    return reason.strip()


def _decide(actor: Actor, found: Verification, state: VerificationState, expires_on: date | None, reason: str) -> None:
    before = VerificationState.CONFIRMED if state is VerificationState.ENDED else VerificationState.WAITING
    moved = execute(
        DECIDE,
        firm=actor.firm_id,
        id=found.id,
        state=state.value,
        before=before.value,
        expires=expires_on,
        reason=reason,
        by=actor.user_id,
        at=clock.now(),
    )
    if not moved:
        raise VerificationDecided
    tell_of_verification(actor, found.id, VerificationNews(state.value))
    if state is VerificationState.CONFIRMED and expires_on is not None:
        _plan_warning(found.id, expires_on)


def _plan_warning(verification_id: UUID, expires_on: date) -> None:
    """Have it looked at again when it runs out soon; one that does already is told so with
    its confirmation."""
    due = datetime.combine(expires_on - timedelta(days=EXPIRING_DAYS), time(7), tzinfo=UTC)
    if due > clock.now():
        work = {"verification_id": str(verification_id)}
        enqueue_many("verifications.warn", [(work, str(verification_id))], due_at=due)


@transactional
def tell_of_verification(actor: Actor, verification_id: UUID, news: VerificationNews) -> None:
    """Have everybody who acts for the account written to, once each, in the tenancy of staff or of the system."""
    said = {"verification_id": str(verification_id), "news": news.value}
    people = list_people_to_tell(actor, verification_id)
    works = [({**said, "user_id": str(each)}, f"{verification_id}:{news.value}:{each}") for each in people]
    if works:
        enqueue_many("verifications.tell", works)
