"""The JSON edge, version 1."""

from __future__ import annotations

from flask import Blueprint, Flask


def register(app: Flask) -> Blueprint:
    """Put the API into `app`; the blueprint, which needs no form token."""
    blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
    app.register_blueprint(blueprint)
    return blueprint
