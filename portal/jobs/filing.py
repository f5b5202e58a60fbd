"""Filing: what documents say is read, batches are read, filed and published."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from portal.domain.documents.filing.services.filing import file_pieces
from portal.domain.documents.filing.services.publishing import publish_pieces
from portal.domain.documents.filing.services.reading import read_batch as read_whole_batch
from portal.domain.documents.filing.services.texts import read_version
from portal.domain.identity.access.values import Actor
from portal.platform.outbox import Work, enqueue_again
from portal.platform.resources import resources


def read_text(work: Work) -> None:
    """Read what a version says, so that whom it names is known before it is published."""
    read_version(Actor.system(work.firm_id), UUID(work.arguments["version_id"]))


def read_batch(work: Work) -> None:
    """Read whose each page or file of a batch is."""
    scanner = resources().settings.virus_scanner
    read_whole_batch(Actor.system(work.firm_id), UUID(work.arguments["batch_id"]), scanner=scanner)


def file_batch(work: Work) -> None:
    """File the next pieces of a batch; the rest is another row, so that a worker that dies loses one stretch."""
    with tempfile.TemporaryDirectory() as folder:
        more = file_pieces(
            Actor.system(work.firm_id),
            UUID(work.arguments["batch_id"]),
            Path(folder),
            scanner=resources().settings.virus_scanner,
        )
    if more:
        enqueue_again(work, [({"batch_id": work.arguments["batch_id"]}, None)])


def publish_batch(work: Work) -> None:
    """Publish the next drafts of a batch; the rest is another row, as in filing."""
    if publish_pieces(Actor.system(work.firm_id), UUID(work.arguments["batch_id"])):
        enqueue_again(work, [({"batch_id": work.arguments["batch_id"]}, None)])
