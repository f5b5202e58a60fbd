"""Erasures as those who handle privacy see them: requests, plans, legal holds, how long the firm keeps what it must."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import get_user, list_users
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import ERASURE
from portal.domain.people.privacy.queries.erasures import find_erasure, get_plan, list_erasures, list_holds, list_terms
from portal.domain.people.privacy.services.erasures import propose_erasure, refuse_erasure, request_erasure
from portal.domain.people.privacy.services.retention import lift_hold, place_hold, set_retention_term
from portal.domain.people.privacy.values.erasures import ErasureState
from portal.domain.people.privacy.values.inventory import Category
from portal.platform.errors import DomainError, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("cases", __name__, url_prefix="/privacy/cases")
MOST = 50
SHOWN = 20
START = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
STATES = {
    ErasureState.ASKED: ("asked", "info"),
    ErasureState.APPROVED: ("being erased", "info"),
    ErasureState.REFUSED: ("refused", "bad"),
    ErasureState.WITHDRAWN: ("withdrawn", "neutral"),
    ErasureState.DONE: ("erased", "good"),
}


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField("Reason", [InputRequired("Say why."), Length(max=1000, message="At most 1,000 characters.")])


class TermForm(Form):
    """For how long."""

    years = IntegerField("Years", [InputRequired("Enter whole years.")])


@blueprint.get("")
@requires(Permission.HANDLE_PRIVACY)
def index() -> Response:
    """Requests, newest first, and how long what has to be kept is kept."""
    return _index(None)


@blueprint.post("/terms/<category>")
@requires(Permission.HANDLE_PRIVACY)
@fresh
def keep(category: str) -> Response | Redirect:
    """Keep a category longer."""
    if category not in {each.category for each in list_terms(actor())}:
        raise NotFound
    form = TermForm()
    try:
        if not form.validate():
            return _index(form, 422)
        set_retention_term(actor(), Category(category), years=form.years.data)
    except DomainError as error:
        form.refuse(error)
        return _index(form, 422)
    flash("Set, for what is kept already too.", "good")
    return redirect(url_for("cases.index"), 303)


@blueprint.get("/<uuid:user_id>")
@requires(Permission.HANDLE_PRIVACY)
def show(user_id: UUID) -> Response:
    """One person: what erasing them does, what holds it up, what to do now."""
    return _show(user_id)


@blueprint.post("/<uuid:user_id>")
@requires(Permission.HANDLE_PRIVACY)
def create(user_id: UUID) -> Response | Redirect:
    """Ask for somebody's erasure on their behalf."""
    form = ReasonForm()
    return _do(user_id, form, lambda: request_erasure(actor(), user_id, reason=form.reason.data), "Asked for.")


@blueprint.post("/<uuid:user_id>/propose")
@requires(Permission.HANDLE_PRIVACY)
@fresh
def propose(user_id: UUID) -> Response | Redirect:
    """Put it up for decision by a second person."""
    form = ReasonForm()
    told = "Asked for approval: somebody else who handles privacy decides it."
    return _do(user_id, form, lambda: propose_erasure(actor(), _open(user_id), reason=form.reason.data), told)


@blueprint.post("/<uuid:user_id>/refuse")
@requires(Permission.HANDLE_PRIVACY)
def refuse(user_id: UUID) -> Response | Redirect:
    """Refuse it; the person reads why."""
    form = ReasonForm()
    return _do(user_id, form, lambda: refuse_erasure(actor(), _open(user_id), answer=form.reason.data), "Refused.")


@blueprint.post("/<uuid:user_id>/holds")
@requires(Permission.HANDLE_PRIVACY)
@fresh
def hold(user_id: UUID) -> Response | Redirect:
    """Place a legal hold."""
    form = ReasonForm()
    return _do(user_id, form, lambda: place_hold(actor(), user_id, reason=form.reason.data), "The hold is in force.")


@blueprint.post("/<uuid:user_id>/holds/<uuid:hold_id>/lift")
@requires(Permission.HANDLE_PRIVACY)
@fresh
def lift(user_id: UUID, hold_id: UUID) -> Redirect:
    """Lift a legal hold."""
    lift_hold(actor(), user_id, hold_id)
    flash("The hold is lifted.", "good")
    return redirect(url_for("cases.show", user_id=user_id), 303)


def _open(user_id: UUID) -> UUID:
    erasure = find_erasure(actor(), user_id)
    if erasure is None:
        raise NotFound
    return erasure.id


def _do(user_id: UUID, form: ReasonForm, act: Callable[[], object], told: str) -> Response | Redirect:
    """Act, and go back to the person's page; or show it with what to mend."""
    if not form.validate():
        return _show(user_id, form, 422)
    try:
        act()
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return _show(user_id, form, 422)
    flash(told, "good")
    return redirect(url_for("cases.show", user_id=user_id), 303)


def _index(form: TermForm | None, status: int = 200) -> Response:
    before = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else START
    search = request.args.get("search", "").strip()
    rows = list_erasures(actor(), before=(before[0], before[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.asked_at.isoformat(), each.id))
    return page(
        "privacy/cases/index.html",
        status,
        erasures=found.items,
        search=search,
        people=list_users(actor(), search=search, most=SHOWN) if search else [],
        states=STATES,
        terms=list_terms(actor()),
        form=form or TermForm(formdata=None),
        next_url=url_for("cases.index", cursor=found.next) if found.next else None,
    )


def _show(user_id: UUID, form: ReasonForm | None = None, status: int = 200) -> Response:
    person, user = actor(), get_user(actor(), user_id)
    return page(
        "privacy/cases/show.html",
        status,
        user=user,
        erasure=find_erasure(person, user_id),
        plan=get_plan(person, user_id),
        holds=list_holds(person, user_id),
        waiting=find_open_approval(person, ERASURE.name, f"user:{user_id}"),
        is_self=user_id == person.user_id,
        states=STATES,
        form=form or ReasonForm(formdata=None),
    )
