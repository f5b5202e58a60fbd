"""What people are asked, what they answer, and that neither is ever rewritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.privacy.errors import PurposeRetired, PurposeTaken, TextReplaced
from portal.domain.people.privacy.queries.consents import (
    exists_unanswered_consent,
    get_purpose,
    list_awaited_people,
    list_consent_answers,
    list_consents,
    list_purpose_texts,
)
from portal.domain.people.privacy.services.consents import answer_consent, retire_purpose
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.errors import Forbidden, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import found_firm, make_user
from tests.factories.privacy import answer, make_purpose, publish_next

FROM_START = ("", UUID(int=0))


def answers(actor: Actor) -> list[tuple[int, bool]]:
    with acting_as(actor.tenancy):
        return [(each.version, each.given) for each in list_consent_answers(actor)]


def is_asked(actor: Actor) -> bool:
    with acting_as(actor.tenancy):
        return exists_unanswered_consent(actor)


def test_each_answer_is_a_row_and_the_latest_counts(app: Flask, world: World, investor: Actor) -> None:
    purpose = make_purpose(world.administrator)
    assert is_asked(investor)
    for given in (True, True, False, False, True):
        answer(investor, purpose, given=given)
    assert answers(investor) == [(1, True), (1, False), (1, True)]
    assert not is_asked(investor)
    with acting_as(investor.tenancy):
        (consent,) = list_consents(investor)
    assert (consent.given, consent.is_new, consent.body) == (True, False, "We write.")


def test_a_new_version_asks_anew_and_the_earlier_answer_stays_with_its_text(
    app: Flask, world: World, investor: Actor
) -> None:
    purpose = make_purpose(world.administrator)
    answer(investor, purpose)
    assert publish_next(world.administrator, purpose) == 2
    assert is_asked(investor)
    with pytest.raises(TextReplaced):
        answer(investor, purpose, version=1)
    with acting_as(investor.tenancy):
        (consent,) = list_consents(investor)
    assert (consent.version, consent.answered_version, consent.given, consent.is_new) == (2, 1, True, True)
    answer(investor, purpose, version=2, given=False)
    assert not is_asked(investor)
    assert answers(investor) == [(2, False), (1, True)]


def test_what_is_not_needed_does_not_ask_on_every_page(app: Flask, world: World, investor: Actor) -> None:
    make_purpose(world.administrator, needed=False)
    assert not is_asked(investor)


def test_a_retired_purpose_can_be_withdrawn_and_not_given(app: Flask, world: World) -> None:
    purpose = make_purpose(world.administrator)
    answer(world.investor, purpose)
    with acting_as(world.administrator.tenancy):
        retire_purpose(world.administrator, purpose)
    with pytest.raises(PurposeRetired):
        answer(world.another_investor, purpose)
    with pytest.raises(PurposeRetired):
        publish_next(world.administrator, purpose)
    answer(world.investor, purpose, given=False)
    assert answers(world.investor) == [(1, False), (1, True)]
    assert not is_asked(world.another_investor)


def test_staff_see_how_many_answered_and_who_has_not(app: Flask, world: World) -> None:
    firm_id = found_firm("counted", "Counted Capital")
    officer = make_user(firm_id, "officer@counted.example", Role.COMPLIANCE)
    people = [make_user(firm_id, f"p{number}@counted.example", Role.INVESTOR) for number in range(4)]
    purpose = make_purpose(officer)
    answer(people[0], purpose)
    publish_next(officer, purpose)
    answer(people[1], purpose, version=2)
    answer(people[2], purpose, version=2, given=False)
    with acting_as(officer.tenancy):
        found = get_purpose(officer, purpose)
        missing = list_awaited_people(officer, purpose, after=FROM_START, most=10)
        texts = list_purpose_texts(officer, purpose)
    assert (found.given, found.declined, found.older, found.missing) == (1, 1, 1, 2)
    assert [(each.name, each.answered_version) for each in missing] == [("Officer", None), ("P0", 1), ("P3", None)]
    assert [(each.version, each.body) for each in texts] == [(2, "We write more."), (1, "We write.")]


def test_only_who_handles_privacy_publishes(app: Flask, world: World) -> None:
    for person in (world.investor, world.associate, world.manager, world.auditor):
        with pytest.raises(Forbidden):
            make_purpose(person)
    make_purpose(world.administrator)
    with pytest.raises(PurposeTaken):
        make_purpose(world.administrator, "NEWS by  e-mail")


def test_the_purposes_and_answers_of_others_are_not_there(app: Flask, world: World) -> None:
    purpose = make_purpose(world.administrator)
    answer(world.investor, purpose)
    with pytest.raises(NotFound):
        answer(world.foreign_investor, purpose)
    for other in (world.another_investor, world.foreign_investor):
        assert answers(other) == []
        with acting_as(other.tenancy):
            assert db.fetch_value("SELECT count(*) FROM people.consents") == 0


@transactional
def _run(statement: str, **parameters: object) -> None:
    db.execute(statement, **parameters)


FORGE = """
INSERT INTO people.consents (firm_id, user_id, purpose_id, version, given)
VALUES (%(firm)s, %(user)s, %(purpose)s, 1, true)
"""
CHANGES = (
    "UPDATE people.consent_texts SET body = 'Anything'",
    "DELETE FROM people.consents",
    "UPDATE people.consents SET given = true",
    "TRUNCATE people.consents",
    "UPDATE people.consent_purposes SET name = 'Anything'",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_lets_nobody_rewrite_texts_and_answers(app: Flask, world: World, statement: str) -> None:
    answer(world.investor, make_purpose(world.administrator))
    for person in (world.administrator, Actor.system(world.firm_id), world.investor):
        with acting_as(person.tenancy), pytest.raises(DBAPIError):
            _run(statement)
    db.session.remove()


def test_not_even_the_owner_rewrites_them(app: Flask, world: World, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as owner:
        for table in ("consent_texts", "consents"):
            with pytest.raises(psycopg.errors.RestrictViolation), owner.transaction():
                owner.execute(f"TRUNCATE people.{table} CASCADE")


def test_nobody_consents_for_another(app: Flask, world: World) -> None:
    purpose = make_purpose(world.administrator)
    for person in (world.another_investor, world.manager, world.administrator):
        with acting_as(person.tenancy), pytest.raises(DBAPIError, match="row-level security"):
            _run(FORGE, firm=world.firm_id, user=world.investor.user_id, purpose=purpose)


def test_the_same_answer_from_many_tabs_at_once_is_one(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm_id = found_firm("many-tabs", "Many Tabs")
        officer = make_user(firm_id, "officer@tabs.example", Role.COMPLIANCE)
        person = make_user(firm_id, "person@tabs.example", Role.INVESTOR)
        purpose = make_purpose(officer)

    def press(_: int) -> None:
        with committed_app.app_context(), acting_as(person.tenancy):
            answer_consent(person, purpose, version=1, given=True)

    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(press, range(16)))
    with committed_app.app_context():
        assert answers(person) == [(1, True)]


def test_two_who_publish_at_once_do_not_hide_each_other(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm_id = found_firm("two-officers", "Two Officers")
        officer = make_user(firm_id, "officer@two.example", Role.COMPLIANCE)
        purpose = make_purpose(officer)

    def publish(number: int) -> bool:
        with committed_app.app_context():
            try:
                publish_next(officer, purpose, body=f"Text {number}")
            except TextReplaced:
                return False
            return True

    with ThreadPoolExecutor(4) as officers:
        assert sum(officers.map(publish, range(8))) == 1
