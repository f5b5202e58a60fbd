"""Tax forms from allocations to what holders have, by two people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.errors import OwnRequest
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import TAX_FORMS
from portal.domain.investments.tax_forms.errors import (
    DoesNotTie,
    FormsUnfiled,
    NotOnPaper,
    SheetRefused,
    TaxRunChanged,
    TaxRunClosed,
)
from portal.domain.investments.tax_forms.queries.forms import get_tax_form, list_tax_forms
from portal.domain.investments.tax_forms.queries.reviews import get_review
from portal.domain.investments.tax_forms.queries.runs import get_tax_run, list_allocations, list_current_forms
from portal.domain.investments.tax_forms.services.issuing import note_mailing
from portal.domain.investments.tax_forms.services.preparing import (
    discard_tax_run,
    propose_tax_run,
    share_tax_run,
)
from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.forms import Delivery, IssuedForm, ListedForm, Stage, source_of
from portal.domain.investments.tax_forms.values.runs import RunState, SharedBy
from portal.domain.investments.vehicles.values import TaxClass
from portal.jobs.drain import drain
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.tax_forms import EIN, give_consent, issue_forms, new_run, prepare_forms

SHEET = 'Account,1,5\nLane Family Trust,750.00,10\nOkafor Holdings,250.00,5\nTotal,"1,000.00",15\n'
HELD = [("commitment", "2024-03-01", "1000"), ("contribution", "2024-04-01", "500")]


@pytest.fixture
def lane(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def okafor(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Okafor Holdings", world.another_investor)


@pytest.fixture
def vehicle(world: World, lane: UUID, okafor: UUID) -> UUID:
    """A partnership, held 3 : 1."""
    found = make_vehicle(world.firm_id, "Harbour Buyout I")
    post_history(
        world.firm_id, lane, found, [("commitment", "2024-02-01", "3000"), ("contribution", "2024-04-01", "9")]
    )
    post_history(world.firm_id, okafor, found, HELD)
    return found


def propose(actor: Actor, run: UUID) -> None:
    with acting_as(actor.tenancy):
        propose_tax_run(actor, run)


def print_forms() -> None:
    """What workers do; the mail of it is not this test's."""
    drain(30)


@transactional
def write(statement: str, **given: UUID) -> None:
    db.execute(statement, **given)


def forms(actor: Actor, **narrowed: Any) -> list[ListedForm]:
    with acting_as(actor.tenancy):
        return list_tax_forms(actor, **narrowed)


def read(actor: Actor, form_id: UUID | None) -> IssuedForm:
    assert form_id is not None
    with acting_as(actor.tenancy):
        return get_tax_form(actor, form_id)


def test_what_another_approves_is_filed_with_each_accounts_papers(world: World, vehicle: UUID, lane: UUID) -> None:
    give_consent(world.investor, lane)
    run = prepare_forms(world.associate, new_run(vehicle), SHEET)
    print_forms()
    assert forms(world.investor) == []
    propose(world.associate, run)
    with acting_as(world.associate.tenancy):
        asked = find_open_approval(world.associate, TAX_FORMS.name, f"tax_run:{run}")
        assert asked is not None
        with pytest.raises((OwnRequest, Forbidden)):
            decide_approval(world.associate, asked.id, digest=asked.digest, approves=True)
    decide(world.manager, TAX_FORMS, f"tax_run:{run}")
    print_forms()
    (mine,) = forms(world.investor)
    assert (mine.tax_year, mine.account, mine.delivery, mine.is_delivered) == (
        2025,
        "Lane Family Trust",
        Delivery.ELECTRONIC,
        True,
    )
    told = read(world.investor, mine.form_id).form
    assert [(box.code, box.value) for box in told.boxes] == [("1", "750.00"), ("5", "10.00")]
    assert (told.title, told.payer_ein, told.corrected) == ("Schedule K-1 (Form 1065) data sheet for 2025", EIN, False)
    (theirs,) = forms(world.another_investor)
    assert (theirs.delivery, theirs.is_delivered) == (Delivery.PAPER, False)
    with pytest.raises(NotFound):
        read(world.investor, theirs.form_id)
    with acting_as(world.manager.tenancy):
        found = get_tax_run(world.manager, run)
        assert (found.state, found.issued, found.filed) == (RunState.ISSUED, 2, 2)
        with pytest.raises(TaxRunClosed):
            discard_tax_run(world.manager, run)


