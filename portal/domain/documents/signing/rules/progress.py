"""How an envelope goes from hand to hand: whose turn it is, and what may still happen. Time is given, nothing read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from portal.domain.documents.signing.errors import AlreadySigned, EnvelopeClosed, EnvelopeSent, NotReady, NotSent
from portal.domain.documents.signing.values.envelopes import (
    AWAITED,
    MOST_FORWARDS,
    OVER,
    UNSETTLED,
    EnvelopeState,
    Progress,
    SignerState,
    Standing,
)
from portal.platform.errors import Conflict, NotFound


def send(progress: Progress, now: datetime) -> Progress:
    """A draft on its way: whoever comes first is asked. EnvelopeSent where it is out already, NotReady without signers
    or with a last day that is over."""
    if progress.state is not EnvelopeState.DRAFT:
        raise EnvelopeSent
    if not progress.signers:
        raise NotReady("Nobody is to sign yet. Add who signs.")
    if progress.expires_at <= now:
        raise NotReady("The last day for signing is over. Choose a later one.")
    return _ask_next(replace(progress, state=EnvelopeState.SENT))


def open_by(progress: Progress, user_id: UUID, now: datetime) -> Progress:
    """The envelope when a signer has opened it; the same where they had before."""
    signer = _awaited(progress, user_id, now)
    return _with(progress, replace(signer, state=SignerState.OPENED))


def sign_by(progress: Progress, user_id: UUID, now: datetime) -> Progress:
    """The envelope when a signer has signed: the next are asked once all of the turn have, and after the last it is
    signed. NotFound for who is not asked, AlreadySigned, EnvelopeClosed."""
    signer = _awaited(progress, user_id, now)
    return _ask_next(_with(progress, replace(signer, state=SignerState.SIGNED)))


def decline_by(progress: Progress, user_id: UUID, now: datetime) -> Progress:
    """The envelope when a signer has declined: it is over for everybody."""
    signer = _awaited(progress, user_id, now)
    declined = _with(progress, replace(signer, state=SignerState.DECLINED))
    return replace(declined, state=EnvelopeState.DECLINED)


def forward_by(progress: Progress, user_id: UUID, *, to: UUID | None, new_id: UUID, now: datetime) -> Progress:
    """The envelope when a signer has passed their seat on; the seat has nobody where `to` is None, or sits in another
    seat already."""
    signer = _awaited(progress, user_id, now)
    if to == user_id:
        raise Conflict("You are asked yourself. Enter the address of whoever should sign instead of you.")
    if sum(each.state is SignerState.FORWARDED for each in progress.signers) >= MOST_FORWARDS:
        raise Conflict("This was passed on too often. Decline it, and say who should sign.")
    return _reseat(progress, signer, to, new_id)


def name_signer(progress: Progress, seat: int, *, to: UUID, new_id: UUID, now: datetime) -> Progress:
    """The envelope when the firm has named who sits in a seat, in the place of whoever was there and has not signed.
    Conflict where they sit in another seat."""
    _require_open(progress, now)
    signer = next((each for each in progress.signers if each.seat == seat and each.state in UNSETTLED), None)
    if signer is None:
        raise NotFound
    if _sits(progress, to):
        raise Conflict("This person is asked to sign already. Name somebody else.")
    return _reseat(progress, signer, to, new_id)


def expire(progress: Progress, now: datetime) -> Progress:
    """The envelope once its time is up; the same before that, and where it is over or everybody has signed."""
    if progress.state is not EnvelopeState.SENT or progress.expires_at > now:
        return progress
    ended = _each(progress, lambda each: each.state in UNSETTLED, SignerState.EXPIRED)
    return replace(ended, state=EnvelopeState.EXPIRED)


def cancel(progress: Progress) -> Progress:
    """The envelope when the firm has taken it back; EnvelopeClosed where it is over, or signed by everybody."""
    if progress.state not in {EnvelopeState.DRAFT, EnvelopeState.SENT}:
        raise EnvelopeClosed
    return replace(progress, state=EnvelopeState.CANCELLED)


def finish(progress: Progress) -> Progress:
    """The envelope when its file is made; Conflict unless everybody has signed."""
    if progress.state is not EnvelopeState.SIGNED:
        raise Conflict("Not everybody has signed, or the file is made already.")
    return replace(progress, state=EnvelopeState.FINISHED)


def list_awaited(progress: Progress) -> list[Standing]:
    """Who is asked to sign now."""
    if progress.state is not EnvelopeState.SENT:
        return []
    return [each for each in progress.signers if each.state in AWAITED and each.user_id is not None]


def _require_open(progress: Progress, now: datetime) -> None:
    if progress.state is EnvelopeState.DRAFT:
        raise NotSent
    if progress.state in OVER or progress.state is EnvelopeState.SIGNED or progress.expires_at <= now:
        raise EnvelopeClosed


def _awaited(progress: Progress, user_id: UUID, now: datetime) -> Standing:
    """The seat in which this person is asked to sign now. Who waits for their turn is told nothing."""
    mine = [each for each in progress.signers if each.user_id == user_id and each.state is not SignerState.FORWARDED]
    if not mine or progress.state is EnvelopeState.DRAFT or mine[0].state is SignerState.WAITING:
        raise NotFound
    if mine[0].state is SignerState.SIGNED:
        raise AlreadySigned
    _require_open(progress, now)
    if mine[0].state not in AWAITED:
        raise EnvelopeClosed
    return mine[0]


def _sits(progress: Progress, user_id: UUID) -> bool:
    return any(each.user_id == user_id and each.state is not SignerState.FORWARDED for each in progress.signers)


def _reseat(progress: Progress, signer: Standing, to: UUID | None, new_id: UUID) -> Progress:
    """Another person in the seat of `signer`, asked at once where it is their turn."""
    sitter = None if to is not None and _sits(progress, to) else to
    left = _with(progress, replace(signer, state=SignerState.FORWARDED))
    newcomer = Standing(new_id, signer.seat, signer.turn, sitter, SignerState.WAITING)
    return _ask_next(replace(left, signers=(*left.signers, newcomer)))


def _ask_next(progress: Progress) -> Progress:
    """Those asked whose turn it is; the envelope is signed where no seat is open."""
    turns = [each.turn for each in progress.signers if each.state in UNSETTLED]
    if not turns:
        return replace(progress, state=EnvelopeState.SIGNED)
    turn = min(turns)
    return _each(
        progress,
        lambda each: each.turn == turn and each.state is SignerState.WAITING and each.user_id is not None,
        SignerState.ASKED,
    )


def _with(progress: Progress, signer: Standing) -> Progress:
    return replace(progress, signers=tuple(signer if each.id == signer.id else each for each in progress.signers))


def _each(progress: Progress, chosen: Callable[[Standing], bool], state: SignerState) -> Progress:
    signers = tuple(replace(each, state=state) if chosen(each) else each for each in progress.signers)
    return replace(progress, signers=signers)
