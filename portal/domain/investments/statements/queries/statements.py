"""Reading statements: those that were published, and for staff those that are to be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.statements.rules.snapshots import canonical_json, read_snapshot
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.statements import (
    Place,
    Statement,
    StatementChoices,
    StatementFigures,
    StatementFilter,
    StatementState,
    StatementSummary,
    Verification,
    file_name,
)
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.storage.interface import GivenFile
from portal.platform.tenancy import acting_as

SELECT = """
SELECT s.id, s.run_id, s.holding_id, s.account_id, a.name AS account, a.name_key AS account_key, s.vehicle_id,
  v.name AS vehicle, v.name_key AS vehicle_key, v.currency, s.frequency, s.ends_on, s.number, s.version, s.state,
  (s.snapshot -> 'performance' ->> 'nav')::numeric AS nav, s.problem, s.published_at {more}
FROM investments.statements s
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE {visible}
"""
WHOLE = """, s.snapshot, s.figures_digest, s.file_key, s.pdf_digest,
  (SELECT n.id FROM investments.statements n WHERE s.state = 'superseded' AND n.holding_id = s.holding_id
    AND n.frequency = s.frequency AND n.ends_on = s.ends_on AND n.state = 'published') AS successor_id
"""
# Latest period first; within it by account and vehicle.
AFTER = """
AND s.ends_on <= %(on)s
AND (s.ends_on < %(on)s OR (a.name_key, v.name_key, s.id) > (%(account_key)s, %(vehicle_key)s, %(id)s))
"""
ORDER = " ORDER BY s.ends_on DESC, a.name_key, v.name_key, s.id LIMIT %(most)s"
CHOICES = """
SELECT 'account' AS kind, a.id, a.name, NULL::integer AS year FROM people.investor_accounts a
WHERE EXISTS (SELECT FROM investments.statements s WHERE s.account_id = a.id AND {visible})
UNION ALL
SELECT 'vehicle', v.id, v.name, NULL FROM investments.vehicles v
WHERE EXISTS (SELECT FROM investments.statements s WHERE s.vehicle_id = v.id AND {visible})
UNION ALL
SELECT DISTINCT 'year', NULL::uuid, NULL, extract(year FROM s.ends_on)::integer FROM investments.statements s
WHERE {visible}
ORDER BY kind, name, year DESC
"""
FILE = """
SELECT s.number, v.name AS vehicle, s.file_key, s.pdf_digest
FROM investments.statements s JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE {visible} AND s.id = %(id)s AND s.file_key IS NOT NULL
"""
VERIFY = """
SELECT s.number, s.version, s.published_at, s.superseded_at, found.what FROM (
  SELECT p.id, 'pdf' AS what FROM investments.statements p
  WHERE p.firm_id = %(firm)s AND p.pdf_digest = %(digest)s AND p.state IN ('published', 'superseded')
  UNION ALL
  SELECT f.id, 'figures' FROM investments.statements f
  WHERE f.firm_id = %(firm)s AND f.figures_digest = %(digest)s AND f.state IN ('published', 'superseded')
  UNION ALL
  SELECT h.statement_id, 'sheet' FROM investments.statement_sheets h
  WHERE h.firm_id = %(firm)s AND h.digest = %(digest)s
) found JOIN investments.statements s ON s.id = found.id
ORDER BY s.published_at DESC LIMIT 1
"""
FIGURES = """
SELECT s.number, v.name AS vehicle, s.snapshot, s.figures_digest
FROM investments.statements s JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE {visible} AND s.id = %(id)s AND s.snapshot IS NOT NULL
"""


def visible_statements(actor: Actor) -> str:
    """The condition that leaves the statements (alias `s`) that `actor` may see: all of the firm for whom the firm lets
    see portfolios, for everybody else the released ones of accounts whose statements they may see. Needs the parameter
    `firm`."""
    if can(actor, Permission.SEE_ALL_PORTFOLIOS):
        return "s.firm_id = %(firm)s"
    return (
        "s.firm_id = %(firm)s AND s.account_id = ANY ((SELECT people.my_accounts_for('statements'))::uuid[])"
        " AND s.state = ANY ('{published,superseded}')"
    )


def list_published_statements(
    actor: Actor, criteria: StatementFilter, *, after: Place | None = None, most: int = 50
) -> list[StatementSummary]:
    """Statements in force that the actor may see, latest period first and then by account and vehicle; those after
    `after`, which is the `place` of the last one shown."""
    statement = SELECT.format(more="", visible=visible_statements(actor)) + " AND s.state = 'published'"
    parameters: dict[str, Any] = {"firm": actor.firm_id, "most": most}
    if criteria.account_id is not None:
        statement, parameters["account"] = statement + " AND s.account_id = %(account)s", criteria.account_id
    if criteria.vehicle_id is not None:
        statement, parameters["vehicle"] = statement + " AND s.vehicle_id = %(vehicle)s", criteria.vehicle_id
    if criteria.year is not None:
        statement += " AND s.ends_on BETWEEN make_date(%(year)s, 1, 1) AND make_date(%(year)s, 12, 31)"
        parameters["year"] = criteria.year
    if after is not None:
        statement += AFTER
        parameters |= dict(zip(("on", "account_key", "vehicle_key", "id"), after, strict=True))
    return [_summary(row) for row in db.fetch_all(statement + ORDER, **parameters)]


def list_run_statements(
    actor: Actor, run_id: UUID, *, search: str = "", after: tuple[str, UUID] | None = None, most: int = 50
) -> list[StatementSummary]:
    """The statements of a run by account, those whose account has `search` in its name, after the (account as sorted,
    id) pair given; cancelled ones are left out."""
    require(actor, Permission.PREPARE_STATEMENTS)
    statement = SELECT.format(more="", visible="s.firm_id = %(firm)s AND s.run_id = %(run)s")
    statement += " AND s.state <> 'cancelled' AND a.name ILIKE %(search)s"
    parameters: dict[str, Any] = {"firm": actor.firm_id, "run": run_id, "most": most}
    if after is not None:
        statement += " AND (a.name_key, s.id) > (%(after_key)s, %(after_id)s)"
        parameters |= {"after_key": after[0], "after_id": after[1]}
    statement += " ORDER BY a.name_key, s.id LIMIT %(most)s"
    return [_summary(row) for row in db.fetch_all(statement, search=db.containing(search), **parameters)]


def list_statement_choices(actor: Actor) -> StatementChoices:
    """Accounts, vehicles and years that the actor may see published statements of."""
    visible = f"{visible_statements(actor)} AND s.state = 'published'"
    rows = db.fetch_all(CHOICES.format(visible=visible), firm=actor.firm_id)
    accounts, vehicles = (tuple((r.id, r.name) for r in rows if r.kind == kind) for kind in ("account", "vehicle"))
    return StatementChoices(accounts, vehicles, tuple(row.year for row in rows if row.kind == "year"))


def get_statement(actor: Actor, statement_id: UUID) -> Statement:
    """A statement that was prepared and that the actor may see, with its snapshot; NotFound otherwise."""
    statement = SELECT.format(more=WHOLE, visible=visible_statements(actor)) + " AND s.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, id=statement_id)
    if row is None or row.snapshot is None:
        raise NotFound
    summary = _summary(row)
    file = None
    if row.file_key is not None:
        file = GivenFile(row.file_key, file_name(row.number, row.vehicle), row.pdf_digest)
    return Statement(summary, read_snapshot(row.snapshot), row.figures_digest, file, row.successor_id)


def get_statement_file(actor: Actor, statement_id: UUID) -> GivenFile:
    """The PDF of a statement that the actor may see; NotFound, also where it was not printed yet."""
    row = db.fetch_one(FILE.format(visible=visible_statements(actor)), firm=actor.firm_id, id=statement_id)
    if row is None:
        raise NotFound
    return GivenFile(row.file_key, file_name(row.number, row.vehicle), row.pdf_digest)


def get_statement_figures(actor: Actor, statement_id: UUID) -> StatementFigures:
    """The figures of a statement that the actor may see, byte for byte what their digest is of; NotFound otherwise."""
    row = db.fetch_one(FIGURES.format(visible=visible_statements(actor)), firm=actor.firm_id, id=statement_id)
    if row is None:
        raise NotFound
    name = file_name(row.number, row.vehicle).removesuffix(".pdf")
    return StatementFigures(name, canonical_json(row.snapshot), row.figures_digest)


def find_verification(firm_id: UUID, digest: str) -> Verification | None:
    """The published statement whose PDF, figures or spreadsheet has this SHA-256 (hex), or None; for anybody, signed in
    or not."""
    with acting_as(Actor.system(firm_id).tenancy):
        row = db.fetch_one(VERIFY, firm=firm_id, digest=digest)
    return None if row is None else Verification(*row)


def _summary(row: db.AnyRow) -> StatementSummary:
    return StatementSummary(
        id=row.id,
        run_id=row.run_id,
        holding_id=row.holding_id,
        account_id=row.account_id,
        account=row.account,
        vehicle_id=row.vehicle_id,
        vehicle=row.vehicle,
        currency=row.currency,
        period=Period(row.ends_on, Frequency(row.frequency)),
        number=row.number,
        version=row.version,
        state=StatementState(row.state),
        nav=row.nav,
        problem=row.problem,
        published_at=row.published_at,
        place=(row.ends_on, row.account_key, row.vehicle_key, row.id),
    )
