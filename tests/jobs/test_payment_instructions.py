"""Mail about bank details: to everybody who acts for the account, at the address they have and any they had of late."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.values import Side, place_of_side
from portal.domain.identity.emails.services import write_email
from portal.domain.identity.subjects.queries import get_subject_key
from portal.domain.people.payment_instructions.services import enter_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.jobs.drain import drain
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.ids import new_id
from portal.platform.personal import seal
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account

CHANGED = """
INSERT INTO identity.contact_changes (id, firm_id, user_id, kind, old_sealed, asked_at, expires_at, confirmed_at)
VALUES (%(id)s, %(firm)s, %(user)s, 'email', %(old)s, %(at)s, %(at)s, %(at)s)
"""


@transactional
def _move(actor: Actor, user_id: UUID, old: str, new: str, *, days: int) -> None:
    """A change of address so many days ago."""
    change_id = new_id()
    sealed = seal(old, place_of_side(Side.OLD, change_id, user_id), get_subject_key(user_id))
    at = clock.now() - timedelta(days=days)
    db.execute(CHANGED, id=change_id, firm=actor.firm_id, user=user_id, old=sealed, at=at)
    write_email(actor, user_id, new)


def test_old_and_new_addresses_are_told(app: Flask, world: World, mailing: Path) -> None:
    system, investor = Actor.system(world.firm_id), world.investor
    assert investor.user_id
    account_id = make_account(world.firm_id, "Lane Trust", investor)
    with acting_as(system.tenancy):
        _move(system, investor.user_id, "long.ago@example.com", "former@example.com", days=15)
        _move(system, investor.user_id, "former@example.com", "present@example.com", days=3)
    with acting_as(investor.tenancy):
        details = BankDetails(Method.IBAN, "Lane <Trust>", "", "DE89370400440532013000")
        enter_payment_instruction(investor, account_id, given=details)
    drain(20)
    mails = [mail for mail in list_messages(mailing) if mail.subject == "New bank details were entered"]
    told = " ".join(mail.recipients for mail in mails)
    assert len(mails) == 2
    assert "present@example.com" in told
    assert "former@example.com" in told
    read = read_message(mailing, mails[0].name)
    assert "DE •••• 3000" in read.text
    assert "Lane <Trust>" in read.text
    assert not any(digits in read.text + read.html for digits in ("0532 0130", "05320130"))
    assert "Lane &lt;Trust&gt;" in read.html
