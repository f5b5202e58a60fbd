"""Holdings and their balances, now, at any date, and as known on any date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.ledger.values import CarriedInterest, DatedFlow, HoldingFigures, ValuationMark
from portal.platform import db
from portal.platform.errors import NotFound

OF_THE_FIRM = "{table}.firm_id = %(firm)s"
OF_THE_PERSON = OF_THE_FIRM + " AND {table}.account_id = ANY ((SELECT people.my_account_ids())::uuid[])"


def visible_holdings(actor: Actor, table: str = "h") -> str:
    """The condition that leaves what `actor` may see of a table with firm and account: who may see all portfolios sees
    the firm's, everybody else the accounts whose figures are theirs to see. Needs the parameter `firm`."""
    return (OF_THE_FIRM if can(actor, Permission.SEE_ALL_PORTFOLIOS) else OF_THE_PERSON).format(table=table)


BATCHES = """
SELECT j.batch_id FROM investments.journals j
WHERE {visible} AND j.holding_id = %(id)s AND j.batch_id IS NOT NULL
GROUP BY j.batch_id ORDER BY max(j.posted_at) DESC LIMIT %(most)s
"""
# Carried interest that a holding got, and what it paid back of it: of a payback the others have their part.
CARRY = """
SELECT {columns} FROM investments.journals j JOIN investments.postings p ON p.journal_id = j.id
WHERE {whose} AND p.bucket = 'distributed' AND j.effective_on <= %(as_of)s
  AND (j.kind = 'carried_interest' OR j.kind = 'clawback' AND (p.amount < 0) = (j.reverses IS NULL))
  AND (%(known)s::timestamptz IS NULL OR j.posted_at <= %(known)s)
"""
CARRIED = (
    CARRY.format(columns="p.holding_id, p.effective_on, sum(p.amount)", whose="j.holding_id = ANY(%(ids)s)")
    + "GROUP BY p.holding_id, p.effective_on HAVING sum(p.amount) <> 0 ORDER BY p.effective_on"
)
# Kept balances serve every date from a holding's last entry on. Before it, or as known on an earlier day, the
# balances are summed from the postings. The condition stands inside the sums too: otherwise they are made and dropped.
FIGURES = f"""
SELECT h.id, h.account_id, a.name AS account, h.vehicle_id, v.name AS vehicle, h.currency, v.strategy, v.sector,
  v.vintage, h.version, h.first_on, h.last_on, past.holding_id IS NOT NULL AS restated,
  COALESCE(past.commitment, h.commitment) AS commitment, COALESCE(past.unfunded, h.unfunded) AS unfunded,
  COALESCE(past.paid_in, h.paid_in) AS paid_in, COALESCE(past.distributed, h.distributed) AS distributed,
  COALESCE(past.net_assets, h.net_assets) AS net_assets, COALESCE(past.fees, h.fees) AS fees,
  COALESCE(past.called, h.called) AS called, COALESCE(past.transferred, h.transferred) AS transferred,
  COALESCE(days.opening, h.opening) AS opening,
  CASE WHEN days.holding_id IS NULL THEN h.valued_on ELSE days.valued_on END AS valued_on,
  CASE WHEN days.holding_id IS NULL THEN h.last_flow_on ELSE days.last_flow_on END AS last_flow_on,
  ({CARRY.format(columns="sum(p.amount)", whose="j.holding_id = h.id")}) AS carried
FROM investments.holdings h
JOIN people.investor_accounts a ON a.id = h.account_id
JOIN investments.vehicles v ON v.id = h.vehicle_id
LEFT JOIN LATERAL (
  SELECT h.id AS holding_id,
    COALESCE(-sum(p.amount) FILTER (WHERE p.bucket = 'committed'), 0) AS commitment,
    COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'unfunded'), 0) AS unfunded,
    COALESCE(-sum(p.amount) FILTER (WHERE p.bucket = 'contributed'), 0) AS paid_in,
    COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'distributed'), 0) AS distributed,
    COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'net_assets'), 0) AS net_assets,
    COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'fees'), 0) AS fees,
    COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'called'), 0) AS called,
    COALESCE(-sum(p.amount) FILTER (WHERE p.bucket = 'transferred'), 0) AS transferred
  FROM investments.postings p
  WHERE (h.last_on > %(as_of)s OR %(known)s::timestamptz IS NOT NULL) AND p.holding_id = h.id
    AND p.effective_on <= %(as_of)s AND (%(known)s::timestamptz IS NULL
      OR EXISTS (SELECT FROM investments.journals j WHERE j.id = p.journal_id AND j.posted_at <= %(known)s))
) past ON h.last_on > %(as_of)s OR %(known)s::timestamptz IS NOT NULL
LEFT JOIN LATERAL (
  SELECT h.id AS holding_id, COALESCE(bool_or(j.opening), false) AS opening, min(j.effective_on) AS first_on,
    max(j.effective_on) FILTER (WHERE j.kind = 'valuation') AS valued_on,
    max(j.effective_on) FILTER (WHERE j.kind NOT IN
      ('commitment', 'call', 'release', 'valuation', 'valuation_adjustment')) AS last_flow_on
  FROM investments.journals j
  WHERE (h.last_on > %(as_of)s OR %(known)s::timestamptz IS NOT NULL) AND j.holding_id = h.id
    AND j.effective_on <= %(as_of)s AND j.reverses IS NULL
    AND (%(known)s::timestamptz IS NULL OR j.posted_at <= %(known)s)
    AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id
      AND (%(known)s::timestamptz IS NULL OR r.posted_at <= %(known)s))
) days ON h.last_on > %(as_of)s OR %(known)s::timestamptz IS NOT NULL
WHERE {{visible}} AND h.first_on <= %(as_of)s AND (days.holding_id IS NULL OR days.first_on IS NOT NULL)
"""  # noqa: S608 - our own text
FOUND = """
  AND (a.name ILIKE %(search)s OR v.name ILIKE %(search)s OR v.strategy ILIKE %(search)s OR v.sector ILIKE %(search)s)
"""
ORDER = " ORDER BY a.name_key, v.name_key, h.id"
FLOWS = """
SELECT p.holding_id, p.effective_on, -COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'contributed'), 0) AS contributed,
  COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'distributed'), 0) AS distributed,
  COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'fees'), 0) AS fees,
  -COALESCE(sum(p.amount) FILTER (WHERE p.bucket = 'transferred'), 0) AS transferred
FROM investments.postings p
WHERE p.holding_id = ANY(%(ids)s) AND p.effective_on <= %(as_of)s
  AND p.bucket IN ('contributed', 'distributed', 'fees', 'transferred')
  AND (%(known)s::timestamptz IS NULL
    OR EXISTS (SELECT FROM investments.journals j WHERE j.id = p.journal_id AND j.posted_at <= %(known)s))
GROUP BY p.holding_id, p.effective_on ORDER BY p.effective_on
"""
MARKS = """
SELECT DISTINCT ON (j.holding_id, j.effective_on) j.holding_id, j.effective_on, j.stated_nav
FROM investments.journals j
WHERE j.holding_id = ANY(%(ids)s) AND j.effective_on <= %(as_of)s AND j.stated_nav IS NOT NULL
  AND (%(known)s::timestamptz IS NULL OR j.posted_at <= %(known)s)
  AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id
    AND (%(known)s::timestamptz IS NULL OR r.posted_at <= %(known)s))
ORDER BY j.holding_id, j.effective_on, j.posted_at DESC
"""


