"""Reading returns: the ledger's balances and flows as figures.

Amounts are read anew each time. What is costly to find (rates, series) is kept in the cache under the versions of the
holdings it was found from, so that it is never stale and may be lost at any time."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import (
    get_holding,
    list_carried,
    list_flows,
    list_holdings,
    list_marks,
)
from portal.domain.investments.ledger.queries.trails import list_trails
from portal.domain.investments.ledger.values import Bucket, DatedFlow, HoldingFigures, PostingTrail, ValuationMark
from portal.domain.investments.returns.rules.derivations import derive, present_values
from portal.domain.investments.returns.rules.figures import net_of_carry, pool
from portal.domain.investments.returns.rules.series import (
    allocation,
    flows_by_quarter,
    read_series,
    value_over_time,
    write_series,
)
from portal.domain.investments.returns.values import (
    MULTIPLES,
    AllocationKey,
    FigureName,
    Figures,
    Flow,
    History,
    IrrResult,
    Mark,
    Movement,
    OpenedFigure,
    Position,
    Series,
    Slice,
)
from portal.platform.errors import NotFound
from portal.platform.resources import resources

KEPT_SECONDS = 24 * 3600
_IN, _OUT, _NAV = Bucket.CONTRIBUTED, Bucket.DISTRIBUTED, Bucket.NET_ASSETS
BEHIND: dict[FigureName, tuple[Bucket, ...]] = {
    "commitment": (Bucket.COMMITTED,),
    "unfunded": (Bucket.UNFUNDED,),
    "paid_in": (_IN,),
    "distributed": (_OUT,),
    "nav": (_NAV,),
    "dpi": (_OUT, _IN),
    "rvpi": (_NAV, _IN),
    "tvpi": (_OUT, _NAV, _IN),
    "pic": (_IN, Bucket.COMMITTED),
    "irr": (),
}


@dataclass(frozen=True, slots=True)
class HoldingReturns:
    """A holding and its figures."""

    holding: HoldingFigures
    figures: Figures


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything an actor holds at a date: each holding, a total per currency in the order of the codes, and one per
    account and currency."""

    as_of: date
    holdings: tuple[HoldingReturns, ...]
    totals: tuple[Figures, ...]
    accounts: Mapping[tuple[UUID, str], Figures]
    fingerprint: str


def get_portfolio(
    actor: Actor,
    *,
    as_of: date,
    known_on: datetime | None = None,
    account_id: UUID | None = None,
    vehicle_id: UUID | None = None,
    search: str = "",
    most: int | None = None,
) -> Portfolio:
    """Holdings the actor may see (narrowed to an account, a vehicle, names) with their figures at `as_of`, and a total
    per currency, in one statement, or up to three while the cache does not know the rates, whatever their number;
    `most` bounds that number, and the totals are then of those only."""
    holdings = list_holdings(
        actor, as_of=as_of, known_on=known_on, account_id=account_id, vehicle_id=vehicle_id, search=search, most=most
    )
    return get_portfolio_of(holdings, as_of=as_of, known_on=known_on)


def get_holding_returns(
    actor: Actor, holding_id: UUID, *, as_of: date, known_on: datetime | None = None
) -> HoldingReturns:
    """One holding the actor may see with its figures; NotFound otherwise."""
    holding = get_holding(actor, holding_id, as_of=as_of, known_on=known_on)
    return get_portfolio_of([holding], as_of=as_of, known_on=known_on).holdings[0]


def list_holding_returns(actor: Actor, holding_ids: Sequence[UUID], *, as_of: date) -> dict[UUID, HoldingReturns]:
    """These holdings with their figures, by id, in two statements; NotFound unless the actor may see all of them."""
    holdings = list_holdings(actor, as_of=as_of, ids=holding_ids)
    if {each.id for each in holdings} != set(holding_ids):
        raise NotFound
    pairs = zip(holdings, _positions(holdings, as_of, None), strict=True)
    return {each.id: HoldingReturns(each, pool([position], as_of)) for each, position in pairs}


