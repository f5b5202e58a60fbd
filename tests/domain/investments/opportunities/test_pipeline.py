"""What a pipeline comes to, and its reminders."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.identity.access.values import Actor
from portal.domain.investments.opportunities.queries.reminders import find_reminder
from portal.domain.investments.opportunities.rules.pipeline import total_up
from portal.domain.investments.opportunities.services.prospects import add_prospect, change_prospect
from portal.domain.investments.opportunities.values.prospects import ProspectDescription, Stage
from portal.platform import clock
from portal.platform.db import fetch_value
from portal.platform.tenancy import acting_as

LINES = st.tuples(
    st.sampled_from(Stage), st.sampled_from(["USD", "EUR"]), st.decimals(0, 10**9, places=2), st.integers(0, 100)
)


@settings(max_examples=50)
@given(st.lists(LINES, max_size=20))
def test_totals_lose_nothing_and_mix_no_currencies(lines: list[tuple[Stage, str, Decimal, int]]) -> None:
    totals = total_up(lines)
    assert sum(each.prospects for each in totals) == len(lines)
    for currency in ("USD", "EUR"):
        of_currency = [each for each in totals if each.currency == currency]
        assert sum(each.amount for each in of_currency) == sum(line[2] for line in lines if line[1] == currency)
        exact = sum(line[2] * line[3] for line in lines if line[1] == currency)
        assert sum(each.weighted for each in of_currency) * 100 == exact
    assert total_up(reversed(lines)) == totals


def test_a_reminder_is_for_the_day_and_owner_that_stand(app: Flask, associate: Actor, manager: Actor) -> None:
    today = clock.today()
    said = ProspectDescription("Grace Hart", Stage.LEAD, Decimal(1), "USD", 10, next_on=today, next_step="Call")
    with acting_as(associate.tenancy):
        prospect = add_prospect(associate, said)

    def found(owner: Actor) -> bool:
        system = Actor.system(associate.firm_id)
        assert owner.user_id
        with acting_as(system.tenancy):
            return find_reminder(system, prospect, owner_id=owner.user_id, on=today) is not None

    def planned() -> int:
        with acting_as(Actor.system(associate.firm_id).tenancy):
            return int(fetch_value("SELECT count(*) FROM platform.outbox WHERE job = 'offerings.remind'"))

    assert (found(associate), planned()) == (True, 1)
    with acting_as(associate.tenancy):
        change_prospect(associate, prospect, said)
    assert planned() == 1
    with acting_as(manager.tenancy):
        change_prospect(manager, prospect, said)
    assert (found(associate), found(manager), planned()) == (False, True, 2)
