"""Returns over any period, and what each figure is computed from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for

from portal.api.answers import answer
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.return_schemas import (
    BasisItem,
    MeasureItem,
    OpenedMeasure,
    ReturnList,
    ReturnPart,
    ReturnQuery,
    ReturnSet,
    ReturnsQuery,
    ReturnStep,
    VehicleShare,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.performance.queries import (
    Asked,
    find_last_valued,
    get_opened_return,
    list_asked_holdings,
    list_returns,
)
from portal.domain.investments.performance.values import (
    Basis,
    Measure,
    Measured,
    OpenedReturn,
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


@v1.get("/investments/returns/figures")
@requires_any(*SEEN_BY)
@described(OpenedMeasure, refusals=(401, 403, 404))
def show_return(query: ReturnQuery) -> Response:
    """One figure with its formula, its method, and everything that it is computed from."""
    asked = _asked(query)
    opened = get_opened_return(actor(), asked, query.measure, Basis(query.basis), query.currency)
    return answer(_opened(opened, asked))


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
        nav_age_days=None if net.nav_on is None else (asked.as_of - net.nav_on).days,
        bases=[BasisItem(basis.value, _measures(each)) for basis, each in found.by_basis.items()],
        vehicles=[_share(each, code) for each in found.shares],
    )


def _measures(performance: Performance) -> list[MeasureItem]:
    return [_measure(name, result, performance) for name, result in performance.measured.items()]


def _measure(name: Measure, result: Measured, performance: Performance) -> MeasureItem:
    """A figure; the address of its derivation asks for the same as this request does."""
    stretch = performance.stretch
    asked: dict[str, Any] = {key: request.args[key] for key in ("account", "vehicle", "index") if key in request.args}
    asked |= {"period": stretch.span.period.value, "as_of": stretch.span.ends_on.isoformat()}
    if stretch.span.period is Period.SPAN and stretch.span.starts_on:
        asked["since"] = stretch.span.starts_on.isoformat()
    asked |= {"measure": name, "currency": stretch.currency, "basis": stretch.basis.value}
    address = url_for("api.show_return", **asked)
    return MeasureItem(name, ratio_text(result.value), result.reason, result.annualised, result.estimate, address)


def _share(share: Share, code: str) -> VehicleShare:
    def amount(value: Decimal) -> str:
        return amount_text(value, code)

    return VehicleShare(
        share.vehicle_id, share.vehicle, amount(share.opening), amount(share.paid_in), amount(share.paid_out),
        amount(share.closing), amount(share.gain), ratio_text(share.added), ratio_text(share.irr.value),
    )  # fmt: skip


def _opened(opened: OpenedReturn, asked: Asked) -> OpenedMeasure:
    stretch = opened.performance.stretch
    code = stretch.currency
    return OpenedMeasure(
        as_of=asked.as_of,
        period=asked.period.value,
        basis=stretch.basis.value,
        currency=code,
        figure=_measure(opened.measure, opened.result, opened.performance),
        title=opened.title,
        formula=opened.formula,
        method=opened.method,
        caveats=list(opened.caveats),
        starts_on=stretch.starts_on,
        ends_on=stretch.ends_on,
        nav_on=stretch.nav_on,
        commitment=amount_text(stretch.commitment, code),
        paid_in_since_inception=amount_text(stretch.paid_in_ever, code),
        parts=_parts(opened, code),
        steps=_steps(opened, code),
    )


def _parts(opened: OpenedReturn, code: str) -> list[ReturnPart]:
    if opened.compounded:
        return [
            ReturnPart(part.on, part.kind, amount_text(part.amount, code), f"{level:f}", amount_text(worth, code))
            for part, level, worth in opened.compounded
        ]
    parts = opened.performance.stretch.parts
    return [ReturnPart(part.on, part.kind, amount_text(part.amount, code), None, None) for part in parts]


def _steps(opened: OpenedReturn, code: str) -> list[ReturnStep]:
    return [
        ReturnStep(
            each.starts_on, each.ends_on, amount_text(each.opening, code), amount_text(each.flows, code),
            amount_text(each.weighted, code), amount_text(each.closing, code), ratio_text(each.factor),
        )
        for each in opened.sub_periods
    ]  # fmt: skip