def list_series(holdings: Sequence[HoldingFigures], *, as_of: date, known_on: datetime | None = None) -> list[Series]:
    """The charts' series per currency for holdings the caller was given by a query of this module."""
    if known_on is not None:
        return _find_series(holdings, as_of, known_on)
    key = f"series:{get_fingerprint(holdings, as_of)}"
    kept = resources().cache.get(key)
    if kept is not None:
        return [read_series(*each) for each in orjson.loads(kept)]
    found = _find_series(holdings, as_of, None)
    resources().cache.set(key, orjson.dumps([write_series(each) for each in found]), KEPT_SECONDS)
    return found


def list_allocation(holdings: Iterable[HoldingFigures], by: AllocationKey) -> tuple[Slice, ...]:
    """How the NAV of holdings in one currency divides, largest part first; what has no such particular is under ""."""
    return allocation((str(getattr(each, by) or ""), each.nav) for each in holdings)


def get_opened_figure(
    actor: Actor,
    figure: FigureName,
    *,
    as_of: date,
    known_on: datetime | None = None,
    holding_id: UUID | None = None,
    currency: str | None = None,
    account_id: UUID | None = None,
    vehicle_id: UUID | None = None,
    search: str = "",
    most: int | None = None,
) -> OpenedFigure:
    """A figure of one holding, or of the actor's total in a currency (narrowed as `get_portfolio` is), down to the
    latest `most` postings of each amount in it; NotFound when there is no such holding or total for this actor."""
    if holding_id is not None:
        holdings = [get_holding(actor, holding_id, as_of=as_of, known_on=known_on)]
    else:
        found = list_holdings(
            actor, as_of=as_of, known_on=known_on, account_id=account_id, vehicle_id=vehicle_id, search=search
        )
        holdings = [each for each in found if each.currency == currency]
    if not holdings:
        raise NotFound
    rated = figure == "irr"
    positions = _positions(holdings, as_of, known_on) if rated else [_position(each, ()) for each in holdings]
    figures = pool(positions, as_of, irr=None if rated else IrrResult(None))
    flows = present_values(figures, [flow for each in net_of_carry(positions) for flow in each.flows]) if rated else ()
    moved = (Bucket.TRANSFERRED,) if figure in MULTIPLES and any(each.transferred for each in holdings) else ()
    trails = _trails(actor, holdings, (*BEHIND[figure], *moved), as_of, known_on, most)
    return OpenedFigure(derive(figure, figures), figures, tuple(holdings), trails, flows)


def _trails(
    actor: Actor,
    holdings: Sequence[HoldingFigures],
    buckets: Sequence[Bucket],
    as_of: date,
    known_on: datetime | None,
    most: int | None,
) -> tuple[PostingTrail, ...]:
    """The postings in each bucket; of net assets only those of holdings that have been valued, as in the NAV."""
    trails: list[PostingTrail] = []
    for valued in (True, False):
        ids = [each.id for each in holdings if each.valued_on or not valued]
        wanted = [bucket for bucket in buckets if (bucket is _NAV) == valued]
        if wanted:
            trails += list_trails(actor, ids, wanted, as_of=as_of, known_on=known_on, most=most)
    return tuple(sorted(trails, key=lambda trail: buckets.index(trail.bucket)))


def get_fingerprint(holdings: Sequence[HoldingFigures], as_of: date) -> str:
    """A digest that changes whenever figures of these holdings at `as_of` may have: for caches and ETags."""
    return hashlib.sha256(
        "|".join([f"{as_of}", *(f"{each.id}:{each.version}" for each in holdings)]).encode()
    ).hexdigest()


def get_portfolio_of(holdings: Sequence[HoldingFigures], *, as_of: date, known_on: datetime | None = None) -> Portfolio:
    """The portfolio that these holdings make; they come from the ledger's `list_holdings`, read at the same date."""
    mark = get_fingerprint(holdings, as_of)
    rates = None if known_on else _kept_rates(mark)
    found = rates or {}
    positions = _positions(holdings, as_of, known_on) if rates is None else [_position(each, ()) for each in holdings]
    returns = tuple(
        HoldingReturns(each, pool([position], as_of, irr=found.get(str(each.id))))
        for each, position in zip(holdings, positions, strict=True)
    )
    known: dict[tuple[int, ...], Figures] = {(place,): each.figures for place, each in enumerate(returns)}
    totals = _pooled([(each.currency,) for each in holdings], positions, as_of, found, known)
    accounts = _pooled([(each.account_id, each.currency) for each in holdings], positions, as_of, found, known)
    if rates is None and known_on is None:
        _keep_rates(mark, returns, {**totals, **accounts})
    return Portfolio(as_of, returns, tuple(totals[code] for code in sorted(totals)), accounts, mark)


