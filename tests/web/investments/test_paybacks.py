"""Carry paid back as pages and in JSON at once: drafted from what is owed, seen, approved, told."""

from __future__ import annotations

from decimal import Decimal

from flask.testing import FlaskClient

from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.distributions.queries.distributions import list_distributions
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.payments.queries.dues import list_dues
from portal.domain.investments.payments.services.booking import undo_posted_receipt
from portal.domain.investments.payments.services.matching import match_by_hand
from portal.domain.investments.payments.values.receipts import HandPart
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.domain.investments.distributions.test_paying_back import ON, lose, pay_back, set_terms
from tests.factories.api import bearer
from tests.factories.calls import approve, open_request
from tests.factories.distributions import post, prepare, request_of, take_back
from tests.factories.funds import Fund
from tests.factories.payments import lines_of, read_file
from tests.factories.web import sign_in

JSON = "/api/v1/investments/distributions"


def test_it_is_drafted_changed_sent_and_seen_by_whom_it_pays(client: FlaskClient, fund: Fund, world: World) -> None:
    set_terms(fund)
    carries, paybacks = f"/investments/carries/{fund.vehicle}", f"/investments/paybacks/vehicles/{fund.vehicle}"
    sign_in(client, fund.maker)
    assert "Have it paid back" not in client.get(carries).text
    lose(fund)
    assert paybacks in client.get(carries).text
    assert 'value="200.00"' in client.get(paybacks).text
    for amount, message in (("200.01", "At most 200.00 is owed on that day."), ("", "Above zero")):
        refused = client.post(paybacks, data={"amount": amount, "pay_on": ON, "note": "The end."})
        assert refused.status_code == 422
        assert message in refused.text
        assert "The end." in refused.text
    place = client.post(paybacks, data={"amount": "150", "pay_on": ON, "note": "The end."}).location
    found = place.rsplit("/", 1)[-1]
    assert f"/investments/paybacks/{found}/edit" in client.get(place).text
    assert 'value="150.00"' in client.get(f"/investments/paybacks/{found}/edit").text
    change = {"pay_on": ON, "note": "The end of it."}
    assert client.post(f"/investments/paybacks/{found}", data={**change, "amount": "201"}).status_code == 422
    assert client.post(f"/investments/paybacks/{found}", data={**change, "amount": "200"}).status_code == 303
    shown = client.get(place).text
    for text in ("Carry paid back", "120.00", "80.00", "(200.00)"):
        assert text in shown
    assert client.post(f"{place}/submit").status_code == 303
    _approve(client, fund, found)
    _seen_by_a_partner(client, fund, world, found)


def _approve(client: FlaskClient, fund: Fund, found: str) -> None:
    with acting_as(fund.maker.tenancy):
        (payback, _) = list_distributions(fund.maker, vehicle_id=fund.vehicle, most=2)
        assert str(payback.id) == found
    request = request_of(fund.maker, payback.id)
    sign_in(client, fund.approvers[0])
    asked = client.get(f"/approvals/{request.id}").text
    for text in ("Carry paid back to the partners", "(200.00)"):
        assert text in asked
    for each in fund.approvers:
        with acting_as(each.tenancy):
            decide_approval(each, request.id, digest=request.digest, approves=True)
    assert post(fund.maker.firm_id, payback.id)


def _seen_by_a_partner(client: FlaskClient, fund: Fund, world: World, found: str) -> None:
    sign_in(client, world.investor)
    page = client.get(f"/investments/distributions/{found}/accounts/{fund.lane}").text
    for text in ("Carry paid back", "120.00"):
        assert text in page
    assert "Carry paid back" in client.get("/investments/transactions").text
    told = client.get(f"{JSON}/{found}", headers=bearer(world.investor)).json
    assert told is not None
    assert [told["method"], told["gross"]] == ["clawback", "120.00"]
    assert [share["received"] for share in told["shares"]] == ["0.00"]
    assert [part["source"] for share in told["shares"] for part in share["parts"]] == ["clawback"]
    flows = client.get("/api/v1/investments/transactions?type=clawback", headers=bearer(world.investor)).json
    assert flows is not None
    assert [each["cash"] for each in flows["items"]] == ["120.00"]


def test_its_pages_say_what_came_in_what_is_open_and_that_it_was_taken_back(client: FlaskClient, fund: Fund) -> None:
    set_terms(fund)
    lose(fund)
    found = pay_back(fund, "200")
    place = f"/investments/distributions/{found}"
    mine = f"{place}/accounts/{fund.carry}"
    sign_in(client, fund.maker)
    assert "200.00 open" in client.get(place).text
    with acting_as(fund.maker.tenancy):
        (due,) = list_dues(fund.maker)
    (line,) = lines_of(fund.maker, read_file(fund.maker, (ON, "Harbour GP", due.reference, "150")))
    with acting_as(fund.maker.tenancy):
        receipt = match_by_hand(fund.maker, line.id, [HandPart(due.id, Decimal(150))])
    approve(fund.approvers[0], open_request(fund.approvers[0], f"receipt:{receipt}"))
    assert "50.00 open" in client.get(place).text
    shown = client.get(mine).text
    for text in ("Pays back", "What came in", f"/investments/payment-receipts/{receipt}", "150.00", "= 50.00"):
        assert text in shown
    with acting_as(fund.approvers[0].tenancy):
        undo_posted_receipt(fund.approvers[0], receipt, reason="A mistake")
    history = client.get(place).text
    assert "Took back what came in of carry that is paid back" in history
    assert "200.00 open" in history
    take_back(fund.maker, fund.approvers[0], found, "Wrong day.")
    assert "open" not in client.get(mine).text.split("<main", 1)[1]
    assert "Taken back" in client.get(mine).text


def test_another_distribution_is_not_opened_as_one(client: FlaskClient, fund: Fund) -> None:
    set_terms(fund)
    lose(fund)
    other = prepare(fund.maker, fund.vehicle, ON, ("gain", "1"))
    sign_in(client, fund.maker)
    assert client.get(f"/investments/paybacks/{other}/edit").status_code == 404
    assert client.post(f"/investments/paybacks/{other}", data={"amount": "1", "pay_on": ON}).status_code == 404
    back = prepare(fund.maker, fund.vehicle, ON, ("clawback", "1"), method=Method.CLAWBACK)
    opened = client.get(f"/investments/distributions/{back}/edit")
    assert (opened.status_code, opened.location) == (302, f"/investments/paybacks/{back}/edit")
    assert client.post(f"/investments/distributions/{back}", data={"pay_on": ON}).status_code == 404
    sign_in(client, fund.approvers[0])
    assert client.get(f"/investments/distributions/{other}").status_code == 200
