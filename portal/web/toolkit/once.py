"""A form is done once: a double click, Back and a second tab lead where the first sending of it led.

Each form carries a hidden field, made anew with the page. What comes again with the same field and the same content is
answered as before; corrected, it is another act. Only answers that lead elsewhere are kept: a page shows what is now.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, BinaryIO, TypeVar, cast

from flask import Flask, Response, flash, make_response, request, session
from markupsafe import Markup

from portal.platform.idempotency import Answer, Asked, digest_form, taking_turn
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.web.toolkit.session import signed_in

V = TypeVar("V", bound=Callable[..., Any])
FIELD = "once"
PATIENCE = 10.0  # seconds; the browser shows what is answered last
LEADING = frozenset({204, 302, 303})
KEPT_HEADERS = ("Location", "HX-Redirect", "HX-Trigger")
# Beside the form: its tokens, and the proof that was asked for in between.
NOT_CONTENT = frozenset({"csrf_token", "typed", "proof", "credential"})
FLASHED = "_flashes"  # where Flask keeps what is to be told


def every_time(reason: str) -> Callable[[V], V]:
    """Do this as often as it is sent, for the `reason` given."""

    def decorate(view: V) -> V:
        view.__dict__["every_time"] = reason
        return view

    return decorate


def once(view: V) -> V:
    """Do what a form asks once, in one transaction with the memory of it. Stands around every view that somebody
    signed in posts to: the decorators of access see to it."""
    if "once" in view.__dict__ or "every_time" in view.__dict__:
        return view

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        token = request.form.get(FIELD) if request.method == "POST" else None
        if not token or signed_in() is None:
            return view(*args, **kwargs)
        content = _content()
        with taking_turn(resources().vault, Asked(f"form:{token}:{content}", content, PATIENCE)) as turn:
            if turn.before is not None:
                return _again(turn.before)
            told = len(session.get(FLASHED, ()))
            response = make_response(view(*args, **kwargs))
            if response.status_code in LEADING:
                turn.kept = _kept(response, told)
            return response

    run.__dict__["once"] = True
    return run  # type: ignore[return-value]  # of the same signature


def _content() -> str:
    """A digest of where the form goes and what is in it, files included."""
    fields = [each for each in request.form.items(multi=True) if each[0] not in NOT_CONTENT]
    files = [(name, file.filename, cast(BinaryIO, file.stream)) for name, file in request.files.items(multi=True)]
    return digest_form(f"{request.method} {request.full_path}", fields, files)


def _kept(response: Response, told: int) -> Answer:
    headers = [(name, response.headers[name]) for name in KEPT_HEADERS if name in response.headers]
    notes = [(kind, str(text)) for kind, text in session.get(FLASHED, ())[told:]]
    return Answer(response.status_code, headers, "", notes)


def _again(answer: Answer) -> Response:
    for kind, text in answer.notes:
        flash(text, kind)
    return Response(status=answer.status, headers=answer.headers)


def _field() -> Markup:
    """The hidden field that tells one form from every other."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_id())


def init_app(app: Flask) -> None:
    """Give templates `once()`, which stands in every form beside its token."""
    app.jinja_env.globals["once"] = _field
