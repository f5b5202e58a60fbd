"""Tax forms for tests: sheets, runs that were approved, consents."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import TAX_FORMS
from portal.domain.investments.tax_forms.services.consents import answer_tax_consent
from portal.domain.investments.tax_forms.services.preparing import import_tax_run, propose_tax_run
from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.consents import VERSION
from portal.domain.investments.tax_forms.values.forms import Stage
from portal.domain.investments.tax_forms.values.runs import NewTaxRun
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.tenancy import acting_as
from tests.factories.decisions import decide

EIN = "12-3456789"
ADDRESS = "1 Harbour Street\nBoston, MA 02110"


def new_run(
    vehicle: UUID,
    *,
    kind: FormKind = FormKind.K1,
    stage: Stage = Stage.FINAL,
    reason: str = "",
    year: int = 2025,
) -> NewTaxRun:
    """The particulars of a run."""
    return NewTaxRun(vehicle, year, kind, stage, EIN, ADDRESS, reason)


def prepare_forms(maker: Actor, given: NewTaxRun, sheet: str) -> UUID:
    """A draft of what a sheet says."""
    with acting_as(maker.tenancy):
        return import_tax_run(maker, given, sheet.encode())


def issue_forms(maker: Actor, approver: Actor, given: NewTaxRun, sheet: str) -> UUID:
    """Forms of a sheet, prepared by one and approved by another; the run's id."""
    run = prepare_forms(maker, given, sheet)
    with acting_as(maker.tenancy):
        propose_tax_run(maker, run)
    decide(approver, TAX_FORMS, f"tax_run:{run}")
    return run


def give_consent(actor: Actor, account: UUID, *, given: bool = True) -> None:
    """An investor's answer about forms in the portal alone."""
    with acting_as(actor.tenancy):
        answer_tax_consent(actor, account, version=VERSION, given=given)


def make_foreign(firm_id: UUID, account: UUID, *, number: str | None = None) -> None:
    """Let an account have its tax residence in Germany, and a number of its own."""
    move = transactional(db.execute)
    with acting_as(Actor.system(firm_id).tenancy):
        move(
            "UPDATE people.investor_accounts SET tax_residence = 'DE', number = %(number)s WHERE id = %(id)s",
            id=account,
            number=number,
        )
