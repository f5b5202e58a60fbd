"""Papers that a feature made and published itself are filed as they are, thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from portal.domain.documents.library.rules import scope_of
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.files import Paper
from portal.domain.documents.library.values.writing import LONGEST_TITLE
from portal.domain.identity.access.values import Actor
from portal.platform.db import execute, transactional
from portal.platform.ids import new_id

GIVEN = """
jsonb_to_recordset(%(papers)s::jsonb) AS p (id uuid, version_id uuid, source text, replaced text, account_id uuid,
  vehicle_id uuid, title text, period text, key text, name text, kind text, size bigint, digest text, pages integer)
"""
OPEN_FOLDERS = """
INSERT INTO documents.folders (id, firm_id, kind, subject_id, name, name_key)
SELECT given.id, a.firm_id, 'account', a.id, a.name, a.name_key
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[]) AS given (id, account_id)
JOIN people.investor_accounts a ON a.firm_id = %(firm)s AND a.id = given.account_id
ON CONFLICT DO NOTHING
"""
# A deleted document stays deleted, and is no longer what its origin is known by: what comes after it is a new one.
LET_GO = f"""
UPDATE documents.documents d SET source = NULL
FROM {GIVEN} WHERE d.firm_id = %(firm)s AND d.source = p.source AND d.state = 'deleted'
"""  # noqa: S608 - our own text
# A corrected paper is the next version of the document there is, also where that had been archived.
REPLACE = f"""
UPDATE documents.documents d SET source = p.source, title = p.title, state = 'published', published_at = %(moment)s,
  published_by = %(actor)s, latest_version = d.latest_version + 1, published_version = d.latest_version + 1
FROM {GIVEN} WHERE d.firm_id = %(firm)s AND d.source = p.replaced AND d.state <> 'deleted'
"""  # noqa: S608 - our own text
FILE = f"""
INSERT INTO documents.documents (id, firm_id, folder_id, type, title, period, account_id, vehicle_id, audience, state,
  published_at, published_by, tell, latest_version, published_version, source)
SELECT p.id, %(firm)s, f.id, %(type)s, p.title, p.period, p.account_id, p.vehicle_id, 'account', 'published',
  %(moment)s, %(actor)s, false, 1, 1, p.source
FROM {GIVEN} JOIN documents.folders f ON f.firm_id = %(firm)s AND f.kind = 'account' AND f.subject_id = p.account_id
WHERE NOT EXISTS (SELECT FROM documents.documents d WHERE d.firm_id = %(firm)s AND d.source = p.source)
"""  # noqa: S608 - our own text
ADD_VERSIONS = f"""
INSERT INTO documents.versions (id, firm_id, document_id, number, state, file_key, name, kind, size, digest, pages,
  checked_at)
SELECT p.version_id, %(firm)s, d.id, d.latest_version, 'released', p.key, p.name, p.kind, p.size, p.digest, p.pages,
  %(moment)s
FROM {GIVEN} JOIN documents.documents d ON d.firm_id = %(firm)s AND d.source = p.source
"""  # noqa: S608 - our own text
SHOW = f"""
INSERT INTO documents.audiences (document_id, reach, firm_id, granted_by, published_at)
SELECT d.id, %(scope)s || ':' || d.account_id, d.firm_id, %(actor)s, d.published_at
FROM {GIVEN} JOIN documents.documents d ON d.firm_id = %(firm)s AND d.source = p.source
ON CONFLICT (document_id, reach) DO UPDATE SET published_at = excluded.published_at
"""  # noqa: S608 - our own text
COUNT = """
INSERT INTO documents.usage (firm_id, bytes) VALUES (%(firm)s, %(bytes)s)
ON CONFLICT (firm_id) DO UPDATE SET bytes = documents.usage.bytes + excluded.bytes
"""


@transactional
def file_published_papers(actor: Actor, type_: DocumentType, papers: Sequence[Paper], *, moment: datetime) -> None:
    """File papers of accounts that were published at a moment as published documents of their accounts, which share the
    files; one that takes the place of another is its next version, or a new document where the other was deleted. Who
    made them has allowed it, told people and recorded it."""
    accounts = list({paper.account_id for paper in papers})
    ids = [new_id() for _ in accounts]
    execute(OPEN_FOLDERS, firm=actor.firm_id, ids=ids, accounts=accounts)
    given = {"firm": actor.firm_id, "papers": orjson.dumps([_row(paper) for paper in papers]).decode()}
    published = {"actor": actor.user_id, "moment": moment}
    execute(LET_GO, **given)
    execute(REPLACE, **given, **published)
    execute(FILE, **given, **published, type=type_.value)
    execute(ADD_VERSIONS, **given, moment=moment)
    execute(SHOW, **given, actor=actor.user_id, scope=scope_of(type_).value)
    execute(COUNT, firm=actor.firm_id, bytes=sum(paper.release.size for paper in papers))


def _row(paper: Paper) -> dict[str, str | int | UUID | None]:
    file = paper.release
    return {
        "id": new_id(),
        "version_id": new_id(),
        "source": paper.source,
        "replaced": paper.replaced,
        "account_id": paper.account_id,
        "vehicle_id": paper.vehicle_id,
        "title": paper.title[:LONGEST_TITLE],
        "period": paper.period,
        "key": file.key,
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "digest": file.digest,
        "pages": file.pages,
    }
