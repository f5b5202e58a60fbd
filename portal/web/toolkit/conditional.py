"""Pages that answer "not modified" before they are made, and parts of pages that are kept once made.

The tag of a page is a digest of everything it shows: what the view says its content depends on, the person, how the
page is asked for, and the templates. It changes every six hours too, so that a form in a kept page never carries a
token that has run out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.platform import clock
from portal.platform.keeping import Kept
from portal.web.toolkit.formatting import reader_locale, reader_timezone
from portal.web.toolkit.headers import csp_nonce
from portal.web.toolkit.session import signed_in

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
TOKEN_SECONDS = 6 * 3600
KEPT_CHARACTERS = 8_000_000
NONCE = "mark-of-the-nonce"


def unless_modified(make: Callable[[], Response], *depends_on: object) -> Response:
    """The page that `make` makes, or 304 where the browser has the one made of the same `depends_on` (anything whose
    repr says all of it). A page that brings a message is always made, and not kept."""
    if "_flashes" in session:
        return make()
    tag = _tag(depends_on)
    response = Response(status=304) if request.if_none_match.contains(tag) else make()
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update({"HX-Request", "Cookie"})
    return response


def kept(make: Callable[[], str], *depends_on: object) -> Markup:
    """The HTML that `make` makes, kept by this process for as long as `depends_on` (anything whose repr says all of it)
    and the reader's language stay the same. It stays in this process: it holds names of people."""
    if current_app.jinja_env.auto_reload:
        return Markup(make())  # noqa: S704  # our templates made it, escaping
    key = _digest(depends_on, reader_locale(), reader_timezone())
    html = _KEPT.find(key)
    if html is None:
        nonce, g.csp_nonce = csp_nonce(), NONCE
        try:
            html = make()
        finally:
            g.csp_nonce = nonce
        _KEPT.keep(key, html)
    return Markup(html.replace(NONCE, csp_nonce()))  # noqa: S704  # our templates made it, escaping


_KEPT: Kept[str] = Kept(KEPT_CHARACTERS)


def _tag(depends_on: tuple[object, ...]) -> str:
    generate_csrf()
    return _digest(
        depends_on,
        request.full_path,
        [request.headers.get(name) for name in ("HX-Request", "HX-Request-Type", "HX-Target")],
        request.cookies.get("theme"),
        session.get("csrf_token"),
        _reader(),
        reader_locale(),
        reader_timezone(),
        int(clock.now().timestamp()) // TOKEN_SECONDS,
        _looks(),
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _reader() -> object:
    person = signed_in()
    return person and (person.actor.user_id, person.actor.name, sorted(person.actor.roles), person.firm)


@lru_cache(maxsize=1)
def _looks() -> str:
    """A digest of the templates and static files that this process began with."""
    digest = hashlib.sha256()
    for root in (TEMPLATES, TEMPLATES.with_name("static")):
        for path in sorted(root.rglob("*.*")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
