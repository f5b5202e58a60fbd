"""What each account gets of a distribution, as lines of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import request

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.queries.nettings import list_owed
from portal.domain.investments.distributions.queries.shares import list_shares
from portal.domain.investments.distributions.values.distributions import AccountShare, Distribution, DistributionState
from portal.domain.investments.distributions.values.plans import Plan, Share
from portal.domain.people.investor_accounts.queries import find_account_names
from portal.platform.pagination import Page, decode_cursor

MOST = 50
ZERO = Decimal(0)
STANDS = (DistributionState.APPROVED, DistributionState.POSTED)


@dataclass(frozen=True, slots=True)
class Row:
    """An account's line: what it gets, what it owes of the call before (`owed`), and what of the one pays the other."""

    account_id: UUID
    account: str
    gross: Decimal
    withheld: Decimal
    net: Decimal
    recallable: Decimal
    netted: Decimal
    owed: Decimal

    @property
    def still_due(self) -> Decimal:
        """What the account has to pay of the call afterwards."""
        return self.owed - self.netted

    @property
    def payable(self) -> Decimal:
        """What is still paid out to it."""
        return self.net - self.netted


def preview_rows(actor: Actor, found: Distribution, plan: Plan) -> tuple[list[Row], str | None]:
    """The accounts of a preview in order of admission, and where the next page begins."""
    given = request.args.get("cursor", "0")
    start = int(given) if given.isdecimal() and len(given) < 8 else 0
    shown = plan.shares[start : start + MOST]
    ids = [share.account_id for share in shown]
    names, owed = find_account_names(actor, ids), _owed(actor, found, shown)
    rows = [_row(each, names.get(each.account_id, "–"), owed) for each in shown]
    return rows, str(start + MOST) if len(plan.shares) > start + MOST else None


def share_rows(actor: Actor, found: Distribution, search: str) -> tuple[list[Row], str | None]:
    """The accounts of one that was sent for approval, by name, and where the next page begins."""
    place = decode_cursor(request.args["cursor"], str, UUID) if "cursor" in request.args else None
    after = None if place is None else (place[0], place[1])
    shares = list_shares(actor, found.id, search=search, after=after, most=MOST + 1)
    of_page = Page(shares, MOST, lambda each: (each.account, each.id))
    owed = _owed(actor, found, of_page.items)
    return [_row(each, each.account, owed) for each in of_page.items], of_page.next


def _owed(actor: Actor, found: Distribution, shares: Sequence[Share | AccountShare]) -> dict[UUID, Decimal]:
    """What was open on the call before the distribution paid of it, by account."""
    if found.nets_call_id is None or found.state is DistributionState.REVERSED:
        return {}
    paid = found.state in STANDS
    open_now = list_owed(actor, found.nets_call_id, [each.account_id for each in shares])
    return {
        each.account_id: open_now[each.account_id].open + (each.netted if paid else ZERO)
        for each in shares
        if each.account_id in open_now
    }


def _row(each: Share | AccountShare, account: str, owed: dict[UUID, Decimal]) -> Row:
    return Row(
        each.account_id, account, each.gross, each.withheld, each.net, each.recallable, each.netted,
        owed.get(each.account_id, ZERO),
    )  # fmt: skip
