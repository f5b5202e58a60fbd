"""How a subscription goes from hand to hand."""

from __future__ import annotations

from portal.domain.investments.subscriptions.errors import NotNow
from portal.domain.investments.subscriptions.values.subscriptions import Act, SubscriptionState

_S, _A = SubscriptionState, Act
MOVES: dict[SubscriptionState, dict[Act, SubscriptionState]] = {
    _S.DRAFT: {_A.SUBMIT: _S.SUBMITTED, _A.WITHDRAW: _S.WITHDRAWN, _A.CANCEL: _S.CANCELLED},
    _S.SENT_BACK: {
        _A.SUBMIT: _S.SUBMITTED,
        _A.WITHDRAW: _S.WITHDRAWN,
        _A.DECLINE: _S.DECLINED,
        _A.CANCEL: _S.CANCELLED,
    },
    _S.SUBMITTED: {
        _A.SEND_BACK: _S.SENT_BACK,
        _A.ACCEPT: _S.ACCEPTED,
        _A.WITHDRAW: _S.WITHDRAWN,
        _A.DECLINE: _S.DECLINED,
        _A.CANCEL: _S.CANCELLED,
    },
    _S.ACCEPTED: {_A.SIGN: _S.SIGNED, _A.CANCEL: _S.CANCELLED},
    _S.SIGNED: {_A.CONFIRM: _S.CONFIRMED, _A.CANCEL: _S.CANCELLED},
}


def move(state: SubscriptionState, act: Act) -> SubscriptionState:
    """Where a subscription stands after something happened to it; NotNow where that cannot happen."""
    after = MOVES.get(state, {}).get(act)
    if after is None:
        raise NotNow
    return after


def list_acts(state: SubscriptionState) -> frozenset[Act]:
    """What can happen to a subscription that stands there."""
    return frozenset(MOVES.get(state, {}))
