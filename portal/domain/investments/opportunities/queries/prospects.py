"""Reading the pipeline; staff alone do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.opportunities.rules.pipeline import total_up
from portal.domain.investments.opportunities.values.prospects import Prospect, ProspectNote, Stage, StageTotal
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT p.id, p.name, p.organisation, p.account_id, COALESCE(a.name, '') AS account, p.opportunity_id,
  COALESCE(o.name, '') AS opportunity, p.stage, p.amount, p.currency, p.probability, p.owner_id, u.name AS owner,
  p.next_on, p.next_step, p.changed_at
FROM investments.prospects p JOIN identity.users u ON u.id = p.owner_id
LEFT JOIN people.investor_accounts a ON a.id = p.account_id
LEFT JOIN investments.opportunities o ON o.id = p.opportunity_id
WHERE p.firm_id = %(firm)s
"""
BOARD = """
SELECT top.* FROM unnest(%(stages)s::text[]) wanted (name), LATERAL (
  {select} AND p.stage = wanted.name ORDER BY p.changed_at DESC, p.id DESC LIMIT %(most)s) top
"""
AMOUNTS = """
SELECT stage, currency, amount, probability FROM investments.prospects WHERE firm_id = %(firm)s
"""
NOTES = """
SELECT n.id, n.body, u.name AS writer, n.written_at FROM investments.prospect_notes n
JOIN identity.users u ON u.id = n.written_by WHERE n.firm_id = %(firm)s AND n.prospect_id = %(id)s
ORDER BY n.written_at DESC, n.id DESC
"""


def _prospect(row: db.AnyRow) -> Prospect:
    return Prospect(
        row.id, row.name, row.organisation, row.account_id, row.account, row.opportunity_id, row.opportunity,
        Stage(row.stage), row.amount, row.currency, row.probability, row.owner_id, row.owner, row.next_on,
        row.next_step, row.changed_at,
    )  # fmt: skip


def _list(actor: Actor, criteria: str, **values: Any) -> list[Prospect]:
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    return [_prospect(row) for row in db.fetch_all(f"{SELECT} AND {criteria}", firm=actor.firm_id, **values)]


def list_prospects(
    actor: Actor,
    *,
    search: str = "",
    stage: Stage | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int = 50,
) -> Sequence[Prospect]:
    """Prospects, those changed last first, those after the (changed_at, id) of `after`; `search` is looked for in names
    and organisations."""
    at, last = after or (None, None)
    narrowed = "" if stage is None else " AND p.stage = %(stage)s"
    older = "" if after is None else " AND (p.changed_at, p.id) < (%(at)s, %(last)s)"
    return _list(
        actor,
        "(p.name ILIKE %(like)s OR p.organisation ILIKE %(like)s)"
        f"{narrowed}{older} ORDER BY p.changed_at DESC, p.id DESC LIMIT %(most)s",
        like=db.containing(search),
        stage=stage,
        at=at,
        last=last,
        most=most,
    )


def list_board(actor: Actor, stages: Sequence[Stage], *, most: int = 20) -> dict[Stage, list[Prospect]]:
    """Of each of the stages the `most` that changed last."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    board: dict[Stage, list[Prospect]] = {stage: [] for stage in stages}
    for row in db.fetch_all(
        BOARD.format(select=SELECT), firm=actor.firm_id, stages=[each.value for each in stages], most=most
    ):
        board[Stage(row.stage)].append(_prospect(row))
    return board


def get_prospect(actor: Actor, prospect_id: UUID) -> Prospect:
    """One prospect; NotFound."""
    found = _list(actor, "p.id = %(id)s", id=prospect_id)
    if not found:
        raise NotFound
    return found[0]


def list_due_prospects(actor: Actor, *, today: date, most: int = 50) -> Sequence[Prospect]:
    """Those of whom the actor wanted to be reminded by now, the longest due first."""
    return _list(
        actor,
        "p.owner_id = %(owner)s AND p.next_on <= %(today)s AND p.stage NOT IN ('won', 'lost')"
        " ORDER BY p.next_on, p.id LIMIT %(most)s",
        owner=actor.user_id,
        today=today,
        most=most,
    )


def list_stage_totals(actor: Actor) -> list[StageTotal]:
    """What the pipeline comes to, per stage and currency."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(AMOUNTS, firm=actor.firm_id)
    return total_up((Stage(row.stage), row.currency, row.amount, row.probability) for row in rows)


def list_prospect_notes(actor: Actor, prospect_id: UUID) -> list[ProspectNote]:
    """What was written down about a prospect, latest first."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    return [ProspectNote(*row) for row in db.fetch_all(NOTES, firm=actor.firm_id, id=prospect_id)]
