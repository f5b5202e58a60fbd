"""Jobs that only tests have: an effect in the database that nothing but the outbox keeps from happening twice."""

from __future__ import annotations

import time
from collections.abc import Sequence

from portal.domain.identity.audit.services import record_act
from portal.platform.outbox import Work

SLOW = 0.005


def leave_a_mark(work: Work) -> None:
    """Write one audit row with the lease it was done under, and dawdle so that a kill may come in between."""
    time.sleep(SLOW)
    record_act(None, "test.effect", work.arguments["name"], lease=work.lease)
    time.sleep(SLOW)


def leave_marks(works: Sequence[Work]) -> None:
    """The same for several rows at once."""
    for work in works:
        leave_a_mark(work)
