"""A distribution that is netted against an open call, from its draft to the books and back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.capital_calls.errors import NettedAlready
from portal.domain.investments.capital_calls.queries.calls import get_call
from portal.domain.investments.capital_calls.queries.shares import get_share_detail, list_call_shares
from portal.domain.investments.capital_calls.services.issuing import cancel_call, request_cancellation
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallState, LineDraft
from portal.domain.investments.capital_calls.values.shares import CallShare, ShareState
from portal.domain.investments.distributions.errors import BooksMoved, NothingToNet
from portal.domain.investments.distributions.queries.distributions import get_distribution
from portal.domain.investments.distributions.queries.nettings import list_nettable_calls
from portal.domain.investments.distributions.queries.shares import list_all_shares, list_payable_shares
from portal.domain.investments.distributions.services.drafting import change_distribution
from portal.domain.investments.distributions.services.particulars import set_withholding_rate
from portal.domain.investments.distributions.values.distributions import AccountShare, Draft
from portal.domain.investments.distributions.values.plans import Method, Rate, Source
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.notices.queries import get_notice, list_notice_links
from portal.domain.investments.notices.values import NETTED_TITLE, Notice, NoticeKind
from portal.domain.investments.payments.queries.payouts import get_payout_preview
from portal.domain.investments.payments.values.payouts import FileFormat
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Invalid
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.distributions import decide, lines_of, pay_out, post, prepare, submit, take_back
from tests.factories.identity import make_user

TODAY = clock.today()
ZERO = Decimal(0)


class House(NamedTuple):
    """A vehicle of three accounts that committed 100, 400 and 500, with a call of 100 that is open."""

    vehicle: UUID
    accounts: list[UUID]
    call: UUID
    maker: Actor
    approvers: tuple[Actor, Actor]

    def shares(self) -> list[CallShare]:
        """Of the call, by account."""
        with acting_as(self.maker.tenancy):
            return [share for _, share in list_call_shares(self.maker, self.call)]

    def pay(self, place: int, amount: str) -> None:
        """Money arrives for an account's share of the call."""
        share = self.shares()[place]
        with acting_as(self.maker.tenancy):
            record_payment(self.maker, share.id, amount=Decimal(amount), value_on=TODAY, receipt_id=uuid4())

    def net(self, gross: str, *, days: int = 0, **more: object) -> UUID:
        """A distribution in proportion to commitments, netted against the call, approved and posted on its day."""
        on = (TODAY + timedelta(days=days)).isoformat()
        more = {"nets": self.call, "method": Method.COMMITMENT, **more}
        return pay_out(self.maker, self.approvers, self.vehicle, on, ("gain", gross), **more)

    def paid(self, distribution: UUID) -> list[AccountShare]:
        """Everybody's share, by account."""
        with acting_as(self.maker.tenancy):
            return list(list_all_shares(self.maker, distribution))

    def books(self) -> list[tuple[Decimal, Decimal, Decimal, Decimal]]:
        """Of each account: unfunded, called and not paid, paid in, distributed."""
        with acting_as(self.maker.tenancy):
            assert not list_ledger_findings(self.maker)
            rows = list_holdings(self.maker, as_of=TODAY, vehicle_id=self.vehicle)
        rows = sorted(rows, key=lambda each: each.account)
        return [(each.unfunded, each.called, each.paid_in, each.distributed) for each in rows]

    def told(self, distribution: UUID, place: int) -> dict[NoticeKind, Notice]:
        """What an account was told, by kind."""
        with acting_as(self.maker.tenancy):
            links = list_notice_links(self.maker, distribution, [self.accounts[place]])
            return {link.kind: get_notice(self.maker, link.id).notice for link in links}


def build(world: World, second: Actor, *, called: str = "100") -> House:
    name = f"Netted {uuid4().hex[:6]}"
    vehicle, accounts = make_fund(
        world.firm_id,
        name,
        ["100", "400", "500"],
        members=[[world.investor]],
        terms=Terms(late_interest=Decimal("0.1")),
    )
    open_bank_account(world.associate, world.manager, vehicle)
    call = issue_call(
        world.associate, world.manager, draft_of(vehicle, LineDraft(LineKind.INVESTMENT, Decimal(called)))
    )
    return House(vehicle, accounts, call, world.associate, (world.manager, second))


@transactional
def reside_in_germany(account_id: UUID) -> None:
    execute("UPDATE people.investor_accounts SET tax_residence = 'DE' WHERE id = %(id)s", id=account_id)


