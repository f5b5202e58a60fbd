"""The pipeline: who may come to invest, as a list and as a board."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.opportunities.queries.opportunities import list_opportunities
from portal.domain.investments.opportunities.queries.prospects import (
    get_prospect,
    list_board,
    list_due_prospects,
    list_prospect_notes,
    list_prospects,
    list_stage_totals,
)
from portal.domain.investments.opportunities.services.prospects import (
    add_prospect,
    change_prospect,
    note_about_prospect,
    remove_prospect,
)
from portal.domain.investments.opportunities.values.prospects import (
    OPEN_STAGES,
    USUAL_PROBABILITY,
    Prospect,
    ProspectDescription,
    Stage,
)
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.platform import clock
from portal.platform.errors import DomainError, Invalid, NotFound
from portal.platform.ids import name_key
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.offering_names import STAGES
from portal.web.toolkit.access import requires
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("prospects", __name__, url_prefix="/investments/prospects")
READ, EDIT = Permission.SEE_ALL_PORTFOLIOS, Permission.EDIT_OFFERINGS
MOST = 50


class ProspectForm(Form):
    """What staff enter of a prospect."""

    name = StringField("Name", [InputRequired("Write who it is."), Length(max=200)])
    organisation = StringField("Organisation", [Length(max=200)])
    account = StringField("Account", [Length(max=200)])
    opportunity = SelectField("Opportunity")
    stage = SelectField("Stage", choices=choices_of(STAGES))
    amount = AmountField("Amount", [InputRequired("Enter what they may invest.")])
    currency = StringField("Currency", [InputRequired("Enter a currency code, such as USD."), Length(max=3)])
    probability = IntegerField("Probability", [Optional()])
    next_on = DateField("Remind me on", [Optional()])
    next_step = StringField("Of what", [Length(max=500)])

    def offer(self) -> ProspectForm:
        """Let one of the firm's opportunities be chosen."""
        found = list_opportunities(actor(), most=200)
        self.opportunity.choices = choices_of({"": "None"} | {str(each.id): each.name for each in found})
        return self

    def description(self) -> ProspectDescription:
        """What was entered, as the domain takes it; a stage's usual probability where none was."""
        stage, given = Stage(self.stage.data), self.probability.data
        return ProspectDescription(
            name=self.name.data,
            stage=stage,
            amount=self.amount.data,
            currency=self.currency.data.upper(),
            probability=USUAL_PROBABILITY[stage] if given is None else given,
            organisation=self.organisation.data or "",
            account_id=self._account_id(),
            opportunity_id=UUID(self.opportunity.data) if self.opportunity.data else None,
            next_on=self.next_on.data,
            next_step=self.next_step.data or "",
        )

    def _account_id(self) -> UUID | None:
        name = (self.account.data or "").strip()
        if not name:
            return None
        found = find_account_ids(actor(), [name]).get(name_key(name))
        if found is None:
            raise Invalid(fields={"account": "There is no account of this name. Leave it empty for somebody new."})
        return found

    @classmethod
    def filled_from(cls, prospect: Prospect) -> ProspectForm:
        """The form with what stands."""
        return cls(
            formdata=None,
            obj=prospect,
            stage=prospect.stage.value,
            opportunity=str(prospect.opportunity_id or ""),
            amount=prospect.amount.normalize() if prospect.amount else prospect.amount,
        )


class NoteForm(Form):
    """A note."""

    body = TextAreaField("Note", [InputRequired("Write something."), Length(max=5_000)])


