"""Filing: what documents say is read, batches are read and filed."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.filing.services.texts import read_version
from portal.domain.identity.access.values import Actor
from portal.platform.outbox import Work


def read_text(work: Work) -> None:
    """Read what a version says, so that whom it names is known before it is published."""
    read_version(Actor.system(work.firm_id), UUID(work.arguments["version_id"]))
