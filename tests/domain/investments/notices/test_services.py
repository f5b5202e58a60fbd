"""Notices of many accounts: a batch at once, the others by the machinery; their people are told with the last."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.capital_calls.services.issuing import request_cancellation
from portal.domain.investments.distributions.queries.distributions import get_distribution
from portal.domain.investments.distributions.queries.shares import get_writing
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.notices import services
from portal.domain.investments.notices.errors import NoticesUnwritten
from portal.jobs.notices import write
from portal.platform import clock, db
from portal.platform.outbox import Work
from portal.platform.tenancy import acting_as
from tests.factories.calls import approve, draft_of, issue_call, make_fund, open_bank_account
from tests.factories.distributions import ask_back, pay_out
from tests.factories.identity import make_user
from tests.factories.web import sign_in

WAITING = "SELECT id, firm_id, job, arguments, leases FROM platform.outbox WHERE firm_id = %(firm)s AND job = %(job)s"


def waiting(firm_id: UUID, job: str) -> list[Work]:
    with acting_as(Actor.system(firm_id).tenancy):
        return [Work(*row) for row in db.fetch_all(f"{WAITING} ORDER BY once_key", firm=firm_id, job=job)]


def do(works: list[Work]) -> None:
    for work in works:
        with acting_as(Actor.system(work.firm_id).tenancy):
            write(work)


@pytest.fixture
def fund(firm_id: UUID, investor: Actor, another_investor: Actor, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A vehicle of five accounts, and batches of two; the first and the last account have somebody to tell."""
    monkeypatch.setattr(services, "BATCH", 2)
    members = [[investor], [], [], [], [another_investor]]
    vehicle, _ = make_fund(firm_id, "Harbour Fund I", ["1000"] * 5, members=members)
    return vehicle


def test_of_a_distribution_two_are_written_at_once_and_the_others_in_batches(
    client: FlaskClient, firm_id: UUID, fund: UUID, associate: Actor, manager: Actor
) -> None:
    second = make_user(firm_id, "second@example.com", Role.MANAGER)
    today = clock.today().isoformat()
    found = pay_out(associate, (manager, second), fund, today, ("gain", "100"), method=Method.COMMITMENT)
    works = waiting(firm_id, "notices.write")
    assert len(works) == 2
    sign_in(client, manager)
    url = f"/investments/distributions/{found}"
    assert "2 of 5" in client.get(url).text
    asked = ask_back(associate, found, "Wrong day.")
    with pytest.raises(NoticesUnwritten):
        approve(manager, asked.id)
    do(works[:1])
    with acting_as(manager.tenancy):
        writing = get_writing(manager, get_distribution(manager, found))
    assert (writing.written, writing.total) == (4, 5)
    assert not waiting(firm_id, "notices.announce")
    do(works[1:])
    assert len(waiting(firm_id, "notices.announce")) == 2
    assert len(waiting(firm_id, "notices.print")) == 5
    page = client.get(url).text
    assert "5 notices are written." in page
    assert "hx-trigger" not in page.partition('id="writing"')[2].partition("</section>")[0]
    approve(manager, asked.id)
    assert "2 of 5" in client.get(url).text


def test_a_call_is_not_cancelled_before_everybody_was_told_of_it(
    client: FlaskClient, firm_id: UUID, fund: UUID, associate: Actor, manager: Actor
) -> None:
    open_bank_account(associate, manager, fund)
    call = issue_call(associate, manager, draft_of(fund))
    with acting_as(associate.tenancy):
        asked = request_cancellation(associate, call, reason="The deal fell through.")
    with pytest.raises(NoticesUnwritten):
        approve(manager, asked)
    sign_in(client, manager)
    assert "2 of 5" in client.get(f"/investments/capital-calls/{call}").text
    do(waiting(firm_id, "notices.write"))
    approve(manager, asked)
    rest = [work for work in waiting(firm_id, "notices.write") if work.arguments["kind"] == "call_cancelled"]
    assert [date.fromisoformat(work.arguments["issued_at"][:10]) for work in rest] == [clock.today()] * 2
