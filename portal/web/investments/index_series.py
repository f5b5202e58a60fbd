"""Indices of markets to compare returns with: the list, their values, an upload, a replacement."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.index_series.queries import (
    get_index_levels,
    get_index_series,
    list_index_series,
    list_index_versions,
)
from portal.domain.investments.index_series.services import add_index_series, replace_index_levels
from portal.platform.errors import DomainError
from portal.platform.formatting import places_of
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("index_series", __name__, url_prefix="/investments/index-series")
LATEST = 24


class IndexForm(Form):
    """An index and its values."""

    name = StringField("Name", [InputRequired("Enter what the index is called."), Length(max=120)])
    currency = StringField(
        "Currency",
        [
            InputRequired("Enter the currency that the index is in, such as USD."),
            Regexp(r"^\s*[A-Za-z]{3}\s*$", message="Three letters, such as USD."),
        ],
    )
    file = FileField("Values", [FileRequired("Choose a CSV file of dates and values.")])


class ValuesForm(Form):
    """Other values of an index."""

    file = FileField("Values", [FileRequired("Choose a CSV file of dates and values.")])
    reason = StringField(
        "Reason", [InputRequired("Say why: returns compared with this index change."), Length(max=500)]
    )


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """The firm's indices."""
    found = list_index_series(actor())
    return page("investments/index_series/index.html", series=found, may_edit=can(actor(), Permission.PREPARE_MONEY))


@blueprint.get("/new")
@requires(Permission.PREPARE_MONEY)
def new() -> Response:
    """The form."""
    return page("investments/index_series/new.html", form=IndexForm(formdata=None))


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create() -> Response | Redirect:
    """An index with the values of the file, or the form again with what to mend."""
    form = IndexForm()
    if form.validate():
        try:
            series_id = add_index_series(
                actor(), name=form.name.data, currency=form.currency.data.strip().upper(), content=form.file.data.read()
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The index is there to compare returns with.", "good")
            return redirect(url_for("index_series.show", index_id=series_id), 303)
    return page("investments/index_series/new.html", 422, form=form)


@blueprint.get("/<uuid:index_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(index_id: UUID) -> Response:
    """An index with its latest values and its uploads."""
    return _show(index_id, ValuesForm(formdata=None))


@blueprint.post("/<uuid:index_id>")
@requires(Permission.PREPARE_MONEY)
def replace(index_id: UUID) -> Response | Redirect:
    """Other values in place of those that stand, or the page again with what to mend."""
    form = ValuesForm()
    if form.validate():
        try:
            replace_index_levels(actor(), index_id, content=form.file.data.read(), reason=form.reason.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The values are replaced. What stood before is kept.", "good")
            return redirect(url_for("index_series.show", index_id=index_id), 303)
    return _show(index_id, form, 422)


def _show(index_id: UUID, form: ValuesForm, status: int = 200) -> Response:
    latest = get_index_levels(actor(), index_id).levels[: -LATEST - 1 : -1]
    return page(
        "investments/index_series/show.html",
        status,
        series=get_index_series(actor(), index_id),
        versions=list_index_versions(actor(), index_id),
        latest=latest,
        places=places_of([level for _on, level in latest]),
        form=form,
        may_edit=can(actor(), Permission.PREPARE_MONEY),
        history=list_history(actor(), f"index:{index_id}"),
    )
