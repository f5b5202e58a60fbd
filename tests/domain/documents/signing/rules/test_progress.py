"""Whatever people do in whatever order: turns are kept, nobody signs twice or after the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents.signing.errors import AlreadySigned, EnvelopeClosed, EnvelopeSent, NotReady, NotSent
from portal.domain.documents.signing.rules.progress import (
    cancel,
    decline_by,
    expire,
    finish,
    forward_by,
    list_awaited,
    name_signer,
    open_by,
    send,
    sign_by,
)
from portal.domain.documents.signing.values.envelopes import (
    OVER,
    UNSETTLED,
    EnvelopeState,
    Progress,
    SignerState,
    Standing,
)
from portal.platform.errors import Conflict, DomainError, NotFound

S = EnvelopeState
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=14)
PEOPLE = [UUID(int=number) for number in range(1, 8)]


def draft(*turns: int) -> Progress:
    seats = enumerate(zip(turns, PEOPLE, strict=False), 1)
    signers = tuple(Standing(uuid4(), seat, turn, user, SignerState.WAITING) for seat, (turn, user) in seats)
    return Progress(S.DRAFT, LATER, signers)


def sent(*turns: int) -> Progress:
    return send(draft(*turns), NOW)


def asked(progress: Progress) -> set[UUID | None]:
    return {each.user_id for each in list_awaited(progress)}


def test_those_of_one_turn_are_asked_together_and_the_next_when_all_have_signed() -> None:
    progress = sent(1, 1, 2)
    assert asked(progress) == {PEOPLE[0], PEOPLE[1]}
    progress = sign_by(progress, PEOPLE[1], NOW)
    assert asked(progress) == {PEOPLE[0]}
    progress = sign_by(progress, PEOPLE[0], NOW)
    assert asked(progress) == {PEOPLE[2]}
    progress = sign_by(progress, PEOPLE[2], NOW)
    assert progress.state is S.SIGNED
    assert finish(progress).state is S.FINISHED


def test_who_waits_for_their_turn_is_told_nothing() -> None:
    with pytest.raises(NotFound):
        sign_by(sent(1, 2), PEOPLE[1], NOW)
    with pytest.raises(NotFound):
        open_by(sent(1, 2), PEOPLE[1], NOW)


def test_nobody_signs_a_draft_and_nothing_is_sent_twice() -> None:
    with pytest.raises(NotFound):
        sign_by(draft(1), PEOPLE[0], NOW)
    with pytest.raises(EnvelopeSent):
        send(sent(1), NOW)
    with pytest.raises(NotReady):
        send(draft(), NOW)
    with pytest.raises(NotReady):
        send(draft(1), LATER)
    with pytest.raises(NotSent):
        name_signer(draft(1), 1, to=PEOPLE[5], new_id=uuid4(), now=NOW)


def test_nobody_signs_twice() -> None:
    progress = sign_by(sent(1, 2), PEOPLE[0], NOW)
    for act in (sign_by, decline_by, open_by):
        with pytest.raises(AlreadySigned):
            act(progress, PEOPLE[0], NOW)


@pytest.mark.parametrize(
    "end",
    [lambda p: decline_by(p, PEOPLE[0], NOW), cancel, lambda p: expire(p, LATER)],
    ids=["declined", "cancelled", "expired"],
)
def test_nobody_signs_after_the_end(end: Callable[[Progress], Progress]) -> None:
    over = end(sent(1, 1))
    assert over.state in OVER
    assert list_awaited(over) == []
    for act in (sign_by, decline_by, open_by):
        with pytest.raises((EnvelopeClosed, AlreadySigned)):
            act(over, PEOPLE[1], NOW)


def test_time_that_is_up_counts_before_anybody_has_written_it_down() -> None:
    with pytest.raises(EnvelopeClosed):
        sign_by(sent(1), PEOPLE[0], LATER)
    assert expire(sent(1), NOW).state is S.SENT


def test_a_signed_envelope_neither_runs_out_nor_is_taken_back() -> None:
    progress = sign_by(sent(1), PEOPLE[0], NOW)
    assert expire(progress, LATER) is progress
    with pytest.raises(EnvelopeClosed):
        cancel(progress)
    with pytest.raises(Conflict):
        finish(sent(1))


def test_who_it_was_passed_to_signs_and_who_passed_it_on_does_not() -> None:
    progress = forward_by(sent(1, 2), PEOPLE[0], to=PEOPLE[5], new_id=uuid4(), now=NOW)
    assert asked(progress) == {PEOPLE[5]}
    with pytest.raises(NotFound):
        sign_by(progress, PEOPLE[0], NOW)
    assert asked(sign_by(progress, PEOPLE[5], NOW)) == {PEOPLE[1]}


@pytest.mark.parametrize("to", [None, PEOPLE[1]], ids=["nobody here", "somebody who signs already"])
def test_a_seat_passed_to_nobody_known_waits_for_the_firm_to_name_one(to: UUID | None) -> None:
    progress = forward_by(sent(1, 1, 2), PEOPLE[0], to=to, new_id=uuid4(), now=NOW)
    assert asked(progress) == {PEOPLE[1]}
    progress = sign_by(progress, PEOPLE[1], NOW)
    assert asked(progress) == set(), "turn 2 waits for the seat that nobody holds"
    with pytest.raises(Conflict):
        name_signer(progress, 1, to=PEOPLE[2], new_id=uuid4(), now=NOW)
    assert asked(name_signer(progress, 1, to=PEOPLE[5], new_id=uuid4(), now=NOW)) == {PEOPLE[5]}


def test_one_does_not_pass_it_to_oneself_nor_on_and_on() -> None:
    with pytest.raises(Conflict):
        forward_by(sent(1), PEOPLE[0], to=PEOPLE[0], new_id=uuid4(), now=NOW)
    progress, here, there = sent(1), PEOPLE[0], PEOPLE[1]
    for _ in range(10):
        progress = forward_by(progress, here, to=there, new_id=uuid4(), now=NOW)
        here, there = there, here
    with pytest.raises(Conflict):
        forward_by(progress, here, to=there, new_id=uuid4(), now=NOW)


def test_the_firm_does_not_name_another_for_a_seat_that_has_signed() -> None:
    with pytest.raises(NotFound):
        name_signer(sign_by(sent(1, 2), PEOPLE[0], NOW), 1, to=PEOPLE[5], new_id=uuid4(), now=NOW)


acts = st.sampled_from(["open", "sign", "sign", "sign", "decline", "forward", "name", "expire", "cancel"])
steps = st.lists(
    st.tuples(acts, st.sampled_from(PEOPLE), st.sampled_from([*PEOPLE, None]), st.integers(1, 4)), max_size=40
)


def step(progress: Progress, act: str, who: UUID, other: UUID | None, seat: int) -> Progress:
    match act:
        case "open":
            return open_by(progress, who, NOW)
        case "sign":
            return sign_by(progress, who, NOW)
        case "decline":
            return decline_by(progress, who, NOW)
        case "forward":
            return forward_by(progress, who, to=other, new_id=uuid4(), now=NOW)
        case "name" if other is not None:
            return name_signer(progress, seat, to=other, new_id=uuid4(), now=NOW)
        case "expire":
            return expire(progress, NOW)
        case "cancel":
            return cancel(progress)
    return progress


@given(turns=st.lists(st.integers(1, 3), min_size=1, max_size=4), steps=steps)
def test_whatever_happens_the_rules_hold(turns: list[int], steps: list[tuple[str, UUID, UUID | None, int]]) -> None:
    progress = sent(*turns)
    for act, who, other, seat in steps:
        before = progress
        try:
            progress = step(progress, act, who, other, seat)
        except DomainError:
            continue
        assert_sound(progress)
        assert_followed(before, progress)


def assert_sound(progress: Progress) -> None:
    current = [each for each in progress.signers if each.state is not SignerState.FORWARDED]
    people = [each.user_id for each in current if each.user_id is not None]
    assert len(people) == len(set(people)), "one person, one seat"
    assert len({each.seat for each in current}) == len(current), "one seat, one person"
    signed = [each for each in current if each.state is SignerState.SIGNED]
    for each in list_awaited(progress):
        earlier = [one for one in current if one.turn < each.turn]
        assert all(one.state is SignerState.SIGNED for one in earlier), "somebody was asked before their turn"
    assert (len(signed) == len(current)) == (progress.state in {S.SIGNED, S.FINISHED})


def assert_followed(before: Progress, after: Progress) -> None:
    """No signature is undone, none comes after the end, and none comes before one's turn."""
    were = {each.id: each for each in before.signers}
    for each in after.signers:
        was = were.get(each.id)
        if was is not None and was.state not in UNSETTLED:
            assert each == was, "what was settled changed"
        if each.state is SignerState.SIGNED and was is not None and was.state is not SignerState.SIGNED:
            assert before.state is S.SENT
            assert was.state in {SignerState.ASKED, SignerState.OPENED}
    if before.state in OVER:
        assert after.state is before.state
