"""Of what an account gets and what it owes, the lesser pays the other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.distributions.rules.freezing import digest_plan
from portal.domain.investments.distributions.rules.netting import net_plan, netted_part
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Component, Line, Method, Plan, Share, Source
from portal.platform import clock

AMOUNTS = st.decimals(-(10**12), 10**12, places=2)


@given(AMOUNTS, AMOUNTS)
def test_nobody_s_netting_exceeds_either_and_one_of_both_is_used_up(payable: Decimal, owed: Decimal) -> None:
    part = netted_part(payable, owed)
    assert 0 <= part <= max(payable, 0)
    assert part <= max(owed, 0)
    if min(payable, owed) >= 0:
        assert 0 in (payable - part, owed - part)


def _share(number: int, amount: str, withheld: str = "0", source: Source = Source.GAIN) -> Share:
    return Share(UUID(int=number), (Component(source, Decimal(amount), withheld=Decimal(withheld)),), {})


def test_what_is_in_kind_or_withheld_pays_no_call() -> None:
    shares = (_share(1, "100", "15"), _share(2, "100", source=Source.IN_KIND), _share(3, "100"), _share(4, "30"))
    owed = {UUID(int=1): Decimal(200), UUID(int=2): Decimal(10), UUID(int=4): Decimal(10)}
    plan = net_plan(Plan(shares, (), Decimal(0)), owed)
    assert [share.netted for share in plan.shares] == [85, 0, 0, 10]
    assert (plan.gross, plan.net, plan.netted, plan.payable) == (330, 215, 95, 120)


def test_what_is_approved_names_what_is_netted_and_one_without_netting_reads_as_before() -> None:
    plan = Plan((_share(1, "100"),), (), Decimal(0))
    plain = Draft(UUID(int=9), clock.today(), Method.PAID_IN, (Line(Source.GAIN, Decimal(100)),))
    netting = replace(plain, nets_call_id=UUID(int=8))
    digests = {
        digest_plan(plain, plan),
        digest_plan(netting, plan),
        digest_plan(netting, net_plan(plan, {UUID(int=1): Decimal(1)})),
    }
    assert len(digests) == 3
    assert digest_plan(plain, net_plan(plan, {})) == digest_plan(plain, plan)
