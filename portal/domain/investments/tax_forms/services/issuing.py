"""Forms issued after approval, printed, filed with the papers of their accounts, and noted as sent on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import orjson

from portal.domain.documents.library.services.filing import file_published_papers
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.files import Paper, Release
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.firms.queries import get_firm
from portal.domain.investments.tax_forms.errors import FormsUnfiled, NotOnPaper, TaxRunChanged
from portal.domain.investments.tax_forms.queries.forms import find_replaced_forms, get_tax_form, list_form_recipients
from portal.domain.investments.tax_forms.queries.holders import list_holders
from portal.domain.investments.tax_forms.queries.reviews import get_run_digest
from portal.domain.investments.tax_forms.queries.runs import (
    exists_unfiled,
    get_tax_run,
    list_allocations,
    list_current_forms,
)
from portal.domain.investments.tax_forms.rules.freezing import figures_digest, fill_boxes
from portal.domain.investments.tax_forms.services.moving import move_tax_run
from portal.domain.investments.tax_forms.values.boxes import LAYOUTS
from portal.domain.investments.tax_forms.values.forms import Delivery, IssuedForm, Stage, TaxForm, source_of
from portal.domain.investments.tax_forms.values.runs import CURRENCY, Allocation, CurrentForm, FormKey, RunState, TaxRun
from portal.platform import clock
from portal.platform.db import execute, take_turns, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue_many

ISSUE = """
INSERT INTO investments.tax_forms (id, firm_id, run_id, account_id, income, vehicle_id, tax_year, kind, stage,
version, replaces, delivery, content, figures_digest, issued_at)
SELECT id, %(firm)s, %(run)s, account_id, income, %(vehicle)s, %(year)s, %(kind)s, %(stage)s, version, replaces,
delivery, content, figures_digest, %(moment)s
FROM jsonb_to_recordset(%(forms)s::jsonb) AS f (id uuid, account_id uuid, income text, version integer, replaces uuid,
  delivery text, content jsonb, figures_digest text)
