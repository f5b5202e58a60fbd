"""Adding an index, and replacing its values; what stood before stays in its version."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.index_series.errors import IndexNameTaken, IndexUnchanged
from portal.domain.investments.index_series.models import IndexSeriesRecord, IndexVersionRecord
from portal.domain.investments.index_series.queries import (
    exists_index_called,
    get_index_levels,
    get_index_series,
)
from portal.domain.investments.index_series.rules import compare, digest_of, read_levels
from portal.domain.investments.index_series.values import Level
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid, NotFound
from portal.platform.ids import name_key
from portal.platform.money import minor_places

LEVELS = """
INSERT INTO investments.index_levels (series_id, version, "on", firm_id, level)
SELECT %(id)s, %(version)s, given.on, %(firm)s, given.level
FROM unnest(%(days)s::date[], %(levels)s::numeric[]) AS given ("on", level)
"""
LOCK = "SELECT version FROM investments.index_series WHERE firm_id = %(firm)s AND id = %(id)s FOR UPDATE"
FAULTS_TOLD = 10


@transactional
def add_index_series(actor: Actor, *, name: str, currency: str, content: bytes) -> UUID:
    """An index with the values of a file; its id. Invalid with a message per field, IndexNameTaken."""
    require(actor, Permission.PREPARE_MONEY)
    name = name.strip()
    if not name:
        raise Invalid(fields={"name": "Enter what the index is called."})
    minor_places(currency)
    levels = _read(content)
    record = IndexSeriesRecord(firm_id=actor.firm_id, name=name, name_key=name_key(name), currency=currency, version=1)
    if exists_index_called(actor, name):
        raise IndexNameTaken(fields={"name": IndexNameTaken.message})
    session.add(record)
    session.flush()
    _keep(actor, record.id, 1, levels, (len(levels), 0, 0), "")
    record_act(actor.user_id, "index_series.add", f"index:{record.id}", levels=len(levels))
    return record.id


@transactional
def replace_index_levels(actor: Actor, series_id: UUID, *, content: bytes, reason: str) -> int:
    """Other values in place of those of an index, which stay in their version; the new version. Invalid with a message
    per field, IndexUnchanged, NotFound."""
    require(actor, Permission.PREPARE_MONEY)
    get_index_series(actor, series_id)
    if not reason.strip():
        raise Invalid(fields={"reason": "Say why: returns compared with this index change."})
    levels = _read(content)
    execute(LOCK, firm=actor.firm_id, id=series_id)
    before = get_index_levels(actor, series_id)
    changes = compare(before.levels, levels)
    if not any(changes):
        raise IndexUnchanged
    record = session.get(IndexSeriesRecord, series_id)
    if record is None:
        raise NotFound
    record.version = before.version + 1
    _keep(actor, series_id, record.version, levels, changes, reason.strip())
    added, changed, removed = changes
    subject = f"index:{series_id}"
    record_act(actor.user_id, "index_series.replace", subject, added=added, changed=changed, removed=removed)
    return record.version


def _read(content: bytes) -> list[Level]:
    levels, faults = read_levels(content, today=clock.today())
    if faults:
        more = [f"And {len(faults) - FAULTS_TOLD} more."] if len(faults) > FAULTS_TOLD else []
        raise Invalid(fields={"file": " ".join([*faults[:FAULTS_TOLD], *more])})
    return levels


def _keep(
    actor: Actor, series_id: UUID, version: int, levels: Sequence[Level], changes: tuple[int, int, int], reason: str
) -> None:
    added, changed, removed = changes
    session.add(
        IndexVersionRecord(
            series_id=series_id, version=version, firm_id=actor.firm_id, levels=len(levels), first_on=levels[0][0],
            last_on=levels[-1][0], added=added, changed=changed, removed=removed, reason=reason,
            digest=digest_of(levels), uploaded_by=actor.user_id,
        )
    )  # fmt: skip
    session.flush()
    days, figures = [day for day, _ in levels], [level for _, level in levels]
    execute(LEVELS, id=series_id, version=version, firm=actor.firm_id, days=days, levels=figures)
