"""Returns over any period, each figure with the address of what it is computed from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from flask import Response

from portal.api.answers import answer
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.investments.figure_ids import ReturnId, derivation_url
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.return_schemas import (
    BasisItem,
    MeasureItem,
    ReturnList,
    ReturnSet,
    ReturnsQuery,
    VehicleShare,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.performance.queries import (
    Asked,
    find_last_valued,
    list_asked_holdings,
    list_returns,
)
from portal.domain.investments.performance.values import (
    Measure,
    Measured,
    Performance,
    Period,
    Returns,
    Share,
)
from portal.domain.investments.returns.values import ratio_text
from portal.platform import clock
from portal.platform.errors import Invalid

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/returns")
@requires_any(*SEEN_BY)
@described(ReturnList, refusals=(401, 403, 404))
def show_returns(query: ReturnsQuery) -> Response:
    """The returns over a period of everything you may see, of an account, of a vehicle."""
    asked = _asked(query)
    found = list_returns(actor(), asked, list_asked_holdings(actor(), asked))
    return answer(ReturnList(asked.as_of, query.period, [_set(each, asked) for each in found]))


def _asked(query: ReturnsQuery) -> Asked:
    """What is asked for; Invalid where a span has no first day before its last."""
    asked = Asked(
        as_of=query.as_of or clock.today(), period=Period(query.period), starts_on=query.since,
        account_id=query.account, vehicle_id=query.vehicle, index_id=query.index,
    )  # fmt: skip
    if query.as_of is None:
        asked = replace(asked, as_of=find_last_valued(actor(), asked) or asked.as_of)
    if asked.period is Period.SPAN and (asked.starts_on is None or asked.starts_on >= asked.as_of):
        raise Invalid(fields={"since": "A span counts from the end of a day before its last one."})
    return asked


def _set(found: Returns, asked: Asked) -> ReturnSet:
    net, code = found.net.stretch, found.currency
    return ReturnSet(
        currency=code,
        starts_on=net.starts_on,
        ends_on=net.ends_on,
        holdings=found.holdings,
        opening=amount_text(net.opening, code),
        paid_in=amount_text(-net.sum_of("paid_in"), code),
        distributed=amount_text(net.sum_of("paid_out"), code),
        nav=amount_text(net.closing, code),
        nav_on=net.nav_on,
        nav_adjusted=net.nav_adjusted,
        nav_age_days=None if net.nav_on is None else (asked.as_of - net.nav_on).days,
        bases=[BasisItem(basis.value, _measures(each, asked)) for basis, each in found.by_basis.items()],
        vehicles=[_share(each, code) for each in found.shares],
    )


def _measures(performance: Performance, asked: Asked) -> list[MeasureItem]:
    return [_measure(name, result, performance, asked) for name, result in performance.measured.items()]


def _measure(name: Measure, result: Measured, performance: Performance, asked: Asked) -> MeasureItem:
    stretch = performance.stretch
    address = derivation_url(ReturnId(name, stretch.basis, stretch.currency, asked))
    return MeasureItem(name, ratio_text(result.value), result.reason, result.annualised, result.estimate, address)


def _share(share: Share, code: str) -> VehicleShare:
    def amount(value: Decimal) -> str:
        return amount_text(value, code)

    return VehicleShare(
        share.vehicle_id, share.vehicle, amount(share.opening), amount(share.paid_in), amount(share.paid_out),
        amount(share.closing), amount(share.gain), ratio_text(share.added), ratio_text(share.irr.value),
        share.irr.annualised, share.irr.reason,
    )  # fmt: skip
