"""What comes between asking, approving, erasing and destroying: nothing goes that nobody agreed to."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.leaving.services import close_access
from portal.domain.identity.subjects.queries import get_subject_key
from portal.domain.people.investor_accounts.queries import get_account
from portal.domain.people.investor_accounts.services import add_member, open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.domain.people.payment_instructions.queries import list_payment_instructions
from portal.domain.people.privacy.errors import OwnErasure
from portal.domain.people.privacy.queries.erasures import find_erasure, list_holds
from portal.domain.people.privacy.queries.exports import list_collections
from portal.domain.people.privacy.services.retention import destroy_due_keys, lift_hold, place_hold
from portal.domain.people.privacy.values.erasures import Erasure, ErasureState
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.factories.payment_instructions import enter
from tests.factories.privacy import Firm, approve, ask, erased, make_privacy_firm, propose


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("overtaken")


def found(firm: Firm) -> Erasure:
    with acting_as(firm.officer.tenancy):
        erasure = find_erasure(firm.officer, firm.person_id)
    assert erasure is not None
    return erasure


@transactional
def make_individual(firm: Firm, name: str) -> UUID:
    return open_account(firm.system, name=name, kind=AccountKind.INDIVIDUAL, members=[firm.person_id])


def test_what_changed_after_it_was_approved_is_not_done(firm: Firm) -> None:
    approve(firm, *propose(firm, ask(firm)), done=False)
    make_account(firm.id, "Opened Meanwhile", firm.person)
    drain()
    assert found(firm).state is ErasureState.ASKED
    approve(firm, *propose(firm, found(firm).id))
    assert found(firm).state is ErasureState.DONE


def test_who_became_the_only_administrator_meanwhile_stays(firm: Firm) -> None:
    other = make_user(firm.id, "other.administrator@overtaken.example", Role.ADMINISTRATOR)
    assert other.user_id
    with acting_as(firm.system.tenancy):
        grant_role(firm.system, firm.person_id, role=Role.ADMINISTRATOR)
    approve(firm, *propose(firm, ask(firm)), done=False)
    with acting_as(firm.system.tenancy):
        close_access(firm.system, other.user_id)
    drain()
    assert found(firm).state is ErasureState.ASKED


def test_an_account_that_somebody_acts_for_again_is_theirs(firm: Firm) -> None:
    heir = make_user(firm.id, "heir@overtaken.example", Role.INVESTOR)
    assert heir.user_id
    with acting_as(firm.system.tenancy):
        account_id = make_individual(firm, "Estate of Mona")
        left_alone = make_individual(firm, "Left Alone")
    erased(firm)
    with acting_as(firm.system.tenancy):
        add_member(firm.system, account_id, user_id=heir.user_id)
    enter(heir, account_id)
    with acting_as(firm.system.tenancy):
        key = get_subject_key(account_id)
    last = found(firm).destroy_after
    assert last is not None
    with time_machine.travel(f"{date(last.year + 1, 1, 1)}T12:00:00+00:00"), acting_as(firm.system.tenancy):
        assert destroy_due_keys(firm.system) == 1
        assert get_subject_key(account_id) == key
        assert get_account(firm.system, account_id).name == "Estate of Mona"
        assert list_payment_instructions(firm.system, account_id)[0].holder == "Lane Trust"
        assert get_account(firm.system, left_alone).name.startswith("Erased account")


def test_a_hold_is_lifted_as_that_of_its_own_person_and_by_another(firm: Firm) -> None:
    held, elsewhere = firm.person_id, make_user(firm.id, "elsewhere@overtaken.example", Role.INVESTOR).user_id
    assert elsewhere
    assert firm.other.user_id
    with acting_as(firm.officer.tenancy):
        for person_id in (held, firm.other.user_id):
            place_hold(firm.officer, person_id, reason="Litigation")
        (hold,), (own,) = (list_holds(firm.officer, each) for each in (held, firm.other.user_id))
        with pytest.raises(NotFound):
            lift_hold(firm.officer, elsewhere, hold.id)
        assert list_holds(firm.officer, held)[0].lifted_at is None
    with acting_as(firm.other.tenancy):
        with pytest.raises(OwnErasure):
            lift_hold(firm.other, firm.other.user_id, own.id)
        lift_hold(firm.other, held, hold.id)
        assert list_holds(firm.other, held)[0].lifted_at is not None


def test_who_asks_for_an_act_takes_nothing_away_of_whom_it_is_about(firm: Firm) -> None:
    propose(firm, ask(firm))
    (asked,) = requests_in_export(firm, firm.officer)
    assert (asked["by_you"], asked["content"]) == (True, None)
    (about,) = requests_in_export(firm, firm.person)
    assert (about["by_you"], "lines" in about["content"]) == (False, True)


def requests_in_export(firm: Firm, actor: Actor) -> list[dict[str, object]]:
    assert actor.user_id
    with acting_as(firm.system.tenancy):
        collected = {each.file: each.rows for each in list_collections(firm.system, actor.user_id)}
        db.end_reading()
    return [dict(row) for row in collected["record/requests"]]
