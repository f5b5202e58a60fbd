"""What an investor lets somebody else see, as staff see it, and its end where the firm has to end it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import RadioField

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.people.delegations.queries import get_delegation
from portal.domain.people.delegations.services import end_delegation_for
from portal.domain.people.delegations.values import DelegationState, EndReason
from portal.web.people.delegations import RELATIONS, SCOPES, STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("shared_access", __name__, url_prefix="/people/shared-access/<uuid:delegation_id>")
REASONS = {
    EndReason.ASKED: "The investor asked for it",
    EndReason.MISTAKEN: "It went to the wrong person",
    EndReason.SUSPICION: "Somebody else may be using it",
    EndReason.LAW: "The law or a court asks for it",
}


class EndForm(Form):
    """Why it is ended."""

    reason = RadioField("Reason", choices=choices_of(REASONS))


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(delegation_id: UUID) -> Response:
    """Who lets whom see what, until when, and what was done to it."""
    return _show(delegation_id, EndForm(formdata=None))


@blueprint.post("/end")
@requires(Permission.END_DELEGATIONS)
@fresh
def end(delegation_id: UUID) -> Response | Redirect:
    """End it for the firm; both are told why."""
    form = EndForm()
    if not form.validate():
        form.reason.errors = ["Choose why it is ended: both are told."]
        return _show(delegation_id, form, 422)
    end_delegation_for(actor(), delegation_id, reason=EndReason(form.reason.data))
    flash("Ended. The investor and the other person are told by mail.", "good")
    return redirect(url_for("shared_access.show", delegation_id=delegation_id), 303)


def _show(delegation_id: UUID, form: EndForm, status: int = 200) -> Response:
    delegation = get_delegation(actor(), delegation_id)
    return page(
        "people/shared_access/show.html",
        status,
        delegation=delegation,
        relations=RELATIONS,
        scopes=SCOPES,
        states=STATES,
        form=form,
        may_end=delegation.state is DelegationState.OPEN and can(actor(), Permission.END_DELEGATIONS),
        history=list_history(actor(), f"delegation:{delegation_id}"),
    )