def _figures(row: db.AnyRow) -> HoldingFigures:
    nav = row.net_assets if row.valued_on is not None else row.net_assets * 0
    return HoldingFigures(
        row.id, row.account_id, row.account, row.vehicle_id, row.vehicle, row.currency, row.strategy, row.sector,
        row.vintage, row.commitment, row.unfunded, row.paid_in, row.distributed, nav, row.fees, row.opening,
        row.valued_on, row.last_flow_on, row.version, row.called, row.transferred,
        row.first_on, row.last_on, row.carried,
    )  # fmt: skip


def list_holdings(
    actor: Actor,
    *,
    as_of: date,
    known_on: datetime | None = None,
    account_id: UUID | None = None,
    vehicle_id: UUID | None = None,
    search: str = "",
    ids: Sequence[UUID] | None = None,
    after: tuple[str, str, UUID] | None = None,
    most: int | None = None,
) -> list[HoldingFigures]:
    """Holdings the actor may see with their balances at `as_of` (as known at `known_on`), by account and vehicle name;
    those of `ids`; those whose account, vehicle, strategy or sector has `search` in it; those after the (account,
    vehicle, id) given, `most` at the most. One statement, whatever their number."""
    statement = FIGURES.format(visible=visible_holdings(actor))
    parameters: dict[str, Any] = {"firm": actor.firm_id, "as_of": as_of, "known": known_on}
    if account_id is not None:
        statement, parameters["account"] = statement + " AND h.account_id = %(account)s", account_id
    if vehicle_id is not None:
        statement, parameters["vehicle"] = statement + " AND h.vehicle_id = %(vehicle)s", vehicle_id
    if search:
        statement, parameters["search"] = statement + FOUND, db.containing(search)
    if ids is not None:
        statement, parameters["ids"] = statement + " AND h.id = ANY(%(ids)s)", list(ids)
    if after is not None:
        statement += " AND (a.name_key, v.name_key, h.id) > (%(after_a)s, %(after_v)s, %(after_id)s)"
        parameters |= {"after_a": after[0], "after_v": after[1], "after_id": after[2]}
    statement += ORDER
    if most is not None:
        statement, parameters["most"] = statement + " LIMIT %(most)s", most
    return [_figures(row) for row in db.fetch_all(statement, **parameters)]


