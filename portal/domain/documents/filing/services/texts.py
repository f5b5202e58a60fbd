"""Reading what documents say, once for each version."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from portal.domain.documents.filing.queries.texts import find_unread_file, list_texts_to_reseal
from portal.domain.documents.filing.values.texts import PageTexts
from portal.domain.identity.access.values import Actor
from portal.platform.confined import Exhausted
from portal.platform.crypto import Vault
from portal.platform.db import execute, transactional
from portal.platform.page_text import read_pages
from portal.platform.resources import resources

KEEP = """
INSERT INTO documents.texts (version_id, firm_id, sealed, pages, unread)
VALUES (%(version)s, %(firm)s, %(sealed)s, %(pages)s, %(unread)s) ON CONFLICT DO NOTHING
"""
RESEAL = "UPDATE documents.texts SET sealed = %(sealed)s WHERE firm_id = %(firm)s AND version_id = %(version)s"


@transactional
def read_version(actor: Actor, version_id: UUID) -> None:
    """Read the file of a released version page by page and keep what it says, sealed; nothing where that was done. A
    file that cannot be read is one page that says nothing."""
    unread = find_unread_file(actor, version_id)
    if unread is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        with source.open("wb") as file:
            file.writelines(resources().store.stream(unread.key))
        try:
            pages = list(read_pages(source, unread.kind))
        except Exhausted:
            pages = [""] * (unread.pages or 1)
    keep_text(actor, version_id, pages)


@transactional
def keep_text(actor: Actor, version_id: UUID, pages: Sequence[str]) -> None:
    """Keep what a version says, sealed; nothing where that was done."""
    texts = PageTexts(tuple(pages))
    execute(
        KEEP,
        version=version_id,
        firm=actor.firm_id,
        sealed=texts.seal(version_id),
        pages=len(texts.pages),
        unread=texts.unread,
    )


@transactional
def reseal_texts(actor: Actor, vault: Vault, *, most: int) -> int:
    """Seal up to `most` texts of the firm with the vault's key in force; how many there were."""
    found = list_texts_to_reseal(actor.firm_id, vault.key_in_force(), most=most)
    for row in found:
        sealed = PageTexts.unseal(row.version_id, row.sealed).seal(row.version_id)
        execute(RESEAL, firm=actor.firm_id, version=row.version_id, sealed=sealed)
    return len(found)
