"""How often one person may ask: counted in Valkey, so that every process counts the same.

While Valkey is away each process counts for itself and lets through half of its share, so that an outage makes the
limits stricter and never lifts them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from enum import StrEnum

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from portal.platform.errors import Limited
from portal.platform.valkey import Line, connect

PREFIX = "calls"


class Call(StrEnum):
    """What is counted, each by itself."""

    READ = "read"
    WRITE = "write"
    EXPORT = "export"
    CHECK = "check"


REFUSALS = {
    Call.READ: "That was too much reading in one minute.",
    Call.WRITE: "That was too many changes in one minute.",
    Call.EXPORT: "That was too many exports in one minute.",
    Call.CHECK: "That was too many documents to check in one minute.",
}


class CallLimiter:
    """Lets each caller make so many calls of a kind in any minute: `per_minute` in all processes together, or half of
    a process's share in each of `processes` while Valkey is away."""

    def __init__(self, url: str, per_minute: Mapping[Call, int], *, processes: int) -> None:
        pool = connect(url).connection_pool
        self._shared = MovingWindowRateLimiter(RedisStorage("redis://", pool, PREFIX))
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._line = Line("limits")
        self._limits = {call: RateLimitItemPerMinute(most) for call, most in per_minute.items()}
        self._shares = {
            call: RateLimitItemPerMinute(max(1, most // (2 * processes))) for call, most in per_minute.items()
        }

    def count_call(self, call: Call, caller: str) -> None:
        """Let one more call of `caller` through, or refuse it with Limited, which says when the next one may come."""
        wait = self._line.ask(
            lambda: _spend(self._shared, self._limits[call], call, caller),
            lambda: _spend(self._own, self._shares[call], call, caller),
        )
        if wait is not None:
            raise Limited(REFUSALS[call], retry_after=wait)


def _spend(limiter: MovingWindowRateLimiter, limit: RateLimitItemPerMinute, call: Call, caller: str) -> int | None:
    """None where the call is let through, and counted; else in how many seconds the next one is."""
    if limiter.hit(limit, call, caller):
        return None
    return math.ceil(limiter.get_window_stats(limit, call, caller).reset_time - time.time())
