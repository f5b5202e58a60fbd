"""A page that shows every component, in development and in the demo."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.web.development import samples
from portal.web.toolkit import charts
from portal.web.toolkit.access import public
from portal.web.toolkit.page import page

blueprint = Blueprint("components", __name__)


@blueprint.get("/_components")
@public
def index() -> Response:
    """Every component, with its states."""
    return page(
        "development/components.html",
        samples=samples,
        form=samples.SampleForm(formdata=None, prefix="sample-"),
        refused=samples.SampleForm(formdata=None, prefix="refused-").with_problems(),
        moment=datetime(2026, 11, 22, 16, 4, 31, tzinfo=UTC),
        lines=charts.lines(samples.VALUE_OVER_TIME, "USD", date_heading="Date"),
        flows=charts.bars(samples.QUARTERS, ("Paid out", "Called"), samples.FLOWS, "USD", category_heading="Quarter"),
        allocation=charts.allocation(samples.ALLOCATION, "USD"),
    )


@blueprint.get("/_components/derivation")
@public
def derivation() -> Response:
    """How a figure came about: a page of its own, or a dialog."""
    return page("development/derivation.html")


@blueprint.post("/_components/toast")
@public
def toast() -> Redirect:
    """A message after a change."""
    flash("The statement run for Halden Growth Partners III has started.", "good")
    return redirect(url_for("components.index"), 303)


@blueprint.post("/_components/refusal")
@public
def refusal() -> Response:
    """A form that comes back with its problems."""
    form = samples.SampleForm(prefix="refused-")
    form.validate()
    return page("development/refusal.html", 422, form=form.with_problems())
