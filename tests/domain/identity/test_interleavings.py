"""Maker and checkers in whatever order they come: what is done was read and approved by as many others as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.approvals.errors import NotOpen, OwnRequest
from portal.domain.identity.approvals.queries import get_approval, list_votes
from portal.domain.identity.approvals.services import (
    amend_approval,
    decide_approval,
    request_approval,
    withdraw_approval,
)
from portal.domain.identity.approvals.values import ROLES_CHANGE, ApprovalState
from portal.platform.errors import DomainError
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm, make_user

NEEDED, ROUNDS = 2, 40
ASKED, EDITED = Role.MANAGER, Role.AUDITOR  # what the person is to be: at first, and after the edit
# What each does, in this order; what the maker does last is one of several.
CHECKER = ("read", "approve")
MAKER_ENDS = ("approve", "withdraw", "edit back", "nothing")
OPEN, EXECUTED, WITHDRAWN = ApprovalState.OPEN, ApprovalState.EXECUTED, ApprovalState.WITHDRAWN


def orders(sequences: Sequence[Sequence[tuple[str, str]]]) -> Iterator[list[tuple[str, str]]]:
    """Every order of all steps that keeps the order of each sequence."""
    left = [each for each in sequences if each]
    if not left:
        yield []
    for number, (first, *rest) in enumerate(left):
        for others in orders([*left[:number], rest, *left[number + 1 :]]):
            yield [first, *others]


def steps(ending: str) -> list[list[tuple[str, str]]]:
    return [*([(who, what) for what in CHECKER] for who in ("ann", "bob")), [("maker", "edit"), ("maker", ending)]]


@dataclass
class Expected:
    """What the rules say, in so few words that they can be read: the content counts, not when it was approved."""

    content: Role = ASKED
    state: ApprovalState = OPEN
    read: dict[str, Role] = field(default_factory=dict)
    votes: set[tuple[str, Role]] = field(default_factory=set)

    def take(self, who: str, what: str) -> None:
        if what == "read":
            self.read[who] = self.content
        elif self.state is not OPEN:
            return
        elif what == "withdraw":
            self.state = WITHDRAWN
        elif what.startswith("edit"):
            self.content = EDITED if what == "edit" else ASKED
        elif what == "approve" and self.read.get(who) is self.content:
            self.votes.add((who, self.content))
            if sum(content is self.content for _, content in self.votes) == NEEDED:
                self.state = EXECUTED


@dataclass
class Case:
    """One request about one person, and who has to do with it."""

    people: dict[str, Actor]
    subject: UUID
    approval_id: UUID
    read: dict[str, str] = field(default_factory=dict)

    def take(self, who: str, what: str) -> str:
        """The code of the refusal, or nothing."""
        actor = self.people[who]
        try:
            with acting_as(actor.tenancy):
                self._take(actor, who, what)
        except DomainError as error:
            return error.code
        return ""

    def _take(self, actor: Actor, who: str, what: str) -> None:
        if what == "withdraw":
            withdraw_approval(actor, self.approval_id)
        elif what.startswith("edit"):
            role = EDITED if what == "edit" else ASKED
            amend_approval(actor, self.approval_id, content=content_of(role), reason="Otherwise")
        elif what == "read" or who == "maker":
            self.read[who] = get_approval(actor, self.approval_id).digest
        if what in {"approve", "reject"}:
            decide_approval(actor, self.approval_id, digest=self.read[who], approves=what == "approve")

    def outcome(self) -> tuple[ApprovalState, frozenset[Role]]:
        maker = self.people["maker"]
        with acting_as(maker.tenancy):
            return get_approval(maker, self.approval_id).state, get_user(maker, self.subject).roles


def content_of(role: Role) -> dict[str, list[str]]:
    return {"before": [Role.ASSOCIATE.value], "after": [role.value]}


def new_case(people: dict[str, Actor]) -> Case:
    maker = people["maker"]
    subject = make_user(maker.firm_id, f"n{uuid4().int}@example.com", Role.ASSOCIATE).user_id
    assert subject
    with acting_as(maker.tenancy):
        approval = request_approval(
            maker, ROLES_CHANGE, subject=f"user:{subject}", content=content_of(ASKED), reason="Promoted", needed=NEEDED
        )
    return Case(people, subject, approval)


def crowd(firm_id: UUID) -> dict[str, Actor]:
    """The maker, who might approve the requests of others, and three who may approve this one."""
    roles = {"maker": Role.ADMINISTRATOR, "ann": Role.COMPLIANCE, "bob": Role.COMPLIANCE, "cyd": Role.ADMINISTRATOR}
    return {name: make_user(firm_id, f"n{uuid4().int}@example.com", role) for name, role in roles.items()}


@pytest.mark.slow
@pytest.mark.parametrize("ending", MAKER_ENDS)
def test_every_order_ends_as_the_rules_say(app: Flask, firm_id: UUID, ending: str) -> None:
    people, tried, executed = crowd(firm_id), 0, 0
    for order in orders(steps(ending)):
        case, expected = new_case(people), Expected()
        for who, what in order:
            refused = case.take(who, what)
            if (who, what) == ("maker", "approve"):
                assert refused in {OwnRequest.code, NotOpen.code}, order
            else:
                expected.take(who, what)
        roles = frozenset({expected.content if expected.state is EXECUTED else Role.ASSOCIATE})
        assert case.outcome() == (expected.state, roles), order
        tried, executed = tried + 1, executed + (expected.state is EXECUTED)
    assert tried == 90
    assert 0 < executed < tried


@pytest.mark.slow
def test_all_at_once_what_was_done_was_approved_as_it_is(committed_app: Flask) -> None:
    """Two approve, one rejects, the maker edits: on connections of their own, at the same moment."""
    with committed_app.app_context():
        people = crowd(found_firm(f"crowd-{uuid4().hex[:12]}", "Crowd Capital"))
        cases = [new_case(people) for _ in range(ROUNDS)]
        for case in cases:
            for who in ("ann", "bob", "cyd"):
                case.take(who, "read")
    chance = Random(7)
    for case in cases:
        _at_once(committed_app, case, chance)
    with committed_app.app_context():
        for case in cases:
            state, roles = case.outcome()
            assert state in {OPEN, EXECUTED, ApprovalState.REJECTED}
            assert roles == ({_approved(case)} if state is EXECUTED else {Role.ASSOCIATE})


def _at_once(app: Flask, case: Case, chance: Random) -> None:
    gate = Barrier(4)

    def act(who: str, what: str) -> None:
        with app.app_context():
            gate.wait()
            case.take(who, what)

    acts = [("ann", "approve"), ("bob", "approve"), ("cyd", "reject"), ("maker", "edit")]
    chance.shuffle(acts)
    threads = [Thread(target=act, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _approved(case: Case) -> Role:
    """What two others approved; there is nothing else."""
    maker = case.people["maker"]
    with acting_as(maker.tenancy):
        votes = [vote for vote in list_votes(maker, case.approval_id) if vote.current]
        after = get_approval(maker, case.approval_id).content["after"]
    assert {vote.approver_id for vote in votes} == {case.people[who].user_id for who in ("ann", "bob")}
    assert all(vote.approves for vote in votes)
    return Role(after[0])
