"""Who may ask for what: each view of the API says it by one of these decorators; a test makes sure.

The access token names a session. The session is read on each request, so that one that was ended is refused at
once, and the request runs in the tenancy of the person behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import g, request

from portal.api.once import once
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.sessions.errors import SessionEnded
from portal.domain.identity.sessions.queries import find_api_session
from portal.domain.identity.sessions.services import touch_session
from portal.domain.identity.sessions.values import SignedIn
from portal.domain.identity.tokens.errors import TokenRefused
from portal.platform import clock, logging
from portal.platform.errors import Forbidden, Unauthenticated
from portal.platform.ratelimit import Call
from portal.platform.resources import resources
from portal.platform.signing import BadToken, TokenSigner
from portal.platform.tenancy import acting_as

P = ParamSpec("P")
R = TypeVar("R")


def bearer() -> SignedIn:
    """Who is behind the token that came with this request; Unauthenticated where the view asked for none."""
    person: SignedIn | None = g.get("bearer")
    if person is None:
        raise Unauthenticated
    return person


def actor() -> Actor:
    """The person whose token came with this request; Unauthenticated where the view asked for none."""
    return bearer().actor


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open to everybody; a token that comes along is not looked at."""
    view.__dict__["access"] = "public"
    return view


def signed_in_only(view: Callable[P, R]) -> Callable[P, R]:
    """Open to every good access token."""
    return _guarded(view, "signed_in", ())


def requires_any(*permissions: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open to good access tokens of people who have at least one of `permissions`."""
    return lambda view: _guarded(view, permissions, permissions)


def _guarded(view: Callable[P, R], access: object, permissions: tuple[Permission, ...]) -> Callable[P, R]:
    view = once(view)

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        person = g.bearer = _bearer()
        resources().limiter.count_call(_kind_of_call(), str(person.actor.user_id))
        logging.bind(user_id=str(person.actor.user_id), firm_id=str(person.actor.firm_id))
        if permissions and not any(can(person.actor, permission) for permission in permissions):
            raise Forbidden
        with acting_as(person.actor.tenancy):
            if person.stale:
                touch_session(person.actor)
            return view(*args, **kwargs)

    guarded.__dict__["access"] = access
    return guarded


def _kind_of_call() -> Call:
    return Call.READ if request.method in {"GET", "HEAD"} else Call.WRITE


@lru_cache(maxsize=4096)
def _verified(signer: TokenSigner, _keys: tuple[str, ...], token: str) -> dict[str, Any]:
    """The claims of a token whose signature was checked while these were the keys, as one that was taken away must not
    go on opening; the checking takes longer than all else of a small request."""
    return signer.verify(token)


def _claims(token: str) -> dict[str, Any]:
    try:
        claims = _verified(resources().signer, resources().signer.key_ids(), token)
    except BadToken:
        raise TokenRefused from None
    if claims["exp"] <= clock.now().timestamp():
        raise TokenRefused
    return claims


def _bearer() -> SignedIn:
    """Who is behind the request's access token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Send an access token in the header: Authorization: Bearer <token>.")
    claims = _claims(token.strip())
    person = find_api_session(UUID(claims["sid"]))
    if person is None or str(person.actor.user_id) != claims["sub"]:
        raise SessionEnded
    return person