def get_holding(actor: Actor, holding_id: UUID, *, as_of: date, known_on: datetime | None = None) -> HoldingFigures:
    """One holding the actor may see, with its balances at `as_of`; NotFound otherwise."""
    statement = FIGURES.format(visible=visible_holdings(actor)) + " AND h.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, as_of=as_of, known=known_on, id=holding_id)
    if row is None:
        raise NotFound
    return _figures(row)


def list_batches(actor: Actor, holding_id: UUID, *, most: int = 50) -> list[UUID]:
    """The batches that posted to a holding the actor may see, the newest first."""
    statement = BATCHES.format(visible=visible_holdings(actor, "j"))
    rows = db.fetch_all(
        statement,
        firm=actor.firm_id,
        id=holding_id,
        most=most,
    )
    return [row.batch_id for row in rows]


def list_flows(holding_ids: Sequence[UUID], *, as_of: date, known_on: datetime | None = None) -> list[DatedFlow]:
    """Cash, transfers and fees of these holdings by day up to `as_of`, in order; days that were reversed are left out.
    The ids come from `list_holdings` or `get_holding`."""
    rows = db.fetch_all(FLOWS, ids=list(holding_ids), as_of=as_of, known=known_on)
    return [DatedFlow(*row) for row in rows if row.contributed or row.distributed or row.fees or row.transferred]


def list_carried(
    holding_ids: Sequence[UUID], *, as_of: date, known_on: datetime | None = None
) -> list[CarriedInterest]:
    """Carried interest of these holdings by day up to `as_of`, in order, less what was paid back of it.
    The ids come from `list_holdings` or `get_holding`."""
    rows = db.fetch_all(CARRIED, ids=list(holding_ids), as_of=as_of, known=known_on)
    return [CarriedInterest(*row) for row in rows]


def list_marks(holding_ids: Sequence[UUID], *, as_of: date, known_on: datetime | None = None) -> list[ValuationMark]:
    """The valuations that stand for these holdings up to `as_of`, by holding and date.
    The ids come from `list_holdings` or `get_holding`."""
    return [ValuationMark(*row) for row in db.fetch_all(MARKS, ids=list(holding_ids), as_of=as_of, known=known_on)]
