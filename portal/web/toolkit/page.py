"""Pages and fragments: `page("investments/portfolio/index.html", **context)`, `fragment("…/_row.html", …)`.

A page is a whole document, or for htmx its content and title, or the same in a dialog when htmx asks for the
element `#dialog`. Which it is, the template does not notice: it extends layout/page.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from flask import Flask, Response, current_app, get_flashed_messages, make_response, render_template, request
from flask.templating import Environment
from jinja2 import StrictUndefined

from portal.web.toolkit import translation
from portal.web.toolkit.frame import Frame, Surroundings
from portal.web.toolkit.htmx import Htmx, HtmxNonce, hx_event

EXTENSION = "portal.surroundings"


class QuickEnvironment(Environment):
    """Jinja's environment for templates that all have the same globals.

    Jinja gives each template a chain of its own globals and the environment's, which costs 10 µs at each import of
    a component and each include. Ours have none of their own, so they share the environment's.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's globals themselves, unless the template has its own."""
        return super().make_globals(d) if d else self.globals


def page(template: str, /, status: int = 200, **context: Any) -> Response:
    """The page made from `template`, in the form that the request asks for."""
    return answer_page(render_page(template, current_surroundings(), context), status)


def current_surroundings() -> Frame:
    """What surrounds the page of this request."""
    surroundings: Surroundings = current_app.extensions[EXTENSION]
    return surroundings.current()


def render_page(template: str, frame: Frame, context: dict[str, Any]) -> str:
    """The text of the page made from `template` inside `frame`; a document shows the messages there are."""
    kind = _kind(_htmx())
    if kind == "document":
        flashed = get_flashed_messages(with_categories=True)
        toasts = render_template("layout/_flashed.html", toasts=flashed) if flashed else ""
        surroundings: Surroundings = current_app.extensions[EXTENSION]
        context["top"], context["foot"] = surroundings.halves(frame, toasts)
    return render_template(template, kind=kind, frame=frame, **context)


def answer_page(html: str, status: int = 200) -> Response:
    """The answer for a page's text."""
    return _answer(html, status, toasts=_kind(_htmx()) != "document")


def fragment(template: str, /, status: int = 200, **context: Any) -> Response:
    """The piece of a page made from `template`, whose name begins with an underscore."""
    return _answer(render_template(template, **context), status, toasts=bool(_htmx()))


def error_page(status: int, *, reason: str | None = None, request_id: str | None = None) -> Response:
    """The page of errors/<status>.html; `reason` is a sentence that replaces the general one.

    htmx keeps what it shows and gets the words as a toast instead, so that nothing typed is lost.
    """
    template = f"errors/{status}.html"
    response = page(template, status, reason=reason, request_id=request_id)
    if not _htmx().wants_page:
        hx_event(response, "portal:toast", toasts=[{"tone": "bad", "message": reason or _title(template)}])
    return response


def _title(template: str) -> str:
    """The title block of a template that needs nothing to say it."""
    compiled = current_app.jinja_env.get_template(template)
    return "".join(compiled.blocks["title"](compiled.new_context())).strip()


def _htmx() -> Htmx:
    htmx: Htmx = request.htmx  # type: ignore[attr-defined]  # HtmxRequest, set by htmx.init_app
    return htmx


def _kind(htmx: Htmx) -> str:
    if htmx.wants_page:
        return "document"
    return "dialog" if htmx.target_id == "dialog" else "content"


def _answer(html: str, status: int, *, toasts: bool) -> Response:
    """The answer for `html`; with `toasts`, flashed messages travel as events, as no document shows them."""
    response = make_response(html, status)
    response.vary.add("HX-Request")
    if toasts:
        _flashed_as_events(response, get_flashed_messages(with_categories=True))
    return response


def _flashed_as_events(response: Response, messages: Iterable[Any]) -> None:
    texts = [{"tone": tone, "message": str(message)} for tone, message in messages]
    if texts:
        hx_event(response, "portal:toast", toasts=texts)


def init_app(app: Flask, *, frame: Callable[[], Frame]) -> None:
    """Sets the templates up, before anything uses them; `frame` gives what surrounds the page of this request."""
    app.jinja_environment = QuickEnvironment
    environment = app.jinja_env
    app.extensions[EXTENSION] = Surroundings(environment, frame)
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.add_extension(HtmxNonce)
    translation.init_app(app)


def unkept(response: Response) -> Response:
    """The same, kept by nobody: what is on it is for this once, or its address opens something."""
    response.headers["Cache-Control"] = "no-store"
    return response
