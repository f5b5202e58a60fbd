"""Mail about verifications: decided, ended, running out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.eligibility.queries import list_expiring_verifications
from portal.domain.investments.eligibility.services import (
    confirm_verification,
    end_verification,
    refuse_verification,
    request_verification,
)
from portal.domain.investments.eligibility.values import EXPIRING_DAYS, Basis, VerificationKind, VerificationRequest
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.db import execute, fetch_all, transactional
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.jobs.test_offerings import told

FIRM = "Harbour Capital: "


@pytest.fixture
def officer(app: Flask, world: World) -> Actor:
    return make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE)


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


def ask(actor: Actor, account: UUID, basis: Basis = Basis.CHECKED) -> UUID:
    kind = VerificationKind.IDENTITY if basis is Basis.CHECKED else VerificationKind.ACCREDITATION
    with acting_as(actor.tenancy):
        return request_verification(actor, account, VerificationRequest(kind, basis, clock.today()))


@transactional
def bring_forward() -> None:
    """Let everything that waits for its day be due."""
    execute("UPDATE platform.outbox SET due_at = now() WHERE job = 'verifications.warn'")


def test_a_decision_is_told_with_its_reason(world: World, officer: Actor, account: UUID, mailing: Path) -> None:
    refused, ended = ask(world.investor, account), ask(world.investor, account, Basis.INCOME)
    with acting_as(officer.tenancy):
        refuse_verification(officer, refused, reason="The passport has expired.")
        confirm_verification(officer, ended)
    drain()
    read = {subject.removeprefix(FIRM): text for (_, subject), text in told(mailing).items()}
    assert set(read) == {"a verification was refused", "a verification is confirmed"}
    assert "The passport has expired." in read["a verification was refused"]
    assert "identity of Lane Family Trust" in read["a verification was refused"]
    assert "It counts until" in read["a verification is confirmed"]
    assert "That is soon" not in read["a verification is confirmed"]
    with acting_as(officer.tenancy):
        end_verification(officer, ended, reason="The letter was withdrawn.")
    drain()
    assert "The letter was withdrawn." in " ".join(told(mailing).values())


@pytest.mark.parametrize("is_renewed", [False, True])
def test_who_acts_for_an_account_hears_before_it_runs_out(
    world: World, officer: Actor, account: UUID, mailing: Path, *, is_renewed: bool
) -> None:
    found = ask(world.investor, account, Basis.INCOME)
    with acting_as(officer.tenancy):
        confirm_verification(officer, found, expires_on=clock.today() + timedelta(days=40))
        (planned,) = fetch_all("SELECT due_at FROM platform.outbox WHERE job = 'verifications.warn'")
    assert planned.due_at.date() == clock.today() + timedelta(days=10)
    if is_renewed:
        ask(world.investor, account, Basis.INCOME)
    with acting_as(Actor.system(world.firm_id).tenancy):
        bring_forward()
    drain()
    warned = [text for (_, subject), text in told(mailing).items() if subject == f"{FIRM}a verification runs out soon"]
    assert len(warned) == (0 if is_renewed else 1)
    assert all("accreditation of Lane Family Trust" in text for text in warned)


def test_what_runs_out_soon_when_it_is_confirmed_is_told_at_once(
    world: World, officer: Actor, account: UUID, mailing: Path
) -> None:
    found = ask(world.investor, account, Basis.INCOME)
    with acting_as(officer.tenancy):
        confirm_verification(officer, found, expires_on=clock.today() + timedelta(days=EXPIRING_DAYS - 1))
        assert [each.id for each in list_expiring_verifications(officer, today=clock.today())] == [found]
    drain()
    ((key, text),) = told(mailing).items()
    assert key[1] == f"{FIRM}a verification is confirmed"
    assert "That is soon: ask for the next verification now" in text
