"""People of the demo as they act for themselves."""

from __future__ import annotations

from portal.cli.demo.cast import Cast
from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_by_email


def find_actor(system: Actor, cast: Cast, name: str) -> Actor:
    """Somebody of the cast, by name."""
    person = next(each for each in (*cast.staff, *cast.investors) if each.name == name)
    user = find_user_by_email(system, person.email)
    if user is None:
        raise RuntimeError(f"{name} is not in the demo.")
    return Actor(system.firm_id, user.id, user.roles, user.name)