def _pooled(
    keys: Sequence[tuple[Any, ...]], positions: Sequence[Position], as_of: date, found: Mapping[str, IrrResult],
    known: dict[tuple[int, ...], Figures],
) -> dict[Any, Figures]:  # fmt: skip
    """The positions pooled by key, with the rates found before; figures of the same positions are `known` then."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        groups[key].append(place)
    for key, places in groups.items():
        if (same := tuple(places)) not in known:
            known[same] = pool([positions[place] for place in places], as_of, irr=found.get(_name(key)))
    return {key: known[tuple(places)] for key, places in groups.items()}


def _name(key: tuple[Any, ...]) -> str:
    return ":".join(map(str, key))


def _kept_rates(mark: str) -> dict[str, IrrResult] | None:
    kept = resources().cache.get(f"net-rates:{mark}")
    if kept is None:
        return None
    return {
        key: IrrResult(rate and Decimal(rate), reason, annualised, tuple(Decimal(root) for root in roots))
        for key, (rate, reason, annualised, roots) in orjson.loads(kept).items()
    }


def _keep_rates(mark: str, returns: Sequence[HoldingReturns], pooled: Mapping[tuple[Any, ...], Figures]) -> None:
    found = {str(each.holding.id): each.figures for each in returns}
    found |= {_name(key): each for key, each in pooled.items()}
    told = {
        key: (each.irr, each.reasons.get("irr"), each.irr_annualised, each.irr_roots) for key, each in found.items()
    }
    resources().cache.set(f"net-rates:{mark}", orjson.dumps(told, default=str), KEPT_SECONDS)


def _positions(holdings: Sequence[HoldingFigures], as_of: date, known_on: datetime | None) -> list[Position]:
    flows: dict[UUID, list[Flow]] = defaultdict(list)
    dated = [each.id for each in holdings if not each.opening]
    for each in list_flows(dated, as_of=as_of, known_on=known_on) if dated else ():
        if each.contributed or each.distributed or each.transferred:
            flows[each.holding_id].append(Flow(each.on, each.distributed - each.contributed - each.transferred))
    carried: dict[UUID, list[Flow]] = defaultdict(list)
    carrying = [each.id for each in holdings if each.carried is not None and not each.opening]
    for paid in list_carried(carrying, as_of=as_of, known_on=known_on) if carrying else ():
        carried[paid.holding_id].append(Flow(paid.on, paid.amount))
    return [_position(each, tuple(flows[each.id]), tuple(carried[each.id])) for each in holdings]


def _position(holding: HoldingFigures, flows: tuple[Flow, ...], carried: tuple[Flow, ...] = ()) -> Position:
    return Position(
        holding.currency, holding.commitment, holding.unfunded, holding.paid_in, holding.distributed, holding.nav,
        flows, nav_on=holding.valued_on, nav_adjusted=holding.nav_adjusted, opening_balances=holding.opening,
        transferred=holding.transferred, vehicle_id=holding.vehicle_id, carried=holding.carried or Decimal(0),
        carried_flows=carried,
    )  # fmt: skip


def _find_series(holdings: Sequence[HoldingFigures], as_of: date, known_on: datetime | None) -> list[Series]:
    ids = [each.id for each in holdings]
    flows: dict[UUID, list[DatedFlow]] = defaultdict(list)
    marks: dict[UUID, list[ValuationMark]] = defaultdict(list)
    for flow in list_flows(ids, as_of=as_of, known_on=known_on):
        flows[flow.holding_id].append(flow)
    for mark in list_marks(ids, as_of=as_of, known_on=known_on):
        marks[mark.holding_id].append(mark)
    by_currency: dict[str, list[History]] = defaultdict(list)
    for each in holdings:
        movements = tuple(Movement(flow.on, *flow[2:]) for flow in flows[each.id])
        by_currency[each.currency].append(History(movements, tuple(Mark(mark.on, mark.nav) for mark in marks[each.id])))
    return [
        Series(
            code,
            value_over_time(histories, as_of),
            flows_by_quarter(movement for history in histories for movement in history.movements),
        )
        for code, histories in sorted(by_currency.items())
    ]
