"""Erasing a person: by two people, whole or not at all, and at the end for good."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from portal.domain.identity.access.values import Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.approvals.errors import NotOpen, OwnRequest
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.forgetting.services import FORGET
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.domain.people.privacy.errors import (
    ErasureOpen,
    HoldInForce,
    OwnErasure,
    PlanChanged,
    StillAdministrator,
    TermTooShort,
)
from portal.domain.people.privacy.queries.erasures import find_erasure, list_holds
from portal.domain.people.privacy.services.erasures import (
    propose_erasure,
    refuse_erasure,
    request_erasure,
    withdraw_erasure,
)
from portal.domain.people.privacy.services.retention import (
    destroy_due_keys,
    lift_hold,
    place_hold,
    set_retention_term,
)
from portal.domain.people.privacy.values.erasures import Erasure, ErasureState
from portal.domain.people.privacy.values.inventory import INVENTORY, Category
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.crypto import Unopenable
from portal.platform.db import transactional
from portal.platform.errors import Forbidden, NotFound
from portal.platform.personal import Place, seal, unseal
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import found_firm, give_totp, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.privacy import Firm, approve, ask, erased, make_privacy_firm, propose
from tests.factories.statements import HISTORY, Q3, publish_run

# Paid in, paid out, worth nothing: over since September 2025.
OVER = [
    ("commitment", "2024-11-01", "100"),
    ("contribution", "2024-11-15", "100"),
    ("valuation", "2025-06-30", "100"),
    ("return_of_capital", "2025-09-10", "100"),
    ("valuation", "2025-09-30", "0"),
]


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("erasing")


def wrapped_key(firm: Firm, subject_id: UUID) -> bytes:
    with acting_as(firm.system.tenancy):
        return bytes(
            db.fetch_value("SELECT wrapped FROM identity.subject_keys WHERE subject_id = %(id)s", id=subject_id)
        )


@transactional
def make_individual(firm: Firm, name: str) -> UUID:
    """An account of a natural person that nobody else acts for."""
    return open_account(firm.system, name=name, kind=AccountKind.INDIVIDUAL, members=[firm.person_id])


@transactional
def _hasten() -> None:
    db.execute("UPDATE platform.outbox SET due_at = now() WHERE state = 'ready'")


def found(firm: Firm) -> Erasure:
    with acting_as(firm.officer.tenancy):
        erasure = find_erasure(firm.officer, firm.person_id)
        assert erasure is not None
        return erasure


def test_two_people_erase_what_goes_now(firm: Firm) -> None:
    give_totp(firm.person)
    erased(firm)
    assert found(firm).state is ErasureState.DONE
    with acting_as(firm.system.tenancy):
        user = get_user(firm.system, firm.person_id)
        for table in FORGET:
            column = "session_id" if table == "identity.refresh_tokens" else "user_id"
            blank = " AND t.address <> ''" if table == "identity.sessions" else ""
            left = f"SELECT count(*) FROM {table} t WHERE t.{column} = %(user)s{blank}"
            assert db.fetch_value(left, user=firm.person_id) == 0, table
        hashed = db.fetch_value("SELECT password_hash FROM identity.users WHERE id = %(id)s", id=firm.person_id)
        members = db.fetch_value(
            "SELECT count(*) FROM people.account_members WHERE user_id = %(id)s", id=firm.person_id
        )
    assert (user.name, user.active, user.roles, hashed, members) == ("Erased person", False, frozenset(), None, 0)
    assert firm.email not in user.email


def test_the_books_stay_whole(firm: Firm) -> None:
    vehicle = make_vehicle(firm.id, "Erasing Fund")
    account = make_account(firm.id, "Gone Family Trust", firm.person)
    post_history(firm.id, account, vehicle, HISTORY)
    with acting_as(firm.officer.tenancy):
        before = db.fetch_all("SELECT * FROM investments.holdings ORDER BY id")
    erased(firm)
    with acting_as(firm.officer.tenancy):
        assert db.fetch_all("SELECT * FROM investments.holdings ORDER BY id") == before
    with acting_as(firm.system.tenancy):
        assert list_ledger_findings(firm.system) == []


def test_nobody_decides_alone_or_about_themselves(firm: Firm) -> None:
    erasure_id = ask(firm)
    approval_id, digest = propose(firm, erasure_id)
    with acting_as(firm.officer.tenancy), pytest.raises(OwnRequest):
        decide_approval(firm.officer, approval_id, digest=digest, approves=True)
    own = ask(firm, firm.officer)
    with acting_as(firm.officer.tenancy):
        for act in (propose_erasure, refuse_erasure):
            with pytest.raises(OwnErasure):
                act(firm.officer, own, **{"reason" if act is propose_erasure else "answer": "x"})
    with acting_as(firm.other.tenancy):
        about = propose_erasure(firm.other, own, reason="x")
        told = get_approval(firm.other, about).digest
    with acting_as(firm.officer.tenancy), pytest.raises(Forbidden):
        decide_approval(firm.officer, about, digest=told, approves=True)


def test_only_who_handles_privacy_acts_for_others(firm: Firm, world: World) -> None:
    erasure_id = ask(firm)
    manager = make_user(firm.id, "manager@erasing.example", Role.MANAGER)
    another = make_user(firm.id, "another@erasing.example", Role.INVESTOR)
    for person in (manager, another):
        with acting_as(person.tenancy):
            with pytest.raises(Forbidden):
                request_erasure(person, firm.person_id)
            with pytest.raises(Forbidden):
                propose_erasure(person, erasure_id, reason="x")
            with pytest.raises(Forbidden):
                place_hold(person, firm.person_id, reason="x")
            with pytest.raises(NotFound):
                withdraw_erasure(person, erasure_id)
    with acting_as(firm.person.tenancy), pytest.raises(ErasureOpen):
        request_erasure(firm.person, firm.person_id)


def test_what_is_withdrawn_is_not_erased(firm: Firm) -> None:
    erasure_id = ask(firm)
    approval_id, digest = propose(firm, erasure_id)
    with acting_as(firm.person.tenancy):
        withdraw_erasure(firm.person, erasure_id)
    with pytest.raises(NotOpen):
        approve(firm, approval_id, digest)
    assert found(firm).state is ErasureState.WITHDRAWN
    propose(firm, ask(firm))


def test_a_refusal_says_why(firm: Firm) -> None:
    erasure_id = ask(firm)
    approval_id, digest = propose(firm, erasure_id)
    with acting_as(firm.other.tenancy):
        refuse_erasure(firm.other, erasure_id, answer="A dispute is open.")
    with pytest.raises(NotOpen):
        approve(firm, approval_id, digest)
    assert (found(firm).state, found(firm).answer) == (ErasureState.REFUSED, "A dispute is open.")


def test_what_changed_since_it_was_read_is_not_done(firm: Firm) -> None:
    approval_id, digest = propose(firm, ask(firm))
    make_account(firm.id, "Opened Meanwhile", firm.person)
    with pytest.raises(PlanChanged):
        approve(firm, approval_id, digest)


def test_a_legal_hold_stops_it_at_every_step(firm: Firm) -> None:
    erasure_id = ask(firm)
    approval_id, digest = propose(firm, erasure_id)
    with acting_as(firm.officer.tenancy):
        place_hold(firm.officer, firm.person_id, reason="Litigation")
        with pytest.raises(HoldInForce):
            place_hold(firm.officer, firm.person_id, reason="Again")
    with pytest.raises(HoldInForce):
        approve(firm, approval_id, digest)
    with acting_as(firm.officer.tenancy):
        (hold,) = list_holds(firm.officer, firm.person_id)
        lift_hold(firm.officer, firm.person_id, hold.id)
    approve(firm, approval_id, digest, done=False)
    with acting_as(firm.officer.tenancy):
        place_hold(firm.officer, firm.person_id, reason="Overtook it")
    drain()
    assert found(firm).state is ErasureState.ASKED
    with acting_as(firm.system.tenancy):
        assert get_user(firm.system, firm.person_id).active


def test_the_last_administrator_stays(firm: Firm) -> None:
    only = make_user(firm.id, "only@erasing.example", Role.ADMINISTRATOR)
    erasure_id = ask(firm, only)
    with acting_as(firm.officer.tenancy), pytest.raises(StillAdministrator):
        propose_erasure(firm.officer, erasure_id, reason="x")


def test_every_category_that_goes_has_what_takes_it_away() -> None:
    going = {Category.SIGN_IN, Category.CONTACT}
    named = {each.table for each in INVENTORY if each.category in going} - {
        "identity.users",
        "people.delegated_accounts",
        "platform.idempotency",  # by forget_answers_of, which a test of its own sees
    }
    assert named == set(FORGET), "Take the table away in portal/domain/identity/forgetting/services.py."


def test_at_the_end_the_key_is_destroyed_and_nothing_opens_what_it_sealed(firm: Firm) -> None:
    vehicle = make_vehicle(firm.id, "Ending Fund")
    with acting_as(firm.system.tenancy):
        account = make_individual(firm, "Gone Person")
    post_history(firm.id, account, vehicle, OVER)
    run_maker = make_user(firm.id, "run@erasing.example", Role.MANAGER)
    publish_run(run_maker, vehicle, Q3)
    with acting_as(firm.system.tenancy):
        file_key = db.fetch_value("SELECT file_key FROM investments.statements WHERE account_id = %(id)s", id=account)
    places = [Place("people.profiles.details", each, each) for each in (firm.person_id, account)]
    before = {place.subject: wrapped_key(firm, place.subject) for place in places}
    sealed = {place.subject: seal("078-05-1120", place, before[place.subject]) for place in places}
    erased(firm)
    last = found(firm).destroy_after
    assert last == date(2032, 12, 31)
    assert {place.subject: wrapped_key(firm, place.subject) for place in places} == before

    for day, count in ((last, 0), (date(last.year + 1, 1, 1), 1), (date(last.year + 1, 1, 2), 0)):
        with time_machine.travel(f"{day}T12:00:00+00:00", tick=True), acting_as(firm.system.tenancy):
            assert destroy_due_keys(firm.system) == count, day
    for place in places:
        now = wrapped_key(firm, place.subject)
        assert now != before[place.subject]
        with pytest.raises(Unopenable):
            unseal(sealed[place.subject], place, now)
    with acting_as(firm.system.tenancy):
        name = db.fetch_value("SELECT name FROM people.investor_accounts WHERE id = %(id)s", id=account)
        assert list_ledger_findings(firm.system) == []
    assert name == f"Erased account {str(account)[:8]}"
    assert resources().store.exists(file_key)
    with acting_as(firm.system.tenancy):
        _hasten()
    drain()
    assert not resources().store.exists(file_key)
    assert found(firm).destroyed_at is not None


def test_a_hold_and_a_longer_term_keep_it_on(firm: Firm) -> None:
    erased(firm)
    last = found(firm).destroy_after
    assert last is not None
    with acting_as(firm.officer.tenancy):
        place_hold(firm.officer, firm.person_id, reason="Litigation")
    with time_machine.travel(f"{last.year + 1}-01-01T12:00:00+00:00", tick=True):
        with acting_as(firm.system.tenancy):
            assert destroy_due_keys(firm.system) == 0
        with acting_as(firm.officer.tenancy):
            (hold,) = list_holds(firm.officer, firm.person_id)
            lift_hold(firm.officer, firm.person_id, hold.id)
            set_retention_term(firm.officer, Category.RECORD, years=20)
            with pytest.raises(TermTooShort):
                set_retention_term(firm.officer, Category.BOOKS, years=4)
        with acting_as(firm.system.tenancy):
            assert destroy_due_keys(firm.system) == 0
    assert found(firm).destroy_after == date(found(firm).asked_at.year + 20, 12, 31)


def test_two_workers_at_once_erase_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm = make_privacy_firm("erasing-at-once")
        approval_id, digest = propose(firm, ask(firm))
        approve(firm, approval_id, digest, done=False)

    def work(_: int) -> None:
        with committed_app.app_context():
            drain()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, range(3)))
    with committed_app.app_context(), acting_as(firm.system.tenancy):
        acts = db.fetch_value(
            "SELECT count(*) FROM identity.audit_events WHERE act = 'erasure.complete' AND resource = %(of)s",
            of=f"user:{firm.person_id}",
        )
        assert acts == 1


def test_another_firm_sees_nothing_of_it(firm: Firm, world: World) -> None:
    erasure_id = ask(firm)
    foreign = make_user(found_firm("elsewhere-erasing", "Elsewhere"), "officer@else.example", Role.COMPLIANCE)
    with acting_as(foreign.tenancy):
        assert find_erasure(foreign, firm.person_id) is None
        with pytest.raises(Exception, match="nothing here"):
            propose_erasure(foreign, erasure_id, reason="x")
        with pytest.raises(Exception, match="nothing here"):
            place_hold(foreign, firm.person_id, reason="x")
