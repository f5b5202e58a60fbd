"""Documents: checked, published when their moment comes, announced, thrown away."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from portal.domain.documents.library.queries.files import find_quarantined
from portal.domain.documents.library.queries.recipients import find_announcement
from portal.domain.documents.library.services.publishing import publish_due_document
from portal.domain.documents.library.services.receiving import refuse_version, release_version
from portal.domain.documents.library.values.files import Release
from portal.domain.identity.access.values import Actor
from portal.jobs.posting import address_of, post
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.platform.screening.screening import screen_file
from portal.platform.screening.values import ScreeningRefused
from portal.platform.storage.errors import ObjectMissing


def check(work: Work) -> None:
    """Judge a file in quarantine and keep a harmless copy of it under the work's own id, so that doing it again after a
    crash leaves one; or say why not."""
    actor, store = Actor.system(work.firm_id), resources().store
    waiting = find_quarantined(actor, UUID(work.arguments["version_id"]))
    if waiting is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        try:
            with source.open("wb") as file:
                file.writelines(store.stream(waiting.raw_key))
            screened = screen_file(source, target, waiting.name, scanner=resources().settings.virus_scanner)
        except ScreeningRefused as refusal:
            refuse_version(actor, waiting.id, refusal.message)
            return
        except ObjectMissing:
            refuse_version(actor, waiting.id, "The file was lost before it could be checked. Upload it again.")
            return
        with target.open("rb") as file:
            stored = store.put(f"documents/{work.id}", file, screened.kind.media_type)
    release_version(
        actor,
        waiting.id,
        Release(
            stored.key, screened.name, screened.kind.value, stored.size, stored.digest, screened.pages, screened.removed
        ),
    )


def publish(work: Work) -> None:
    """Publish a document whose moment has come."""
    publish_due_document(Actor.system(work.firm_id), UUID(work.arguments["document_id"]))


def announce(work: Work) -> None:
    """Write to one person that a document is there for them."""
    document_id, user_id = UUID(work.arguments["document_id"]), UUID(work.arguments["user_id"])
    announcement = find_announcement(Actor.system(work.firm_id), document_id, user_id)
    if announcement is not None:
        subject = f"{announcement.firm}: {'a document was changed' if announcement.again else 'a new document'}"
        url = address_of(f"documents/{document_id}")
        post(work, announcement, subject, "mail/document_published.txt", url=url)


def discard(work: Work) -> None:
    """Delete a file that no document has any more."""
    resources().store.delete(work.arguments["key"])
