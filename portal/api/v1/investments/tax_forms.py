"""Tax forms of one's accounts, and consent to get them in the portal alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing, versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.tax_form_schemas import (
    TaxBox,
    TaxConsentAnswer,
    TaxConsentItem,
    TaxConsents,
    TaxFormDetail,
    TaxFormItem,
    TaxFormList,
    TaxFormQuery,
    TaxFormsQuery,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.identity.firms.queries import get_firm
from portal.domain.investments.tax_forms.queries.consents import list_own_consents
from portal.domain.investments.tax_forms.queries.forms import find_successor, get_tax_form, list_tax_forms
from portal.domain.investments.tax_forms.services.consents import answer_tax_consent
from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.consents import VERSION, consent_text
from portal.domain.investments.tax_forms.values.forms import IssuedForm, ListedForm
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/tax-forms")
@requires_any(*SEEN_BY)
@described(TaxFormList, refusals=(401, 403, 404))
def show_tax_forms(query: TaxFormsQuery) -> Response:
    """The tax forms that you may see, those made elsewhere too, newest first."""
    before = read_cursor(query.cursor, datetime, UUID)
    found = list_tax_forms(actor(), tax_year=query.year, account_id=query.account, before=before, most=query.limit + 1)
    page = Page(found, query.limit, lambda each: (each.published_at.isoformat(), each.document_id))
    return versioned(f"{page.items}|{page.next}", lambda: TaxFormList([_item(each) for each in page.items], page.next))


@v1.get("/investments/tax-forms/<uuid:tax_form_id>")
@requires_any(*SEEN_BY)
@described(TaxFormDetail, refusals=(401, 403, 404))
def show_tax_form(query: TaxFormQuery, tax_form_id: UUID) -> Response:
    """One tax form with the figures that were frozen when it was issued."""
    del query
    found = get_tax_form(actor(), tax_form_id)
    successor = find_successor(actor(), tax_form_id) if found.replaced else None
    return versioned(
        f"{found.id}|{found.figures_digest}|{found.mailed_on}|{successor}", lambda: _detail(found, successor)
    )


@v1.get("/investments/tax-consents")
@requires_any(Permission.SEE_OWN_PORTFOLIO)
@described(TaxConsents, refusals=(401, 403))
def show_tax_consents() -> Response:
    """How the tax forms of the accounts you act for come, and the text that consent to the portal alone is given to."""
    items = [
        TaxConsentItem(
            account_id=each.account_id,
            account=each.account,
            given=each.given,
            answered_version=each.version,
            answered_at=each.at,
        )
        for each in list_own_consents(actor())
    ]
    return answer(TaxConsents(VERSION, consent_text(get_firm(actor().firm_id).name), items))


@v1.put("/investments/tax-consents/<uuid:account_id>")
@requires_any(Permission.SEE_OWN_PORTFOLIO)
@described(None, status=204, refusals=(401, 403, 404, 409))
def answer_one_tax_consent(json: TaxConsentAnswer, account_id: UUID) -> Response:
    """Consent to get an account's tax forms in the portal alone, or withdraw that. 409 where a newer text is in
    force."""
    answer_tax_consent(actor(), account_id, version=json.version, given=json.given)
    return nothing()


def _item(form: ListedForm) -> TaxFormItem:
    return TaxFormItem(
        id=form.form_id,
        document_id=form.document_id,
        title=form.title,
        tax_year=form.tax_year,
        account_id=form.account_id,
        account=form.account,
        vehicle_id=form.vehicle_id,
        vehicle=form.vehicle,
        stage=form.stage,
        version=form.version,
        corrected=form.corrected,
        delivery=form.delivery,
        delivered=form.is_delivered,
        mailed_on=form.mailed_on,
        published_at=form.published_at,
    )


def _detail(issued: IssuedForm, successor: UUID | None) -> TaxFormDetail:
    form = issued.form
    return TaxFormDetail(
        id=issued.id,
        form=form.kind,
        title=form.title,
        tax_year=form.tax_year,
        stage=form.stage,
        version=form.version,
        corrected=form.corrected,
        reason=form.reason,
        payer=form.payer,
        payer_ein=form.payer_ein,
        payer_address=form.payer_address,
        recipient=form.recipient,
        currency=form.currency,
        delivery=form.delivery,
        delivered=issued.is_delivered,
        mailed_on=issued.mailed_on,
        issued_on=form.issued_on,
        boxes=[TaxBox(box.code, box.label, box.kind, box.value) for box in form.boxes],
        capital_is_tax_basis=form.kind is FormKind.K1,
        digest=issued.figures_digest,
        replaced_by=successor,
    )
