"""A session as the edges know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.values import Firm

ABSOLUTE = timedelta(hours=12)
IDLE_INVESTOR = timedelta(minutes=30)
IDLE_STAFF = timedelta(minutes=15)
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a good session: the actor, the firm, and how to greet them."""

    actor: Actor
    firm: Firm
    email: str
    locale: str
    time_zone: str
    stale: bool
