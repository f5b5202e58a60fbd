"""Distributions: prepared with a preview of everything that follows, sent for approval, seen by whom they pay."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import DISTRIBUTION, DISTRIBUTION_REVERSAL, Approval
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.distributions.policies import can_pay_out, can_prepare_distributions
from portal.domain.investments.distributions.queries.distributions import get_distribution, list_distributions
from portal.domain.investments.distributions.queries.nettings import list_nettable_calls
from portal.domain.investments.distributions.queries.particulars import list_deals
from portal.domain.investments.distributions.queries.plans import get_plan
from portal.domain.investments.distributions.queries.shares import get_payback_due, get_share, get_writing
from portal.domain.investments.distributions.services.drafting import (
    change_distribution,
    create_distribution,
    discard_distribution,
    recall_distribution,
    submit_distribution,
)
from portal.domain.investments.distributions.services.paying import request_reversal
from portal.domain.investments.distributions.values.distributions import Distribution, DistributionState
from portal.domain.investments.distributions.values.nettings import NettableCall
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.notices.queries import list_notice_links
from portal.domain.investments.payments.queries.receipts import list_payments_of_due
from portal.domain.investments.vehicles.queries import get_vehicle, list_vehicles
from portal.domain.investments.vehicles.values import Waterfall
from portal.platform.errors import DomainError, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.distribution_forms import METHODS, SOURCES, DistributionForm, ReasonForm
from portal.web.investments.distribution_rows import MOST, preview_rows, share_rows
from portal.web.investments.payment_words import RECEIPT_STATES
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.formatting import day, money
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("distributions", __name__, url_prefix="/investments/distributions")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
PREPARE = Permission.PREPARE_MONEY
S = DistributionState


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Distributions, the latest first."""
    place = decode_cursor(request.args["cursor"], date, UUID) if "cursor" in request.args else None
    before = None if place is None else (place[0], place[1])
    vehicle_id = read_id(request.args, "vehicle")
    rows = list_distributions(actor(), vehicle_id=vehicle_id, before=before, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.pay_on.isoformat(), each.id))
    next_url = url_for("distributions.index", vehicle=vehicle_id, cursor=found.next) if found.next else None
    staff = can(actor(), Permission.SEE_ALL_PORTFOLIOS)
    return page(
        "investments/distributions/index.html",
        distributions=found.items,
        next_url=next_url,
        staff=staff,
        may_prepare=can_prepare_distributions(actor()),
    )


@blueprint.get("/new")
@requires(PREPARE)
def new() -> Response:
    """The choice of a vehicle, then the empty form."""
    vehicle_id = read_id(request.args, "vehicle")
    if vehicle_id is None:
        return _choose()
    given = {"vehicle": str(vehicle_id), "nets_call": request.args.get("nets", "")}
    return _form(DistributionForm(formdata=None, data=given), vehicle_id)


def _choose() -> Response:
    search = request.args.get("search", "").strip()
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    found = Page(list_vehicles(actor(), search=search, after=after, most=MOST + 1), MOST, lambda each: (each.name,))
    next_url = url_for("distributions.new", search=search or None, cursor=found.next) if found.next else None
    return page(
        "investments/distributions/choose.html",
        vehicles=found.items,
        search=search,
        searches=bool(search) or found.next is not None or bool(after),
        next_url=next_url,
    )


@blueprint.post("/vehicles/<uuid:vehicle_id>")
@requires(PREPARE)
def create(vehicle_id: UUID) -> Response | Redirect:
    """A new draft, or the form again with what to mend."""
    get_vehicle(actor(), vehicle_id)
    form = _offer(DistributionForm(), vehicle_id)
    if form.validate():
        try:
            found = create_distribution(actor(), form.draft(vehicle_id))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("distributions.show", distribution_id=found), 303)
    return _form(form, vehicle_id, status=422)


@blueprint.get("/<uuid:distribution_id>/edit")
@requires(PREPARE)
def edit(distribution_id: UUID) -> Response | Redirect:
    """The form with what stands; of carry that is paid back that of its own."""
    found = get_distribution(actor(), distribution_id)
    if found.method is Method.CLAWBACK:
        return redirect(url_for("paybacks.edit", distribution_id=distribution_id))
    form = DistributionForm.filled_from(found)
    if "nets" in request.args:
        form.nets_call.data = request.args["nets"]
    return _form(form, found.vehicle_id, found)


@blueprint.post("/<uuid:distribution_id>")
@requires(PREPARE)
def update(distribution_id: UUID) -> Response | Redirect:
    """Other particulars, or the form again with what to mend; NotFound of carry that is paid back, which has a form of
    its own."""
    found = get_distribution(actor(), distribution_id)
    if found.method is Method.CLAWBACK:
        raise NotFound
    form = _offer(DistributionForm(), found.vehicle_id)
    if form.validate():
        try:
            change_distribution(actor(), distribution_id, form.draft(found.vehicle_id))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)
    return _form(form, found.vehicle_id, found, status=422)


def _offer(form: DistributionForm, vehicle_id: UUID) -> DistributionForm:
    form.offer_deals([(str(deal.id), deal.name) for deal in list_deals(actor(), vehicle_id)])
    form.offer_calls([(str(call.id), _call_words(call)) for call in list_nettable_calls(actor(), vehicle_id)])
    return form


