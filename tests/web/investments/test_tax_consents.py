"""Consent to tax forms in the portal alone, given and withdrawn."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from portal.domain.investments.tax_forms.values.consents import VERSION
from tests.conftest import World
from tests.factories.web import sign_in
from tests.web.investments.taxing import make_partnership

PAGE = "/investments/tax-consents"


def test_consent_is_given_and_withdrawn(client: FlaskClient, world: World) -> None:
    _, account = make_partnership(world)
    sign_in(client, world.investor)
    shown = client.get(PAGE).text
    for text in ("Lane Tax Trust", "on paper too", "I may withdraw my consent", "Harbour Capital"):
        assert text in shown
    assert "Okafor" not in shown
    given = client.post(
        f"{PAGE}/{account}", data={"answer": "yes", "version": str(VERSION)}, follow_redirects=True
    ).text
    assert "in the portal alone" in given
    assert re.search(r"text version\s+1", given)
    withdrawn = client.post(f"{PAGE}/{account}", data={"answer": "no"}, follow_redirects=True).text
    assert "on paper from now on" in withdrawn


def test_another_text_than_the_one_in_force_is_not_consented_to(client: FlaskClient, world: World) -> None:
    _, account = make_partnership(world)
    sign_in(client, world.investor)
    assert client.post(f"{PAGE}/{account}", data={"answer": "yes", "version": "99"}).status_code == 409


def test_nobody_answers_for_anothers_account(client: FlaskClient, world: World) -> None:
    _, account = make_partnership(world)
    sign_in(client, world.another_investor)
    assert client.post(f"{PAGE}/{account}", data={"answer": "yes", "version": str(VERSION)}).status_code == 404