"""
MAIL = """
UPDATE investments.tax_forms SET mailed_on = %(on)s, mailed_by = %(by)s
WHERE firm_id = %(firm)s AND id = %(id)s AND delivery = 'paper' AND mailed_on IS NULL
"""


@transactional
def issue_tax_run(actor: Actor, run_id: UUID, *, digest: str) -> None:
    """Issue the forms of an approved run: each is the next version of the one in force, and one that says what that
    says is not issued again. They are printed and filed afterwards, and their people told. TaxRunChanged where it is
    not what was approved, FormsUnfiled, TaxRunClosed."""
    run, moment = get_tax_run(actor, run_id), clock.now()
    take_turns("tax forms", f"{run.vehicle_id}:{run.tax_year}:{run.kind.value}")
    if get_run_digest(actor, run) != digest:
        raise TaxRunChanged
    current = {each.key: each for each in list_current_forms(actor, run.vehicle_id, run.tax_year, run.kind)}
    if exists_unfiled(actor, [each.id for each in current.values()]):
        raise FormsUnfiled
    move_tax_run(actor, run_id, RunState.ISSUED, before=RunState.WAITING, moment=moment)
    consents = {each.account_id: each.consents for each in list_holders(actor, run.vehicle_id, run.tax_year)}
    firm = get_firm(actor.firm_id).name
    rows = [
        _row(_freeze(run, each, current.get(each.key), consents, (firm, moment)), each, current)
        for each in list_allocations(actor, run_id)
        if _is_news(run, each, current.get(each.key))
    ]
    particulars = {"vehicle": run.vehicle_id, "year": run.tax_year, "kind": run.kind.value, "stage": run.stage.value}
    forms = orjson.dumps(rows).decode()
    execute(ISSUE, firm=actor.firm_id, run=run_id, moment=moment, forms=forms, **particulars)
    enqueue_many("tax_forms.print", [({"form_id": str(row["id"])}, f"tax_form:{row['id']}") for row in rows])
    people = list_form_recipients(actor, run_id)
    told = [({"run_id": str(run_id), "user_id": str(each)}, f"tax_run:{run_id}:{each}") for each in people]
    enqueue_many("tax_forms.announce", told)
    record_act(actor.user_id, "tax_run.issue", f"tax_run:{run_id}", forms=len(rows), told=len(people))


def _is_news(run: TaxRun, given: Allocation, before: CurrentForm | None) -> bool:
    return before is None or before.stage is not run.stage or dict(before.boxes) != dict(given.boxes)


def _freeze(
    run: TaxRun,
    given: Allocation,
    before: CurrentForm | None,
    consents: Mapping[UUID, bool],
    by: tuple[str, datetime],
) -> TaxForm:
    return TaxForm(
        kind=run.kind,
        tax_year=run.tax_year,
        stage=run.stage,
        version=1 if before is None else before.version + 1,
        corrected=before is not None and before.stage is Stage.FINAL,
        reason=run.reason if before is not None else "",
        firm=by[0],
        payer=run.vehicle,
        payer_ein=run.payer_ein,
        payer_address=run.payer_address,
        recipient=given.account,
        account_number=given.number,
        currency=CURRENCY,
        delivery=_delivery(run, consents.get(given.account_id, False)),
        issued_on=by[1].date(),
        boxes=fill_boxes(LAYOUTS[run.kind, run.tax_year], given.boxes),
    )


def _delivery(run: TaxRun, consents: bool) -> Delivery:
    """An estimate is no form that has to be furnished: nobody sends it on paper."""
    return Delivery.ELECTRONIC if consents or run.stage is Stage.ESTIMATE else Delivery.PAPER


def _row(form: TaxForm, given: Allocation, current: Mapping[FormKey, CurrentForm]) -> dict[str, object]:
    before = current.get(given.key)
    return {
        "id": new_id(),
        "account_id": given.account_id,
        "income": given.income,
        "version": form.version,
        "replaces": None if before is None else before.id,
        "delivery": form.delivery.value,
        "content": form.content(),
        "figures_digest": figures_digest(form),
    }


@transactional
def file_tax_forms(actor: Actor, printed: Sequence[tuple[IssuedForm, Release]]) -> None:
    """File the PDFs of forms with the papers of their accounts, as published when they were issued: the PDF of one that
    takes another's place is the next version of that one's document. In the firm's system tenancy."""
    replaced = find_replaced_forms(actor, [issued.id for issued, _ in printed])
    for moment in sorted({issued.issued_at for issued, _ in printed}):
        papers = [
            _paper(issued, release, replaced.get(issued.id))
            for issued, release in printed
            if issued.issued_at == moment
        ]
        file_published_papers(actor, DocumentType.TAX_FORM, papers, moment=moment)


def _paper(issued: IssuedForm, release: Release, replaces: UUID | None) -> Paper:
    form = issued.form
    before = None if replaces is None else source_of(replaces)
    title = f"{form.title}: {form.payer}"
    return Paper(source_of(issued.id), before, issued.account_id, issued.vehicle_id, title, str(form.tax_year), release)


@transactional
def note_mailing(actor: Actor, form_id: UUID, *, on: date) -> None:
    """Note the day on which the paper of a form was sent, which then counts as delivered. Invalid, NotOnPaper."""
    require(actor, Permission.PREPARE_MONEY)
    found = get_tax_form(actor, form_id)
    if not found.issued_at.date() <= on <= clock.today():
        raise Invalid(fields={"mailed_on": "Enter the day it was sent: from the day it was issued on, until today."})
    if not execute(MAIL, firm=actor.firm_id, id=form_id, on=on, by=actor.user_id):
        raise NotOnPaper
    record_act(actor.user_id, "tax_form.mail", f"tax_form:{form_id}", on=on.isoformat())
