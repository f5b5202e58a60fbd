"""What follows for shared access from people leaving."""

from __future__ import annotations

from portal.domain.identity.leaving.signals import UserSwitchedOff
from portal.domain.people.delegations.services import close_delegations_of
from portal.platform.signals import reacts_to


@reacts_to(UserSwitchedOff)
def close_with_the_person(fact: UserSwitchedOff) -> None:
    """Whoever may no longer sign in lets nobody see their accounts and sees nobody's: an intruder who was shut out has
    left no other way in."""
    close_delegations_of(fact.actor_id, fact.firm_id, fact.user_id)
