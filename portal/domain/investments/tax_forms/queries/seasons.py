"""Reading where the forms of a tax year stand."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.eligibility.values import Basis
from portal.domain.investments.tax_forms.queries.forms import REPLACED
from portal.domain.investments.tax_forms.queries.holders import HELD, STANDING
from portal.domain.investments.tax_forms.rules.choosing import is_foreign
from portal.domain.investments.tax_forms.rules.years import year_bounds
from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.forms import Delivery, Stage
from portal.domain.investments.tax_forms.values.runs import RunState
from portal.domain.investments.tax_forms.values.seasons import (
    ExpectedForm,
    HolderSeason,
    UnmatchedBatch,
    VehicleSeason,
)
from portal.domain.investments.vehicles.values import TaxClass
from portal.platform import db
from portal.platform.ids import name_key

MADE_ELSEWHERE = """d.firm_id = %(firm)s AND d.type = 'tax_form' AND d.state = 'published'
  AND starts_with(d.period, {year}::text) AND (d.source IS NULL
  OR NOT starts_with(d.source, 'tax_form:')) AND NOT EXISTS (SELECT FROM documents.papers p WHERE p.document_id =
  d.id)"""
ELSEWHERE = MADE_ELSEWHERE.format(year="%(year)s")
# Of a partner the Schedule K-1 ends it: a foreign one's Form 1042-S tells of payments alone, and often comes first.
ENDS_IT = "NOT (v.tax_class = 'partnership' AND t.kind = '1042_s')"
BOARD = f"""
SELECT v.id AS vehicle_id, v.name AS vehicle, v.tax_class, s.expected_on, who.holders, done.covered, forms.final,
  elsewhere.elsewhere, forms.paper, who.consents, who.papers_wanted, run.state, run.stage
FROM investments.vehicles v
LEFT JOIN investments.tax_seasons s ON s.vehicle_id = v.id AND s.tax_year = %(year)s
JOIN LATERAL (
  SELECT count(*) AS holders, count(*) FILTER (WHERE c.given) AS consents,
    count(*) FILTER (WHERE w.basis IS NULL OR w.expires_on < %(until)s) AS papers_wanted
  FROM investments.holdings h {STANDING} WHERE {HELD} AND h.vehicle_id = v.id) who ON who.holders > 0
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE t.stage = 'final') AS final,
    count(*) FILTER (WHERE t.delivery = 'paper' AND t.mailed_on IS NULL) AS paper
  FROM investments.tax_forms t
  WHERE t.firm_id = %(firm)s AND t.vehicle_id = v.id AND t.tax_year = %(year)s AND NOT {REPLACED}) forms ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS elsewhere FROM documents.documents d WHERE {ELSEWHERE} AND d.vehicle_id = v.id) elsewhere ON true
LEFT JOIN LATERAL (
  SELECT count(DISTINCT h.account_id) AS covered FROM investments.holdings h
  JOIN (
    SELECT t.account_id FROM investments.tax_forms t WHERE t.firm_id = %(firm)s AND t.vehicle_id = v.id
      AND t.tax_year = %(year)s AND {ENDS_IT}
    UNION ALL SELECT d.account_id FROM documents.documents d WHERE {ELSEWHERE} AND d.vehicle_id = v.id
  ) form ON form.account_id = h.account_id
  WHERE {HELD} AND h.vehicle_id = v.id) done ON true
LEFT JOIN LATERAL (
  SELECT r.state, r.stage FROM investments.tax_runs r
  WHERE r.vehicle_id = v.id AND r.tax_year = %(year)s AND r.state <> 'discarded'
  ORDER BY r.created_at DESC, r.id LIMIT 1) run ON true
WHERE v.firm_id = %(firm)s AND v.name_key > %(after)s ORDER BY v.name_key LIMIT %(most)s
"""  # noqa: S608 - our own text
HOLDERS = f"""
SELECT h.account_id, a.name AS account, a.tax_residence, w.basis, w.expires_on, COALESCE(c.given, false) AS consents,
  t.id AS form_id, t.kind, COALESCE(t.income, '') AS income, t.stage, t.version, t.delivery, t.mailed_on,
  (SELECT count(*) FROM documents.documents d
   WHERE {ELSEWHERE} AND d.vehicle_id = h.vehicle_id AND d.account_id = h.account_id) AS elsewhere
FROM investments.holdings h JOIN people.investor_accounts a ON a.id = h.account_id {STANDING}
LEFT JOIN investments.tax_forms t ON t.account_id = h.account_id AND t.vehicle_id = h.vehicle_id
  AND t.tax_year = %(year)s AND NOT {REPLACED}
WHERE {HELD} AND h.vehicle_id = %(vehicle)s
  AND (a.name_key, COALESCE(t.kind, ''), COALESCE(t.income, '')) > (%(after)s, %(after_kind)s, %(after_income)s)
