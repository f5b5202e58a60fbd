"""A run that goes from one state to another, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.tax_forms.errors import TaxRunClosed
from portal.domain.investments.tax_forms.values.runs import RunState
from portal.platform.db import execute, transactional

MOVE = """
UPDATE investments.tax_runs SET state = %(state)s, issued_at = COALESCE(%(moment)s, issued_at)
WHERE firm_id = %(firm)s AND id = %(id)s AND state = %(before)s
"""


@transactional
def move_tax_run(
    actor: Actor, run_id: UUID, state: RunState, *, before: RunState, moment: datetime | None = None
) -> None:
    """Bring a run from the state `before` to another, issued at `moment`, within the act that does it; TaxRunClosed
    where it is not there any more."""
    given = {"firm": actor.firm_id, "id": run_id, "moment": moment}
    if not execute(MOVE, **given, state=state.value, before=before.value):
        raise TaxRunClosed
