"""How an offering takes subscriptions, and who of those that wait gets how much."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.subscriptions.queries.allotments import get_allotting
from portal.domain.investments.subscriptions.queries.offers import (
    find_setup,
    get_question_text,
    get_setup,
    list_possible_countersigners,
)
from portal.domain.investments.subscriptions.services.deciding import accept_allotments
from portal.domain.investments.subscriptions.services.setting_up import set_subscriptions_up
from portal.platform.errors import DomainError, NotFound
from portal.web.investments.subscription_forms import SetupForm
from portal.web.investments.subscription_names import ALLOCATIONS
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("subscription_setups", __name__, url_prefix="/investments/subscription-setups")
GIVEN = "given-"


@blueprint.get("/<uuid:opportunity_id>")
@requires(Permission.EDIT_OFFERINGS)
def edit(opportunity_id: UUID) -> Response:
    """The form with what stands."""
    setup = find_setup(actor(), opportunity_id)
    return _form(opportunity_id, SetupForm.filled_from(setup, get_question_text(actor(), opportunity_id)))


@blueprint.post("/<uuid:opportunity_id>")
@requires(Permission.EDIT_OFFERINGS)
def save(opportunity_id: UUID) -> Response | Redirect:
    """Keep it, or see it again with what to mend."""
    form = SetupForm().offer(list_possible_countersigners(actor()))
    if form.validate():
        try:
            version = set_subscriptions_up(
                actor(),
                opportunity_id,
                allocation=form.method(),
                places=form.places.data,
                countersigner_id=read_id(request.form, "countersigner"),
                questions=form.questions.data or "",
                statements=form.statements.data,
                terms=form.terms.data,
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"Kept: questions and terms are those of version {version}.", "good")
            return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)
    return _form(opportunity_id, form, 422)


@blueprint.get("/<uuid:opportunity_id>/allotment")
@requires(Permission.APPROVE_OFFERINGS)
def show(opportunity_id: UUID) -> Response:
    """What waits, the room for it, and what each would get."""
    return _allotment(opportunity_id, Form(formdata=None), {})


@blueprint.post("/<uuid:opportunity_id>/allotment")
@requires(Permission.APPROVE_OFFERINGS)
def accept(opportunity_id: UUID) -> Response | Redirect:
    """Accept what waits, each for what was entered."""
    form = Form()
    texts = {name.removeprefix(GIVEN): text for name, text in request.form.items() if name.startswith(GIVEN)}
    if form.validate():
        try:
            given = {UUID(each): _amount(text) for each, text in texts.items()}
            count = accept_allotments(actor(), opportunity_id, given, digest=request.form.get("digest", ""))
        except (ValueError, InvalidOperation):
            form.form_errors.append("Write amounts as numbers, such as 250000.")
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
            form.form_errors.extend(error.fields.values())
        else:
            flash(f"{count} accepted. Their agreements are made and sent to be signed.", "good")
            return redirect(url_for("subscriptions.index", opportunity=opportunity_id, view="investor"), 303)
    return _allotment(opportunity_id, form, texts, 422)


def _amount(text: str) -> Decimal:
    amount = Decimal(text.replace(",", "").strip() or "0")
    if not amount.is_finite():
        raise InvalidOperation
    return amount


def _form(opportunity_id: UUID, form: SetupForm, status: int = 200) -> Response:
    return page(
        "investments/subscription_setups/edit.html",
        status,
        opportunity=get_opportunity(actor(), opportunity_id),
        form=form.offer(list_possible_countersigners(actor())),
    )


def _allotment(opportunity_id: UUID, form: Form, typed: dict[str, str], status: int = 200) -> Response:
    allotting = get_allotting(actor(), opportunity_id)
    lines = [
        (request_, proposed, typed.get(str(proposed.id), f"{proposed.given.normalize():f}"))
        for request_, proposed in zip(allotting.requests, allotting.proposed, strict=True)
    ]
    return page(
        "investments/subscription_setups/show.html",
        status,
        opportunity=get_opportunity(actor(), opportunity_id),
        setup=get_setup(actor(), opportunity_id),
        allotting=allotting,
        lines=lines,
        form=form,
        allocations=ALLOCATIONS,
        total=sum((each.given for each in allotting.proposed), Decimal(0)),
        requested=sum((each.amount for each in allotting.requests), Decimal(0)),
    )
