"""Questions about an opportunity, as pages."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.opportunities.services.interests import (
    answer_about_opportunity,
    ask_about_opportunity,
)
from portal.domain.investments.opportunities.values.interests import AnswerAudience
from portal.platform.tenancy import acting_as
from portal.web.investments import offering_questions
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import make_opportunity, offering
from tests.factories.web import sign_in


@pytest.fixture
def opportunity(app: Flask, firm_id: UUID, associate: Actor, manager: Actor, investor: Actor) -> UUID:
    make_account(firm_id, "Lane Family Trust", investor)
    return make_opportunity(associate, manager, offering(make_vehicle(firm_id, "Harbour Growth II")))


def test_a_question_is_asked_answered_to_all_and_its_asker_not_named(
    app: Flask, opportunity: UUID, associate: Actor, investor: Actor, another_investor: Actor
) -> None:
    make_account(associate.firm_id, "Ortiz", another_investor)
    asker, staff, other = (sign_in(app.test_client(), each) for each in (investor, associate, another_investor))
    place = f"/investments/offering-questions/{opportunity}"
    assert asker.post(place, data={"question": " "}).status_code == 422
    assert "I, Ada: fees?" in asker.post(place, data={"question": "I, Ada: fees?"}, follow_redirects=True).text
    assert "I, Ada: fees?" not in other.get(place).text
    assert "I, Ada: fees?" in staff.get("/investments/opportunities").text
    assert "I, Ada: fees?" not in other.get("/investments/opportunities").text
    listed = staff.get(place).text
    assert investor.name in listed
    form = listed.split(f'href="{place}/')[1].split('"')[0]
    assert "I, Ada: fees?" in staff.get(f"{place}/{form}").text
    given = {"answer": "Two percent.", "audience": "everybody", "question": "What are the fees?"}
    assert staff.post(f"{place}/{form}", data={**given, "answer": ""}).status_code == 422
    assert staff.post(f"{place}/{form}", data=given).status_code == 303
    assert "answered already" in staff.post(f"{place}/{form}", data=given).text
    assert "I, Ada: fees?" not in staff.get("/investments/opportunities").text
    read = other.get(place).text
    assert "Two percent." in read
    assert "Ada" not in read
    assert "What are the fees?" in other.get(f"/investments/opportunities/{opportunity}").text
    assert other.get(f"{place}/{form}").status_code == 403


def test_many_questions_come_in_pages_those_that_wait_first(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, associate: Actor, manager: Actor, investor: Actor
) -> None:
    monkeypatch.setattr(offering_questions, "MOST", 1)
    make_account(associate.firm_id, "Lane Family Trust", investor)
    opportunity = make_opportunity(associate, manager, offering(make_vehicle(associate.firm_id, "Harbour Growth II")))
    with acting_as(investor.tenancy):
        first, _ = (ask_about_opportunity(investor, opportunity, text) for text in ("Which port?", "Which lock-up?"))
    with acting_as(associate.tenancy):
        answer_about_opportunity(associate, first, answer="Hamburg.", audience=AnswerAudience.ASKER)
    sign_in(client, associate)
    shown = client.get(f"/investments/offering-questions/{opportunity}").text
    assert ("Which lock-up?" in shown, "Which port?" in shown) == (True, False)
    rest = client.get(unescape(re.findall(r'rel="next" href="([^"]+)"', shown)[0])).text
    assert ("Which lock-up?" in rest, "Which port?" in rest, 'rel="next"' in rest) == (False, True, False)
