"""Verifications of accounts: investors see and ask for theirs, compliance decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.domain.documents.papers.queries import list_own_papers
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.eligibility.policies import can_ask_verification, can_decide_verification
from portal.domain.investments.eligibility.queries import (
    get_candidate,
    get_verification,
    list_expiring_verifications,
    list_own_candidates,
    list_own_verifications,
    list_verifications,
    list_waiting_verifications,
)
from portal.domain.investments.eligibility.services import (
    confirm_verification,
    end_verification,
    refuse_verification,
    request_verification,
)
from portal.domain.investments.eligibility.values import BASES, Basis, VerificationKind, VerificationRequest
from portal.platform import clock
from portal.platform.errors import DomainError, Invalid, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.offering_names import BASES as BASIS_NAMES
from portal.web.investments.offering_names import VERIFICATION_STATES
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor
from portal.web.toolkit.verification_names import VERIFICATIONS

blueprint = Blueprint("verifications", __name__, url_prefix="/investments/verifications")
READERS = (Permission.INVEST, Permission.SEE_ALL_PORTFOLIOS)
ASKERS = (Permission.INVEST, Permission.EDIT_OFFERINGS, Permission.VERIFY_INVESTORS)
MOST = 50
MOST_PAPERS = 100
DECIDE = Permission.VERIFY_INVESTORS
NAMES: dict[str, Any] = {"states": VERIFICATION_STATES, "kinds": VERIFICATIONS, "bases": BASIS_NAMES}


class VerificationForm(Form):
    """What is to be verified, and by what."""

    basis = SelectField("On what it rests")
    dated_on = DateField("Day of the letter, form or check", [InputRequired("Enter the day.")])
    document = SelectField("Evidence")
    note = TextAreaField("Note to compliance", [Length(max=1_000)])
    older: str | None = None

    def offer(self, account_id: UUID, kind: VerificationKind) -> VerificationForm:
        """Let a basis of this kind be chosen, and as evidence a paper of the account."""
        self.basis.choices = choices_of({each: BASIS_NAMES[each] for each in BASES[kind]})
        self.document.choices = choices_of({"": "None"} | self._papers(account_id))
        return self

    def _papers(self, account_id: UUID) -> dict[str, str]:
        """A page of the account's papers for the staff, as the address says it; for investors what they sent."""
        person = actor()
        if not person.is_staff:
            sent = [each for each in list_own_papers(person) if each.account_id == account_id]
            return {str(each.document_id): each.name for each in sent if each.document_id}
        narrowed = DocumentFilter(account_id=account_id, words=request.args.get("search", "").strip())
        papers = list_documents(person, narrowed, after=_place("cursor", datetime), most=MOST_PAPERS + 1)
        found = Page(papers, MOST_PAPERS, lambda each: (each.at.isoformat(), each.id))
        self.older = found.next
        return {str(each.id): each.title for each in found.items}


class ConfirmForm(Form):
    """Until when what is confirmed counts."""

    expires_on = DateField("Counts until", [Optional()])


class ReasonForm(Form):
    """Why it is refused, or ended."""

    reason = TextAreaField("Reason", [InputRequired("Say why."), Length(max=1_000)])


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """For staff what is to be decided and what runs out; for investors how their accounts stand."""
    return _work() if actor().is_staff else _own()


def _work() -> Response:
    person, asked, ending = actor(), _place("waiting", datetime), _place("expiring", date)
    waiting = Page(
        list_waiting_verifications(person, after=asked, most=MOST + 1),
        MOST,
        lambda each: (each.asked_at.isoformat(), each.id),
    )
    expiring = Page(
        list_expiring_verifications(person, today=clock.today(), after=ending, most=MOST + 1),
        MOST,
        lambda each: (each.expires_on, each.id),
    )
    here: dict[str, Any] = {name: request.args.get(name) for name in ("waiting", "expiring")}
    return page(
        "investments/verifications/work.html",
        waiting=waiting.items,
        expiring=expiring.items,
        next_waiting=url_for("verifications.index", **here | {"waiting": waiting.next}) if waiting.next else None,
        next_expiring=url_for("verifications.index", **here | {"expiring": expiring.next}) if expiring.next else None,
        may_decide=can(person, DECIDE),
        **NAMES,
    )


def _own() -> Response:
    found = Page(
        list_own_candidates(actor(), after=_place("cursor", str), most=MOST + 1),
        MOST,
        lambda each: (each.name, each.account_id),
    )
    return page(
        "investments/verifications/index.html",
        accounts=found.items,
        verifications=list_own_verifications(actor(), [each.account_id for each in found.items]),
        next_url=url_for("verifications.index", cursor=found.next) if found.next else None,
        **NAMES,
    )


