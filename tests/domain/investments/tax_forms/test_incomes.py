"""Forms 1042-S of a holder with several kinds of income: one for each, and each corrected by itself."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.tax_forms.errors import DoesNotTie, SheetRefused
from portal.domain.investments.tax_forms.queries.forms import get_tax_form, list_tax_forms
from portal.domain.investments.tax_forms.queries.reviews import get_review, get_sheet
from portal.domain.investments.tax_forms.queries.runs import get_tax_run, list_allocations
from portal.domain.investments.tax_forms.queries.seasons import list_holder_seasons, list_vehicle_seasons
from portal.domain.investments.tax_forms.services.preparing import propose_tax_run, share_tax_run
from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.forms import ListedForm
from portal.domain.investments.tax_forms.values.runs import SharedBy
from portal.domain.investments.vehicles.values import TaxClass
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.tax_forms import issue_forms, make_foreign, new_run, prepare_forms

HELD = [("commitment", "2024-03-01", "1000"), ("contribution", "2024-04-01", "500")]
SHEET = """Account,1,2,3,3b,7a,10
Okafor Holdings,06,100,3,30,30,30
Okafor Holdings,06,40,3,15,6,6
Okafor Holdings,01,50,3,0,,0
Total,,190,,,36,36
"""


@pytest.fixture
def reit(app: Flask, world: World) -> UUID:
    """A trust that a foreign holder has a part of."""
    found = make_vehicle(world.firm_id, "Harbour Property Trust", tax_class=TaxClass.REIT)
    add_holder(world, found, "Okafor Holdings", world.another_investor)
    return found


def add_holder(world: World, vehicle: UUID, name: str, person: Actor) -> None:
    account = make_account(world.firm_id, name, person)
    post_history(world.firm_id, account, vehicle, HELD)
    make_foreign(world.firm_id, account, number=f"No. {name}")


def forms(actor: Actor) -> list[ListedForm]:
    with acting_as(actor.tenancy):
        return sorted(list_tax_forms(actor), key=lambda each: each.title)


def issue(world: World, reit: UUID, sheet: str, *, reason: str = "") -> UUID:
    run = issue_forms(world.associate, world.manager, new_run(reit, kind=FormKind.FOREIGN, reason=reason), sheet)
    drain(60)
    return run


def test_a_holder_gets_a_form_for_each_income_and_rate(world: World, reit: UUID) -> None:
    run = issue(world, reit, SHEET)
    found = forms(world.another_investor)
    assert [each.title for each in found] == [
        "Form 1042-S for 2025, income code 01, chapter 3 at 0 %: Harbour Property Trust",
        "Form 1042-S for 2025, income code 06, chapter 3 at 15 %: Harbour Property Trust",
        "Form 1042-S for 2025, income code 06, chapter 3 at 30 %: Harbour Property Trust",
    ]
    assert len({each.document_id for each in found}) == 3
    with acting_as(world.manager.tenancy):
        issued = get_tax_run(world.manager, run)
        assert (issued.accounts, issued.issued, issued.filed) == (1, 3, 3)
        _, lines = get_sheet(world.manager, issued)
        assert [line[:3] for line in lines] == [
            ["Okafor Holdings", "01", "50.00"],
            ["Okafor Holdings", "06", "40.00"],
            ["Okafor Holdings", "06", "100.00"],
            ["Total", "", "190.00"],
        ]


def test_each_is_corrected_by_itself(world: World, reit: UUID) -> None:
    issue(world, reit, SHEET)
    before = forms(world.another_investor)
    corrected = SHEET.replace("01,50,", "01,55,").replace("190", "195")
    issue(world, reit, corrected, reason="Interest came late.")
    after = forms(world.another_investor)
    changed = next(each for each in after if each.corrected)
    assert changed.title.startswith("Corrected: Form 1042-S for 2025, income code 01, chapter 3 at 0 %")
    assert (changed.version, changed.document_id) == (2, before[0].document_id)
    assert [each for each in after if not each.corrected] == before[1:]
    assert changed.form_id is not None
    with acting_as(world.another_investor.tenancy):
        boxes = {box.code: box.value for box in get_tax_form(world.another_investor, changed.form_id).form.boxes}
    assert (boxes["1"], boxes["2"]) == ("01", "55.00")


def test_a_correction_that_leaves_an_income_out_is_not_put_up(world: World, reit: UUID) -> None:
    issue(world, reit, SHEET)
    less = SHEET.replace("Okafor Holdings,01,50,3,0,,0\n", "").replace("190", "140")
    run = prepare_forms(world.associate, new_run(reit, kind=FormKind.FOREIGN, reason="Left out."), less)
    with acting_as(world.associate.tenancy):
        review = get_review(world.associate, get_tax_run(world.associate, run))
        assert review.dropped == ["Okafor Holdings (income code 01, chapter 3 at 0 %)"]
        assert review.without == []
        with pytest.raises(DoesNotTie):
            propose_tax_run(world.associate, run)


def test_an_account_named_in_two_ways_has_no_line_twice(world: World, reit: UUID) -> None:
    twice = SHEET.replace("Total", "No. Okafor Holdings,06,40,3,15,6,6\nTotal")
    with pytest.raises(SheetRefused) as refused:
        prepare_forms(world.associate, new_run(reit, kind=FormKind.FOREIGN), twice)
    assert [(line, column) for line, column, _ in refused.value.problems] == [(5, "Account")]


def test_a_line_that_says_no_income_is_refused(world: World, reit: UUID) -> None:
    with pytest.raises(SheetRefused) as refused:
        prepare_forms(world.associate, new_run(reit, kind=FormKind.FOREIGN), SHEET.replace(",01,50", ",,50"))
    assert [(line, column) for line, column, _ in refused.value.problems] == [(4, "1")]


def test_totals_of_each_income_are_shared_out_apart(world: World, reit: UUID) -> None:
    add_holder(world, reit, "Lane Family Trust", world.investor)
    totals = "1; 06\n3; 3\n3b; 30\n2; 100\n7a; 30\n10; 30\n1; 01\n3; 3\n3b; 0\n2; 7"
    with acting_as(world.associate.tenancy):
        particulars = new_run(reit, kind=FormKind.FOREIGN)
        run = share_tax_run(world.associate, particulars, totals, shared_by=SharedBy.COMMITMENT, units={})
        rows = [(each.account, each.boxes["1"], each.boxes["2"]) for each in list_allocations(world.associate, run)]
        assert rows == [
            ("Lane Family Trust", "01", "3.50"),
            ("Lane Family Trust", "06", "50.00"),
            ("Okafor Holdings", "01", "3.50"),
            ("Okafor Holdings", "06", "50.00"),
        ]
        first = list_allocations(world.associate, run, most=1)
        rest = list_allocations(world.associate, run, after=(first[0].account, first[0].income))
        assert [(each.account, each.boxes["1"], each.boxes["2"]) for each in rest] == rows[1:]
        assert get_review(world.associate, get_tax_run(world.associate, run)).ties


def test_the_board_counts_holders_and_lists_each_form(world: World, reit: UUID) -> None:
    add_holder(world, reit, "Lane Family Trust", world.investor)
    issue(world, reit, SHEET)
    with acting_as(world.manager.tenancy):
        (vehicle,) = list_vehicle_seasons(world.manager, 2025)
        assert (vehicle.holders, vehicle.covered, vehicle.paper) == (2, 1, 3)
        found = list_holder_seasons(world.manager, reit, 2025)
        assert [each.income for each in found] == ["", "01/3/0/", "06/3/15/", "06/3/30/"]
        place = found[1].account, "1042_s", found[1].income
        assert list_holder_seasons(world.manager, reit, 2025, after=place) == found[2:]
