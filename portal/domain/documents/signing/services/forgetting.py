"""What is forgotten of signers whose time is over. What they signed with and wrote is sealed under their key."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden

BLANK = """
UPDATE documents.signing_events SET address = '', agent = ''
WHERE firm_id = %(firm)s AND actor_id = %(user)s AND address IS NOT NULL
"""


@transactional
def forget_signer(actor: Actor, user_id: UUID) -> None:
    """Forget where and with what a person signed; that somebody did, when and how proven, stays. The firm's machinery
    alone."""
    if actor.user_id is not None:
        raise Forbidden
    execute(BLANK, firm=actor.firm_id, user=user_id)
