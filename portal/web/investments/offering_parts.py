"""What belongs to an offering: its closes, its documents, whom it is shown to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter, DocumentState
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.opportunities.queries.audiences import list_offered_vehicles
from portal.domain.investments.opportunities.queries.opportunities import (
    get_opportunity,
    list_closes,
    list_named_accounts,
    list_offered_documents,
)
from portal.domain.investments.opportunities.services.offering import (
    add_close,
    include_investors,
    leave_investors_out,
    name_account,
    offer_document,
    remove_last_close,
    unname_account,
    withhold_document,
)
from portal.domain.investments.opportunities.services.opening import end_close
from portal.domain.investments.opportunities.values.opportunities import OpportunityState, find_current_close
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.platform.errors import DomainError, Invalid, NotFound
from portal.platform.ids import name_key
from portal.web.investments.offering_audiences import tell_audience
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor
from portal.web.toolkit.vehicle_field import VehicleField

blueprint = Blueprint("offering_parts", __name__, url_prefix="/investments/offering-parts/<uuid:opportunity_id>")
EDIT = Permission.EDIT_OFFERINGS
MOST = 200


class CloseForm(Form):
    """A day on which subscriptions are admitted."""

    closes_on = DateField("Next close", [InputRequired("Enter a day.")])


class DocumentForm(Form):
    """A published document of the library, found by words of its title."""

    document = SelectField("Document")
    must_read = BooleanField("Has to be read before one subscribes")

    def offer(self) -> DocumentForm:
        """Let one of the documents be chosen that are found, those published last first."""
        words = request.args.get("search", "").strip()
        narrowed = DocumentFilter(state=DocumentState.PUBLISHED, words=words)
        published = list_documents(actor(), narrowed, most=MOST)
        self.document.choices = [(str(each.id), each.title) for each in published]
        return self


class VehicleForm(Form):
    """A vehicle to whose investors it is shown."""

    vehicle = VehicleField()

    def offer(self) -> VehicleForm:
        """Let one of the firm's vehicles be chosen."""
        self.vehicle.offer(actor())
        return self


class AccountForm(Form):
    """An account, by its name."""

    account = StringField("Name of the account", [InputRequired("Write the account's name."), Length(max=200)])


@blueprint.get("")
@requires(EDIT)
def index(opportunity_id: UUID) -> Response:
    """All of it, with forms to add more."""
    return _index(opportunity_id)


@blueprint.post("/closes")
@requires(EDIT)
def schedule(opportunity_id: UUID) -> Response | Redirect:
    """One more close."""
    form = CloseForm()
    done = _done(form, lambda: add_close(actor(), opportunity_id, form.closes_on.data))
    return _back(opportunity_id, "The close is added.") if done else _index(opportunity_id, close=form)


@blueprint.post("/closes/remove")
@requires(EDIT)
def unschedule(opportunity_id: UUID) -> Redirect:
    """Take the last close back."""
    remove_last_close(actor(), opportunity_id)
    return _back(opportunity_id, "The last close is removed.")


@blueprint.post("/closes/<uuid:close_id>/end")
@requires(Permission.APPROVE_OFFERINGS)
def end(opportunity_id: UUID, close_id: UUID) -> Redirect:
    """Let one close take nobody on any more."""
    end_close(actor(), opportunity_id, close_id)
    return _back(opportunity_id, "The close is closed. What was submitted for it is decided as before.")


@blueprint.post("/documents")
@requires(EDIT)
def offer(opportunity_id: UUID) -> Response | Redirect:
    """One more document."""
    form = DocumentForm().offer()
    done = _done(
        form,
        lambda: offer_document(actor(), opportunity_id, UUID(form.document.data), must_read=bool(form.must_read.data)),
    )
    return _back(opportunity_id, "The document is added.") if done else _index(opportunity_id, document=form)


@blueprint.post("/documents/<uuid:document_id>/withhold")
@requires(EDIT)
def withhold(opportunity_id: UUID, document_id: UUID) -> Redirect:
    """Take a document away."""
    withhold_document(actor(), opportunity_id, document_id)
    return _back(opportunity_id, "The document is taken away.")


@blueprint.post("/vehicles")
@requires(EDIT)
def include(opportunity_id: UUID) -> Response | Redirect:
    """One more vehicle to whose investors it is shown."""
    form = VehicleForm().offer()
    done = _done(form, lambda: include_investors(actor(), opportunity_id, UUID(form.vehicle.data)))
    return _back(opportunity_id, "The vehicle is added.") if done else _index(opportunity_id, vehicle=form)


@blueprint.post("/vehicles/<uuid:vehicle_id>/leave-out")
@requires(EDIT)
def leave_out(opportunity_id: UUID, vehicle_id: UUID) -> Redirect:
    """Show it to the investors of a vehicle no longer."""
    leave_investors_out(actor(), opportunity_id, vehicle_id)
    return _back(opportunity_id, "The vehicle is taken away.")


@blueprint.post("/accounts")
@requires(EDIT)
def name(opportunity_id: UUID) -> Response | Redirect:
    """One more account to which it is shown."""
    form = AccountForm()
    done = _done(form, lambda: _name(opportunity_id, form.account.data))
    return _back(opportunity_id, "The account is named.") if done else _index(opportunity_id, account=form)


@blueprint.post("/accounts/<uuid:account_id>/unname")
@requires(EDIT)
def unname(opportunity_id: UUID, account_id: UUID) -> Redirect:
    """Show it to an account no longer."""
    unname_account(actor(), opportunity_id, account_id)
    return _back(opportunity_id, "The account is taken away.")


def _name(opportunity_id: UUID, account: str) -> None:
    found = find_account_ids(actor(), [account]).get(name_key(account))
    if found is None:
        raise Invalid(fields={"account": "There is no account of this name. Copy it from the accounts."})
    name_account(actor(), opportunity_id, found)


def _done(form: Form, act: Callable[[], None]) -> bool:
    """Whether the form was sound and the act was done; what refused it stands in the form."""
    if not form.validate():
        return False
    try:
        act()
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def _back(opportunity_id: UUID, told: str) -> Redirect:
    flash(told, "good")
    return redirect(url_for("offering_parts.index", opportunity_id=opportunity_id), 303)


def _index(
    opportunity_id: UUID,
    *,
    close: CloseForm | None = None,
    document: DocumentForm | None = None,
    vehicle: VehicleForm | None = None,
    account: AccountForm | None = None,
) -> Response:
    person, closes = actor(), list_closes(actor(), opportunity_id)
    opportunity = get_opportunity(person, opportunity_id)
    may_end = opportunity.state is OpportunityState.OPEN and can(person, Permission.APPROVE_OFFERINGS)
    return page(
        "investments/offering_parts/index.html",
        200 if request.method == "GET" else 422,
        opportunity=opportunity,
        closes=closes,
        current=find_current_close(closes) if may_end else None,
        documents=list_offered_documents(person, opportunity_id),
        vehicles=list_offered_vehicles(person, opportunity_id),
        accounts=list_named_accounts(person, opportunity_id),
        audience=tell_audience(opportunity),
        search=request.args.get("search", "").strip(),
        most=MOST,
        close=close or CloseForm(formdata=None),
        document=document or DocumentForm(formdata=None).offer(),
        vehicle=vehicle or VehicleForm(formdata=None).offer(),
        account=account or AccountForm(formdata=None),
    )