def _place(name: str, kind: type) -> tuple[Any, UUID] | None:
    """Where the page of a list begins, as the address says."""
    if name not in request.args:
        return None
    place = decode_cursor(request.args[name], kind, UUID)
    return place[0], place[1]


@blueprint.get("/of/<uuid:account_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def history(account_id: UUID) -> Response:
    """Everything that was asked and decided of one account."""
    return page(
        "investments/verifications/history.html",
        candidate=get_candidate(actor(), account_id),
        verifications=list_verifications(actor(), account_id),
        may_ask=can_ask_verification(actor()),
        **NAMES,
    )


@blueprint.get("/new")
@requires_any(*ASKERS)
def new() -> Response:
    """The form, for the account and kind that the address names."""
    account_id, kind = _asked()
    form = VerificationForm(formdata=None, dated_on=clock.today())
    return _form(account_id, kind, form)


@blueprint.post("")
@requires_any(*ASKERS)
def create() -> Response | Redirect:
    """Ask compliance, or the form again with what to mend."""
    account_id, kind = _asked()
    get_candidate(actor(), account_id)
    form = VerificationForm().offer(account_id, kind)
    if form.validate():
        evidence = UUID(form.document.data) if form.document.data else None
        asked = VerificationRequest(kind, Basis(form.basis.data), form.dated_on.data, evidence, form.note.data or "")
        try:
            request_verification(actor(), account_id, asked)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Compliance looks at it; the decision appears here.", "good")
            return redirect(url_for("verifications.index"), 303)
    return _form(account_id, kind, form, 422)


@blueprint.get("/<uuid:verification_id>")
@requires(DECIDE)
def show(verification_id: UUID) -> Response:
    """One of them, with the forms to decide it."""
    return _show(verification_id)


@blueprint.post("/<uuid:verification_id>/confirm")
@requires(DECIDE)
def confirm(verification_id: UUID) -> Response | Redirect:
    """It is so."""
    form = ConfirmForm()
    if form.validate():
        try:
            confirm_verification(actor(), verification_id, expires_on=form.expires_on.data)
        except Invalid as error:
            form.refuse(error)
        else:
            return _decided("Confirmed.")
    return _show(verification_id, confirming=form, status=422)


@blueprint.post("/<uuid:verification_id>/refuse")
@requires(DECIDE)
def refuse(verification_id: UUID) -> Response | Redirect:
    """It is not so, or cannot be seen to be."""
    return _with_reason(verification_id, ends=False)


@blueprint.post("/<uuid:verification_id>/end")
@requires(DECIDE)
def end(verification_id: UUID) -> Response | Redirect:
    """It is no longer so."""
    return _with_reason(verification_id, ends=True)


def _with_reason(verification_id: UUID, *, ends: bool) -> Response | Redirect:
    form = ReasonForm()
    if form.validate():
        try:
            (end_verification if ends else refuse_verification)(actor(), verification_id, reason=form.reason.data)
        except Invalid as error:
            form.refuse(error)
        else:
            return _decided("Ended." if ends else "Refused; who asked reads why.")
    return _show(verification_id, refusing=form, status=422)


def _decided(told: str) -> Redirect:
    flash(told, "good")
    return redirect(url_for("verifications.index"), 303)


def _asked() -> tuple[UUID, VerificationKind]:
    """The account and the kind that the request names; NotFound where it names none."""
    account_id = read_id(request.values, "account")
    what = request.values.get("what", VerificationKind.ACCREDITATION.value)
    if account_id is None or what not in set(VerificationKind):
        raise NotFound
    return account_id, VerificationKind(what)


def _form(account_id: UUID, kind: VerificationKind, form: VerificationForm, status: int = 200) -> Response:
    candidate = get_candidate(actor(), account_id)
    form.offer(account_id, kind)
    here: dict[str, Any] = {"account": account_id, "what": kind.value, "search": request.args.get("search") or None}
    return page(
        "investments/verifications/form.html",
        status,
        candidate=candidate,
        what=kind,
        form=form,
        searches=actor().is_staff and (form.older is not None or {"search", "cursor"} & request.args.keys()),
        search=here["search"] or "",
        cursor=request.args.get("cursor"),
        older=url_for("verifications.new", **here, cursor=form.older) if form.older else None,
        **NAMES,
    )


def _show(
    verification_id: UUID,
    *,
    confirming: ConfirmForm | None = None,
    refusing: ReasonForm | None = None,
    status: int = 200,
) -> Response:
    found = get_verification(actor(), verification_id)
    return page(
        "investments/verifications/show.html",
        status,
        verification=found,
        confirming=confirming or ConfirmForm(formdata=None, expires_on=found.expires_on),
        refusing=refusing or ReasonForm(formdata=None),
        may_decide=can_decide_verification(actor(), found.asked_by),
        **NAMES,
    )