def test_an_estimate_is_followed_by_a_final_form_and_that_by_a_corrected_one(world: World, vehicle: UUID) -> None:
    issue_forms(world.associate, world.manager, new_run(vehicle, stage=Stage.ESTIMATE), SHEET)
    print_forms()
    assert [each.delivery for each in forms(world.investor)] == [Delivery.ELECTRONIC]
    issue_forms(world.associate, world.manager, new_run(vehicle), SHEET)
    with pytest.raises(FormsUnfiled):
        issue_forms(world.associate, world.manager, new_run(vehicle, reason="Interest was left out."), SHEET)
    print_forms()
    with pytest.raises(Invalid) as refused:
        prepare_forms(world.associate, new_run(vehicle, stage=Stage.ESTIMATE), SHEET)
    assert "stage" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        prepare_forms(world.associate, new_run(vehicle), SHEET)
    assert "reason" in refused.value.fields


def test_a_correction_replaces_those_that_changed_and_leaves_the_others(world: World, vehicle: UUID) -> None:
    issue_forms(world.associate, world.manager, new_run(vehicle), SHEET)
    print_forms()
    (before,), (others,) = forms(world.investor), forms(world.another_investor)
    changed = SHEET.replace("750.00,10", "750.00,20").replace('00",15', '00",25')
    issue_forms(world.associate, world.manager, new_run(vehicle, reason="Interest was left out."), changed)
    print_forms()
    (after,) = forms(world.investor)
    assert (after.document_id, after.version, after.corrected) == (before.document_id, 2, True)
    assert after.title.startswith("Corrected: ")
    assert read(world.investor, after.form_id).form.reason == "Interest was left out."
    assert read(world.investor, before.form_id).replaced
    assert forms(world.another_investor) == [others]


def test_what_does_not_tie_is_not_put_up(world: World, vehicle: UUID) -> None:
    run = prepare_forms(world.associate, new_run(vehicle), SHEET.replace("250.00,5", "250.00,6"))
    with acting_as(world.associate.tenancy):
        review = get_review(world.associate, get_tax_run(world.associate, run))
        assert [each[0] for each in review.differences] == ["5"]
        with pytest.raises(DoesNotTie):
            propose_tax_run(world.associate, run)


def test_a_correction_that_leaves_a_form_out_is_not_put_up(world: World, vehicle: UUID) -> None:
    issue_forms(world.associate, world.manager, new_run(vehicle), SHEET)
    print_forms()
    sheet = "Account,1\nLane Family Trust,1\nTotal,1\n"
    run = prepare_forms(world.associate, new_run(vehicle, reason="One left out."), sheet)
    with acting_as(world.associate.tenancy):
        review = get_review(world.associate, get_tax_run(world.associate, run))
        assert (review.dropped, review.without) == (["Okafor Holdings"], ["Okafor Holdings"])
        with pytest.raises(DoesNotTie):
            propose_tax_run(world.associate, run)


def test_of_two_that_were_prepared_at_once_the_second_is_prepared_anew(world: World, vehicle: UUID) -> None:
    first, second = (prepare_forms(world.associate, new_run(vehicle), SHEET) for _ in range(2))
    for run in (first, second):
        propose(world.associate, run)
    decide(world.manager, TAX_FORMS, f"tax_run:{first}")
    print_forms()
    with pytest.raises(TaxRunChanged):
        decide(world.manager, TAX_FORMS, f"tax_run:{second}")
    decide(world.manager, TAX_FORMS, f"tax_run:{second}", approves=False, comment="Prepare it anew.")
    with acting_as(world.manager.tenancy):
        assert get_tax_run(world.manager, second).state is RunState.DRAFT