@pytest.fixture
def second(app: Flask, world: World) -> Actor:
    return make_user(world.firm_id, "second.netting@example.com", Role.MANAGER)


@pytest.fixture
def house(world: World, second: Actor) -> House:
    return build(world, second)


def test_the_call_is_paid_by_what_would_be_paid_out_and_both_stand_gross_in_the_books(house: House) -> None:
    found = house.net("300")  # 30, 120, 150 against 10, 40, 50
    assert [(each.net, each.netted, each.payable) for each in house.paid(found)] == [
        (30, 10, 20), (120, 40, 80), (150, 50, 100),
    ]  # fmt: skip
    assert house.books() == [(90, 0, 10, 30), (360, 0, 40, 120), (450, 0, 50, 150)]
    assert {each.state for each in house.shares()} == {ShareState.PAID}
    with acting_as(house.maker.tenancy):
        assert get_call(house.maker, house.call).summary.state is CallState.SETTLED
        assert [each.payable for each in list_payable_shares(house.maker, found)] == [20, 80, 100]
        preview = get_payout_preview(house.maker, found, FileFormat.CSV)
        assert sum(each.amount for each in preview.left_out) == 200
        assert not list_nettable_calls(house.maker, house.vehicle)


def test_who_owes_more_pays_the_rest_and_goes_into_no_file(house: House) -> None:
    house.pay(0, "10")
    found = house.net("40")  # 4, 16, 20 against 0, 40, 50
    assert [(each.netted, each.payable) for each in house.paid(found)] == [(0, 4), (16, 0), (20, 0)]
    assert [each.open for each in house.shares()] == [0, 24, 30]
    with acting_as(house.maker.tenancy):
        assert [each.payable for each in list_payable_shares(house.maker, found)] == [4]
    plain, both = house.told(found, 0)[NoticeKind.DISTRIBUTION], house.told(found, 1)[NoticeKind.DISTRIBUTION]
    assert (plain.called, plain.net_due, plain.title) == ((), -4, "Distribution notice")
    assert (both.title, both.netted_call, both.number) == (NETTED_TITLE, "C1", "D1")
    assert [both.open_due, both.net_paid_out, both.netted, both.net_due] == [40, 16, 16, 24]
    assert (both.due_on, both.reference[:3]) == (house.shares()[1].due_on, "C1-")
    assert both.paid_to is not None
    assert [both.unfunded_before, both.unfunded_after] == [400, 360]


def test_tax_is_withheld_first_and_what_was_paid_before_counts(house: House) -> None:
    with acting_as(house.maker.tenancy):
        reside_in_germany(house.accounts[2])
        rate = Rate("DE", None, Source.GAIN, Decimal("0.15"), "Treaty")
        set_withholding_rate(house.maker, house.vehicle, rate)
    house.pay(2, "20")
    found = house.net("200", recallable="100")  # of the third 100, of which 85 are money, against 30
    share, notice = house.paid(found)[2], house.told(found, 2)[NoticeKind.DISTRIBUTION]
    assert [share.gross, share.withheld, share.net, share.netted, share.payable] == [100, 15, 85, 30, 55]
    assert [notice.settled, notice.open_due, notice.net_paid_out, -notice.net_due] == [20, 30, 85, 55]
    assert [notice.unfunded_before, notice.unfunded_after] == [500, 500]
    assert notice.due_on == TODAY
    assert house.books()[2] == (500, 0, 50, 100)


def test_before_its_day_nobody_is_asked_for_it_any_more_and_the_books_wait(house: House) -> None:
    found = house.net("100", days=3)
    assert [each.open for each in house.shares()] == [0, 0, 0]
    assert house.books()[0] == (90, 10, 0, 0)
    with acting_as(house.maker.tenancy):
        detail = get_share_detail(house.maker, house.shares()[0].id)
    (payment,) = detail.payments
    assert (payment.distribution_id, payment.distribution, payment.value_on) == (found, 1, TODAY + timedelta(days=3))
    take_back(house.maker, house.approvers[0], found, "The sale fell through.")
    assert [each.open for each in house.shares()] == [10, 40, 50]
    assert not post(house.maker.firm_id, found)
    assert house.books()[0] == (90, 10, 0, 0)


