"""People are told that their payment was booked: each once, without amounts, and nobody when it was taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.payments.queries.receipts import find_receipt_notice, list_receipts
from portal.domain.investments.payments.services.booking import undo_posted_receipt
from portal.domain.investments.payments.services.matching import confirm_exact
from portal.domain.investments.vehicles.values import Terms
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.embedded.mailbox import MailSummary, list_messages, read_message
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.payments import read_file


@transactional
def _age() -> None:
    execute("UPDATE investments.call_shares SET due_on = %(due)s", due=clock.today() - timedelta(days=30))


def test_the_people_of_the_account_are_told_once(
    app: Flask, world: World, associate: Actor, manager: Actor, investor: Actor, mailing: Path
) -> None:
    terms = Terms(late_interest=Decimal("0.10"))
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund I", ["1000000"], members=[[investor]], terms=terms)
    open_bank_account(associate, manager, vehicle)
    issue_call(associate, manager, draft_of(vehicle))
    with acting_as(associate.tenancy):
        _age()
        (due,) = list_dues(associate)
    read_file(associate, (clock.today().isoformat(), "Ada", due.reference, f"{due.open:f}"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
        (receipt,) = list_receipts(associate)
    drain(20)
    (told,) = _received(mailing)
    text = read_message(mailing, told.name).text
    assert due.reference in text
    assert "after its due date" in text
    assert "1,000" not in text
    with acting_as(manager.tenancy):
        undo_posted_receipt(manager, receipt.id, reason="A mistake")
    system = Actor.system(world.firm_id)
    assert investor.user_id
    with acting_as(system.tenancy):
        assert find_receipt_notice(system, receipt.id, investor.user_id) is None


def _received(mailing: Path) -> list[MailSummary]:
    return [each for each in list_messages(mailing) if "received your payment" in each.subject]
