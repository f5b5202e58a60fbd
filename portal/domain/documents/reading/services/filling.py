"""Putting documents into an archive, each checked again when it is its turn."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import IO
from uuid import UUID

from portal.domain.documents.reading.queries.archives import list_archive_items
from portal.domain.documents.reading.rules.archives import (
    MANIFEST,
    README,
    place_in_archive,
    write_manifest,
    write_readme,
)
from portal.domain.documents.reading.values.archives import MOST_BYTES, Filed, LeftOut
from portal.domain.documents.reading.values.pages import Readable
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import get_firm
from portal.platform.db import execute, transactional
from portal.platform.screening.values import MediaKind
from portal.platform.storage.errors import ObjectDamaged, ObjectMissing

ADD = """
UPDATE documents.archive_items SET version_id = %(version)s, path = %(path)s, left_out = NULL
WHERE firm_id = %(firm)s AND archive_id = %(id)s AND document_id = %(document)s
"""
LEAVE_OUT = """
UPDATE documents.archive_items SET version_id = NULL, path = NULL, left_out = %(reason)s
WHERE firm_id = %(firm)s AND archive_id = %(id)s AND document_id = %(document)s
"""
Find = Callable[[UUID], tuple[Readable, Filed] | LeftOut]


@transactional
def fill_archive(
    actor: Actor,
    archive_id: UUID,
    file: IO[bytes],
    *,
    find: Find,
    read: Callable[[str, str], bytes],
    tell: Callable[[int, int], None],
) -> int:
    """Write the documents of an archive into `file` as ZIP, with a list of contents that has the digest of each, in the
    firm's system tenancy; how many. `find` says what the archive's owner may have of a document now, `read` gives the
    content under a key, if it has the digest, `tell` is told how many of how many are done."""
    items = [each for each in list_archive_items(actor, archive_id) if each.left_out is None]
    added: list[tuple[str, Filed]] = []
    size = 0
    with zipfile.ZipFile(file, "w") as archive:
        for place, item in enumerate(items):
            tell(place, len(items))
            found = _within(MOST_BYTES - size, find(item.document_id), read)
            if isinstance(found, LeftOut):
                execute(LEAVE_OUT, firm=actor.firm_id, id=archive_id, document=item.document_id, reason=found.value)
                continue
            readable, filed, content = found
            path = place_in_archive(filed, [taken for taken, _ in added])
            archive.writestr(path, content, _packing(readable.kind))
            added.append((path, filed))
            size += len(content)
            version = readable.version_id
            execute(ADD, firm=actor.firm_id, id=archive_id, document=item.document_id, version=version, path=path)
        archive.writestr(MANIFEST, write_manifest(added), zipfile.ZIP_DEFLATED)
        archive.writestr(README, write_readme(firm=get_firm(actor.firm_id).name), zipfile.ZIP_DEFLATED)
    tell(len(items), len(items))
    return len(added)


def _within(
    room: int, found: tuple[Readable, Filed] | LeftOut, read: Callable[[str, str], bytes]
) -> tuple[Readable, Filed, bytes] | LeftOut:
    """What was found with its content, where that is there and there is room for it."""
    if isinstance(found, LeftOut):
        return found
    if found[0].size > room:
        return LeftOut.TOO_LARGE
    try:
        return *found, read(found[0].file_key, found[0].digest)
    except (ObjectMissing, ObjectDamaged):
        return LeftOut.MISSING


def _packing(kind: MediaKind) -> int:
    """Tables alone become smaller: the others are packed already."""
    return zipfile.ZIP_DEFLATED if kind is MediaKind.CSV else zipfile.ZIP_STORED
