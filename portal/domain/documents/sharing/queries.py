"""Reading what is shared: for the staff who give, and for readers outside, in the firm's system tenancy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.sharing.errors import ShareClosed
from portal.domain.documents.sharing.values import (
    Device,
    Found,
    Grant,
    Share,
    SharedDocument,
    ShareState,
    place_of,
)
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import clock, db
from portal.platform.crypto import Vault
from portal.platform.ids import digest
from portal.platform.tenancy import GATE, acting_as

SHARES = """
SELECT s.id, s.name, s.email, s.note, s.view_only, s.until, COALESCE(u.name, '') AS created_by, s.created_at,
  s.revoked_at FROM documents.shares s LEFT JOIN identity.users u ON u.id = s.created_by
WHERE s.firm_id = %(firm)s AND s.document_id = %(document)s ORDER BY s.created_at DESC, s.id
"""
DEVICES = """
SELECT d.share_id, d.agent, d.address, d.proven_at, d.opened, d.taken, d.last_at
FROM documents.share_devices d JOIN documents.shares s ON s.id = d.share_id
WHERE s.firm_id = %(firm)s AND s.document_id = %(document)s ORDER BY d.proven_at, d.id
"""
GRANTS = """
SELECT u.id, u.name, a.until, COALESCE(g.name, '') AS granted_by, a.granted_at FROM documents.audiences a
JOIN identity.users u ON u.firm_id = a.firm_id AND 'person:' || u.id = a.reach
LEFT JOIN identity.users g ON g.id = a.granted_by
WHERE a.firm_id = %(firm)s AND a.document_id = %(document)s AND starts_with(a.reach, 'person:')
ORDER BY u.name, u.id
"""
# What is asked again at each request: whatever ends a share ends it here.
READABLE = """
SELECT s.id AS share_id, s.firm_id, s.document_id, v.id AS version_id, s.name, s.email, s.note, s.until,
  s.view_only OR d.view_only AS view_only, f.name AS firm, f.locale, f.time_zone, d.title, v.number, v.kind, v.pages,
  v.size, v.digest, v.file_key, v.name AS file_name
FROM documents.shares s JOIN documents.documents d ON d.id = s.document_id
JOIN documents.versions v ON v.document_id = d.id AND v.number = d.published_version AND v.state = 'released'
JOIN identity.firms f ON f.id = s.firm_id
WHERE s.firm_id = %(firm)s AND s.id = %(share)s AND s.revoked_at IS NULL AND s.until > %(now)s
  AND d.state = 'published' AND COALESCE(d.expires_at, 'infinity') > %(now)s
"""
DEVICE = """
SELECT id FROM documents.share_devices WHERE firm_id = %(firm)s AND share_id = %(share)s AND token_hash = %(hash)s
"""
# The key's id stands in what was sealed, after two bytes of which the second is its length.
KEY = "substring(email FROM 3 FOR get_byte(email, 1))"
COUNT = f"""
SELECT convert_from({KEY}, 'UTF8') AS key, count(*) AS held FROM documents.shares WHERE firm_id = %(firm)s GROUP BY 1
"""  # noqa: S608 - our own words
OTHERWISE_SEALED = f"""
SELECT id, email FROM documents.shares WHERE firm_id = %(firm)s AND {KEY} <> convert_to(%(key)s, 'UTF8')
LIMIT %(most)s FOR UPDATE
"""  # noqa: S608 - our own words


def list_shares(actor: Actor, vault: Vault, document_id: UUID) -> list[Share]:
    """The readers outside whom a document was given to, newest first, with their devices; for those who publish.
    NotFound."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    get_document(actor, document_id)
    devices: dict[UUID, list[Device]] = defaultdict(list)
    for row in db.fetch_all(DEVICES, firm=actor.firm_id, document=document_id):
        devices[row.share_id].append(Device(*row[1:]))
    return [
        Share(
            row.id,
            row.name,
            vault.unseal(bytes(row.email), place=place_of(row.id)).decode(),
            row.note,
            row.view_only,
            row.until,
            row.created_by,
            row.created_at,
            _state(row.revoked_at, row.until),
            tuple(devices[row.id]),
        )
        for row in db.fetch_all(SHARES, firm=actor.firm_id, document=document_id)
    ]


def _state(revoked_at: datetime | None, until: datetime) -> ShareState:
    if revoked_at is not None:
        return ShareState.REVOKED
    return ShareState.OPEN if until > clock.now() else ShareState.EXPIRED


def list_grants(actor: Actor, document_id: UUID) -> list[Grant]:
    """The people of the portal whom a document was given to by name; for those who publish. NotFound."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    get_document(actor, document_id)
    return [Grant(*row) for row in db.fetch_all(GRANTS, firm=actor.firm_id, document=document_id)]


def get_share_by_link(token: str) -> Found:
    """The share that a link names, asked at the gate; ShareClosed where there is none."""
    with acting_as(GATE):
        row = db.fetch_one("SELECT id, firm_id FROM documents.shares WHERE token_hash = %(hash)s", hash=digest(token))
    if row is None:
        raise ShareClosed
    return Found(row.id, row.firm_id)


def find_shared_document(actor: Actor, vault: Vault, share_id: UUID) -> SharedDocument | None:
    """What a share opens now, in the firm's system tenancy; None where it opens nothing any more."""
    row = db.fetch_one(READABLE, firm=actor.firm_id, share=share_id, now=clock.now())
    if row is None:
        return None
    told = row._asdict() | {"email": vault.unseal(bytes(row.email), place=place_of(share_id)).decode()}
    return SharedDocument(**told)


def get_shared_document(vault: Vault, token: str) -> SharedDocument:
    """What the share of a link opens now; ShareClosed. Whoever asks has to prove that they are its reader before
    anything of it is shown."""
    found = get_share_by_link(token)
    system = Actor.system(found.firm_id)
    with acting_as(system.tenancy):
        document = find_shared_document(system, vault, found.id)
    if document is None:
        raise ShareClosed
    return document


def exists_device(document: SharedDocument, device: str | None) -> bool:
    """Whether the reader proved their address in the browser that shows this `device` token."""
    if device is None:
        return False
    with acting_as(Actor.system(document.firm_id).tenancy):
        parameters = {"firm": document.firm_id, "share": document.share_id, "hash": digest(device)}
        return db.fetch_one(DEVICE, **parameters) is not None


def count_devices(actor: Actor, share_id: UUID) -> int:
    """In how many browsers the reader of a share proved their address."""
    statement = "SELECT count(*) FROM documents.share_devices WHERE firm_id = %(firm)s AND share_id = %(share)s"
    return int(db.fetch_value(statement, firm=actor.firm_id, share=share_id))


def list_addresses_to_reseal(actor: Actor, key_in_force: str, *, most: int) -> Sequence[db.AnyRow]:
    """`id` and sealed `email` of up to `most` shares of the firm that another key than this seals."""
    return db.fetch_all(OTHERWISE_SEALED, firm=actor.firm_id, key=key_in_force, most=most)


def count_addresses_by_key(firm_id: UUID) -> dict[str, int]:
    """How many addresses of readers outside each key of the vault seals."""
    return {row.key: row.held for row in db.fetch_all(COUNT, firm=firm_id)}
