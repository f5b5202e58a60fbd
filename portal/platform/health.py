"""`/health`: the process lives. `/ready`: it can serve, because the parts it cannot do without answer."""

from __future__ import annotations

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from portal.platform import db
from portal.platform.db import DatabaseUnavailable
from portal.platform.tenancy import GATE, acting_as

NEWEST = "SELECT EXISTS (SELECT FROM identity.firms)"


def _database() -> bool:
    try:
        with acting_as(GATE):
            db.fetch_value(NEWEST)
    except DatabaseUnavailable:
        return False
    return True


def health() -> ResponseReturnValue:
    """200 while the process answers at all."""
    return jsonify(status="alive")


def ready() -> ResponseReturnValue:
    """200 when the database answers and is migrated, else 503 with what is missing."""
    database = _database()
    return jsonify(status="ready" if database else "waiting", database=database), 200 if database else 503


def init_app(app: Flask) -> None:
    """Add both routes; they are open to everybody and say nothing of anybody."""
    for view in (health, ready):
        view.__dict__["access"] = "public"
        app.add_url_rule(f"/{view.__name__}", view.__name__, view)
