"""Where the views of version 1 are put."""

from __future__ import annotations

from flask import Blueprint

v1 = Blueprint("api", __name__, url_prefix="/api/v1")
