"""Tax forms as their holders read them, those made elsewhere too."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.library.queries.documents import find_document_by_source
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.tax_forms.queries.consents import list_own_consents
from portal.domain.investments.tax_forms.queries.forms import find_successor, get_tax_form, list_tax_forms
from portal.domain.investments.tax_forms.queries.seasons import list_expected_forms
from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES
from portal.domain.investments.tax_forms.values.forms import source_of
from portal.platform import clock
from portal.platform.errors import NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.tax_words import DELIVERIES, STAGES
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("tax_forms", __name__, url_prefix="/investments/tax-forms")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 50


@blueprint.get("")
@requires(Permission.SEE_OWN_PORTFOLIO)
def index() -> Response:
    """The forms of the reader's accounts, newest first, what is still expected, and how they come."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_tax_forms(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.published_at.isoformat(), each.document_id))
    return page(
        "investments/tax_forms/index.html",
        forms=found.items,
        next_url=url_for("tax_forms.index", cursor=found.next) if found.next else None,
        expected=list_expected_forms(actor(), since=clock.today().year - 1),
        consents=list_own_consents(actor()),
        deliveries=DELIVERIES,
        stages=STAGES,
    )


@blueprint.get("/<uuid:tax_form_id>")
@requires_any(*READERS)
def show(tax_form_id: UUID) -> Response:
    """A form with the figures of its PDF."""
    issued = get_tax_form(actor(), tax_form_id)
    return page(
        "investments/tax_forms/show.html",
        issued=issued,
        form=issued.form,
        name=FORM_NAMES[issued.form.kind],
        successor=find_successor(actor(), tax_form_id) if issued.replaced else None,
        deliveries=DELIVERIES,
        stages=STAGES,
        is_staff=can(actor(), Permission.SEE_ALL_PORTFOLIOS),
    )


@blueprint.get("/<uuid:tax_form_id>/document")
@requires_any(*READERS)
def document(tax_form_id: UUID) -> Redirect:
    """Off to the PDF where the account's papers are filed; of a form that was replaced, that of the one in force."""
    get_tax_form(actor(), tax_form_id)
    document_id = find_document_by_source(actor(), source_of(tax_form_id))
    if document_id is None:
        successor = find_successor(actor(), tax_form_id)
        if successor is not None:
            return redirect(url_for("tax_forms.document", tax_form_id=successor), 303)
        raise NotFound("The PDF of this form is still being made. Try again in a minute.")
    return redirect(url_for("downloads.download", document_id=document_id), 303)