ORDER BY a.name_key, COALESCE(t.kind, ''), COALESCE(t.income, '') LIMIT %(most)s
"""  # noqa: S608 - our own text
BATCHES = """
SELECT b.id, b.name, COALESCE(v.name, '') AS vehicle, p.pieces, p.matched, p.unmatched, p.filed, b.created_at
FROM documents.batches b LEFT JOIN investments.vehicles v ON v.id = b.vehicle_id
JOIN LATERAL (
  SELECT count(*) AS pieces, count(*) FILTER (WHERE account_id IS NOT NULL AND NOT left_out) AS matched,
    count(*) FILTER (WHERE account_id IS NULL AND NOT left_out) AS unmatched, count(document_id) AS filed
  FROM documents.pieces WHERE batch_id = b.id) p ON true
WHERE b.firm_id = %(firm)s AND b.type = 'tax_form' AND starts_with(b.period, %(year)s::text)
ORDER BY p.unmatched = 0, b.created_at DESC, b.id DESC LIMIT %(most)s
"""
EXPECTED = f"""
SELECT s.vehicle_id, v.name AS vehicle, s.tax_year, s.expected_on
FROM investments.tax_seasons s JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE s.firm_id = %(firm)s AND s.tax_year >= %(year)s AND EXISTS (
  SELECT FROM investments.holdings h WHERE h.vehicle_id = s.vehicle_id
    AND h.account_id = ANY ((SELECT people.my_accounts_for('tax_forms'))::uuid[])
    AND NOT EXISTS (SELECT FROM investments.tax_forms t WHERE t.account_id = h.account_id
      AND t.vehicle_id = s.vehicle_id AND t.tax_year = s.tax_year AND t.stage = 'final'
      AND {ENDS_IT})
    AND NOT EXISTS (SELECT FROM documents.documents d WHERE {MADE_ELSEWHERE.format(year="s.tax_year")}
      AND d.vehicle_id = s.vehicle_id AND d.account_id = h.account_id))
ORDER BY s.expected_on, v.name_key LIMIT 50
"""  # noqa: S608 - our own text


def list_vehicle_seasons(actor: Actor, tax_year: int, *, after: str = "", most: int = 50) -> list[VehicleSeason]:
    """The vehicles that were held in a year, by name, those after `after`. W-8 and W-9 have to last to the end of
    the year in which the forms are sent."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(
        BOARD,
        firm=actor.firm_id,
        year=tax_year,
        until=_season_end(tax_year),
        after=name_key(after),
        most=most,
        **year_bounds(tax_year),
    )
    return [
        VehicleSeason(
            row.vehicle_id, row.vehicle, TaxClass(row.tax_class), row.expected_on, row.holders, row.covered, row.final,
            row.elsewhere, row.paper, row.consents, row.papers_wanted, RunState(row.state) if row.state else None,
            Stage(row.stage) if row.stage else None,
        )
        for row in rows
    ]  # fmt: skip


def list_holder_seasons(
    actor: Actor, vehicle_id: UUID, tax_year: int, *, after: tuple[str, str, str] = ("", "", ""), most: int = 50
) -> list[HolderSeason]:
    """Who held a vehicle in a year with their forms in force, by name, those after the (account, form,
    income) triple `after`."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(
        HOLDERS,
        firm=actor.firm_id,
        vehicle=vehicle_id,
        year=tax_year,
        after=name_key(after[0]),
        after_kind=after[1],
        after_income=after[2],
        most=most,
        **year_bounds(tax_year),
    )
    return [_holder(row) for row in rows]


def list_tax_batches(actor: Actor, tax_year: int, *, most: int = 20) -> list[UnmatchedBatch]:
    """The batches of tax forms of a year that were filed in bulk, those with unmatched pieces first."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(BATCHES, firm=actor.firm_id, year=tax_year, most=most)
    return [UnmatchedBatch(*row) for row in rows]


def find_expected_day(actor: Actor, vehicle_id: UUID, tax_year: int) -> date | None:
    """When the forms of a vehicle and year are expected, or None."""
    found: date | None = db.fetch_value(
        "SELECT (SELECT expected_on FROM investments.tax_seasons WHERE firm_id = %(firm)s"
        " AND vehicle_id = %(vehicle)s AND tax_year = %(year)s)",
        firm=actor.firm_id,
        vehicle=vehicle_id,
        year=tax_year,
    )
    return found


def list_expected_forms(actor: Actor, *, since: int) -> list[ExpectedForm]:
    """The forms that accounts of the actor's may still expect for the years from `since` on, the first first; those
    made elsewhere end it too."""
    return [ExpectedForm(*row) for row in db.fetch_all(EXPECTED, firm=actor.firm_id, year=since)]


def _season_end(tax_year: int) -> date:
    return date(tax_year + 1, 12, 31)


def _holder(row: db.AnyRow) -> HolderSeason:
    return HolderSeason(
        row.account_id, row.account, is_foreign(Basis(row.basis) if row.basis else None, row.tax_residence),
        row.basis is not None, row.expires_on, row.consents, row.form_id, FormKind(row.kind) if row.kind else None,
        row.income, Stage(row.stage) if row.stage else None, row.version,
        Delivery(row.delivery) if row.delivery else None, row.mailed_on, row.elsewhere,
    )  # fmt: skip
