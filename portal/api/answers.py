"""Answers: a dataclass as JSON, under the version of what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson
from flask import Response, request

from portal.api.openapi import document_digest


def answer(body: object, status: int = 200) -> Response:
    """`body`, a dataclass of schemas.py, for this once: nobody keeps it."""
    response = _json(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def nothing() -> Response:
    """204: done, and there is nothing to say."""
    response = Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return response


def elsewhere(address: str) -> Response:
    """303: it is at `address`, for a short while."""
    response = Response(status=303)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "no-store"
    return response


def versioned(version: str, make: Callable[[], object]) -> Response:
    """The body that `make` builds, or 304 without building it where the app has this `version` already.

    The version has to change whenever the body may; that of the API's own description is added to it, so that a
    release that says more is fetched anew.
    """
    tag = hashlib.sha256(f"{document_digest()}|{version}".encode()).hexdigest()[:32]
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else _json(make())
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response


def _json(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")
