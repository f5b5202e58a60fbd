"""From what went wrong to a problem (RFC 9457) with a stable type and the request's id."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Annotated

import orjson
import structlog
from flask import Response, g, request
from pydantic import Field
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from portal.api.once import BadKey
from portal.domain.identity.audit.services import record_refusal
from portal.domain.identity.sessions.values import SignedIn
from portal.platform.errors import Conflict, DomainError, Forbidden, Invalid, Limited, NotFound, Unauthenticated

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    Unauthenticated: 401,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    Limited: 429,
}
# What HTTP itself refuses: the code of its type, and a sentence for whoever writes the app.
BAD_KEY = ("bad_idempotency_key", "An Idempotency-Key has 8 to 255 printable ASCII characters and no space.")
REFUSALS: dict[int, tuple[str, str]] = {
    400: ("malformed_request", "The request cannot be read: the body has to be one JSON document in UTF-8."),
    404: ("not_found", NotFound.message),
    405: ("method_not_allowed", "This address does not know this method; the Allow header lists those it knows."),
    413: ("too_large", "The request is larger than is read here."),
    415: (
        "unsupported_media_type",
        "Send the body as JSON, with the header Content-Type: application/json; files as multipart/form-data.",
    ),
    500: ("internal_error", "Something failed on our side. It is in our log under the id of this request."),
    503: ("unavailable", "A part we need does not answer right now. Try again in a moment."),
}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the body or one parameter of the query."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was refused. `type` is stable; `title` and `detail` are for people and may change."""

    type: Annotated[str, Field(pattern=r"^urn:problem-type:[a-z_]+$")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SignInProblem(Problem):
    """Why signing in did not give tokens. With the type `urn:problem-type:mfa_required` comes the `mfa_token` that goes
    with the code of a second factor, good once, for five minutes."""

    mfa_token: str | None = None


def problem_for(error: Exception) -> Response | None:
    """The answer to `error` where it happened on an address of the API, found or not; None on every other."""
    if not request.path.startswith(PREFIX):
        return None
    if isinstance(error, DomainError):
        return answer_refusal(error)
    if isinstance(error, HTTPException):
        return _http(error)
    log.error("unavailable", error=str(error))
    return _answer(503, *REFUSALS[503])


def _note_refusal(error: DomainError) -> None:
    """Record `error` where it refuses somebody whose token was good."""
    person: SignedIn | None = g.get("bearer")
    if person is not None and isinstance(error, Forbidden | Unauthenticated):
        route = f"{request.method} {request.endpoint}"
        record_refusal(person.actor.tenancy, f"route:{request.endpoint}", code=error.code, route=route)


def answer_refusal(error: DomainError, **members: str) -> Response:
    """The problem that says why the domain refused; `members` are told beside it."""
    _note_refusal(error)
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    response = _answer(status, error.code, error.message, title=type(error).message, fields=error.fields, **members)
    if status == 401:
        presented = "" if "Authorization" not in request.headers else ', error="invalid_token"'
        response.headers["WWW-Authenticate"] = f'Bearer realm="portal"{presented}'
    if isinstance(error, Limited):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    known = status if status in REFUSALS else 400 if status < 500 else 500
    response = _answer(status, *(BAD_KEY if isinstance(error, BadKey) else REFUSALS[known]))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _answer(
    status: int,
    code: str,
    detail: str,
    *,
    title: str | None = None,
    fields: dict[str, str] | None = None,
    **members: str,
) -> Response:
    errors = [FieldError(name, message) for name, message in (fields or {}).items()]
    body = Problem(
        f"urn:problem-type:{code}", title or HTTPStatus(status).phrase, status, detail, request.path,
        g.get("request_id", ""), errors,
    )  # fmt: skip
    told = {**asdict(body), **members} if members else body
    response = Response(orjson.dumps(told), status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response
