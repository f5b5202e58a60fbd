"""Erasing somebody leaves nothing behind: not at once of what goes at once, not at the end of what was kept."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal.domain.identity.approvals.errors import NotOpen
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import ApprovalState
from portal.domain.people.delegations.queries import list_given_delegations, list_received_delegations
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.domain.people.payment_instructions.queries import list_payment_instructions
from portal.domain.people.privacy.services.erasures import withdraw_erasure
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.tenancy import acting_as
from tests.factories import whole_person as whole
from tests.factories.privacy import Firm, ask, end_retention, erased, make_privacy_firm
from tests.factories.whole_person import Whole

OWN = ("identity.passkeys", "identity.text_factors", "identity.recovery_codes", "identity.contact_changes")


@pytest.fixture
def firm(app: Flask) -> Firm:
    return make_privacy_firm("leaving-nothing")


@pytest.fixture
def held(firm: Firm) -> Whole:
    return whole.give_everything(firm)


def count(firm: Firm, table: str, condition: str = "user_id = %(user)s") -> int:
    """How many rows of the person a table has."""
    with acting_as(firm.system.tenancy):
        found: int = db.fetch_value(f"SELECT count(*) FROM {table} WHERE {condition}", user=firm.person_id)
    return found


def test_what_they_signed_in_with_is_gone(firm: Firm, held: Whole) -> None:
    assert all(count(firm, table) for table in OWN)
    erased(firm)
    assert {table: count(firm, table) for table in OWN} == dict.fromkeys(OWN, 0)
    assert count(firm, "identity.users", "id = %(user)s AND phone_sealed IS NULL") == 1


def test_what_they_shared_and_were_shown_is_over(firm: Firm, held: Whole) -> None:
    erased(firm)
    with acting_as(held.helper.tenancy):
        assert list_received_delegations(held.helper) == []
        assert list_accounts(held.helper) == []
    with acting_as(held.helped.tenancy):
        (given,) = list_given_delegations(held.helped)
    assert (given.called, given.state.value, given.accounts) == ("Erased person", "ended", {})
    assert count(firm, "people.delegated_accounts", "%(user)s IN (grantor_id, delegate_id)") == 0


def test_what_was_asked_about_them_is_decided_no_more(firm: Firm, held: Whole) -> None:
    with acting_as(firm.system.tenancy):
        recovery = db.fetch_value("SELECT id FROM identity.recoveries WHERE user_id = %(id)s", id=firm.person_id)
    erased(firm)
    assert count(firm, "identity.recoveries", "user_id = %(user)s AND ended IS NULL") == 0
    with acting_as(firm.officer.tenancy):
        request = get_approval(firm.officer, recovery)
        assert request.state is ApprovalState.WITHDRAWN
        with pytest.raises(NotOpen):
            decide_approval(firm.officer, recovery, digest=request.digest, approves=True)


def test_nobody_views_them_any_more(firm: Firm, held: Whole) -> None:
    assert count(firm, "identity.viewings", "investor_id = %(user)s AND ended_at IS NULL") == 1
    erased(firm)
    assert count(firm, "identity.viewings", "investor_id = %(user)s AND ended_at IS NULL") == 0


def test_why_they_asked_is_forgotten_also_of_requests_they_took_back(firm: Firm) -> None:
    first = ask(firm)
    with acting_as(firm.person.tenancy):
        withdraw_erasure(firm.person, first)
    erased(firm)
    assert count(firm, "people.erasures") == 2
    assert count(firm, "people.erasures", "user_id = %(user)s AND reason <> ''") == 0


def test_what_the_law_keeps_is_there_until_its_end_and_then_empty(firm: Firm, held: Whole) -> None:
    profiles = "subject_id IN (%(user)s, (SELECT id FROM people.investor_accounts WHERE name ~ 'Canary|^Erased'))"
    erased(firm)
    assert count(firm, "people.profiles", profiles) == 2
    assert [each.holder for each in _bank_details(firm, held)] == [whole.BANK.holder]
    end_retention(firm)
    assert count(firm, "people.profiles", profiles) == 0
    (emptied,) = _bank_details(firm, held)
    assert (emptied.holder, emptied.bank, emptied.routing) == ("Erased person", "", "")
    assert "6639" not in emptied.number


def test_requests_tell_nothing_of_their_bank_details_either(firm: Firm, held: Whole) -> None:
    with acting_as(firm.system.tenancy):
        _copy_as_before()
    erased(firm)
    end_retention(firm)
    with acting_as(firm.system.tenancy):
        requests = db.fetch_all("SELECT kind, reason, content::text AS content FROM identity.approvals")
    assert {row.kind for row in requests} == {"payments.change", "factor.reset", "privacy.erase"}
    told = " ".join(row.reason + row.content for row in requests)
    for word in (whole.BANK.holder, "6639", "fingerprint", whole.WHY_RECOVERED):
        assert word not in told


@transactional
def _copy_as_before() -> None:
    """Requests had copies of bank details once."""
    copied = {"name": "Mona Account Canary", "holder": whole.BANK.holder, "number": "•••• 6639"}
    db.execute(
        "UPDATE identity.approvals SET content = content || %(copied)s::jsonb WHERE kind = 'payments.change'",
        copied=json.dumps(copied),
    )


def _bank_details(firm: Firm, held: Whole) -> list[object]:
    with acting_as(firm.officer.tenancy):
        return list(list_payment_instructions(firm.officer, held.account))
