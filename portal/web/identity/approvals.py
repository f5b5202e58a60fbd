"""What waits for a second person, and what they decide."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from portal.domain.identity.approvals.policies import can_decide
from portal.domain.identity.approvals.queries import get_approval, list_approvals, list_votes
from portal.domain.identity.approvals.services import decide_approval, withdraw_approval
from portal.domain.identity.approvals.values import KINDS, Approval, ApprovalState
from portal.domain.identity.record.queries import list_history
from portal.platform.errors import DomainError, Invalid
from portal.platform.pagination import Page, decode_cursor
from portal.web.identity.approval_views import VIEWS, names_of
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")
READERS = tuple(sorted({permission for kind in KINDS.values() for permission in (kind.maker, kind.approver)}))
MOST = 50
START = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
STATES = {
    ApprovalState.OPEN: ("waits", "info"),
    ApprovalState.EXECUTED: ("approved and done", "good"),
    ApprovalState.REJECTED: ("rejected", "bad"),
    ApprovalState.WITHDRAWN: ("withdrawn", "neutral"),
    ApprovalState.EXPIRED: ("ran out", "warn"),
}


class DecisionForm(Form):
    """What somebody decides, and on which content."""

    digest = HiddenField()
    comment = TextAreaField("Comment", [Length(max=1000, message="At most 1,000 characters.")])


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Requests, the newest first: those that wait, or all."""
    show_all = request.args.get("show") == "all"
    before = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else START
    rows = list_approvals(actor(), before=(before[0], before[1]), most=MOST + 1, only_open=not show_all)
    found = Page(rows, MOST, lambda each: (each.created_at.isoformat(), each.id))
    tabs = [
        ("Waiting", url_for("approvals.index"), not show_all),
        ("All", url_for("approvals.index", show="all"), show_all),
    ]
    shown = "all" if show_all else None
    next_url = url_for("approvals.index", show=shown, cursor=found.next) if found.next else None
    names = names_of(actor(), found.items)
    lines = [(each, names[each.id]) for each in found.items]
    return page("identity/approvals/index.html", lines=lines, tabs=tabs, states=STATES, next_url=next_url)


@blueprint.get("/<uuid:approval_id>")
@requires_any(*READERS)
def show(approval_id: UUID) -> Response:
    """What is asked for, word for word, and what was said to it."""
    return _show(get_approval(actor(), approval_id))


@blueprint.post("/<uuid:approval_id>/approve")
@requires_any(*READERS)
@fresh
def approve(approval_id: UUID) -> Response | Redirect:
    """Approve, and do it with the last approval needed."""
    return _decide(approval_id, approves=True)


@blueprint.post("/<uuid:approval_id>/reject")
@requires_any(*READERS)
def reject(approval_id: UUID) -> Response | Redirect:
    """Reject; the comment says why."""
    return _decide(approval_id, approves=False)


@blueprint.post("/<uuid:approval_id>/withdraw")
@requires_any(*READERS)
def withdraw(approval_id: UUID) -> Redirect:
    """Take one's own request back."""
    withdraw_approval(actor(), approval_id)
    flash("The request is withdrawn; nothing was changed.", "good")
    return redirect(url_for("approvals.show", approval_id=approval_id), 303)


def _decide(approval_id: UUID, *, approves: bool) -> Response | Redirect:
    form, here = DecisionForm(), url_for("approvals.show", approval_id=approval_id)
    try:
        if not form.validate():
            raise Invalid
        comment = (form.comment.data or "").strip()
        if not approves and not comment:
            raise Invalid(fields={"comment": "Say why, so that it can be mended."})
        state = decide_approval(actor(), approval_id, digest=form.digest.data, approves=approves, comment=comment)
    except DomainError as error:
        form.refuse(error)
        return _show(get_approval(actor(), approval_id), form, 422)
    told = {ApprovalState.EXECUTED: "Approved, and done.", ApprovalState.REJECTED: "Rejected; nothing was changed."}
    flash(told.get(state, "Approved. Others have to approve it too."), "good")
    return redirect(here, 303)


def _show(approval: Approval, form: DecisionForm | None = None, status: int = 200) -> Response:
    person, view = actor(), VIEWS[approval.kind.name]
    waits = approval.state is ApprovalState.OPEN
    return page(
        "identity/approvals/show.html",
        status,
        approval=approval,
        about=names_of(person, [approval])[approval.id],
        link=view.link(approval),
        changes=view.changes(person, approval),
        deciders=view.deciders,
        votes=list_votes(person, approval.id),
        history=list_history(person, f"approval:{approval.id}"),
        states=STATES,
        form=form or DecisionForm(formdata=None, digest=approval.digest),
        may_decide=waits and can_decide(person, approval.kind, approval.maker_id, approval.subject, approval.content),
        is_maker=waits and approval.maker_id == person.user_id,
    )
