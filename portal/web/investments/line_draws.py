"""Since when a subscription line had advanced a capital call, so that returns without the line can be told."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField
from wtforms.validators import InputRequired

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.capital_calls.queries.calls import get_call
from portal.domain.investments.credit_lines.queries import list_call_financings
from portal.domain.investments.credit_lines.services import record_line_draw, remove_line_draw
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("line_draws", __name__, url_prefix="/investments/line-draws")
MOST = 50
LAST = (date.max, UUID(int=2**128 - 1))


class DrawForm(Form):
    """When the line was drawn."""

    drawn_on = DateField("Line drawn on", [InputRequired("Enter the day the line was drawn.")])


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """Issued calls, the latest first, each with the day on which a line had advanced it."""
    place = decode_cursor(request.args["cursor"], date, UUID) if "cursor" in request.args else LAST
    rows = list_call_financings(actor(), before=(place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.issued_on.isoformat(), each.call_id))
    return page(
        "investments/line_draws/index.html",
        calls=found.items,
        next_url=url_for("line_draws.index", cursor=found.next) if found.next else None,
        may_edit=can(actor(), Permission.PREPARE_MONEY),
    )


@blueprint.get("/<uuid:call_id>/edit")
@requires(Permission.PREPARE_MONEY)
def edit(call_id: UUID) -> Response:
    """The form for one call."""
    return page("investments/line_draws/edit.html", form=DrawForm(formdata=None), **_about(call_id))


@blueprint.post("/<uuid:call_id>")
@requires(Permission.PREPARE_MONEY)
def update(call_id: UUID) -> Response | Redirect:
    """The day is recorded, or the form again with what to mend."""
    form = DrawForm()
    if form.validate():
        try:
            record_line_draw(actor(), call_id, drawn_on=form.drawn_on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Returns without the line count the call from that day on.", "good")
            return redirect(url_for("line_draws.index"), 303)
    return page("investments/line_draws/edit.html", 422, form=form, **_about(call_id))


@blueprint.post("/<uuid:call_id>/remove")
@requires(Permission.PREPARE_MONEY)
def remove(call_id: UUID) -> Redirect:
    """No line had advanced the call."""
    remove_line_draw(actor(), call_id)
    flash("No line is recorded for this call.", "good")
    return redirect(url_for("line_draws.index"), 303)


def _about(call_id: UUID) -> dict[str, Any]:
    return {"call": get_call(actor(), call_id).summary}
