"""Reading indices: everybody of the firm sees them, since they are of markets and of nobody's money."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.index_series.values import IndexLevels, IndexSeries, IndexVersion, Level
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.ids import name_key

SELECT = """
SELECT s.id, s.name, s.currency, s.version, v.levels, v.first_on, v.last_on, v.uploaded_at,
  COALESCE(u.name, '') AS uploaded_by
FROM investments.index_series s
JOIN investments.index_versions v ON v.series_id = s.id AND v.version = s.version
LEFT JOIN identity.users u ON u.id = v.uploaded_by
WHERE s.firm_id = %(firm)s
"""
VERSIONS = """
SELECT v.version, v.levels, v.first_on, v.last_on, v.added, v.changed, v.removed, v.reason, v.digest, v.uploaded_at,
  COALESCE(u.name, '') AS uploaded_by
FROM investments.index_versions v LEFT JOIN identity.users u ON u.id = v.uploaded_by
WHERE v.firm_id = %(firm)s AND v.series_id = %(id)s ORDER BY v.version DESC LIMIT %(most)s
"""
LEVELS = """
SELECT l.on, l.level FROM investments.index_levels l
WHERE l.firm_id = %(firm)s AND l.series_id = %(id)s AND l.version = %(version)s ORDER BY l.on
"""
MOST = 200


def list_index_series(actor: Actor, *, most: int = MOST) -> list[IndexSeries]:
    """The firm's indices by name, `most` at the most."""
    rows = db.fetch_all(f"{SELECT} ORDER BY s.name_key LIMIT %(most)s", firm=actor.firm_id, most=most)
    return [IndexSeries(*row) for row in rows]


def get_index_series(actor: Actor, series_id: UUID) -> IndexSeries:
    """One index of the firm; NotFound otherwise."""
    row = db.fetch_one(f"{SELECT} AND s.id = %(id)s", firm=actor.firm_id, id=series_id)
    if row is None:
        raise NotFound
    return IndexSeries(*row)


def get_index_levels(actor: Actor, series_id: UUID) -> IndexLevels:
    """The values that count of one index of the firm, by day; NotFound otherwise."""
    series = get_index_series(actor, series_id)
    rows = db.fetch_all(LEVELS, firm=actor.firm_id, id=series_id, version=series.version)
    levels: list[Level] = [(row.on, row.level) for row in rows]
    return IndexLevels(series.id, series.name, series.version, tuple(levels), series.currency)


def list_index_versions(actor: Actor, series_id: UUID, *, most: int = MOST) -> list[IndexVersion]:
    """The uploads of an index of the firm, the newest first, `most` at the most."""
    rows = db.fetch_all(VERSIONS, firm=actor.firm_id, id=series_id, most=most)
    return [IndexVersion(*row) for row in rows]


def find_index_names(actor: Actor, series_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What these indices of the firm are called."""
    rows = db.fetch_all(f"{SELECT} AND s.id = ANY(%(ids)s)", firm=actor.firm_id, ids=list(series_ids))
    return {row.id: row.name for row in rows}


def exists_index_called(actor: Actor, name: str) -> bool:
    """Whether an index of the firm has this name, or one that reads the same."""
    statement = f"SELECT EXISTS ({SELECT} AND s.name_key = %(key)s)"
    found: bool = db.fetch_value(statement, firm=actor.firm_id, key=name_key(name))
    return found
