"""Returns by the API: the same as on the page, each open to what it is computed from, to nobody else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.investments.performance import queries
from portal.domain.investments.performance.queries import Asked, list_asked_holdings, list_returns
from portal.domain.investments.performance.values import Period
from portal.domain.investments.returns.values import ratio_text
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account, post_history
from tests.factories.returns import GROWTH, make_growing_fund

URL = "/api/v1/investments/returns"


@pytest.fixture
def vehicle(world: World) -> UUID:
    """A vehicle that the investor holds a part of."""
    return make_growing_fund(world.firm_id, Ada=world.investor)


def test_figures_are_those_of_the_page(client: FlaskClient, world: World, vehicle: UUID) -> None:
    answer = client.get(URL, query_string={"period": "one_year"}, headers=bearer(world.investor))
    assert answer.status_code == 200
    assert answer.json["as_of"] == "2025-12-31"
    (found,) = answer.json["items"]
    assert (found["opening"], found["nav"], found["nav_age_days"], found["holdings"]) == ("484.00", "532.40", 0, 1)
    asked = Asked(as_of=date(2025, 12, 31), period=Period.ONE_YEAR)
    with acting_as(world.investor.tenancy):
        (own,) = list_returns(world.investor, asked, list_asked_holdings(world.investor, asked))
    told = {basis["basis"]: {each["measure"]: each["value"] for each in basis["measures"]} for basis in found["bases"]}
    assert told == {
        basis.value: {name: ratio_text(each.value) for name, each in performance.measured.items()}
        for basis, performance in own.by_basis.items()
    }
    assert told["net"]["irr"] == "0.1000000000"
    (share,) = found["vehicles"]
    assert (share["vehicle_id"], share["irr"]) == (str(vehicle), "0.1000000000")
    assert (share["irr_annualised"], share["irr_reason"], found["nav_adjusted"]) == (True, None, False)
    later = client.get(URL, query_string={"period": "month", "as_of": "2026-06-30"}, headers=bearer(world.investor))
    (unvalued,) = later.json["items"][0]["vehicles"]
    assert (unvalued["irr"], unvalued["irr_reason"]) == (None, "not_valued_in_period")


def test_what_cannot_be_asked_is_refused(client: FlaskClient, world: World, vehicle: UUID) -> None:
    mine = bearer(world.investor)
    for query in ({"period": "span"}, {"period": "span", "since": "2026-01-01"}, {"period": "decade"}):
        assert client.get(URL, query_string=query, headers=mine).status_code == 422
    assert client.get(URL, query_string={"index": str(new_id())}, headers=mine).status_code == 404
    assert client.get(URL, headers=bearer(world.another_investor)).json["items"] == []


def test_what_lists_many_holdings_is_capped(client: FlaskClient, world: World, vehicle: UUID) -> None:
    post_history(world.firm_id, make_account(world.firm_id, "Ben's trust", world.another_investor), vehicle, GROWTH)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "MOST", 1)
        refused = client.get(URL, headers=bearer(world.manager))
        assert (refused.status_code, refused.json["type"]) == (422, "urn:problem-type:too_many_holdings")
        assert client.get(URL, headers=bearer(world.investor)).status_code == 200
