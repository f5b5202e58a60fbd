"""Published statements as the library files them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.values.files import Paper, Release
from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.statements import file_name, source_of
from portal.platform import db

PUBLISHED = """
SELECT s.id, s.account_id, s.vehicle_id, v.name AS vehicle, s.frequency, s.ends_on, s.number, s.file_key, s.file_size,
  s.file_pages, s.pdf_digest, old.id AS replaced_id
FROM investments.statements s JOIN investments.vehicles v ON v.id = s.vehicle_id
LEFT JOIN investments.statements old ON old.holding_id = s.holding_id AND old.frequency = s.frequency
  AND old.ends_on = s.ends_on AND old.state = 'superseded' AND old.superseded_at = s.published_at
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.published_at = %(moment)s
"""


def list_published_papers(actor: Actor, run_id: UUID, published_at: datetime) -> list[Paper]:
    """The statements of a run that were published at this moment, with those each takes the place of."""
    rows = db.fetch_all(PUBLISHED, firm=actor.firm_id, run=run_id, moment=published_at)
    return [_paper(row) for row in rows]


def _paper(row: db.AnyRow) -> Paper:
    period = Period(row.ends_on, Frequency(row.frequency))
    return Paper(
        source_of(row.id),
        source_of(row.replaced_id) if row.replaced_id else None,
        row.account_id,
        row.vehicle_id,
        f"Statement for {period.label}: {row.vehicle}",
        period.key,
        Release(
            row.file_key,
            file_name(row.number, row.vehicle),
            "pdf",
            row.file_size or 0,
            row.pdf_digest,
            row.file_pages,
        ),
    )
