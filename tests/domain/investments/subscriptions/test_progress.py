"""From hand to hand: what can happen where."""

from __future__ import annotations

import pytest

from portal.domain.investments.subscriptions.errors import NotNow
from portal.domain.investments.subscriptions.rules.progress import list_acts, move
from portal.domain.investments.subscriptions.values.subscriptions import LIVE, Act, SubscriptionState


def test_the_way_from_draft_to_confirmed() -> None:
    state = SubscriptionState.DRAFT
    for act in (Act.SUBMIT, Act.SEND_BACK, Act.SUBMIT, Act.ACCEPT, Act.SIGN, Act.CONFIRM):
        state = move(state, act)
    assert state is SubscriptionState.CONFIRMED


def test_nothing_happens_to_what_is_over() -> None:
    for state in set(SubscriptionState) - LIVE:
        assert list_acts(state) == frozenset()


def test_withdrawn_until_it_is_accepted_and_no_longer() -> None:
    for state in SubscriptionState:
        can = Act.WITHDRAW in list_acts(state)
        assert can == (state in {SubscriptionState.DRAFT, SubscriptionState.SENT_BACK, SubscriptionState.SUBMITTED})
    with pytest.raises(NotNow):
        move(SubscriptionState.ACCEPTED, Act.WITHDRAW)
