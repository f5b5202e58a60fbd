"""`Idempotency-Key`: a write that is sent again, as its answer was lost, is answered as before and not done again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, BinaryIO, TypeVar, cast

from flask import Response, request
from werkzeug.exceptions import BadRequest

from portal.platform.idempotency import Answer, Asked, digest_form, taking_turn
from portal.platform.resources import resources

V = TypeVar("V", bound=Callable[..., Any])
HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{8,255}")
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEPT_HEADERS = ("Content-Type", "Location")


class BadKey(BadRequest):
    """The key is none."""


def every_time(reason: str) -> Callable[[V], V]:
    """Do this as often as it is sent, key or not, for the `reason` given."""

    def decorate(view: V) -> V:
        view.__dict__["every_time"] = reason
        return view

    return decorate


def once(view: V) -> V:
    """Do what comes with a key once, in one transaction with the memory of it. Stands around every view that asks for
    a token: the decorators of access see to it."""
    if "every_time" in view.__dict__:
        return view

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER) if request.method in WRITING else None
        if key is None:
            return view(*args, **kwargs)
        if not KEY.fullmatch(key):
            raise BadKey
        with taking_turn(resources().vault, Asked(f"api:{key}", _content())) as turn:
            if turn.before is not None:
                return Response(turn.before.body, turn.before.status, turn.before.headers)
            response: Response = view(*args, **kwargs)
            if response.status_code < 400:
                turn.kept = _kept(response)
            return response

    run.__dict__["once"] = True
    return run  # type: ignore[return-value]  # of the same signature


def _content() -> str:
    """A digest of what is asked: method, address and body. Of a form its parts, since another try has other bounds
    between them."""
    place = f"{request.method} {request.full_path}"
    if request.mimetype == "multipart/form-data":
        files = [(name, file.filename, cast(BinaryIO, file.stream)) for name, file in request.files.items(multi=True)]
        return digest_form(place, request.form.items(multi=True), files)
    digest = hashlib.sha256(f"{place}\n".encode())
    digest.update(request.get_data())
    return digest.hexdigest()


def _kept(response: Response) -> Answer:
    headers = [(name, response.headers[name]) for name in KEPT_HEADERS if name in response.headers]
    return Answer(response.status_code, headers, response.get_data(as_text=True), [])
