"""Whether what staff enter of a run makes sense."""

from __future__ import annotations

from portal.domain.investments.tax_forms.rules.choosing import forms_offered
from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES, LAYOUTS, FormKind
from portal.domain.investments.tax_forms.values.forms import Stage
from portal.domain.investments.tax_forms.values.runs import NewTaxRun
from portal.domain.investments.vehicles.values import TaxClass
from portal.domain.people.profiles.rules import find_tax_number_problem
from portal.domain.people.profiles.values import TaxNumberKind

LONGEST_ADDRESS = 300
LONGEST_REASON = 500


def year_problem(kind: FormKind, tax_year: int) -> str:
    """Why no form of this year can be prepared, and what to do; empty where its boxes are known."""
    if (kind, tax_year) in LAYOUTS:
        return ""
    known = ", ".join(str(year) for each, year in sorted(LAYOUTS) if each is kind)
    return (
        f"The boxes of {FORM_NAMES[kind]} for {tax_year} are not known here: this version knows {known}. A later"
        " version may know them; forms made elsewhere can be filed in bulk."
    )


def find_faults(given: NewTaxRun, tax_class: TaxClass, *, final_stands: bool) -> dict[str, str]:
    """What is wrong with the particulars of a run, by field. `final_stands`: final forms of it were issued, which only
    another final form corrects."""
    faults = {}
    if given.kind not in forms_offered(tax_class):
        faults["kind"] = "A vehicle of this tax class makes another form. Choose that, or change the tax class first."
    elif (given.kind, given.tax_year) not in LAYOUTS:
        faults["tax_year"] = year_problem(given.kind, given.tax_year)
    if problem := find_tax_number_problem(TaxNumberKind.EIN, given.payer_ein):
        faults["payer_ein"] = problem
    if not 1 <= len(given.payer_address.strip()) <= LONGEST_ADDRESS:
        faults["payer_address"] = f"Write the vehicle’s address, in up to {LONGEST_ADDRESS} characters."
    if len(given.reason) > LONGEST_REASON:
        faults["reason"] = f"At most {LONGEST_REASON} characters."
    if final_stands and given.stage is Stage.ESTIMATE:
        faults["stage"] = "Final forms were issued already; only final ones correct them."
    elif final_stands and not given.reason.strip():
        faults["reason"] = "These forms correct final ones. Say what changed: holders read it."
    return faults
