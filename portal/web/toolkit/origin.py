"""From where a form was sent, as the browser says it: beside the form's token, a second lock on the same door."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from portal.platform.errors import Forbidden
from portal.platform.resources import resources

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})  # none: from no page at all, such as the address bar
WITHOUT_COOKIES = "/api/"


def refuse_from_elsewhere() -> None:
    """Forbidden for a request that changes something and that a page of another site sent. A browser that says nothing
    of where it comes from is left to the form's token."""
    if request.method in READING or request.path.startswith(WITHOUT_COOKIES):
        return
    site, origin = request.headers.get("Sec-Fetch-Site", "none"), request.headers.get("Origin")
    places = {request.host, urlsplit(resources().settings.public_url).netloc}
    if site not in OURS or (origin is not None and urlsplit(origin).netloc not in places):
        raise Forbidden("This was sent from a page of another site, so nothing was done. Go to the page here instead.")


def init_app(app: Flask) -> None:
    """Look at every request before anything else does."""
    app.before_request(refuse_from_elsewhere)
