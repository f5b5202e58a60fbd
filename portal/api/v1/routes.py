"""Where the views of version 1 are put."""

from __future__ import annotations

from flask import Blueprint

from portal.api.answers import kept_by_nobody
from portal.api.looks import note_answer

v1 = Blueprint("api", __name__, url_prefix="/api/v1")
v1.after_request(kept_by_nobody)
v1.after_request(note_answer)
