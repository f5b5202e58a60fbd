"""Answers: a dataclass as JSON, under the version of what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

import orjson
from flask import Response, request

from portal.api.openapi import document_digest
from portal.domain.identity.access.values import Actor
from portal.platform.file_links import Thing
from portal.platform.keeping import Kept
from portal.platform.resources import resources

JSON = "application/json"
_KEPT: Kept[bytes] = Kept(8_000_000)


def kept_by_nobody(response: Response) -> Response:
    """`response`, which is for whoever asked and for now, unless its view said how long it may be kept."""
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def answer(body: object, status: int = 200) -> Response:
    """`body`, a dataclass of schemas.py, for this once."""
    return Response(orjson.dumps(body), status, content_type=JSON)


def nothing() -> Response:
    """204: done, and there is nothing to say."""
    return Response(status=204)


def led_to_file(thing: Thing, thing_id: UUID, actor: Actor, version: int | None = None) -> Response:
    """303: off to a file that the actor was just found to be allowed, by a link that is good for a minute."""
    response = Response(status=303)
    response.headers["Location"] = resources().links.link_to(thing, thing_id, actor.user_id, actor.session_id, version)
    return response


def versioned(version: str, make: Callable[[], object]) -> Response:
    """The body that `make` builds, or 304 without building it where the app has this `version` already.

    `version` has to say everything the body is made of, as a body once built serves whoever asks for the same. That
    of the API's own description is added to it, so that a release that says more is fetched anew.
    """
    tag = hashlib.sha256(f"{document_digest()}|{request.endpoint}|{version}".encode()).hexdigest()[:32]
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else Response(_kept(tag, make), content_type=JSON)
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response


def _kept(tag: str, make: Callable[[], object]) -> bytes:
    body = _KEPT.find(tag)
    if body is None:
        body = orjson.dumps(make())
        _KEPT.keep(tag, body)
    return body
