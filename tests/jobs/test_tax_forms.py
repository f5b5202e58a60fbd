"""The mail of tax forms: what the law wants in the subject, no figures, answers confirmed with their moment."""

from __future__ import annotations

from pathlib import Path

from portal.jobs.drain import drain
from portal.platform.embedded.mailbox import list_messages, read_message
from tests.conftest import World
from tests.factories.tax_forms import give_consent
from tests.web.investments.taxing import issue, make_partnership


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
