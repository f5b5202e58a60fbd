"""Founding firms."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.firms.models import FirmRecord
from portal.platform import db
from portal.platform.db import session, transactional


@transactional
def set_factor_requirement(actor: Actor, *, required: bool) -> None:
    """Ask the firm's investors for a second factor from their next sign-in on, or no longer; staff always need one."""
    require(actor, Permission.EDIT_PEOPLE)
    db.execute(
        "UPDATE identity.firms SET require_factor_of_investors = %(required)s WHERE id = %(id)s",
        required=required,
        id=actor.firm_id,
    )
    record_act(actor.user_id, "firm.require_factor", f"firm:{actor.firm_id}", required=int(required))


@transactional
def create_firm(
    firm_id: UUID, *, slug: str, name: str, accent: str = "slate", locale: str = "en", time_zone: str = "UTC"
) -> None:
    """Found a firm, in the system tenancy of the id it is to have."""
    session.add(FirmRecord(id=firm_id, slug=slug, name=name, accent=accent, locale=locale, time_zone=time_zone))
    session.flush()
    record_act(None, "firm.create", f"firm:{firm_id}")
