"""The totals of a person: the same figures as everywhere, to nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.returns.queries import get_portfolio
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.api.conftest import Book
from tests.api.figures import assert_figures
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_vehicle, post_history
from tests.statements import noted_statements

URL = "/api/v1/investments/portfolio"


@pytest.mark.parametrize("as_of", [None, "2019-12-31", "2022-12-31", "2024-06-30"])
def test_totals_are_those_of_the_returns(client: FlaskClient, investor: Actor, book: Book, as_of: str | None) -> None:
    answer = client.get(URL, query_string={"as_of": as_of} if as_of else {}, headers=bearer(investor))

    day = date.fromisoformat(as_of) if as_of else clock.today()
    with acting_as(investor.tenancy):
        expected = get_portfolio(investor, as_of=day).totals
    assert answer.status_code == 200
    assert answer.json["as_of"] == day.isoformat()
    assert [total["currency"] for total in answer.json["totals"]] == [each.currency for each in expected]
    for total, figures in zip(answer.json["totals"], expected, strict=True):
        assert_figures(total, figures)


def test_amounts_have_the_places_of_their_currency(client: FlaskClient, investor: Actor, book: Book) -> None:
    euro, yen, dollar = client.get(URL, headers=bearer(investor)).json["totals"]

    assert (dollar["paid_in"], dollar["nav"], dollar["distributed"]) == ("800000.50", "490000.00", "160000.00")
    assert (yen["paid_in"], yen["tvpi"]) == ("1000", "1.5000000000")
    assert euro["dpi"] is None
    assert euro["reasons"]["dpi"] == "no_paid_in"
    assert dollar["nav_adjusted"] is True
    assert dollar["nav_on"] == "2024-06-30"


def test_who_has_nothing_gets_no_totals(client: FlaskClient, another_investor: Actor) -> None:
    assert client.get(URL, headers=bearer(another_investor)).json["totals"] == []


def test_staff_see_the_firm_and_no_other(client: FlaskClient, world: World, book: Book) -> None:
    paid_in = {
        actor.user_id: {
            each["currency"]: each["paid_in"] for each in client.get(URL, headers=bearer(actor)).json["totals"]
        }
        for actor in (world.manager, world.auditor, world.foreign_manager)
    }

    assert paid_in[world.manager.user_id]["USD"] == "1300001.00"
    assert paid_in[world.auditor.user_id] == paid_in[world.manager.user_id]
    assert paid_in[world.foreign_manager.user_id] == {"USD": "500000.50"}


def test_a_role_without_figures_is_refused(client: FlaskClient, world: World) -> None:
    answer = client.get(URL, headers=bearer(world.administrator))

    assert (answer.status_code, answer.json["type"]) == (403, "urn:problem-type:forbidden")


def test_it_is_fetched_once(client: FlaskClient, firm_id: object, investor: Actor, book: Book) -> None:
    headers = bearer(investor)
    first = client.get(URL, headers=headers)
    again = client.get(URL, headers=headers | {"If-None-Match": first.headers["ETag"]})
    weak = client.get(URL, headers=headers | {"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    another_day = client.get(f"{URL}?as_of=2020-06-01", headers=headers | {"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert weak.status_code == 304
    assert another_day.status_code == 200
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Vary"] == "Authorization"


def test_a_posting_makes_it_another_version(client: FlaskClient, world: World, investor: Actor, book: Book) -> None:
    headers = bearer(investor)
    tag = client.get(URL, headers=headers).headers["ETag"]

    post_history(world.firm_id, book.account, book.fund, [("interest", "2024-10-01", "1")])

    assert client.get(URL, headers=headers | {"If-None-Match": tag}).status_code == 200


def test_statements_do_not_grow_with_holdings(client: FlaskClient, world: World, investor: Actor, book: Book) -> None:
    headers = bearer(investor)
    client.get(URL, headers=headers)
    with noted_statements() as few:
        client.get(URL, headers=headers)
    for number in range(10):
        fund = make_vehicle(world.firm_id, f"More {number}")
        post_history(world.firm_id, book.account, fund, [("contribution", "2020-01-01", "5")])
    client.get(URL, headers=headers)
    with noted_statements() as many:
        client.get(URL, headers=headers)

    assert len(few) == len(many) == 2, many
