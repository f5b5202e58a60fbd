"""Mail about shared access: what the firm ended is told to both, with the reason."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from portal.domain.people.delegations.services import end_delegation_for
from portal.domain.people.delegations.values import EndReason
from portal.jobs.delegations import REASONS
from portal.jobs.drain import drain
from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.investments import make_account


def test_both_are_told_what_the_firm_ended_and_why(app: Flask, world: World, mailing: Path) -> None:
    account_id = make_account(world.firm_id, "Lane Trust", world.investor)
    delegation_id = let_in(world.investor, "ben.ortiz@example.com", [account_id], called="Sam <& Sons>")
    with acting_as(world.manager.tenancy):
        end_delegation_for(world.manager, delegation_id, reason=EndReason.MISTAKEN)
    drain(20)
    told = {mail.recipients: read_message(mailing, mail.name) for mail in list_messages(mailing)}
    (to_grantor,) = [read for to, read in told.items() if "ada.lane@example.com" in to]
    (to_delegate,) = [read for to, read in told.items() if "ben.ortiz@example.com" in to]
    for read in (to_grantor, to_delegate):
        assert "It went to the wrong person." in read.text
        assert "It went to the wrong person." in read.html
        assert "Harbour Capital" in read.text
        assert "/people/delegations" in read.text
        assert "Lane Trust" not in read.text + read.html
    assert "has ended that Sam <& Sons> may see accounts of yours" in to_grantor.text
    assert "Sam &lt;&amp; Sons&gt;" in to_grantor.html
    assert "has ended that you may see accounts of Ada Lane" in to_delegate.text


def test_every_reason_has_its_sentence() -> None:
    assert set(REASONS) == set(EndReason)
