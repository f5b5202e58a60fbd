"""The API's description (OpenAPI 3.1), gathered from its views.

`@described(Answer)` does two things: it writes the view down, and it hands the view its `query` and `json`, read as
the models that the view's own annotations name. Answers are not checked a second time here; tests hold each of them
against this description.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import orjson
from flask import current_app
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.flask_plugin import FlaskPlugin

from portal.api.errors import MEDIA_TYPE, Problem
from portal.api.once import HEADER, KEY, WRITING
from portal.api.parsing import read_body, read_form, read_query

V = TypeVar("V", bound=Callable[..., Any])
HEADERS = {
    "303": ("Location", "Where the file is, for at most a minute."),
    "304": ("ETag", "The version the app has already; it came with the 200 before."),
    "401": ("WWW-Authenticate", "Bearer."),
    "429": ("Retry-After", "Seconds to wait before the next try."),
}
KEY_REFUSALS = {"400": "The key is none.", "409": "The same is running.", "422": "The key came with something else."}
PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
BYTES = {"type": "string", "format": "binary"}
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "One per act, made by the app, such as a random UUID: what is sent again with it is done once.",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
}
NO_NUL = r"^[^\x00]*$"
ABOUT = """Figures of private funds, the same as on the pages and in the statements.

Amounts are strings in the smallest units of the currency beside them; ratios are strings with ten places. Lists come
in pages: `next` is the cursor of the next page, or null on the last one. Every answer with an ETag can be asked for
again with If-None-Match and is answered 304 while nothing has changed. Writes take an Idempotency-Key: sent again with
it within seven days they are answered as before and done no second time. Errors are problems as in RFC 9457."""

BEARER = SecurityScheme(
    name="bearer", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer", bearer_format="JWT")
)


class _Answers(Response):
    """Errors are problems, and answers have headers."""

    def generate_spec(self, naming_strategy: Callable[[Any], str] = lambda model: str(model.__name__)) -> Any:
        answers = dict(sorted(super().generate_spec(naming_strategy).items()))
        for status, found in answers.items():
            if int(status) >= 400:
                found["content"] = {MEDIA_TYPE: found["content"]["application/json"]}
            if status in HEADERS:
                name, text = HEADERS[status]
                found["headers"] = {name: {"description": text, "schema": {"type": "string"}}}
        return answers


class _Reading(FlaskPlugin):
    """Reads requests our way, whose errors are problems, and lets answers through as they are."""

    def validate(
        self,
        func: Callable[..., Any],
        query: Any = None,
        json: Any = None,
        form: Any = None,
        *settings: Any,
        **kwargs: Any,
    ) -> Any:
        """Call the view with what it asked for. The settings of spectree that follow concern checks of its own, which
        are not made here."""
        del settings
        if query is not None:
            kwargs["query"] = read_query(query)
        if json is not None:
            kwargs["json"] = read_body(json)
        if form is not None:
            kwargs["form"] = read_form(form)
        return func(**kwargs)


specification = SpecTree(
    backend=_Reading,
    mode="strict",
    title="Investor portal",
    version="1",
    description=ABOUT,
    openapi_version="3.1.0",
    validation_error_model=Problem,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[BEARER],
    security={"bearer": []},
)


def described(
    body: type | None,
    *,
    status: int = 200,
    refusals: tuple[int, ...] = (401, 403),
    bearer: bool = True,
    unauthenticated: type = Problem,
    takes: str | None = None,
) -> Callable[[V], V]:
    """Write a view down: what it answers with, and which refusals it knows besides those of its parameters. One that
    answers with a version (see answers.py) may answer 304; `bearer` is False for those that need no token,
    `unauthenticated` the shape of its 401. `takes` is the media type of a body that is no JSON and no form."""

    def describe(view: V) -> V:
        reads = {"query", "json", "form"} & set(view.__annotations__)
        sends = bool(reads & {"json", "form"}) or takes is not None
        known = {*refusals, *({429} if bearer else ()), *_refusals_of(reads, takes)}
        unchanged = ("HTTP_304",) if body is not None and bearer and not sends else ()
        answers = _Answers(
            *unchanged,
            **{f"HTTP_{status}": body},
            **{f"HTTP_{code}": unauthenticated if code == 401 else Problem for code in sorted(known)},
        )
        decorate = specification.validate(
            resp=answers,
            tags=(view.__module__.split(".")[3],),
            security=None if bearer else [],
            operation_id=view.__name__,
            validation_error_status=422 if reads else 401,
        )
        decorated: V = decorate(view)
        decorated.__dict__["takes"] = takes
        return decorated

    return describe


def _refusals_of(reads: set[str], takes: str | None) -> set[int]:
    """What may be wrong with the parameters, the body or the files of a request."""
    known = {422} if reads else set()
    known |= {400, 415} if reads & {"json", "form"} else set()
    return known | ({413} if "form" in reads or takes else set())


@cache
def document() -> bytes:
    """The description as JSON; within a request, as it reads the routes of the application."""
    return orjson.dumps(_with_keys(_without_nul(specification.spec)))


def _with_keys(found: dict[str, Any]) -> dict[str, Any]:
    """The description with the key that writes may come with and what is answered to it, and with bodies of bytes."""
    for operations in found["paths"].values():
        for method, operation in operations.items():
            view = current_app.view_functions[f"api.{operation['operationId']}"]
            if media := view.__dict__.get("takes"):
                operation["requestBody"] = {"required": True, "content": {media: {"schema": BYTES}}}
            if method.upper() in WRITING and "once" in view.__dict__:
                operation.setdefault("parameters", []).append(PARAMETER)
                for status, text in KEY_REFUSALS.items():
                    operation["responses"].setdefault(status, {"description": text, "content": PROBLEM})
    return found


def _without_nul(part: Any) -> Any:
    """The description with what holds for every text: the one character that cannot be kept is in none of them."""
    if isinstance(part, dict):
        found = {name: _without_nul(each) for name, each in part.items()}
        if found.get("type") == "string" and not {"format", "enum", "const", "pattern"} & set(found):
            found["pattern"] = NO_NUL
        return found
    return [_without_nul(each) for each in part] if isinstance(part, list) else part


@cache
def document_digest() -> str:
    """A digest of the description: another one wherever answers have another shape."""
    return hashlib.sha256(document()).hexdigest()
