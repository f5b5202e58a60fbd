"""Payments that came in: what each seems to be for, confirmed, or matched by hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField, StringField
from wtforms.validators import Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.payments.policies import can_prepare
from portal.domain.investments.payments.queries.bank_files import get_line
from portal.domain.investments.payments.queries.dues import list_dues, list_proposals
from portal.domain.investments.payments.services.matching import MOST as MOST_AT_ONCE
from portal.domain.investments.payments.services.matching import confirm_exact, match_by_hand
from portal.domain.investments.payments.values.matching import Confidence, Due, Proposal
from portal.domain.investments.payments.values.receipts import HandPart, LineState
from portal.domain.people.investor_accounts.queries import find_account_names, list_accounts
from portal.platform.errors import DomainError, Invalid
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.bank_files import STATES
from portal.web.investments.payment_words import CONFIDENCES, REASONS
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import ngettext

blueprint = Blueprint("payments", __name__, url_prefix="/investments/payments")
MOST = 50
MOST_DUES = 30
PART = "part-"


class MatchForm(Form):
    """What a payment is for, beside the amounts of its parts."""

    account = SelectField("Whose the rest is", choices=[], validate_choice=False)
    note = StringField("Why", [Length(max=500)])


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """What is to be matched, with what each payment seems to be for."""
    wanted = request.args.get("confidence", "")
    start = decode_cursor(request.args["cursor"], int)[0] if "cursor" in request.args else 0
    proposals = list_proposals(actor())
    counts = Counter(found.confidence for _, found in proposals)
    rows = [
        (place, line, found)
        for place, (line, found) in enumerate(proposals, start=1)
        if not wanted or found.confidence.value == wanted
    ]
    found = Page([row for row in rows if row[0] > start][: MOST + 1], MOST, lambda row: (row[0],))
    return page(
        "investments/payments/index.html",
        rows=found.items,
        tabs=_tabs(wanted, counts),
        exact=min(counts[Confidence.EXACT], MOST_AT_ONCE),
        total=len(proposals),
        confidences=CONFIDENCES,
        reasons=REASONS,
        may_match=can_prepare(actor()),
        next_url=url_for("payments.index", confidence=wanted or None, cursor=found.next) if found.next else None,
    )


def _tabs(wanted: str, counts: Counter[Confidence]) -> list[tuple[str, str, bool, int]]:
    tabs = [("All", url_for("payments.index"), not wanted, sum(counts.values()))]
    for each, (label, _) in CONFIDENCES.items():
        url = url_for("payments.index", confidence=each.value)
        tabs.append((label.capitalize(), url, wanted == each.value, counts[each]))
    return tabs


@blueprint.post("/confirm")
@requires(Permission.PREPARE_MONEY)
def confirm() -> Redirect:
    """Book those that fit exactly."""
    count = confirm_exact(actor())
    flash(str(ngettext("%(num)s payment is booked.", "%(num)s payments are booked.", count)), "good")
    return redirect(url_for("payments.index"), 303)


@blueprint.get("/<uuid:bank_line_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(bank_line_id: UUID) -> Response:
    """A payment, and what it may be for."""
    return _show(bank_line_id, MatchForm(formdata=None))


@blueprint.post("/<uuid:bank_line_id>")
@requires(Permission.PREPARE_MONEY)
def match(bank_line_id: UUID) -> Response | Redirect:
    """Say what a payment is for; somebody else approves it."""
    form = MatchForm()
    try:
        if not form.validate():
            raise Invalid
        receipt_id = match_by_hand(
            actor(),
            bank_line_id,
            _parts(),
            excess_account_id=read_id(request.form, "account"),
            note=form.note.data or "",
        )
    except DomainError as error:
        get_line(actor(), bank_line_id)
        form.refuse(error)
        return _show(bank_line_id, form, 422)
    flash("Matched. Somebody who approves money looks at it; then it is booked.", "good")
    return redirect(url_for("payment_receipts.show", receipt_id=receipt_id), 303)


def _parts() -> list[HandPart]:
    """The amounts that were typed beside dues."""
    found = []
    for name, text in request.form.items():
        if name.startswith(PART) and text.strip():
            due_id = read_id({PART: name.removeprefix(PART)}, PART)
            try:
                amount = Decimal(text.replace(",", "").strip())
            except InvalidOperation:
                raise Invalid(f"“{text[:40]}” is not an amount. Write digits and a decimal point.") from None
            if due_id is None or not amount.is_finite():
                raise Invalid(f"“{text[:40]}” is not an amount. Write digits and a decimal point.")
            found.append(HandPart(due_id, amount))
    return found


def _show(bank_line_id: UUID, form: MatchForm, status: int = 200) -> Response:
    line, search = get_line(actor(), bank_line_id), request.args.get("search", "").strip()
    is_open = line.state is LineState.OPEN and line.amount > 0
    proposal = next((found for each, found in list_proposals(actor()) if each.id == line.id), None) if is_open else None
    names = {each.id: each.name for each in list_accounts(actor(), search=search, most=MOST_DUES)} if is_open else {}
    if proposal and proposal.account_id and not proposal.parts:
        names |= find_account_names(actor(), [proposal.account_id])
        form.account.data = form.account.data or str(proposal.account_id)
    form.account.choices = choices_of({"": "–"} | {str(each): name for each, name in names.items()})
    return page(
        "investments/payments/show.html",
        status,
        line=line,
        proposal=proposal,
        dues=_dues(proposal, search, line.currency) if is_open else [],
        typed={name: text for name, text in request.form.items() if name.startswith(PART)},
        form=form,
        search=search,
        states=STATES,
        confidences=CONFIDENCES,
        reasons=REASONS,
        may_match=is_open and can_prepare(actor()),
        history=list_history(actor(), f"bank_line:{line.id}"),
    )


def _dues(proposal: Proposal | None, search: str, currency: str) -> list[tuple[Due, Decimal | None]]:
    """What may be paid: first what the proposal says, with its amounts, then what else is open, or is searched for."""
    proposed = {part.due.id: part.amount for part in proposal.parts} if proposal else {}
    words = search.casefold()
    fitting = [
        due
        for due in list_dues(actor())
        if due.id in proposed
        or (due.currency == currency and words in f"{due.reference} {due.account} {due.vehicle}".casefold())
    ]
    fitting.sort(key=lambda due: due.id not in proposed)
    return [(due, proposed.get(due.id)) for due in fitting[: MOST_DUES + len(proposed)]]
