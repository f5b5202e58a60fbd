"""Making links, using them up, withdrawing them."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.links.errors import LinkClosed
from portal.domain.identity.links.models import LinkRecord
from portal.domain.identity.links.values import LENGTHS, STANDING, WHY_CLOSED, Link, LinkState, Purpose
from portal.platform import clock, db
from portal.platform.db import session, transactional
from portal.platform.ids import digest

WITHDRAW = """
UPDATE identity.links SET withdrawn_at = %(now)s
WHERE firm_id = %(firm)s AND user_id = %(user)s AND purpose = %(purpose)s AND used_at IS NULL AND withdrawn_at IS NULL
"""
USE = """
UPDATE identity.links SET used_at = %(now)s
WHERE id = %(id)s AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > %(now)s
"""


@transactional
def issue_link(actor: Actor, user_id: UUID, purpose: Purpose, *, link_id: UUID, token: str) -> None:
    """Make the link with this id and token for a user of the actor's firm; older ones for the same die with it, but
    for those of STANDING purposes."""
    if purpose not in STANDING:
        withdraw_links(actor, user_id, purpose)
    now = clock.now()
    session.add(
        LinkRecord(
            id=link_id,
            firm_id=actor.firm_id,
            user_id=user_id,
            purpose=purpose.value,
            token_hash=digest(token),
            created_by=actor.user_id,
            created_at=now,
            expires_at=now + LENGTHS[purpose],
        )
    )
    session.flush()


@transactional
def withdraw_links(actor: Actor, user_id: UUID, purpose: Purpose) -> int:
    """Let no link of a user for `purpose` open any more; how many did until now."""
    return db.execute(WITHDRAW, firm=actor.firm_id, user=user_id, purpose=purpose.value, now=clock.now())


@transactional
def use_link(link: Link) -> None:
    """Use up a link in the transaction of what it is for; LinkClosed where somebody was faster or its time is over."""
    if db.execute(USE, id=link.id, now=clock.now()) != 1:
        raise LinkClosed(WHY_CLOSED[link.purpose, LinkState.USED])
