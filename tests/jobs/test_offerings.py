"""Mail about offerings: the pipeline's reminders, answers to questions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.investments.opportunities.queries.interests import list_offering_questions
from portal.domain.investments.opportunities.queries.opportunities import list_closes
from portal.domain.investments.opportunities.services.interests import (
    answer_about_opportunity,
    ask_about_opportunity,
    watch_opportunity,
)
from portal.domain.investments.opportunities.services.offering import add_close
from portal.domain.investments.opportunities.services.opening import close_opportunity, end_close
from portal.domain.investments.opportunities.services.prospects import add_prospect, change_prospect
from portal.domain.investments.opportunities.values.interests import AnswerAudience
from portal.domain.investments.opportunities.values.opportunities import OfferedTo
from portal.domain.investments.opportunities.values.prospects import ProspectDescription, Stage
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.offerings import make_opportunity, offering


def told(mailing: Path) -> dict[tuple[str, str], str]:
    """The text of each mail there is, by whom it went to and subject."""
    read = [(mail, read_message(mailing, mail.name)) for mail in list_messages(mailing)]
    return {(str(mail.recipients), str(mail.subject)): each.text for mail, each in read}


@pytest.fixture
def opportunity(app: Flask, world: World) -> UUID:
    make_account(world.firm_id, "Lane Family Trust", world.investor)
    return make_opportunity(world.associate, world.manager, offering(make_vehicle(world.firm_id, "Harbour Growth II")))


def test_who_asked_is_written_to_and_the_answer_stays_in_the_portal(
    world: World, opportunity: UUID, mailing: Path
) -> None:
    with acting_as(world.investor.tenancy):
        ask_about_opportunity(world.investor, opportunity, "What are the fees?")
    with acting_as(world.associate.tenancy):
        (question,) = list_offering_questions(world.associate, opportunity)
        answer_about_opportunity(
            world.associate, question.id, answer="A secret.", audience=AnswerAudience.EVERYBODY, question="Fees?"
        )
    drain()
    ((key, text),) = told(mailing).items()
    assert key[1] == "Harbour Capital: your question is answered"
    assert "First close" in text
    assert str(opportunity) in text
    assert "A secret." not in text


def test_who_looks_after_a_prospect_is_reminded_unless_it_is_settled(app: Flask, world: World, mailing: Path) -> None:
    yesterday = clock.today() - timedelta(days=1)
    said = ProspectDescription("Grace Hart", Stage.LEAD, Decimal(1), "USD", 10, next_on=yesterday, next_step="Call her")
    won = ProspectDescription("Otto", Stage.WON, Decimal(1), "USD", 100, next_on=yesterday, next_step="Write")
    with acting_as(world.associate.tenancy):
        add_prospect(world.associate, said)
        change_prospect(world.associate, add_prospect(world.associate, said), won)
    drain()
    ((key, text),) = told(mailing).items()
    assert key[1] == "Harbour Capital: Grace Hart"
    assert "Call her" in text


def test_who_watches_is_told_of_closes_of_closing_and_of_the_next_offering(world: World, mailing: Path) -> None:
    vehicle = make_vehicle(world.firm_id, "Harbour Growth II")
    make_account(world.firm_id, "Lane Family Trust", world.investor)
    make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    first = make_opportunity(world.associate, world.manager, offering(vehicle))
    with acting_as(world.investor.tenancy):
        watch_opportunity(world.investor, first, watched=True)
    later = clock.today() + timedelta(days=400)
    with acting_as(world.associate.tenancy):
        add_close(world.associate, first, later)
    named = offering(vehicle, "For others", audience=OfferedTo.NAMED)
    make_opportunity(world.associate, world.manager, named, make_account(world.firm_id, "Sato KK"))
    make_opportunity(world.associate, world.manager, offering(vehicle, "Second close"))
    drain()
    read = {subject.removeprefix("Harbour Capital: "): text for (_, subject), text in told(mailing).items()}
    assert set(read) == {"an offering has a new close", "an offering has opened"}, "and none to who does not watch"
    assert f"{later.year}" in read["an offering has a new close"]
    assert "Second close" in read["an offering has opened"], "not the one that is for others"
    with acting_as(world.manager.tenancy):
        close_opportunity(world.manager, first)
    with acting_as(world.investor.tenancy):
        watch_opportunity(world.investor, first, watched=False)
    drain()
    assert len(told(mailing)) == 2, "who stopped watching before the mail went is not written to"


def test_who_watches_is_told_of_what_is_for_those_invested_only_where_they_are(world: World, mailing: Path) -> None:
    vehicle = make_vehicle(world.firm_id, "Harbour Growth II")
    invested = make_account(world.firm_id, "Lane Family Trust", world.investor)
    make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    post_history(world.firm_id, invested, vehicle, [("commitment", "2024-01-15", "100000")])
    first = make_opportunity(world.associate, world.manager, offering(vehicle))
    for person in (world.investor, world.another_investor):
        with acting_as(person.tenancy):
            watch_opportunity(person, first, watched=True)
    for_holders = offering(vehicle, "Second close", audience=OfferedTo.VEHICLE)
    make_opportunity(world.associate, world.manager, for_holders, invested=[vehicle])
    drain()
    ((to, subject),) = told(mailing)
    assert subject == "Harbour Capital: an offering has opened"
    assert "Ada Lane" in to


def test_an_offering_that_is_closed_is_told_of(world: World, opportunity: UUID, mailing: Path) -> None:
    with acting_as(world.investor.tenancy):
        watch_opportunity(world.investor, opportunity, watched=True)
    with acting_as(world.manager.tenancy):
        close_opportunity(world.manager, opportunity)
    drain()
    ((key, text),) = told(mailing).items()
    assert key[1] == "Harbour Capital: an offering is closed"
    assert "First close" in text


@pytest.mark.parametrize("has_next", [False, True])
def test_a_close_that_is_closed_is_told_of_with_the_next(
    world: World, opportunity: UUID, mailing: Path, *, has_next: bool
) -> None:
    later = clock.today() + timedelta(days=1500)
    with acting_as(world.manager.tenancy):
        if has_next:
            add_close(world.manager, opportunity, later)
        first = list_closes(world.manager, opportunity)[0]
    with acting_as(world.investor.tenancy):
        watch_opportunity(world.investor, opportunity, watched=True)
    with acting_as(world.manager.tenancy):
        end_close(world.manager, opportunity, first.id)
    drain()
    ((key, text),) = told(mailing).items()
    assert key[1] == "Harbour Capital: a close of an offering is closed"
    assert f"{first.closes_on.year}" in text
    assert ("No other close is planned" in text, f"{later.year}" in text) == (not has_next, has_next)
