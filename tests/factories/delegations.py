"""People who may see an investor's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.people.delegations.services import give_access
from portal.domain.people.delegations.values import Relation, Scope
from portal.platform import clock
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

PAPERS = (Scope.STATEMENTS,)
EVERYTHING = tuple(Scope)


def let_in(
    investor: Actor,
    email: str,
    accounts: Sequence[UUID],
    scopes: Sequence[Scope] = EVERYTHING,
    *,
    until: date | None = None,
    called: str = "Sam the accountant",
) -> UUID:
    """A delegation that this investor gave; its id."""
    with acting_as(investor.tenancy):
        return give_access(
            investor,
            resources().sealer,
            email=email,
            called=called,
            relation=Relation.ACCOUNTANT,
            accounts=accounts,
            scopes=scopes,
            until=until or clock.today() + timedelta(days=30),
        )
