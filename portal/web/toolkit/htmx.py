"""htmx 4 for Flask: what a request asks for, events in answers, and the nonce on htmx elements.

htmx-flask knows the headers of htmx 2. htmx 4 sends `HX-Source` (`button#save`) for `HX-Trigger`, gives
`HX-Target` as `div#rows`, and says in `HX-Request-Type` whether it wants a whole page.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask, Request, Response
from htmx_flask.requests import HtmxHeaders
from jinja2.ext import Extension

# An opening tag up to its first htmx attribute; template source is ours, so what it says may be trusted.
HTMX_TAG = re.compile(r"(<[A-Za-z][^<>]*?)(\s)(?=hx-[a-z])")
NONCE = 'hx-nonce="{{ csp_nonce() }}"'


class Htmx(HtmxHeaders):  # type: ignore[misc]  # htmx-flask is not typed
    """The htmx headers of one request; false when it does not come from htmx."""

    @property
    def wants_page(self) -> bool:
        """Whether the answer replaces the whole document: no htmx, its Back button, or a swap of the body."""
        return not self or self.history_restore_request or self._headers.get("HX-Request-Type") == "full"

    @property
    def target_id(self) -> str | None:
        """The id of the element that the answer goes into, without its tag."""
        return _id(self._headers.get("HX-Target"))

    @property
    def source_id(self) -> str | None:
        """The id of the element that asked, without its tag."""
        return _id(self._headers.get("HX-Source"))


def _id(identifier: str | None) -> str | None:
    """`x` of `div#x`; None for a missing or bare `div`."""
    return identifier.partition("#")[2] or None if identifier else None


class HtmxRequest(Request):
    """A request that knows what htmx wants of it: `request.htmx`."""

    @property
    def htmx(self) -> Htmx:
        """The request's htmx headers."""
        return Htmx(self.headers)


class HtmxNonce(Extension):
    """Stamps the answer's nonce on each htmx element of a template's source: on none that data brings."""

    def preprocess(self, source: str, _name: str | None, _filename: str | None = None) -> str:
        """The template source with `hx-nonce` before the first htmx attribute of each tag."""
        return HTMX_TAG.sub(rf"\1\2{NONCE} ", source)


def hx_event(response: Response, name: str, **detail: Any) -> Response:
    """Makes the browser trigger the event `name` once htmx has swapped `response` in; several may follow."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[name] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def init_app(app: Flask) -> None:
    """Gives requests `.htmx`; the templates stamp nonces by HtmxNonce (page.py)."""
    app.request_class = HtmxRequest
