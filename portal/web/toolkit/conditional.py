"""Pages that answer "not modified" before they are made, and are kept once made.

The tag of a page is a digest of everything it shows: what the view says its content depends on, the person, how the
page is asked for, and the templates. It changes every six hours too, so that a form in a kept page never carries a
token that has run out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, g, request, session
from markupsafe import escape

from portal.platform import clock
from portal.platform.keeping import Kept
from portal.web.toolkit.formatting import reader_locale, reader_timezone
from portal.web.toolkit.frame import TOKEN, Frame
from portal.web.toolkit.headers import csp_nonce
from portal.web.toolkit.page import answer_page, current_surroundings, render_page
from portal.web.toolkit.session import signed_in

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
TOKEN_SECONDS = 6 * 3600
KEPT_CHARACTERS = 8_000_000
NONCE = "mark-of-the-nonce"


def versioned_page(template: str, make: Callable[[], dict[str, Any]], *depends_on: object) -> Response:
    """The page made from `template` and what `make` gives; 304 where the browser has it, and from what this process
    has kept where nothing changed: neither `depends_on` (anything whose repr says all of it) nor the reader's name,
    language and way of asking. A page that brings a message is always made, and not kept."""
    frame = current_surroundings()
    if "_flashes" in session:
        return answer_page(render_page(template, frame, make()))
    look = _digest(depends_on, *_asked_for(), replace(frame, csrf_token=TOKEN), reader_locale(), reader_timezone())
    tag = _digest(look, session.get("csrf_token"), _reader(), int(clock.now().timestamp()) // TOKEN_SECONDS, _looks())
    known = request.if_none_match.contains(tag)
    response = Response(status=304) if known else answer_page(_kept(look, template, frame, make))
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update({"HX-Request", "Cookie"})
    return response


def _kept(look: str, template: str, frame: Frame, make: Callable[[], dict[str, Any]]) -> str:
    """It stays in this process, as it holds names of people; what differs from answer to answer stands as a mark."""
    if current_app.jinja_env.auto_reload:
        return render_page(template, frame, make())
    html = _KEPT.find(look)
    if html is None:
        nonce, g.csp_nonce = csp_nonce(), NONCE
        try:
            html = render_page(template, replace(frame, csrf_token=TOKEN), make())
        finally:
            g.csp_nonce = nonce
        _KEPT.keep(look, html)
    return html.replace(NONCE, csp_nonce()).replace(TOKEN, escape(frame.csrf_token))


_KEPT: Kept[str] = Kept(KEPT_CHARACTERS)


def _asked_for() -> tuple[object, ...]:
    return request.full_path, [request.headers.get(name) for name in ("HX-Request", "HX-Request-Type", "HX-Target")]


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _reader() -> object:
    person = signed_in()
    return person and (person.actor.user_id, sorted(person.actor.roles))


@lru_cache(maxsize=1)
def _looks() -> str:
    """A digest of the templates and static files that this process began with."""
    digest = hashlib.sha256()
    for root in (TEMPLATES, TEMPLATES.with_name("static")):
        for path in sorted(root.rglob("*.*")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