def _call_words(call: NettableCall) -> str:
    return f"Call {call.label}, due on {day(call.due_on)}: {call.currency} {money(call.open, call.currency)} open"


def _form(
    form: DistributionForm, vehicle_id: UUID, found: Distribution | None = None, *, status: int = 200
) -> Response:
    vehicle = get_vehicle(actor(), vehicle_id)
    by_deal = vehicle.terms.waterfall is Waterfall.DEAL_BY_DEAL
    _offer(form, vehicle_id)
    return page(
        "investments/distributions/form.html", status, form=form, vehicle=vehicle, distribution=found, by_deal=by_deal
    )


@blueprint.get("/<uuid:distribution_id>")
@requires_any(*READERS)
def show(distribution_id: UUID) -> Response:
    """A distribution tier by tier and account by account: a preview while it is a draft, then what was frozen."""
    return _show(get_distribution(actor(), distribution_id))


def _show(found: Distribution, problem: str = "", status: int = 200) -> Response:
    staff = can(actor(), Permission.SEE_ALL_PORTFOLIOS)
    search = request.args.get("search", "").strip()
    plan = None
    if found.state in (S.DRAFT, S.CANCELLED):
        try:
            plan = get_plan(actor(), found.draft)
        except DomainError as error:
            problem = problem or error.message
    rows, cursor = preview_rows(actor(), found, plan) if plan else share_rows(actor(), found, search)
    more = url_for("distributions.show", distribution_id=found.id, search=search or None, cursor=cursor)
    return page(
        "investments/distributions/show.html",
        status,
        distribution=found,
        sums=plan or found,
        falls=plan.falls if plan else found.falls,
        rows=rows,
        search=search,
        next_url=more if cursor else None,
        problem=problem,
        staff=staff,
        due=get_payback_due(actor(), found.id) if staff and found.method is Method.CLAWBACK else None,
        writing=get_writing(actor(), found) if staff and found.approved_at else None,
        approval=_find_approval(found) if staff else None,
        history=list_history(actor(), f"distribution:{found.id}") if staff else [],
        may_prepare=can_prepare_distributions(actor()),
        may_pay=can_pay_out(actor()),
        methods=METHODS,
        sources=SOURCES,
    )


def _find_approval(found: Distribution) -> Approval | None:
    """The open request to pay it, or to take it back."""
    kind = DISTRIBUTION if found.state is S.WAITING else DISTRIBUTION_REVERSAL
    return find_open_approval(actor(), kind.name, f"distribution:{found.id}")


@blueprint.get("/<uuid:distribution_id>/accounts/<uuid:account_id>")
@requires_any(*READERS)
def share(distribution_id: UUID, account_id: UUID) -> Response:
    """How what one account gets came about."""
    found, mine = get_distribution(actor(), distribution_id), get_share(actor(), distribution_id, account_id)
    staff = can(actor(), Permission.SEE_ALL_PORTFOLIOS)
    return page(
        "investments/distributions/share.html",
        distribution=found,
        share=mine,
        payments=list_payments_of_due(actor(), mine.id) if staff and mine.net < 0 else [],
        receipt_states=RECEIPT_STATES,
        notices=list_notice_links(actor(), distribution_id, [account_id]),
        sources=SOURCES,
        methods=METHODS,
    )


@blueprint.post("/<uuid:distribution_id>/submit")
@requires(PREPARE)
def submit(distribution_id: UUID) -> Response | Redirect:
    """Send it for approval by two others, or see why not."""
    try:
        submit_distribution(actor(), distribution_id)
    except DomainError as error:
        message = next(iter(error.fields.values()), error.message)
        return _show(get_distribution(actor(), distribution_id), message, 422)
    flash("Sent for approval: two managers have to approve it before anything is posted.", "good")
    return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)


@blueprint.post("/<uuid:distribution_id>/recall")
@requires(PREPARE)
def recall(distribution_id: UUID) -> Redirect:
    """Take it back from approval."""
    recall_distribution(actor(), distribution_id)
    flash("Taken back. It is a draft again; nothing was posted.", "good")
    return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)


@blueprint.post("/<uuid:distribution_id>/discard")
@requires(PREPARE)
def discard(distribution_id: UUID) -> Redirect:
    """Give a draft up."""
    discard_distribution(actor(), distribution_id)
    flash("The draft is given up.", "good")
    return redirect(url_for("distributions.index"), 303)


@blueprint.get("/<uuid:distribution_id>/reverse")
@requires(PREPARE)
def confirm_reverse(distribution_id: UUID) -> Response:
    """What taking it back means."""
    found = get_distribution(actor(), distribution_id)
    return page("investments/distributions/reverse.html", distribution=found, form=ReasonForm(formdata=None))


@blueprint.post("/<uuid:distribution_id>/reverse")
@requires(PREPARE)
def reverse(distribution_id: UUID) -> Response | Redirect:
    """Ask for it to be taken back, with a reason."""
    form = ReasonForm()
    if form.validate():
        try:
            request_reversal(actor(), distribution_id, reason=form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Asked for. It stands until a manager other than you approves that it is taken back.", "good")
            return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)
    found = get_distribution(actor(), distribution_id)
    return page("investments/distributions/reverse.html", 422, distribution=found, form=form)
