"""While staff view the portal as an investor, only the pages about the investor's accounts are shown, and nothing else
is done."""

from __future__ import annotations

from flask import Flask, current_app, request

from portal.domain.identity.access.values import Permission
from portal.domain.identity.viewings.errors import OnlyViewing
from portal.web.toolkit.session import signed_in

ENDING, HOME = "viewings.end", "dashboard.index"
OF_INVESTORS = frozenset({Permission.SEE_OWN_PORTFOLIO, Permission.SEE_DOCUMENTS})
TAKING = ("download", "export")  # what ends a view's endpoint that hands out a file


def _guard() -> None:
    person = signed_in()
    if person is not None and person.viewing is not None and request.endpoint and not _may_pass(request.endpoint):
        raise OnlyViewing


def _may_pass(endpoint: str) -> bool:
    if request.method not in ("GET", "HEAD"):
        return endpoint == ENDING
    view = current_app.view_functions[endpoint]
    access = getattr(view, "access", ())
    of_accounts = isinstance(access, tuple) and not OF_INVESTORS.isdisjoint(access)
    takes = getattr(view, "fresh", False) or endpoint.endswith(TAKING)
    return endpoint == HOME or (of_accounts and not takes)


def init_app(app: Flask) -> None:
    """Guard every request, after it is known who asks."""
    app.before_request(_guard)
