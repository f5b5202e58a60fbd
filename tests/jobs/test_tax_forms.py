"""The mail of tax forms: what the law wants in the subject, no figures, answers confirmed with their moment."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.vehicles.values import TaxClass
from portal.domain.people.profiles.services import change_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.tax_forms import give_consent, issue_forms, make_foreign, new_run
from tests.web.investments.taxing import HELD, issue, make_partnership


def mails(directory: Path, address: str) -> dict[str, str]:
    """Subject → text of the mail to an address."""
    found = [each for each in list_messages(directory) if address in each.recipients]
    return {each.subject: read_message(directory, each.name).text for each in found}


def test_people_are_told_without_a_figure(world: World, mailing: Path) -> None:
    vehicle, account = make_partnership(world)
    give_consent(world.investor, account)
    issue(world, vehicle)
    mine, theirs = mails(mailing, "ada.lane@example.com"), mails(mailing, "ben.ortiz@example.com")
    subject = "IMPORTANT TAX RETURN DOCUMENT AVAILABLE: Harbour Buyout I"
    assert "Lane Tax Trust" in mine[subject]
    assert "on paper" not in mine[subject]
    assert "on paper too" in theirs[subject]
    assert "750.25" not in mine[subject]
    assert "/investments/tax-forms/" in mine[subject]


def test_forms_of_several_incomes_are_told_apart(world: World, mailing: Path) -> None:
    notes = make_vehicle(world.firm_id, "Harbour Notes", tax_class=TaxClass.NOTES)
    account = make_account(world.firm_id, "Lane Tax Trust", world.investor)
    post_history(world.firm_id, account, notes, HELD)
    make_foreign(world.firm_id, account)
    sheet = "Account,1,2,3,3b\nLane Tax Trust,01,5,3,30\nLane Tax Trust,29,5,3,0\nTotal,,10,,\n"
    issue_forms(world.associate, world.manager, new_run(notes, kind=FormKind.FOREIGN), sheet)
    drain(30)
    told = mails(mailing, "ada.lane@example.com")["IMPORTANT TAX RETURN DOCUMENT AVAILABLE: Harbour Notes"]
    assert "Form 1042-S for 2025." in told
    for each in ("(income code 01, chapter 3 at 30 %)", "(income code 29, chapter 3 at 0 %)"):
        assert told.count(f"Lane Tax Trust {each}") == 1


def test_an_answer_is_confirmed(world: World, mailing: Path) -> None:
    _, account = make_partnership(world)
    give_consent(world.investor, account)
    give_consent(world.investor, account)
    give_consent(world.investor, account, given=False)
    drain(30)
    found = mails(mailing, "ada.lane@example.com")
    assert sorted(found) == [
        "Tax forms of Lane Tax Trust will come in the portal alone",
        "Tax forms of Lane Tax Trust will come on paper",
    ]


@pytest.mark.parametrize(
    ("tax_class", "kind", "sheet"),
    [
        (TaxClass.PARTNERSHIP, FormKind.K1, "Account,1\nLane Tax Trust,5\nTotal,5\n"),
        (TaxClass.REIT, FormKind.DIV, "Account,1a\nLane Tax Trust,5\nTotal,5\n"),
        (TaxClass.NOTES, FormKind.INT, "Account,1\nLane Tax Trust,5\nTotal,5\n"),
        (TaxClass.NOTES, FormKind.FOREIGN, "Account,1,2,3,3b\nLane Tax Trust,01,5,3,30\nTotal,,5,,\n"),
    ],
)
def test_no_form_tells_the_first_five_digits_of_the_taxpayers_number(
    world: World, mailing: Path, tax_class: TaxClass, kind: FormKind, sheet: str
) -> None:
    vehicle = make_vehicle(world.firm_id, "Harbour Fund", tax_class=tax_class)
    account = make_account(world.firm_id, "Lane Tax Trust", world.investor)
    post_history(world.firm_id, account, vehicle, HELD)
    if kind is FormKind.FOREIGN:
        make_foreign(world.firm_id, account)
    with acting_as(world.investor.tenancy):
        change_profile(world.investor, account, given=Details(TaxNumberKind.SSN, "536-90-4399"))
    issue_forms(world.associate, world.manager, new_run(vehicle, kind=kind), sheet)
    drain(30)
    with acting_as(world.manager.tenancy):
        key = db.fetch_value("SELECT file_key FROM documents.versions WHERE file_key LIKE 'documents/%%.pdf'")
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(resources().store.get(key))).pages)
    assert "•••-••-4399" in printed
    assert "53690" not in printed.replace("-", "")
