"""Offerings from draft to funded, through the services and the database's rows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.errors import AlreadyAsked, OwnRequest
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.eligibility.errors import OwnVerification, VerificationWaiting
from portal.domain.investments.eligibility.queries import list_expiring_verifications, list_waiting_verifications
from portal.domain.investments.eligibility.services import (
    confirm_verification,
    end_verification,
    refuse_verification,
    request_verification,
)
from portal.domain.investments.eligibility.values import Basis, Exemption, VerificationKind, VerificationRequest
from portal.domain.investments.opportunities.errors import ChangedSinceAsked, NoRoom, NotDraft, NotOpen, NotThatFar
from portal.domain.investments.opportunities.queries.interests import (
    list_interest_changes,
    list_interests,
    list_offering_answers,
    list_offering_questions,
    list_own_offering_questions,
)
from portal.domain.investments.opportunities.queries.opportunities import (
    get_opportunity,
    list_judged_accounts,
    list_opportunities,
    list_reasons,
)
from portal.domain.investments.opportunities.services.interests import (
    answer_about_opportunity,
    ask_about_opportunity,
    express_interest,
    watch_opportunity,
    withdraw_interest,
)
from portal.domain.investments.opportunities.services.offering import add_close, change_opportunity
from portal.domain.investments.opportunities.services.opening import (
    close_opportunity,
    fund_opportunity,
    propose_opening,
)
from portal.domain.investments.opportunities.services.places import give_place_back, take_place
from portal.domain.investments.opportunities.values.interests import AnswerAudience, InterestState
from portal.domain.investments.opportunities.values.opportunities import OfferedTo, OpportunityState
from portal.platform import clock
from portal.platform.db import execute, fetch_all, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import approve, draft_opportunity, make_opportunity, offering, verify
from tests.statements import noted_statements


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID) -> UUID:
    return make_vehicle(firm_id, "Harbour Growth II")


@pytest.fixture
def account(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    return make_account(firm_id, "Lane Family Trust", investor)


@pytest.fixture
def compliance(app: Flask, firm_id: UUID) -> Actor:
    return make_user(firm_id, "officer@example.com", Role.COMPLIANCE)


@transactional
def _move_opening(opportunity_id: UUID, days: int) -> None:
    execute(
        "UPDATE investments.opportunities SET opened_at = now() + make_interval(days => %(days)s) WHERE id = %(id)s",
        days=days,
        id=opportunity_id,
    )


def seen_by(actor: Actor) -> list[str]:
    with acting_as(actor.tenancy):
        listed = [each.name for each in list_opportunities(actor)]
        assert sorted(listed) == sorted(row.name for row in fetch_all("SELECT name FROM investments.opportunities"))
        return listed


def test_an_offering_opens_once_another_person_approved_what_is_written(
    vehicle: UUID, account: UUID, investor: Actor, associate: Actor, manager: Actor
) -> None:
    found = draft_opportunity(associate, offering(vehicle))
    assert seen_by(investor) == []
    with acting_as(associate.tenancy):
        asked = propose_opening(associate, found, reason="Ready.")
        with pytest.raises(NotDraft):
            change_opportunity(associate, found, offering(vehicle, "Other"))
        with pytest.raises(AlreadyAsked):
            propose_opening(associate, found, reason="Again.")
    assert seen_by(investor) == []
    approve(manager, asked)
    assert seen_by(investor) == ["First close"]


def test_who_asked_does_not_open_and_a_rejected_draft_is_changed_again(vehicle: UUID, manager: Actor) -> None:
    found = draft_opportunity(manager, offering(vehicle))
    other = make_user(manager.firm_id, "second.manager@example.com", Role.MANAGER)
    with acting_as(manager.tenancy):
        asked = propose_opening(manager, found, reason="Ready.")
        digest = get_approval(manager, asked).digest
        with pytest.raises(OwnRequest):
            decide_approval(manager, asked, digest=digest, approves=True)
    with acting_as(other.tenancy):
        decide_approval(other, asked, digest=digest, approves=False, comment="Too small.")
        assert get_opportunity(other, found).state is OpportunityState.DRAFT
        change_opportunity(other, found, offering(vehicle, target=Decimal(2_000_000)))


def test_what_was_changed_behind_the_request_does_not_open(vehicle: UUID, associate: Actor, manager: Actor) -> None:
    found = draft_opportunity(associate, offering(vehicle))
    with acting_as(associate.tenancy):
        asked = propose_opening(associate, found, reason="Ready.")

        @transactional
        def change() -> None:
            execute("UPDATE investments.opportunities SET minimum = 1 WHERE id = %(id)s", id=found)

        change()
    with pytest.raises(ChangedSinceAsked):
        approve(manager, asked)
    with acting_as(manager.tenancy):
        assert get_opportunity(manager, found).state is OpportunityState.WAITING


def test_a_private_offering_is_not_shown_to_whom_the_firm_came_to_know_later(
    vehicle: UUID, account: UUID, investor: Actor, associate: Actor, manager: Actor
) -> None:
    found = make_opportunity(associate, manager, offering(vehicle))
    assert seen_by(investor) == ["First close"]
    with acting_as(manager.tenancy):
        _move_opening(found, -1)
    assert seen_by(investor) == []
    with acting_as(investor.tenancy), pytest.raises(NotFound):
        list_reasons(investor, found, account)
    with acting_as(manager.tenancy):
        reasons = [each.code for each in list_reasons(manager, found, account)]
    assert reasons[0] == "no_prior_relation"


def test_an_offering_to_named_accounts_is_shown_to_their_people_alone(
    vehicle: UUID, account: UUID, investor: Actor, another_investor: Actor, associate: Actor, manager: Actor
) -> None:
    other = make_account(investor.firm_id, "Ortiz", another_investor)
    make_opportunity(associate, manager, offering(vehicle, audience=OfferedTo.NAMED), account)
    assert seen_by(investor) == ["First close"]
    assert seen_by(another_investor) == []
    make_opportunity(associate, manager, offering(vehicle, "Second", audience=OfferedTo.NAMED), account, other)
    assert seen_by(another_investor) == ["Second"]


def test_another_firm_sees_nothing(
    vehicle: UUID, account: UUID, world: World, associate: Actor, manager: Actor
) -> None:
    make_opportunity(associate, manager, offering(vehicle))
    assert seen_by(world.foreign_manager) == []


def test_an_offering_is_closed_then_funded_and_takes_nothing_more(
    vehicle: UUID, account: UUID, investor: Actor, associate: Actor, manager: Actor
) -> None:
    found = make_opportunity(associate, manager, offering(vehicle))
    with acting_as(associate.tenancy), pytest.raises(Forbidden):
        close_opportunity(associate, found)
    with acting_as(manager.tenancy):
        with pytest.raises(NotThatFar):
            fund_opportunity(manager, found)
        close_opportunity(manager, found)
        with pytest.raises(NotOpen):
            take_place(manager, found, Decimal(50_000), accredited=True)
    with acting_as(investor.tenancy), pytest.raises(NotOpen):
        express_interest(investor, found, account, amount=Decimal(50_000))
    with acting_as(manager.tenancy):
        fund_opportunity(manager, found)
        assert get_opportunity(manager, found).state is OpportunityState.FUNDED


def test_places_are_taken_up_to_the_cap_and_given_back(vehicle: UUID, associate: Actor, manager: Actor) -> None:
    found = make_opportunity(associate, manager, offering(vehicle, cap=Decimal(1_000_000)))
    with acting_as(manager.tenancy):
        take_place(manager, found, Decimal(600_000), accredited=True)
        with pytest.raises(NoRoom):
            take_place(manager, found, Decimal("400000.01"), accredited=True)
        take_place(manager, found, Decimal(400_000), accredited=False)
        full = get_opportunity(manager, found)
        assert (full.capacity.taken, full.capacity.places, full.capacity.non_accredited) == (1_000_000, 2, 1)
        assert full.progress == 1
        give_place_back(manager, found, Decimal(400_000), accredited=False)
        left = get_opportunity(manager, found).left
        assert left is not None
        assert left.amount == 400_000


def test_interest_is_said_changed_and_taken_back_and_all_of_it_kept(
    vehicle: UUID, account: UUID, investor: Actor, another_investor: Actor, associate: Actor, manager: Actor
) -> None:
    found = make_opportunity(associate, manager, offering(vehicle))
    make_account(investor.firm_id, "Ortiz", another_investor)
    with acting_as(another_investor.tenancy), pytest.raises(NotFound):
        express_interest(another_investor, found, account, amount=Decimal(50_000))
    with acting_as(investor.tenancy):
        first = express_interest(investor, found, account, amount=Decimal(50_000))
        assert express_interest(investor, found, account, amount=Decimal(75_000), note="A little more.") == first
        with pytest.raises(Invalid):
            express_interest(investor, found, account, amount=Decimal("0.001"))
        withdraw_interest(investor, found, account)
        with pytest.raises(NotFound):
            withdraw_interest(investor, found, account)
        assert [(each.amount, each.state) for each in list_interests(investor, found)] == [
            (75_000, InterestState.WITHDRAWN)
        ]
        watch_opportunity(investor, found, watched=True)
        assert get_opportunity(investor, found).watched
    with acting_as(another_investor.tenancy):
        assert list_interests(another_investor, found) == list_interest_changes(another_investor, found) == []
    with acting_as(associate.tenancy):
        assert [each.amount for each in list_interest_changes(associate, found)] == [75_000, 75_000, 50_000]


def test_answers_reach_the_asker_or_everybody_and_never_say_who_asked(
    vehicle: UUID, account: UUID, investor: Actor, another_investor: Actor, associate: Actor, manager: Actor
) -> None:
    found = make_opportunity(associate, manager, offering(vehicle))
    make_account(investor.firm_id, "Ortiz", another_investor)
    with acting_as(investor.tenancy):
        mine, shared = (ask_about_opportunity(investor, found, text) for text in ("Mine?", "Ada asks: fees?"))
    with acting_as(associate.tenancy):
        assert {each.asker for each in list_offering_questions(associate, found)} == {investor.name}
        answer_about_opportunity(associate, mine, answer="Yours.", audience=AnswerAudience.ASKER)
        answer_about_opportunity(
            associate, shared, answer="2 %.", audience=AnswerAudience.EVERYBODY, question="What are the fees?"
        )
    with acting_as(another_investor.tenancy):
        assert list_own_offering_questions(another_investor, found) == []
        answers = list_offering_answers(another_investor, found)
        assert [(each.question, each.answer) for each in answers] == [("What are the fees?", "2 %.")]
        assert len(fetch_all("SELECT FROM investments.opportunity_answers")) == 1
    with acting_as(investor.tenancy):
        assert {each.answer for each in list_own_offering_questions(investor, found)} == {"Yours.", "2 %."}


def test_compliance_confirms_what_another_person_asked_for_and_eligibility_follows(
    vehicle: UUID, account: UUID, investor: Actor, associate: Actor, manager: Actor, compliance: Actor
) -> None:
    found = make_opportunity(associate, manager, offering(vehicle))
    request = VerificationRequest(VerificationKind.ACCREDITATION, Basis.LETTER, clock.today() - timedelta(days=70))
    with acting_as(investor.tenancy):
        missing = {each.code for each in list_reasons(investor, found, account)}
        asked = request_verification(investor, account, request)
        with pytest.raises(VerificationWaiting):
            request_verification(investor, account, request)
    assert missing >= {"accreditation_missing", "identity_missing", "tax_form_missing"}
    with acting_as(associate.tenancy), pytest.raises(Forbidden):
        confirm_verification(associate, asked)
    with acting_as(compliance.tenancy):
        assert [each.id for each in list_waiting_verifications(compliance)] == [asked]
        confirm_verification(compliance, asked)
        assert [each.id for each in list_expiring_verifications(compliance, today=clock.today())] == [asked]
        own = request_verification(
            compliance, account, VerificationRequest(VerificationKind.IDENTITY, Basis.CHECKED, clock.today())
        )
        with pytest.raises(OwnVerification):
            confirm_verification(compliance, own)
    verify(associate, compliance, account, Basis.W9)
    with acting_as(investor.tenancy):
        left = {each.code for each in list_reasons(investor, found, account)}
        assert left == {"residence_missing", "identity_waiting"}
    with acting_as(compliance.tenancy):
        end_verification(compliance, asked, reason="The letter was false.")
    with acting_as(investor.tenancy):
        reasons = {each.code: each.because for each in list_reasons(investor, found, account)}
    assert "The letter was false." in reasons["accreditation_refused"]


def test_a_refusal_says_why(account: UUID, investor: Actor, compliance: Actor) -> None:
    request = VerificationRequest(VerificationKind.IDENTITY, Basis.CHECKED, clock.today())
    with acting_as(investor.tenancy):
        asked = request_verification(investor, account, request)
    with acting_as(compliance.tenancy):
        with pytest.raises(Invalid):
            refuse_verification(compliance, asked, reason=" ")
        refuse_verification(compliance, asked, reason="The passport ran out.")


def test_nothing_opens_without_a_close_to_come(vehicle: UUID, associate: Actor) -> None:
    with acting_as(associate.tenancy):
        found = draft_opportunity(associate, offering(vehicle, audience=OfferedTo.NAMED))
        with pytest.raises(Invalid):
            propose_opening(associate, found, reason="Ready.")
        with pytest.raises(Invalid):
            add_close(associate, found, clock.today() - timedelta(days=1))


def test_a_list_takes_as_many_statements_for_many_as_for_few(
    vehicle: UUID, investor: Actor, associate: Actor, manager: Actor
) -> None:
    def asked() -> int:
        with acting_as(investor.tenancy), noted_statements() as noted:
            for each in list_opportunities(investor):
                assert len(list_judged_accounts(investor, each)) >= 1
                break
        return len(noted)

    make_account(investor.firm_id, "Account", investor)
    make_opportunity(associate, manager, offering(vehicle))
    few = asked()
    for number in range(5):
        make_account(investor.firm_id, f"Account {number}", investor)
    make_opportunity(associate, manager, offering(vehicle, "Second", exemption=Exemption.RULE_506C))
    assert asked() == few
