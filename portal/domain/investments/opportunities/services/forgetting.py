"""What is forgotten of the erased: what they watch at once, their own words once their time is over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden

WATCHES = "DELETE FROM investments.opportunity_watches WHERE firm_id = %(firm)s AND user_id = %(user)s"
WORDS = (
    "UPDATE investments.interest_changes SET note = '' WHERE firm_id = %(firm)s AND account_id = ANY(%(accounts)s)",
    "UPDATE investments.verifications SET note = '', reason = ''"
    " WHERE firm_id = %(firm)s AND account_id = ANY(%(accounts)s)",
    "UPDATE investments.opportunity_questions SET question = '–' WHERE firm_id = %(firm)s AND asked_by = %(user)s",
    "UPDATE investments.opportunity_answers SET question = '–' WHERE firm_id = %(firm)s AND audience = 'asker'"
    " AND question_id IN (SELECT q.id FROM investments.opportunity_questions q WHERE q.asked_by = %(user)s)",
)


@transactional
def forget_watches(actor: Actor, user_id: UUID) -> None:
    """Forget what a person watched. The firm's machinery alone."""
    _require_machinery(actor)
    execute(WATCHES, firm=actor.firm_id, user=user_id)


@transactional
def forget_words(actor: Actor, user_id: UUID, account_ids: Sequence[UUID]) -> None:
    """Forget what a person wrote about offerings, and was written for accounts that nobody else has; that they asked
    and were interested stays. The firm's machinery alone."""
    _require_machinery(actor)
    for statement in WORDS:
        execute(statement, firm=actor.firm_id, user=user_id, accounts=list(account_ids))


def _require_machinery(actor: Actor) -> None:
    if actor.user_id is not None:
        raise Forbidden
