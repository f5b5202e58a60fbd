"""What is left of the erased in offerings: that they asked and were interested, and none of their words."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.services import request_verification
from portal.domain.investments.eligibility.values import Basis, VerificationKind, VerificationRequest
from portal.domain.investments.opportunities.queries.interests import list_interest_changes, list_offering_questions
from portal.domain.investments.opportunities.services.forgetting import forget_watches, forget_words
from portal.domain.investments.opportunities.services.interests import (
    answer_about_opportunity,
    ask_about_opportunity,
    express_interest,
    watch_opportunity,
)
from portal.domain.investments.opportunities.values.interests import AnswerAudience
from portal.domain.people.privacy.signals import PersonErased, RetentionEnded
from portal.platform import clock
from portal.platform.db import fetch_all, transactional
from portal.platform.errors import Forbidden
from portal.platform.signals import publish
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import make_opportunity, offering

WATCHES = "SELECT FROM investments.opportunity_watches"
WORDS = """
SELECT note FROM investments.interest_changes UNION ALL SELECT note FROM investments.verifications
UNION ALL SELECT question FROM investments.opportunity_questions
UNION ALL SELECT question FROM investments.opportunity_answers
"""


@transactional
def _tell(fact: object) -> None:
    publish(fact)


def _say(investor: Actor, associate: Actor, opportunity: UUID, account: UUID) -> None:
    with acting_as(investor.tenancy):
        watch_opportunity(investor, opportunity, watched=True)
        express_interest(investor, opportunity, account, amount=Decimal(50_000), note="I, Ada.")
        asked = VerificationRequest(VerificationKind.IDENTITY, Basis.CHECKED, clock.today(), note="I, Ada.")
        request_verification(investor, account, asked)
        question = ask_about_opportunity(investor, opportunity, "I, Ada?")
    with acting_as(associate.tenancy):
        answer_about_opportunity(associate, question, answer="Yes.", audience=AnswerAudience.ASKER)


def test_of_the_erased_no_watch_stays_and_at_the_end_no_word(
    app: Flask, firm_id: UUID, investor: Actor, associate: Actor, manager: Actor
) -> None:
    account = make_account(firm_id, "Lane Family Trust", investor)
    opportunity = make_opportunity(associate, manager, offering(make_vehicle(firm_id, "Harbour Growth II")))
    _say(investor, associate, opportunity, account)
    system = Actor.system(firm_id)
    assert investor.user_id
    with acting_as(system.tenancy):
        assert len(fetch_all(WATCHES)) == 1
        _tell(PersonErased(system, investor.user_id))
        assert fetch_all(WATCHES) == []
        assert len([row for row in fetch_all(WORDS) if "Ada" in row[0]]) == 4
        _tell(RetentionEnded(system, investor.user_id, (account,)))
        assert [row for row in fetch_all(WORDS) if "Ada" in row[0]] == []
        assert [each.amount for each in list_interest_changes(system, opportunity)] == [50_000]
        assert [each.question for each in list_offering_questions(system, opportunity)] == ["–"]


def test_nobody_but_the_machinery_forgets(app: Flask, manager: Actor) -> None:
    assert manager.user_id
    with acting_as(manager.tenancy):
        with pytest.raises(Forbidden):
            forget_watches(manager, manager.user_id)
        with pytest.raises(Forbidden):
            forget_words(manager, manager.user_id, [])
