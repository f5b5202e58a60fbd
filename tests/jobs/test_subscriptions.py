"""What investors are written of their subscriptions, and the finished agreement."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Role
from portal.domain.investments.subscriptions.services.deciding import decline_subscription, send_subscription_back
from portal.jobs.drain import drain
from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.subscriptions import Desk, make_desk


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    compliance = make_user(world.firm_id, "compliance@example.com", Role.COMPLIANCE)
    return make_desk(world.associate, world.manager, compliance, target=Decimal(200_000), cap=Decimal(200_000))


@pytest.fixture
def account(desk: Desk, world: World) -> UUID:
    return desk.open_account("Lane Family Trust", world.investor)


def letters(directory: Path) -> list[tuple[str, str]]:
    """Of each mail to the investor what it is about, and what it says."""
    found = [each for each in list_messages(directory) if "ada.lane@example.com" in each.recipients]
    return [(each.subject, read_message(directory, each.name).text) for each in found]


def test_who_submitted_it_reads_why_it_comes_back_or_was_declined(
    desk: Desk, account: UUID, world: World, mailing: Path
) -> None:
    found = desk.submit(world.investor, account)
    drain()
    mailed = len(letters(mailing))
    with acting_as(world.associate.tenancy):
        send_subscription_back(world.associate, found, comment="Name the source of funds.")
    drain()
    subject, text = letters(mailing)[0]
    assert subject == "Harbour Capital: your subscription comes back to be mended"
    assert "Name the source of funds." in text
    assert f"/investments/subscriptions/{found}" in text
    desk.hand_in(world.investor, found)
    with acting_as(world.manager.tenancy):
        decline_subscription(world.manager, found, reason="Not this time.")
    drain()
    assert letters(mailing)[0][0] == "Harbour Capital: your subscription was declined"
    assert len(letters(mailing)) == mailed + 2


def test_what_was_mended_before_the_mail_went_is_not_told(
    desk: Desk, account: UUID, world: World, mailing: Path
) -> None:
    found = desk.submit(world.investor, account)
    drain()
    mailed = len(letters(mailing))
    with acting_as(world.associate.tenancy):
        send_subscription_back(world.associate, found, comment="Name the source of funds.")
    desk.hand_in(world.investor, found)
    drain()
    assert len(letters(mailing)) == mailed


def test_each_is_asked_to_sign_in_turn(desk: Desk, account: UUID, world: World, mailing: Path) -> None:
    found = desk.submit(world.investor, account)
    envelope = desk.accept(found)
    asked, text = letters(mailing)[0]
    assert asked == "Please sign Subscription agreement: Fund II, first close"
    assert "The firm has accepted the subscription." in text
    to_manager = [each for each in list_messages(mailing) if "manager@example.com" in each.recipients]
    assert not any(each.subject.startswith("Please sign") for each in to_manager)
    desk.sign(envelope, world.investor)
    to_manager = [each for each in list_messages(mailing) if "manager@example.com" in each.recipients]
    assert any(each.subject.startswith("Please sign") for each in to_manager)


def test_who_gets_less_than_they_asked_for_reads_it_before_they_sign(
    desk: Desk, account: UUID, world: World, mailing: Path
) -> None:
    desk.accept(desk.submit(world.investor, account), "55000")
    text = letters(mailing)[0][1]
    assert "The firm has accepted part of the amount asked for: the agreement says how much." in text
    assert "55,000" not in text
