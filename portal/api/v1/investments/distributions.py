"""Distributions: what is paid out, and how what an account gets came about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.distribution_schemas import (
    DistributionDetail,
    DistributionItem,
    DistributionList,
    DistributionPart,
    DistributionQuery,
    DistributionShare,
    DistributionsQuery,
    DistributionTier,
    WaterfallRun,
    WaterfallTier,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.distributions.queries.distributions import get_distribution, list_distributions
from portal.domain.investments.distributions.queries.shares import get_share_sums, list_shares
from portal.domain.investments.distributions.values.distributions import (
    AccountShare,
    Distribution,
    MyDistribution,
    ShareSums,
)
from portal.domain.investments.distributions.values.plans import Fall
from portal.domain.investments.notices.queries import list_notice_links
from portal.domain.investments.notices.values import NoticeLink
from portal.platform.money import Money
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/distributions")
@requires_any(*SEEN_BY)
@described(DistributionList, refusals=(401, 403, 404))
def show_distributions(query: DistributionsQuery) -> Response:
    """The distributions you may see, the latest first; drafts are seen by staff alone."""
    before = read_cursor(query.cursor, date, UUID)
    found = list_distributions(
        actor(), vehicle_id=query.vehicle, account_id=query.account, before=before, most=query.limit + 1
    )
    page = Page(found, query.limit, lambda each: (each.pay_on.isoformat(), each.id))
    return versioned(f"{list(page.items)}|{page.next}", lambda: DistributionList([*map(_item, page.items)], page.next))


@v1.get("/investments/distributions/<uuid:distribution_id>")
@requires_any(*SEEN_BY)
@described(DistributionDetail, refusals=(401, 403, 404))
def show_distribution(query: DistributionQuery, distribution_id: UUID) -> Response:
    """One distribution, tier by tier, with what your accounts get of it, by name, a page of them at a time."""
    found, sums = get_distribution(actor(), distribution_id), get_share_sums(actor(), distribution_id)
    after = read_cursor(query.cursor, str, UUID)
    page = Page(
        list_shares(actor(), distribution_id, after=after, most=query.limit + 1),
        query.limit,
        lambda share: (share.account, share.id),
    )
    money = [(share.id.hex, share.account, share.state, share.received) for share in page.items]
    told = list_notice_links(actor(), distribution_id, [share.account_id for share in page.items])
    version = f"{found}|{sums}|{money}|{[each.id.hex for each in told]}|{page.next}"
    return versioned(version, lambda: _detail(found, sums, page, told))


def _item(each: MyDistribution) -> DistributionItem:
    return DistributionItem(
        id=each.id,
        vehicle=each.vehicle,
        vehicle_id=each.vehicle_id,
        number=each.number,
        state=each.state.value,
        pay_on=each.pay_on,
        currency=each.currency,
        gross=_text(each.gross, each.currency),
        withheld=_text(each.withheld, each.currency),
        net=_text(each.net, each.currency),
    )


def _detail(
    found: Distribution, sums: ShareSums, page: Page[AccountShare], told: Sequence[NoticeLink]
) -> DistributionDetail:
    currency = found.currency
    notices = {
        share.account_id: [each.id for each in told if each.account_id == share.account_id] for share in page.items
    }
    return DistributionDetail(
        id=found.id,
        vehicle=found.vehicle,
        vehicle_id=found.vehicle_id,
        number=found.number,
        state=found.state.value,
        pay_on=found.pay_on,
        currency=currency,
        gross=_text(sums.gross if sums.accounts else found.entered, currency),
        withheld=_text(sums.withheld, currency),
        net=_text(sums.net, currency),
        method=found.method.value,
        note=found.note,
        nets_call=None if found.nets_call is None else f"C{found.nets_call}",
        netted=_text(sums.netted, currency),
        reversal_reason=found.reversal_reason,
        accounts=sums.accounts,
        shares=[_share(share, currency, notices[share.account_id]) for share in page.items],
        next=page.next,
        waterfall=[_run(fall, currency) for fall in found.falls],
    )


def _share(share: AccountShare, currency: str, notices: list[UUID]) -> DistributionShare:
    return DistributionShare(
        account=share.account,
        account_id=share.account_id,
        money=share.state.value,
        gross=_text(share.gross, currency),
        withheld=_text(share.withheld, currency),
        in_kind=_text(share.in_kind, currency),
        net=_text(share.net, currency),
        netted=_text(share.netted, currency),
        payable=_text(share.payable, currency),
        received=_text(share.received, currency),
        recallable=_text(share.recallable, currency),
        parts=[
            DistributionPart(
                part.source.value, _text(part.amount, currency), _text(part.recallable, currency), f"{part.rate:.6f}",
                _text(part.withheld, currency), part.basis,
            )
            for part in share.components
        ],
        tiers=[
            DistributionTier(tier.value, *(_text(figure, currency) for figure in part))
            for tier, part in share.tiers.items()
        ],
        notices=notices,
    )  # fmt: skip


def _run(fall: Fall, currency: str) -> WaterfallRun:
    tiers = [
        WaterfallTier(
            line.tier.value, _maybe(line.due, currency), _text(line.before, currency), _text(line.partners, currency),
            _text(line.carry, currency), _maybe(line.left, currency),
        )
        for line in fall.lines
    ]  # fmt: skip
    return WaterfallRun(fall.name, _text(fall.amount, currency), tiers)


def _text(amount: Decimal, currency: str) -> str:
    return Money.rounded(amount, currency).to_string()


def _maybe(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else _text(amount, currency)
