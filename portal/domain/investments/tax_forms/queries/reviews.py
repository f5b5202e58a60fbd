"""What is known of a run before it is approved, and what is approved."""

from __future__ import annotations

from portal.domain.identity.access.values import Actor
from portal.domain.investments.tax_forms.queries.forms import find_recipients
from portal.domain.investments.tax_forms.queries.holders import list_holders
from portal.domain.investments.tax_forms.queries.runs import list_allocations, list_current_forms
from portal.domain.investments.tax_forms.rules.choosing import choose_holders
from portal.domain.investments.tax_forms.rules.freezing import run_digest
from portal.domain.investments.tax_forms.rules.sheets import write_sheet
from portal.domain.investments.tax_forms.rules.tying import find_differences
from portal.domain.investments.tax_forms.values.boxes import LAYOUTS
from portal.domain.investments.tax_forms.values.forms import Stage
from portal.domain.investments.tax_forms.values.incomes import name_line
from portal.domain.investments.tax_forms.values.runs import Allocation, CurrentForm, Review, RunState, TaxRun
from portal.domain.investments.vehicles.queries import get_vehicle


def get_review(actor: Actor, run: TaxRun) -> Review:
    """What stands in the way of a run's approval, and what those who decide it should know."""
    layout, rows = LAYOUTS[run.kind, run.tax_year], list_allocations(actor, run.id)
    listed, keys = {each.account_id for each in rows}, {each.key for each in rows}
    holders = list_holders(actor, run.vehicle_id, run.tax_year)
    consenting = {each.account_id for each in holders if each.consents}
    entitled = choose_holders(holders, get_vehicle(actor, run.vehicle_id).tax_class, run.kind)
    current = list_current_forms(actor, run.vehicle_id, run.tax_year, run.kind)
    told = find_recipients(actor, list(listed))
    numbered = {account_id for account_id, recipient in told.items() if recipient.tax_number}
    return Review(
        find_differences(layout, [each.boxes for each in rows], run.totals),
        [] if run.state is RunState.ISSUED else [_name(each) for each in current if each.key not in keys],
        [each.account for each in entitled if each.account_id not in listed],
        [_name(each) for each in rows if run.stage is Stage.FINAL and each.account_id not in consenting],
        list(dict.fromkeys(each.account for each in rows if each.account_id not in numbered)),
    )


def _name(form: Allocation | CurrentForm) -> str:
    return name_line(form.account, form.income)


def get_sheet(actor: Actor, run: TaxRun) -> tuple[list[str], list[list[str]]]:
    """The columns and lines of the sheet that gives a run's allocations when it is imported again."""
    rows = [(each.account, each.boxes) for each in list_allocations(actor, run.id)]
    return write_sheet(LAYOUTS[run.kind, run.tax_year], rows, run.totals)


def get_run_digest(actor: Actor, run: TaxRun) -> str:
    """What an approval of a run is of."""
    current = list_current_forms(actor, run.vehicle_id, run.tax_year, run.kind)
    return run_digest(run, list_allocations(actor, run.id), current)
