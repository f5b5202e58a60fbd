"""Reading allocations, for the staff alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.tax_forms.values.boxes import LAYOUTS, FormKind
from portal.domain.investments.tax_forms.values.forms import Stage
from portal.domain.investments.tax_forms.values.runs import Allocation, CurrentForm, RunState, TaxRun
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.ids import name_key

SELECT = """
SELECT r.id, r.vehicle_id, v.name AS vehicle, r.tax_year, r.kind, r.stage, r.payer_ein, r.payer_address, r.totals,
  r.reason, r.state, (
    SELECT count(DISTINCT a.account_id) FROM investments.tax_allocations a WHERE a.run_id = r.id) AS accounts,
  f.issued, f.filed, COALESCE(u.name, '') AS created_by, r.created_at, r.issued_at
FROM investments.tax_runs r JOIN investments.vehicles v ON v.id = r.vehicle_id
LEFT JOIN identity.users u ON u.id = r.created_by
LEFT JOIN LATERAL (
  SELECT count(*) AS issued, count(d.id) AS filed FROM investments.tax_forms t
  LEFT JOIN documents.documents d ON d.firm_id = t.firm_id AND d.source = 'tax_form:' || t.id
  WHERE t.run_id = r.id) f ON true
WHERE r.firm_id = %(firm)s
"""
ALLOCATIONS = """
SELECT l.account_id, a.name AS account, COALESCE(a.number, '') AS number, l.income, l.boxes
FROM investments.tax_allocations l JOIN people.investor_accounts a ON a.id = l.account_id
WHERE l.firm_id = %(firm)s AND l.run_id = %(run)s AND (a.name_key, l.income) > (%(after)s, %(after_income)s)
ORDER BY a.name_key, l.income
"""
CURRENT = """
SELECT t.id, t.account_id, a.name AS account, t.income, t.stage, t.version, t.content -> 'boxes' AS boxes
FROM investments.tax_forms t JOIN people.investor_accounts a ON a.id = t.account_id
WHERE t.firm_id = %(firm)s AND t.vehicle_id = %(vehicle)s AND t.tax_year = %(year)s AND t.kind = %(kind)s
  AND NOT EXISTS (SELECT FROM investments.tax_forms later WHERE later.replaces = t.id)
ORDER BY a.name_key, t.income
"""
UNFILED = """
SELECT EXISTS (SELECT FROM investments.tax_forms t WHERE t.firm_id = %(firm)s AND t.id = ANY(%(ids)s)
  AND NOT EXISTS (SELECT FROM documents.documents d WHERE d.firm_id = t.firm_id AND d.source = 'tax_form:' || t.id))
"""


def get_tax_run(actor: Actor, run_id: UUID) -> TaxRun:
    """One run, for who sees all portfolios; NotFound."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    row = db.fetch_one(f"{SELECT} AND r.id = %(id)s", firm=actor.firm_id, id=run_id)
    if row is None:
        raise NotFound
    return _run(row)


def list_tax_runs(actor: Actor, vehicle_id: UUID, tax_year: int, *, most: int = 50) -> list[TaxRun]:
    """The runs of a vehicle and year that were not thrown away, newest first."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(
        f"{SELECT} AND r.vehicle_id = %(vehicle)s AND r.tax_year = %(year)s AND r.state <> 'discarded'"
        " ORDER BY r.created_at DESC, r.id LIMIT %(most)s",
        firm=actor.firm_id,
        vehicle=vehicle_id,
        year=tax_year,
        most=most,
    )
    return [_run(row) for row in rows]


def find_payer(actor: Actor, vehicle_id: UUID) -> tuple[str, str] | None:
    """EIN and address that a vehicle's last run had, or None."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    row = db.fetch_one(
        "SELECT payer_ein, payer_address FROM investments.tax_runs WHERE firm_id = %(firm)s"
        " AND vehicle_id = %(vehicle)s ORDER BY created_at DESC, id LIMIT 1",
        firm=actor.firm_id,
        vehicle=vehicle_id,
    )
    return None if row is None else (row.payer_ein, row.payer_address)


def list_allocations(
    actor: Actor, run_id: UUID, *, after: tuple[str, str] = ("", ""), most: int | None = None
) -> list[Allocation]:
    """What each form of a run says, by the account's name, those after the (account, income) pair `after`."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    statement = ALLOCATIONS + ("" if most is None else " LIMIT %(most)s")
    limit = {} if most is None else {"most": most}
    place = {"after": name_key(after[0]), "after_income": after[1]}
    rows = db.fetch_all(statement, firm=actor.firm_id, run=run_id, **place, **limit)
    return [Allocation(row.account_id, row.account, row.number, row.income, row.boxes) for row in rows]


def list_current_forms(actor: Actor, vehicle_id: UUID, tax_year: int, kind: FormKind) -> list[CurrentForm]:
    """The forms of a vehicle, year and kind that are in force, by account."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(CURRENT, firm=actor.firm_id, vehicle=vehicle_id, year=tax_year, kind=kind.value)
    return [
        CurrentForm(
            row.id,
            row.account_id,
            row.account,
            row.income,
            Stage(row.stage),
            row.version,
            {box["code"]: box["value"] for box in row.boxes},
        )
        for row in rows
    ]


def exists_unfiled(actor: Actor, form_ids: Sequence[UUID]) -> bool:
    """Whether the PDF of one of these forms is not with its account's papers yet."""
    found: bool = db.fetch_value(UNFILED, firm=actor.firm_id, ids=list(form_ids))
    return found


def find_tax_run_names(actor: Actor, run_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What those of the runs that the actor may see are called."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(f"{SELECT} AND r.id = ANY(%(ids)s)", firm=actor.firm_id, ids=list(run_ids))
    return {row.id: _run(row).name for row in rows}


def _run(row: db.AnyRow) -> TaxRun:
    kind = FormKind(row.kind)
    totals = LAYOUTS[kind, row.tax_year].ordered(row.totals)
    return TaxRun(
        row.id, row.vehicle_id, row.vehicle, row.tax_year, kind, Stage(row.stage), row.payer_ein, row.payer_address,
        totals, row.reason, RunState(row.state), row.accounts, row.issued, row.filed, row.created_by, row.created_at,
        row.issued_at,
    )  # fmt: skip
