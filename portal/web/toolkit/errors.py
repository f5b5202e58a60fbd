"""From what went wrong to the page that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Redirect

from portal.platform.db import DatabaseUnavailable
from portal.platform.errors import Conflict, DomainError, Forbidden, Invalid, Limited, NotFound, Unauthenticated
from portal.platform.storage.errors import StorageUnavailable
from portal.web.toolkit.page import error_page
from portal.web.toolkit.refusals import note_refusal

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    Limited: 429,
}
PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})
log = structlog.get_logger(__name__)


def _refused(error: DomainError) -> Response | Redirect:
    note_refusal(error)
    if isinstance(error, Unauthenticated):
        return _to_sign_in()
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    response = error_page(status, reason=error.message, request_id=g.get("request_id"))
    if isinstance(error, Limited):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _to_sign_in() -> Redirect:
    """Off to the sign-in page, and back to where they were: the page asked for, or the one a form stood on."""
    target = request.full_path.rstrip("?") if request.method == "GET" else request.headers.get("Referer", "/")
    address = f"{url_for('sessions.new')}?{urlencode({'next': target})}"
    if request.headers.get("HX-Request"):
        response = Redirect(status=204)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, 303)


def _http(error: HTTPException) -> Response:
    code = error.code if error.code in PAGES else 400 if (error.code or 500) < 500 else 500
    return error_page(code or 500, request_id=g.get("request_id"))


def _csrf(_error: CSRFError) -> Response:
    return error_page(
        400,
        reason="This form was open for too long, or came from another site."
        " Go back, reload the page and send it again.",
        request_id=g.get("request_id"),
    )


def _unavailable(error: Exception) -> Response:
    log.error("unavailable", error=str(error))
    return error_page(503, request_id=g.get("request_id"))


SHOWN: tuple[tuple[type[Exception], Callable[[Any], Response | Redirect]], ...] = (
    (DomainError, _refused),
    (CSRFError, _csrf),
    (HTTPException, _http),
    (DatabaseUnavailable, _unavailable),
    (StorageUnavailable, _unavailable),
)


def init_app(app: Flask, *, elsewhere: Callable[[Exception], Response | None]) -> None:
    """Show refusals of the domain, of HTTP and of the parts behind us as pages. `elsewhere` is asked first and
    answers for addresses that are no pages, also those that lead nowhere."""
    for kind, show in SHOWN:
        app.register_error_handler(kind, lambda error, show=show: elsewhere(error) or show(error))
