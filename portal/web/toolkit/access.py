"""Who may come to a page. Every route says it by one of these decorators; a test makes sure."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import Permission
from portal.domain.identity.sessions.values import Stage
from portal.platform.errors import Forbidden, Unauthenticated
from portal.platform.tenancy import acting_as
from portal.web.toolkit.once import once
from portal.web.toolkit.session import actor, entrant

P = ParamSpec("P")
R = TypeVar("R")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open to everybody, signed in or not."""
    view.__dict__["access"] = "public"
    return view


def signed_in_only(view: Callable[P, R]) -> Callable[P, R]:
    """Open to whoever is signed in."""
    view = once(view)

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        actor()
        return view(*args, **kwargs)

    guarded.__dict__["access"] = "signed_in"
    return guarded


def at_stage(*stages: Stage) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open to whoever has come this far in signing in; `entrant()` says who it is."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            person = entrant()
            if person is None or person.stage not in stages:
                raise Unauthenticated
            with acting_as(person.actor.tenancy):
                return view(*args, **kwargs)

        guarded.__dict__["access"] = "at_stage"
        return guarded

    return decorate


def requires(*permissions: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open to whoever is signed in and has every one of `permissions`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        view = once(view)

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            for permission in permissions:
                require(actor(), permission)
            return view(*args, **kwargs)

        guarded.__dict__["access"] = permissions
        return guarded

    return decorate


def requires_any(*permissions: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open to whoever is signed in and has one of `permissions`: a page that investors and staff share."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        view = once(view)

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not any(can(actor(), permission) for permission in permissions):
                raise Forbidden
            return view(*args, **kwargs)

        guarded.__dict__["access"] = permissions
        return guarded

    return decorate
