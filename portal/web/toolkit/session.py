"""Who is behind a request: the session cookie, the tenancy of the request, signing in and out of the browser."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from flask import Flask, Response, after_this_request, g, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.identity.access.values import Actor
from portal.domain.identity.sessions.queries import find_pending_session, find_web_session
from portal.domain.identity.sessions.services import end_session, touch_session
from portal.domain.identity.sessions.values import ABSOLUTE, Browser, SignedIn
from portal.domain.identity.viewings.queries import find_viewing
from portal.platform import logging
from portal.platform.errors import Unauthenticated
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

WITHOUT_SESSION = ("/static/", "/api/", "/health", "/ready", "/files/")


def cookie_name() -> str:
    """`__Host-sid` where people come over https, `sid` on a developer's machine."""
    return "__Host-sid" if resources().settings.secure else "sid"


def signed_in() -> SignedIn | None:
    """Who is signed in on this request, or None."""
    found: SignedIn | None = g.get("signed_in")
    return found


def actor() -> Actor:
    """The person signed in on this request; Unauthenticated where there is none."""
    person = signed_in()
    if person is None:
        raise Unauthenticated
    return person.actor


def entrant() -> SignedIn | None:
    """Who is signed in, or on their way in and still asked for a factor (`stage` says which), or None."""
    if "entrant" not in g:
        token = request.cookies.get(cookie_name())
        g.entrant = signed_in() or (None if token is None else find_pending_session(token, kind="web"))
    found: SignedIn | None = g.entrant
    return found


def expect_entrant() -> SignedIn:
    """`entrant()`; Unauthenticated where there is none."""
    person = entrant()
    if person is None:
        raise Unauthenticated
    return person


def change_session(token: str) -> None:
    """Go on in the session of `token`, which took the place of this request's; the browser is handed it."""
    g.signed_in = g.entrant = find_web_session(token)

    def hand_over(response: Response) -> Response:
        give_cookie(response, token)
        return response

    after_this_request(hand_over)


def browser() -> Browser:
    """From where this request comes."""
    return Browser(request.user_agent.string, request.remote_addr or "")


def _enter() -> None:
    g.tenancy, g.signed_in = ExitStack(), None
    g.pop("entrant", None)
    token = request.cookies.get(cookie_name())
    if token is None or request.path.startswith(WITHOUT_SESSION):
        return
    person = find_web_session(token)
    if person is None:
        return
    logging.bind(user_id=str(person.actor.user_id), firm_id=str(person.actor.firm_id))
    if person.stale:
        with acting_as(person.actor.tenancy):
            touch_session(person.actor)
    g.signed_in = person = as_viewed(person)
    g.tenancy.enter_context(acting_as(person.actor.tenancy))


def as_viewed(person: SignedIn) -> SignedIn:
    """The investor whose pages this person of the staff views just now, or the person, where they do not, or may no
    longer."""
    viewing = find_viewing(person.actor) if person.is_viewing else None
    return person if viewing is None else replace(person, actor=viewing.investor, viewing=viewing)


def _leave(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("tenancy", None)
    if stack is not None:
        stack.close()


def give_cookie(response: AnyResponse, token: str) -> None:
    """Hand the browser its session."""
    secure = resources().settings.secure
    response.set_cookie(cookie_name(), token, max_age=ABSOLUTE, secure=secure, httponly=True, samesite="Lax", path="/")


def begin_session(response: AnyResponse, token: str) -> None:
    """Hand the browser a session that was just opened, on a page or a redirect; the one it had until now ends."""
    before = entrant()
    if before is not None:
        with acting_as(before.author.tenancy):
            end_session(before.author)
    give_cookie(response, token)


def take_cookie(response: AnyResponse) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_name(), secure=resources().settings.secure, httponly=True, samesite="Lax", path="/")


def init_app(app: Flask) -> None:
    """Find the session of each request and work in its tenancy until the request is over."""
    app.before_request(_enter)
    app.teardown_request(_leave)