def test_taken_back_the_call_is_open_again_and_everybody_is_told(house: House) -> None:
    before = house.books()
    found = house.net("40")
    take_back(house.maker, house.approvers[0], found, "Wrong day.")
    assert (house.books(), [each.open for each in house.shares()]) == (before, [10, 40, 50])
    with acting_as(house.maker.tenancy):
        assert get_call(house.maker, house.call).summary.state is CallState.ISSUED
    told = house.told(found, 1)
    cancelled, again = told[NoticeKind.DISTRIBUTION_CANCELLED], told[NoticeKind.CALL]
    assert "C1 is open again" in cancelled.reason
    assert (cancelled.called, cancelled.netted_call) == ((), "")
    assert (again.net_due, again.number, again.replaces) == (40, "C1", "D1")
    assert [again.unfunded_before, again.unfunded_after] == [400, 360]
    again_netted = house.net("40")
    assert [each.netted for each in house.paid(again_netted)] == [4, 16, 20]


def test_a_call_that_was_netted_is_cancelled_only_once_the_netting_is_taken_back(house: House) -> None:
    found = house.net("40")
    with acting_as(house.maker.tenancy), pytest.raises(NettedAlready, match="Distribution D1 is netted"):
        request_cancellation(house.maker, house.call, reason="Not needed.")
    with acting_as(house.approvers[0].tenancy), pytest.raises(NettedAlready):
        cancel_call(house.approvers[0], house.call, reason="Not needed.")
    take_back(house.maker, house.approvers[0], found, "Wrong day.")
    with acting_as(house.maker.tenancy):
        assert request_cancellation(house.maker, house.call, reason="Not needed.")


def test_money_that_arrives_meanwhile_sends_it_back_to_whoever_prepared_it(house: House) -> None:
    found = prepare(
        house.maker, house.vehicle, TODAY.isoformat(), ("gain", "100"), nets=house.call, method=Method.COMMITMENT
    )
    submit(house.maker, found)
    decide(house.approvers[0], found)
    house.pay(1, "1")
    with pytest.raises(BooksMoved):
        decide(house.approvers[1], found)
    assert [each.open for each in house.shares()] == [10, 39, 50]
    for place, amount in enumerate(("10", "39", "50")):
        house.pay(place, amount)
    with pytest.raises(NothingToNet):
        decide(house.approvers[1], found)


def test_only_an_open_call_of_the_vehicle_is_netted_and_not_before_it_was_issued(
    house: House, world: World, second: Actor
) -> None:
    other = build(world, second)
    for nets, on, field in ((other.call, TODAY, "nets_call"), (house.call, TODAY - timedelta(days=1), "nets_call")):
        with pytest.raises(Invalid) as refused:
            prepare(house.maker, house.vehicle, on.isoformat(), ("gain", "1"), nets=nets)
        assert field in refused.value.fields
    found = prepare(house.maker, house.vehicle, TODAY.isoformat(), ("gain", "1"), nets=house.call)
    with acting_as(house.maker.tenancy):
        change_distribution(house.maker, found, Draft(house.vehicle, TODAY, Method.COMMITMENT, lines_of(("gain", "1"))))
        assert get_distribution(house.maker, found).nets_call is None


def test_without_a_call_nothing_is_netted(house: House) -> None:
    found = house.net("100", nets=None)
    assert [each.netted for each in house.paid(found)] == [0, 0, 0]
    assert [each.open for each in house.shares()] == [10, 40, 50]
    assert house.told(found, 0)[NoticeKind.DISTRIBUTION].called == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.decimals("0.01", "1000", places=2),
    st.decimals("0.01", "3000", places=2),
    st.lists(st.integers(0, 100), min_size=3, max_size=3),
)
def test_for_any_dues_and_payouts_nothing_is_lost(
    world: World, second: Actor, called: Decimal, gross: Decimal, paid: list[int]
) -> None:
    house = build(world, second, called=str(called))
    for place, (share, percent) in enumerate(zip(house.shares(), paid, strict=True)):
        amount = (share.amount * percent / 100).quantize(Decimal("0.01"))
        if amount:
            house.pay(place, str(amount))
    due = [share.open for share in house.shares()]
    if not any(due):
        return
    found = house.net(str(gross))
    parts = {each.account_id: each for each in house.paid(found)}
    after = house.shares()
    for before, share, (_, still_called, paid_in, distributed) in zip(due, after, house.books(), strict=True):
        part = parts.get(share.account_id)
        netted, net = (part.netted, part.net) if part else (ZERO, ZERO)
        assert 0 <= netted <= min(before, net)
        assert share.open == before - netted == still_called
        assert paid_in == share.paid
        assert distributed == (part.gross if part else ZERO)
    assert sum(each.gross for each in parts.values()) == gross
    with acting_as(house.maker.tenancy):
        cash = sum((each.payable for each in list_payable_shares(house.maker, found)), ZERO)
    assert cash == gross - sum(each.netted for each in parts.values())
