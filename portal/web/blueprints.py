"""The pages of the product: every blueprint, and what they share."""

from __future__ import annotations

from flask import Flask

from portal.settings import Settings
from portal.web.dashboard import index as dashboard
from portal.web.identity import preferences, sessions
from portal.web.toolkit import assets, errors, formatting, headers, htmx, page, session
from portal.web.toolkit.navigation import current_frame

MODULES = (dashboard, sessions, preferences)
DEVELOPMENT = ()


def register(app: Flask, settings: Settings) -> None:
    """Put the pages into `app`; the component gallery and the mailbox stay out of production."""
    htmx.init_app(app)
    page.init_app(app, frame=current_frame)
    assets.init_app(app, watch=settings.mode == "development")
    headers.init_app(app, secure=settings.secure)
    formatting.init_app(app)
    session.init_app(app)
    errors.init_app(app)
    for module in MODULES + (() if settings.mode == "production" else DEVELOPMENT):
        app.register_blueprint(module.blueprint)
