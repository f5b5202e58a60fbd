"""Links as mails carry them."""

from __future__ import annotations

from portal.domain.identity.access.values import Actor
from portal.domain.identity.links.services import issue_link
from portal.domain.identity.links.values import Purpose
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as


def make_link(actor: Actor, purpose: Purpose = Purpose.RESET) -> str:
    """The token of a new link for this person."""
    link_id, system = new_id(), Actor.system(actor.firm_id)
    token = resources().sealer.link_token(link_id)
    assert actor.user_id is not None
    with acting_as(system.tenancy):
        issue_link(system, actor.user_id, purpose, link_id=link_id, token=token)
    return token