def test_totals_are_shared_out_by_commitment_or_by_units(world: World, vehicle: UUID, lane: UUID, okafor: UUID) -> None:
    with acting_as(world.associate.tenancy):
        given = {"shared_by": SharedBy.COMMITMENT, "units": {}}
        run = share_tax_run(world.associate, new_run(vehicle), "1; 100.01\n16; x", **given)  # type: ignore[arg-type]
        rows = {each.account: each.boxes for each in list_allocations(world.associate, run)}
        assert rows == {
            "Lane Family Trust": {"1": "75.01", "16": "x"},
            "Okafor Holdings": {"1": "25.00", "16": "x"},
        }
        assert get_review(world.associate, get_tax_run(world.associate, run)).ties
        units = {lane: Decimal(1), okafor: Decimal(1)}
        run = share_tax_run(world.associate, new_run(vehicle), "1; 3", shared_by=SharedBy.UNITS, units=units)
        assert {each.boxes["1"] for each in list_allocations(world.associate, run)} == {"1.50"}
        discard_tax_run(world.associate, run)
        with pytest.raises(TaxRunClosed):
            propose_tax_run(world.associate, run)
        strangers = {vehicle: Decimal(1)}
        with pytest.raises(Invalid):
            share_tax_run(world.associate, new_run(vehicle), "1; 3", shared_by=SharedBy.UNITS, units=strangers)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": FormKind.DIV}, "kind"),
        ({"kind": FormKind.FOREIGN}, "vehicle"),
        ({"year": 2019}, "tax_year"),
    ],
)
def test_particulars_that_make_no_sense_are_told_by_field(
    world: World, vehicle: UUID, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        prepare_forms(world.associate, new_run(vehicle, **changes), SHEET)
    assert field in refused.value.fields


def test_who_did_not_hold_it_and_whoever_gets_another_form_has_no_line(world: World, vehicle: UUID) -> None:
    make_account(world.firm_id, "Stranger Trust")
    with pytest.raises(SheetRefused) as refused:
        prepare_forms(world.associate, new_run(vehicle), SHEET + "Stranger Trust,1,1\n")
    assert [(line, column) for line, column, _ in refused.value.problems] == [(5, "Account")]


def test_a_foreign_holder_of_a_reit_gets_form_1042_s(world: World, lane: UUID, okafor: UUID) -> None:
    reit = make_vehicle(world.firm_id, "Harbour Property Trust", tax_class=TaxClass.REIT)
    for account in (lane, okafor):
        post_history(world.firm_id, account, reit, HELD)
    with acting_as(Actor.system(world.firm_id).tenancy):
        write("UPDATE people.investor_accounts SET tax_residence = 'DE' WHERE id = %(id)s", id=okafor)
    sheet = "Account,1,2,3,3b,7a,10\nOkafor Holdings,06,100,3,30,30,30\nTotal,,100,,,30,30\n"
    issue_forms(world.associate, world.manager, new_run(reit, kind=FormKind.FOREIGN), sheet)
    print_forms()
    (theirs,) = forms(world.another_investor, tax_year=2025)
    assert "Form 1042-S for 2025" in theirs.title
    assert forms(world.another_investor, tax_year=2024) == []
    with pytest.raises(SheetRefused):
        prepare_forms(world.associate, new_run(reit, kind=FormKind.DIV), "Account,1a\nOkafor Holdings,5\nTotal,5\n")


def test_forms_are_the_staffs_who_prepare_money(world: World, vehicle: UUID) -> None:
    for actor in (world.investor, world.auditor, world.foreign_manager):
        with pytest.raises((Forbidden, NotFound)):
            prepare_forms(actor, new_run(vehicle), SHEET)


def test_paper_that_was_sent_counts_as_delivered(world: World, vehicle: UUID) -> None:
    issue_forms(world.associate, world.manager, new_run(vehicle), SHEET)
    print_forms()
    (mine,) = forms(world.investor)
    assert mine.form_id is not None
    with acting_as(world.associate.tenancy):
        with pytest.raises(Invalid):
            note_mailing(world.associate, mine.form_id, on=date(2020, 1, 1))
        note_mailing(world.associate, mine.form_id, on=clock.today())
        with pytest.raises(NotOnPaper):
            note_mailing(world.associate, mine.form_id, on=clock.today())
    assert read(world.investor, mine.form_id).is_delivered


def test_forms_that_were_issued_stay_as_they_are(app: Flask, world: World, vehicle: UUID) -> None:
    run = issue_forms(world.associate, world.manager, new_run(vehicle), SHEET)
    with acting_as(Actor.system(world.firm_id).tenancy):
        (current, *_) = list_current_forms(Actor.system(world.firm_id), vehicle, 2025, FormKind.K1)
        for change in ("UPDATE investments.tax_forms SET version = 9", "DELETE FROM investments.tax_forms"):
            with pytest.raises(DBAPIError):
                write(f"{change} WHERE run_id = %(run)s", run=run)
        assert current.version == 1
        assert source_of(current.id).startswith("tax_form:")
