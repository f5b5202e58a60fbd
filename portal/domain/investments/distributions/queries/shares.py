"""Reading what accounts get."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.queries.visibility import visible_shares
from portal.domain.investments.distributions.rules.freezing import thaw_components, thaw_tiers
from portal.domain.investments.distributions.values.distributions import (
    AccountShare,
    Distribution,
    DistributionState,
    PaybackDue,
    Recipient,
    ShareState,
    ShareSums,
)
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.notices.queries import count_notices
from portal.domain.investments.notices.values import CANCELLED, NoticeKind, Writing
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT s.id, s.distribution_id, s.account_id, a.name AS account, s.state, s.gross, s.withheld, s.in_kind, s.net,
  s.netted, s.received, s.recallable, s.components, s.tiers
FROM investments.distribution_shares s JOIN people.investor_accounts a ON a.id = s.account_id
WHERE {visible} AND s.distribution_id = %(distribution)s
"""
SUMS = """
SELECT count(*) AS accounts, COALESCE(sum(s.gross), 0) AS gross, COALESCE(sum(s.withheld), 0) AS withheld,
  COALESCE(sum(s.net), 0) AS net, COALESCE(sum(s.netted), 0) AS netted
FROM investments.distribution_shares s WHERE {visible} AND s.distribution_id = %(distribution)s
"""
SELECT_OF = "SELECT s.distribution_id FROM investments.distribution_shares s WHERE {visible} AND s.id = %(id)s"
PAYBACK = """
SELECT COALESCE(sum(-s.net), 0) AS asked, COALESCE(sum(s.received), 0) AS received
FROM investments.distribution_shares s
WHERE s.firm_id = %(firm)s AND s.distribution_id = %(distribution)s AND s.issued AND s.net < 0
"""
RECIPIENTS = """
SELECT h.account_id, COALESCE(a.number, '') AS number, h.commitment, h.unfunded, h.paid_in, h.distributed
FROM investments.holdings h JOIN people.investor_accounts a ON a.id = h.account_id
WHERE h.firm_id = %(firm)s AND h.vehicle_id = %(vehicle)s
"""


def _share(row: db.AnyRow) -> AccountShare:
    given = {name: getattr(row, name) for name in row._fields}
    given |= {
        "state": ShareState(row.state),
        "components": thaw_components(row.components),
        "tiers": thaw_tiers(row.tiers),
    }
    return AccountShare(**given)


def list_shares(
    actor: Actor, distribution_id: UUID, *, search: str = "", after: tuple[str, UUID] | None = None, most: int
) -> Sequence[AccountShare]:
    """What accounts that the actor sees get of a distribution, by name, those after the (name, id) given."""
    statement = SELECT.format(visible=visible_shares(actor)) + " AND a.name ILIKE %(like)s"
    given: dict[str, object] = {"firm": actor.firm_id, "distribution": distribution_id, "most": most}
    given["like"] = db.containing(search)
    if after is not None:
        statement += " AND (a.name, s.id) > (%(after)s, %(after_id)s)"
        given |= {"after": after[0], "after_id": after[1]}
    return [_share(row) for row in db.fetch_all(f"{statement} ORDER BY a.name, s.id LIMIT %(most)s", **given)]


def get_share_sums(actor: Actor, distribution_id: UUID) -> ShareSums:
    """What all accounts that the actor sees get together, in the distribution's currency."""
    row = db.fetch_one(SUMS.format(visible=visible_shares(actor)), firm=actor.firm_id, distribution=distribution_id)
    return ShareSums(*row) if row is not None else ShareSums(0, *[Decimal(0)] * 4)


def get_share(actor: Actor, distribution_id: UUID, account_id: UUID) -> AccountShare:
    """What one account that the actor sees gets; NotFound otherwise."""
    statement = SELECT.format(visible=visible_shares(actor)) + " AND s.account_id = %(account)s"
    row = db.fetch_one(statement, firm=actor.firm_id, distribution=distribution_id, account=account_id)
    if row is None:
        raise NotFound
    return _share(row)


def find_distribution_of_share(actor: Actor, share_id: UUID) -> UUID | None:
    """The distribution that a share which the actor may see is of, or None."""
    statement = SELECT_OF.format(visible=visible_shares(actor))
    found: UUID | None = db.fetch_value(statement, firm=actor.firm_id, id=share_id)
    return found


def list_payable_shares(actor: Actor, distribution_id: UUID) -> Sequence[AccountShare]:
    """The shares of an approved distribution whose money is still to be paid (or came back), by the account's name."""
    statement = SELECT.format(visible=visible_shares(actor))
    statement += " AND s.issued AND s.state IN ('unpaid', 'returned') AND s.net > s.netted ORDER BY a.name, s.id"
    return [_share(row) for row in db.fetch_all(statement, firm=actor.firm_id, distribution=distribution_id)]


def list_all_shares(actor: Actor, distribution_id: UUID) -> Sequence[AccountShare]:
    """Everybody's share of a distribution that the actor may see, by the account's name."""
    statement = SELECT.format(visible=visible_shares(actor)) + " ORDER BY a.name, s.id"
    return [_share(row) for row in db.fetch_all(statement, firm=actor.firm_id, distribution=distribution_id)]


def exists_money_on_its_way(actor: Actor, distribution_id: UUID) -> bool:
    """Whether any share of a distribution is in a payment file, or paid; or came in, where it is to be paid back."""
    found: bool = db.fetch_value(
        "SELECT EXISTS (SELECT FROM investments.distribution_shares s WHERE s.firm_id = %(firm)s"
        " AND s.distribution_id = %(distribution)s AND (s.state <> 'unpaid' OR s.received > 0))",
        firm=actor.firm_id,
        distribution=distribution_id,
    )
    return found


def get_payback_due(actor: Actor, distribution_id: UUID) -> PaybackDue:
    """What is to come in of an approved payback, and what came in, in the firm's tenancy; nothing of what pays out."""
    row = db.fetch_one(PAYBACK, firm=actor.firm_id, distribution=distribution_id)
    return PaybackDue(*row) if row is not None else PaybackDue(Decimal(0), Decimal(0))


def get_writing(actor: Actor, found: Distribution) -> Writing:
    """How far the notices of an approved distribution are written, or those that take it back."""
    total: int = db.fetch_value(
        "SELECT count(*) FROM investments.distribution_shares s WHERE s.firm_id = %(firm)s"
        " AND s.distribution_id = %(distribution)s AND s.issued",
        firm=actor.firm_id,
        distribution=found.id,
    )
    kinds = {NoticeKind.DISTRIBUTION}  # which those of the first paybacks were too
    if found.method is Method.CLAWBACK:
        kinds.add(NoticeKind.PAYBACK)
    if found.state is DistributionState.REVERSED:
        kinds = {CANCELLED[kind] for kind in kinds}
    return Writing(sum(count_notices(actor, found.id, kind) for kind in kinds), total)


def list_recipients(actor: Actor, vehicle_id: UUID) -> dict[UUID, Recipient]:
    """What the books say now of everybody who holds a vehicle, in the firm's tenancy."""
    rows = db.fetch_all(RECIPIENTS, firm=actor.firm_id, vehicle=vehicle_id)
    return {row.account_id: Recipient(*row[1:]) for row in rows}
