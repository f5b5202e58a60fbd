"""Two of everything at once: a distribution is approved once and posted once, with real commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import UUID

from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.errors import NotOpen
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import Approval, ApprovalState
from portal.domain.investments.distributions.errors import DistributionMoved, EscrowMoved, EscrowReleased
from portal.domain.investments.distributions.queries.carries import get_carry
from portal.domain.investments.distributions.queries.shares import list_payable_shares
from portal.domain.investments.distributions.services.drafting import submit_distribution
from portal.domain.investments.distributions.services.paying import mark_shares
from portal.domain.investments.distributions.values.distributions import ShareState
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock, db
from portal.platform.errors import Conflict
from portal.platform.tenancy import acting_as
from tests.factories.distributions import ask_back, ask_to_let_go, pay_out, post, prepare, request_of
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history

POSTED = "SELECT count(*), sum(amount) FROM investments.journals WHERE firm_id = %(firm)s AND kind = 'gain'"


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """What each act answers or raises, all begun together."""
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(timeout=30)
            try:
                return act()
            except Conflict as error:
                return type(error)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))


def open_books() -> tuple[Actor, list[Actor], UUID]:
    """A vehicle that forty accounts hold and a draft of a distribution: who made it, and three who may approve it."""
    firm = found_firm("payouts", "Payout Partners")
    maker = make_user(firm, "maker@payouts.example.com", Role.ASSOCIATE)
    managers = [make_user(firm, f"{name}@payouts.example.com", Role.MANAGER) for name in ("one", "two", "three")]
    vehicle = make_vehicle(firm, "Payout I")
    for number in range(40):
        account = make_account(firm, f"Account {number}")
        post_history(firm, account, vehicle, [("contribution", "2025-01-01", str(100 + number))])
    return maker, managers, prepare(maker, vehicle, "2026-01-01", ("gain", "1000.01"), method=Method.PAID_IN)


def test_carry_is_not_let_go_while_what_held_it_back_is_taken_back(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm = found_firm("escrows", "Escrow Partners")
        maker = make_user(firm, "maker@escrows.example.com", Role.ASSOCIATE)
        one, two = (make_user(firm, f"{name}@escrows.example.com", Role.MANAGER) for name in ("one", "two"))
        partner, general = make_account(firm, "Partner"), make_account(firm, "General")
        terms = Terms(carry=Decimal("0.2"), escrow=Decimal("0.5"), carry_account_id=general)
        vehicle = make_vehicle(firm, "Escrow I", terms=terms)
        post_history(firm, partner, vehicle, [("contribution", "2025-01-01", "100")])
        found = pay_out(maker, (one, two), vehicle, "2026-01-01", ("gain", "200"))
        requests = ask_back(maker, found, "Wrong day."), ask_to_let_go(maker, vehicle, "10")

    def approve(by: Actor, request: Approval) -> Callable[[], object]:
        def act() -> object:
            with acting_as(by.tenancy):
                return decide_approval(by, request.id, digest=request.digest, approves=True)

        return act

    done = at_once(committed_app, approve(one, requests[0]), approve(two, requests[1]))
    assert done in ([ApprovalState.EXECUTED, EscrowMoved], [EscrowReleased, ApprovalState.EXECUTED])
    with committed_app.app_context(), acting_as(maker.tenancy):
        assert get_carry(maker, vehicle, on=clock.today()).left == 0
        assert not list_ledger_findings(maker)


def test_two_of_everything_at_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        maker, managers, found = open_books()
        firm = maker.firm_id
    system = Actor.system(firm)

    def submit() -> object:
        with acting_as(maker.tenancy):
            return submit_distribution(maker, found)

    sent = at_once(committed_app, submit, submit)
    assert sent.count(DistributionMoved) == 1
    with committed_app.app_context():
        request = request_of(maker, found)

    def decide(by: Actor) -> Callable[[], object]:
        def act() -> object:
            with acting_as(by.tenancy):
                return decide_approval(by, request.id, digest=request.digest, approves=True)

        return act

    said = at_once(committed_app, *(decide(each) for each in managers))
    assert sorted(map(str, said)) == sorted(map(str, [ApprovalState.OPEN, ApprovalState.EXECUTED, NotOpen]))

    posts = [lambda: post(firm, found)] * 3
    assert sorted(map(str, at_once(committed_app, *posts)))[-1] == "True"
    with committed_app.app_context(), acting_as(system.tenancy):
        row = db.fetch_one(POSTED, firm=firm)
        assert row is not None
        assert [*row] == [40, Decimal("1000.01")]
        assert not list_ledger_findings(system)
        shares = [share.id for share in list_payable_shares(system, found)]

    def pay() -> object:
        with acting_as(maker.tenancy):
            return mark_shares(maker, found, shares, ShareState.IN_FILE)

    assert at_once(committed_app, pay, pay).count(DistributionMoved) == 1
