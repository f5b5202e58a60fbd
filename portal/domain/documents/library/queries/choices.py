"""What lists of documents can be narrowed to."""

from __future__ import annotations

from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.documents.library.values.documents import DocumentChoices, DocumentType
from portal.domain.identity.access.values import Actor
from portal.platform import db

CHOICES = """
WITH mine AS MATERIALIZED (
  SELECT DISTINCT d.type, left(d.period, 4) AS year, d.account_id, d.vehicle_id FROM documents.documents d
  WHERE {visible})
SELECT 'account' AS kind, i.id, i.name FROM people.investor_accounts i WHERE i.id IN (SELECT account_id FROM mine)
UNION ALL
SELECT 'vehicle', f.id, f.name FROM investments.vehicles f WHERE f.id IN (SELECT vehicle_id FROM mine)
UNION ALL
SELECT DISTINCT 'type', NULL::uuid, type FROM mine
UNION ALL
SELECT DISTINCT 'year', NULL::uuid, year FROM mine WHERE year <> ''
ORDER BY kind, name, id
"""


def list_document_choices(actor: Actor) -> DocumentChoices:
    """Accounts, vehicles, types and years of the documents that a reader sees; for who reads, not for the staff, whose
    library is too large to look through."""
    rows = db.fetch_all(CHOICES.format(visible=visible_documents(actor)), **visible_parameters(actor))
    accounts, vehicles = (tuple((r.id, r.name) for r in rows if r.kind == kind) for kind in ("account", "vehicle"))
    types, years = ([r.name for r in rows if r.kind == kind] for kind in ("type", "year"))
    return DocumentChoices(accounts, vehicles, tuple(DocumentType(each) for each in types), tuple(reversed(years)))