@blueprint.get("")
@requires(READ)
def index() -> Response:
    """Who is in the pipeline, what it comes to, and of whom one wanted to be reminded."""
    person, search, chosen = actor(), request.args.get("search", "").strip(), request.args.get("stage", "")
    stage = Stage(chosen) if chosen in set(Stage) else None
    after = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_prospects(
        person, search=search, stage=stage, after=(after[0], after[1]) if after else None, most=MOST + 1
    )
    found = Page(rows, MOST, lambda each: (each.changed_at.isoformat(), each.id))
    next_url = url_for("prospects.index", search=search or None, stage=stage, cursor=found.next)
    return page(
        "investments/prospects/index.html",
        prospects=found.items,
        totals=list_stage_totals(person),
        due=list_due_prospects(person, today=clock.today()),
        search=search,
        stage=stage,
        stages=STAGES,
        may_edit=can(person, EDIT),
        next_url=next_url if found.next else None,
    )


@blueprint.get("/board")
@requires(READ)
def board() -> Response:
    """The same by stage, side by side: of each the twenty that changed last."""
    person = actor()
    return page(
        "investments/prospects/board.html",
        board=list_board(person, OPEN_STAGES),
        totals=list_stage_totals(person),
        stages=STAGES,
        may_edit=can(person, EDIT),
    )


@blueprint.get("/new")
@requires(EDIT)
def new() -> Response:
    """The empty form."""
    form = ProspectForm(formdata=None, currency="USD").offer()
    return page("investments/prospects/form.html", form=form, prospect=None)


@blueprint.post("")
@requires(EDIT)
def create() -> Response | Redirect:
    """Somebody new, or the form again with what to mend."""
    form = ProspectForm().offer()
    if form.validate():
        try:
            prospect_id = add_prospect(actor(), form.description())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("They are in the pipeline.", "good")
            return redirect(url_for("prospects.show", prospect_id=prospect_id), 303)
    return page("investments/prospects/form.html", 422, form=form, prospect=None)


@blueprint.get("/<uuid:prospect_id>")
@requires(READ)
def show(prospect_id: UUID) -> Response:
    """One of them, with notes."""
    return _show(get_prospect(actor(), prospect_id), NoteForm(formdata=None))


@blueprint.get("/<uuid:prospect_id>/edit")
@requires(EDIT)
def edit(prospect_id: UUID) -> Response:
    """The form with what stands."""
    prospect = get_prospect(actor(), prospect_id)
    return page("investments/prospects/form.html", form=ProspectForm.filled_from(prospect).offer(), prospect=prospect)


@blueprint.post("/<uuid:prospect_id>")
@requires(EDIT)
def update(prospect_id: UUID) -> Response | Redirect:
    """Other particulars, or the form again with what to mend."""
    prospect, form = get_prospect(actor(), prospect_id), ProspectForm().offer()
    if form.validate():
        try:
            change_prospect(actor(), prospect_id, form.description())
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("It is changed.", "good")
            return redirect(url_for("prospects.show", prospect_id=prospect_id), 303)
    return page("investments/prospects/form.html", 422, form=form, prospect=prospect)


@blueprint.post("/<uuid:prospect_id>/notes")
@requires(EDIT)
def note(prospect_id: UUID) -> Response | Redirect:
    """Write something down."""
    prospect, form = get_prospect(actor(), prospect_id), NoteForm()
    if form.validate():
        try:
            note_about_prospect(actor(), prospect_id, form.body.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The note is kept.", "good")
            return redirect(url_for("prospects.show", prospect_id=prospect_id), 303)
    return _show(prospect, form, 422)


@blueprint.post("/<uuid:prospect_id>/remove")
@requires(EDIT)
def remove(prospect_id: UUID) -> Redirect:
    """Take them out, with all notes."""
    remove_prospect(actor(), prospect_id)
    flash("They are removed, with all notes about them.", "good")
    return redirect(url_for("prospects.index"), 303)


def _show(prospect: Prospect, form: NoteForm, status: int = 200) -> Response:
    person = actor()
    return page(
        "investments/prospects/show.html",
        status,
        prospect=prospect,
        notes=list_prospect_notes(person, prospect.id),
        history=list_history(person, f"prospect:{prospect.id}"),
        form=form,
        stages=STAGES,
        may_edit=can(person, EDIT),
    )
