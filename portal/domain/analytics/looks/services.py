"""Noting that somebody looked at an investor's accounts on their behalf (docs/adr/0010)."""

from __future__ import annotations

from portal.domain.analytics.looks.queries import exists_recent_look, list_grantors
from portal.domain.analytics.looks.values import PAGES, Glance
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.audit.services import record_act
from portal.platform.db import transactional
from portal.platform.tenancy import acting_as


def note_look(actor: Actor, glance: Glance) -> None:
    """Record that a delegate was shown a page about accounts that are not theirs, once an hour for each thing and each
    time a file was taken; nothing for anybody else. In a transaction of its own, after the page was made."""
    if Role.DELEGATE in actor.roles and glance.page in PAGES:
        with acting_as(Actor.system(actor.firm_id).tenancy):
            record_look(actor, glance)


@transactional
def record_look(actor: Actor, glance: Glance) -> None:
    """Record it for each investor whose accounts it may have shown."""
    for grantor_id in list_grantors(actor, glance):
        if glance.file or not exists_recent_look(actor, grantor_id, glance.resource):
            record_act(
                actor.user_id,
                "delegation.look",
                glance.resource,
                on_behalf_of=grantor_id,
                page=glance.page,
                file=int(glance.file),
            )
