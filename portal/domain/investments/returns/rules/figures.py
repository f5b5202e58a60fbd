"""From positions to figures: amounts added up, cash flows joined, ratios taken once from the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.returns.rules.rates import internal_rate_of_return
from portal.domain.investments.returns.values import MULTIPLES, WIDE, Figures, Flow, IrrResult, Position
from portal.platform.money import MixedCurrencies


def pool(positions: Sequence[Position], as_of: date, *, irr: IrrResult | None = None) -> Figures:
    """The figures of one or more positions in one currency, as if they were one investment.

    Amounts and dated flows are added and the ratios taken from the sums; ratios are never averaged. Multiples
    follow GIPS: DPI, RVPI, TVPI over paid-in since inception, PIC over commitment. The IRR has each
    position's NAV as a last flow at its own date, and is undefined as soon as one has opening balances.
    Interests transferred between accounts are external flows at their NAV: between positions of the total they cancel;
    what is left of them counts as paid in (taken over) or as distributed (given away). Ratios are `net_of_carry`.
    `irr` is the rate of these very flows where known. Raises MixedCurrencies, and ValueError without any position.
    """
    currency = _one_currency(positions)
    commitment, paid_in = _sum(positions, "commitment"), _sum(positions, "paid_in")
    distributed, nav = _sum(positions, "distributed"), _sum(positions, "nav")
    net = net_of_carry(positions)
    flows = tuple(sorted((flow for each in net for flow in _with_nav(each, as_of)), key=_day))
    irr = irr or _rate(positions, flows)
    transferred, earned = _sum(positions, "transferred"), _sum(net, "distributed")
    invested, returned = paid_in + max(transferred, Decimal(0)), earned - min(transferred, Decimal(0))
    return Figures(
        currency=currency,
        as_of=as_of,
        commitment=commitment,
        unfunded=_sum(positions, "unfunded"),
        paid_in=paid_in,
        distributed=distributed,
        nav=nav,
        dpi=_ratio(returned, invested),
        rvpi=_ratio(nav, invested),
        tvpi=_ratio(returned + nav, invested),
        pic=_ratio(paid_in, commitment),
        irr=irr.rate,
        reasons=_reasons(invested, commitment, irr),
        nav_on=min((each.nav_on for each in positions if each.nav_on), default=None),
        nav_adjusted=any(each.nav_adjusted for each in positions),
        irr_annualised=irr.annualised,
        irr_roots=irr.roots,
        flows=flows,
        transferred=transferred,
        carried=distributed - earned,
    )


def find_shared(vehicle_ids: Iterable[UUID | None]) -> set[UUID | None]:
    """The vehicles of which a total has more than one holding: beside the others' there, carried interest that one
    received is what they paid for the management, and no return on what was paid in."""
    return {vehicle_id for vehicle_id, holdings in Counter(vehicle_ids).items() if vehicle_id and holdings > 1}


def net_of_carry(positions: Sequence[Position]) -> Sequence[Position]:
    """The positions of a total without the carried interest of vehicles that it shares among holdings; alone, the
    account that receives it has it as it has any distribution."""
    shared = find_shared(each.vehicle_id for each in positions)
    return [_without_carry(each) if each.vehicle_id in shared else each for each in positions]


def _without_carry(position: Position) -> Position:
    if not (position.carried or position.carried_flows):
        return position
    taken = tuple(Flow(flow.on, -flow.amount) for flow in position.carried_flows)
    return replace(position, distributed=position.distributed - position.carried, flows=(*position.flows, *taken))


def _one_currency(positions: Sequence[Position]) -> str:
    if not positions:
        raise ValueError("Figures need at least one position: without any there is no currency to state.")
    currencies = sorted({each.currency for each in positions})
    if len(currencies) > 1:
        raise MixedCurrencies(f"{' and '.join(currencies)} cannot be put together in one total.")
    return currencies[0]


def _sum(positions: Sequence[Position], name: str) -> Decimal:
    return sum((getattr(each, name) for each in positions), start=Decimal(0))


def _ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    return WIDE.divide(part, whole) if whole > 0 else None


def _with_nav(position: Position, as_of: date) -> tuple[Flow, ...]:
    """The flows with the NAV paid out last: on its valuation's day, or where later flows rolled it to."""
    if not position.nav:
        return position.flows
    days = [flow.on for flow in position.flows] if position.nav_adjusted else []
    return (*position.flows, Flow(max([position.nav_on or as_of, *days]), position.nav))


def _rate(positions: Sequence[Position], flows: Sequence[Flow]) -> IrrResult:
    if any(each.opening_balances for each in positions):
        return IrrResult(None, "opening_balances")
    return internal_rate_of_return(flows)


def _reasons(invested: Decimal, commitment: Decimal, irr: IrrResult) -> dict[str, str]:
    reasons: dict[str, str] = dict.fromkeys(MULTIPLES, "no_paid_in") if invested <= 0 else {}
    if commitment <= 0:
        reasons["pic"] = "no_commitment"
    if irr.reason:
        reasons["irr"] = irr.reason
    return reasons


def _day(flow: Flow) -> date:
    return flow.on
