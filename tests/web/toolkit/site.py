"""A small site on the toolkit alone, without a database: what pages, fragments and headers are tried on."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flask import Flask, Response, flash, g
from jinja2 import ChoiceLoader, DictLoader

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.emails.values import SealedEmail
from portal.domain.identity.firms.values import Firm
from portal.domain.identity.sessions.values import SignedIn
from portal.platform.ids import new_id
from portal.web.development import components
from portal.web.toolkit import assets, formatting, headers, htmx, once, page
from portal.web.toolkit.frame import Frame, NavigationItem, Person

ROOT = Path(__file__).parents[3]
TEMPLATES = {
    "plain.html": '{% extends "layout/page.html" %}{% block title %}Plain{% endblock %}'
    '{% block content %}<p hx-get="/rows">{{ said }}</p>{% endblock %}',
    "_row.html": '<tr hx-get="/row"><td>{{ said }}</td></tr>',
}
FRAME = Frame(
    "Halden Capital",
    navigation=(NavigationItem("Portfolio", "/plain", "chart-line", True),),
    person=Person("Ada Lovelace", "Investor"),
    sign_out_url="/sign-out",
    theme_url="/theme",
    csrf_token="token",
    strip="Demo",
)
FIRM = Firm(new_id(), "halden", "Halden Capital", "green", "en_US", "UTC")
INVESTOR = Actor(FIRM.id, new_id(), frozenset({Role.INVESTOR}), "Ada Lovelace")
PERSON = SignedIn(INVESTOR, FIRM, SealedEmail(UUID(int=1), b"", b""), "en_US", "UTC", stale=False)


def make_site(*, secure: bool = False, frame: Frame = FRAME, person: SignedIn | None = None) -> Flask:
    """The site, for `person` where somebody is signed in; `/plain`, `/row` and `/flashed` answer beside the gallery of
    components."""
    site = Flask("portal", static_folder=None, template_folder=str(ROOT / "templates"))
    site.secret_key = "only for this test"
    htmx.init_app(site)
    page.init_app(site, frame=lambda: frame)
    assets.init_app(site)
    headers.init_app(site, secure=secure)
    formatting.init_app(site)
    once.init_app(site)
    loader = site.jinja_env.loader
    assert loader is not None
    site.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), loader])
    site.register_blueprint(components.blueprint)
    site.before_request(lambda: setattr(g, "signed_in", person))
    _add_views(site)
    return site


def _add_views(site: Flask) -> None:
    @site.get("/plain")
    def plain() -> Response:
        return page.page("plain.html", said="<b hx-get='/stolen'>said</b>")

    @site.get("/row")
    def row() -> Response:
        return page.fragment("_row.html", said="one row")

    @site.get("/flashed")
    def flashed() -> Response:
        flash("Naïve “words” were saved.", "good")
        return page.page("plain.html", said="done")

    @site.get("/rows")
    @site.get("/gone")
    def gone() -> Response:
        return page.error_page(404, request_id="reference-1")
