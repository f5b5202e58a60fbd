"""Founding firms."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.firms.models import FirmRecord
from portal.platform.db import session, transactional


@transactional
def create_firm(
    firm_id: UUID, *, slug: str, name: str, accent: str = "slate", locale: str = "en", time_zone: str = "UTC"
) -> None:
    """Found a firm, in the system tenancy of the id it is to have."""
    session.add(FirmRecord(id=firm_id, slug=slug, name=name, accent=accent, locale=locale, time_zone=time_zone))
    session.flush()
