"""Home: the portfolio for an investor, the work lists for staff."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.library.queries.work import list_waiting_documents
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission, Role
from portal.domain.investments.statements.queries.runs import list_statement_runs
from portal.web.dashboard.approving import list_to_approve
from portal.web.dashboard.chasing import list_to_chase
from portal.web.dashboard.correcting import list_to_correct
from portal.web.dashboard.matching import list_to_match
from portal.web.dashboard.worklists import LOOKED_THROUGH, Section, WorkList
from portal.web.toolkit.access import signed_in_only
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@signed_in_only
def index() -> Response | Redirect:
    """Where one begins."""
    person = actor()
    if not person.roles:  # of staff to be, until somebody has approved it
        return page("dashboard/index/waiting.html")
    if not person.is_staff:
        own = Role.INVESTOR in person.roles
        return redirect(url_for("portfolio.index" if own else "delegations.index"))
    return page("dashboard/index.html", sections=[each for each in _sections(person) if each.lists])


def _sections(person: Actor) -> tuple[Section, ...]:
    """The four work lists, each with the kinds of task there are; a query for each kind, none for each task."""
    may = {each: can(person, each) for each in (Permission.PREPARE_STATEMENTS, Permission.EDIT_DOCUMENTS)}
    runs = list_statement_runs(person, most=LOOKED_THROUGH) if may[Permission.PREPARE_STATEMENTS] else []
    documents = list_waiting_documents(person, most=LOOKED_THROUGH) if may[Permission.EDIT_DOCUMENTS] else []
    return (
        _section("approve", "To approve", list_to_approve(person, runs, documents)),
        _section("chase", "To chase", list_to_chase(person, runs)),
        _section("match", "To match", list_to_match(person)),
        _section("correct", "To correct", list_to_correct(person, runs, documents)),
    )


def _section(key: str, title: str, lists: tuple[WorkList, ...]) -> Section:
    return Section(key, title, tuple(each for each in lists if each.tasks))
