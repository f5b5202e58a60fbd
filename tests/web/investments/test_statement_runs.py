"""Staff: starting runs, watching them, mending, looking through, publishing."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.services.running import start_statement_run
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.tenancy import acting_as
from portal.web.investments import statement_runs
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q3, approve_publication, prepare_run, publish_run, statements_of
from tests.factories.web import sign_in

RUNS = "/investments/statement-runs"


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    post_history(firm_id, make_account(firm_id, "Lane Family Trust", investor), vehicle_id, HISTORY)
    return vehicle_id


@pytest.fixture
def unvalued(firm_id: UUID, vehicle: UUID) -> UUID:
    account_id = make_account(firm_id, "Ortiz Holdings")
    flows = [("commitment", "2025-08-01", "50000"), ("contribution", "2025-08-02", "10000")]
    post_history(firm_id, account_id, vehicle, flows)
    return account_id


def test_a_run_is_started_from_the_form(client: FlaskClient, associate: Actor, vehicle: UUID) -> None:
    sign_in(client, associate)
    assert "Harbour Buyout I" in client.get(f"{RUNS}/new").text
    assert "No runs yet" in client.get(RUNS).text

    response = client.post(RUNS, data={"vehicle": str(vehicle), "period": "2025-Q3", "reason": ""})
    assert response.status_code == 303
    shown = client.get(response.location).text
    assert 'hx-trigger="every 1s"' in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "0 of 1" in shown
    assert "Harbour Buyout I" in client.get(RUNS).text


def test_a_second_run_is_refused_and_nothing_typed_is_lost(
    client: FlaskClient, associate: Actor, vehicle: UUID
) -> None:
    prepare_run(associate, vehicle)
    sign_in(client, associate)
    response = client.post(RUNS, data={"vehicle": str(vehicle), "period": "2025-Q3", "reason": "Because."})
    assert response.status_code == 422
    assert "is open already" in response.text
    assert "Because." in response.text
    assert client.post(RUNS, data={"vehicle": "x", "period": "2025-Q9"}).status_code == 422


def test_the_bar_asks_for_the_page_when_all_is_done(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    sign_in(client, manager)
    bar = client.get(f"{RUNS}/{run_id}/_progress").text
    assert "1 of 1" in bar
    assert 'hx-trigger="load"' in bar
    shown = client.get(f"{RUNS}/{run_id}").text
    assert "Ready to publish" in shown
    assert "every 1s" not in shown


def test_failures_say_why_and_are_retried(client: FlaskClient, manager: Actor, vehicle: UUID, unvalued: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    sign_in(client, manager)
    shown = client.get(f"{RUNS}/{run_id}").text
    assert "1 statement failed" in shown
    assert "no valuation on or before 30 Sep 2025" in shown
    response = client.post(f"{RUNS}/{run_id}/retry")
    assert response.status_code == 303
    assert "One statement is prepared anew." in client.get(response.location).text
    assert client.post(f"{RUNS}/{run_id}/retry").status_code == 409


def test_staff_page_through_what_everybody_gets(
    client: FlaskClient, manager: Actor, vehicle: UUID, unvalued: UUID
) -> None:
    run_id = prepare_run(manager, vehicle)
    first, second = statements_of(manager, run_id)
    sign_in(client, manager)
    shown = client.get(f"{RUNS}/{run_id}/statements/{first.id}").text
    assert "651,000.10" in shown
    assert f"/statements/{second.id}" in shown
    assert shown.count('rel="next"') == 2  # above the figures and below them
    failed = client.get(f"{RUNS}/{run_id}/statements/{second.id}").text
    assert "It is not published as it stands" in failed
    assert client.get(f"{RUNS}/{second.id}/statements/{first.id}").status_code == 404


def test_publishing_says_what_it_will_do_and_a_manager_does_it(
    client: FlaskClient, associate: Actor, manager: Actor, vehicle: UUID, unvalued: UUID
) -> None:
    run_id = prepare_run(associate, vehicle)
    sign_in(client, associate)
    question = client.get(f"{RUNS}/{run_id}/publish").text
    assert "The fund ties out" in question
    assert "1 statement becomes visible to its investor" in question
    assert "1 person gets a mail" in question
    assert "1 statement failed and stays behind" in question
    response = client.post(f"{RUNS}/{run_id}/publish")
    assert response.status_code == 303
    waiting = client.get(response.location).text
    assert "Waits for approval" in waiting
    assert "Ready to publish" not in waiting
    assert "then ask for approval" not in waiting
    assert "Waits for approval" in client.get(RUNS).text
    assert client.post(f"{RUNS}/{run_id}/publish").status_code == 409
    request = re.search(r"/approvals/[0-9a-f-]{36}", waiting)
    assert request is not None
    sign_in(client, manager)
    asked = client.get(request[0]).text
    assert "Publication of statements" in asked
    assert "1 by mail" in asked
    approve_publication(manager, run_id)
    assert "nothing to publish now" in client.get(f"{RUNS}/{run_id}/publish").text
    done = client.get(request[0]).text
    assert "by mail" in done
    assert "0 by mail" not in done  # nothing is ready any more, yet people were told
    assert {each.state.value for each in statements_of(manager, run_id)} == {"published", "failed"}


def test_what_everybody_has_had_is_published_quietly(
    client: FlaskClient, associate: Actor, manager: Actor, vehicle: UUID
) -> None:
    run_id = prepare_run(associate, vehicle)
    sign_in(client, associate)
    assert "Tell nobody" in client.get(f"{RUNS}/{run_id}/publish").text
    assert client.post(f"{RUNS}/{run_id}/publish", data={"quietly": "yes"}).status_code == 303
    approve_publication(manager, run_id)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        assert db.fetch_value("SELECT count(*) FROM platform.outbox WHERE job = 'statements.announce'") == 0


def test_a_ledger_that_was_changed_since_is_told_and_prepared_from_anew(
    client: FlaskClient, manager: Actor, firm_id: UUID, vehicle: UUID
) -> None:
    run_id = prepare_run(manager, vehicle)
    (ready,) = statements_of(manager, run_id)
    post_history(firm_id, ready.account_id, vehicle, [("fee", "2025-09-15", "10")])
    sign_in(client, manager)
    outdated = client.get(f"{RUNS}/{run_id}").text
    assert "The ledger was changed since" in outdated
    assert "Out of date" in outdated
    assert "then ask for approval" not in outdated
    assert "The ledger was changed since" in client.get(f"{RUNS}/{run_id}/publish").text
    assert client.post(f"{RUNS}/{run_id}/publish").status_code == 422
    assert client.post(f"{RUNS}/{run_id}/retry").status_code == 303
    drain()
    assert "The fund ties out" in client.get(f"{RUNS}/{run_id}/publish").text


def test_a_fund_that_does_not_tie_out_is_told_with_its_line(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        spoil(run_id)
    sign_in(client, manager)
    line, accounts = "Management fees (period) is USD (2,500.51)", "the accounts come to USD (2,500.50)"
    told = f"Total fund: {line}, but {accounts}: USD 0.01 apart."
    question = client.get(f"{RUNS}/{run_id}/publish").text
    assert told in question
    (entries,) = re.findall(r'href="(/investments/transactions\?[^"]*)"', question)
    shown = client.get(unescape(entries)).text  # those of these days, and no others
    assert "Sep 10, 2025" in shown
    assert "Feb 15, 2025" not in shown
    refused = client.post(f"{RUNS}/{run_id}/publish")
    assert refused.status_code == 422
    assert told in refused.text


@transactional
def spoil(run_id: UUID) -> None:
    """A cent more of fees in the fund's column than in the accounts'."""
    place = "'{fund,account_lines,4,period}'"
    db.execute(
        f"UPDATE investments.statement_runs SET fund = jsonb_set(fund, {place}, '\"-2500.51\"') WHERE id = %(id)s",
        id=run_id,
    )


def test_a_correction_needs_its_reason(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    publish_run(manager, vehicle)
    sign_in(client, manager)
    given = {"vehicle": str(vehicle), "period": "2025-Q3", "reason": ""}
    refused = client.post(RUNS, data=given)
    assert refused.status_code == 422
    assert "Say why they are corrected." in refused.text
    started = client.post(RUNS, data={**given, "reason": "A fee was missing."})
    assert started.status_code == 303
    drain()
    assert "so there is nothing to correct" in client.get(started.location).text
    assert "so there is nothing to correct" in client.get(f"{started.location}/publish").text


def test_a_run_is_cancelled_after_a_question(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    sign_in(client, manager)
    assert "is thrown away" in client.get(f"{RUNS}/{run_id}/cancel").text
    assert client.post(f"{RUNS}/{run_id}/cancel").status_code == 303
    shown = client.get(f"{RUNS}/{run_id}").text
    assert "This run was cancelled" in shown
    (again,) = re.findall(r'href="([^"]*/new\?[^"]*)"', shown)
    form = client.get(unescape(again)).text
    assert f'<option selected value="{vehicle}"' in form
    assert 'selected value="2025-Q3"' in form
    assert "There is nothing to publish now" in client.get(f"{RUNS}/{run_id}/publish").text


def test_a_published_run_leads_to_what_investors_read(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    run_id = publish_run(manager, vehicle)
    sign_in(client, manager)
    shown = client.get(f"{RUNS}/{run_id}").text
    assert f'href="/investments/statements?vehicle={vehicle}"' in shown


@pytest.mark.parametrize("address", ["", "/new", "/{run}", "/{run}/_progress", "/{run}/cancel", "/{run}/publish"])
def test_investors_do_not_come_here(
    client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID, address: str
) -> None:
    with acting_as(manager.tenancy):
        run_id = start_statement_run(manager, vehicle, Q3)
    sign_in(client, investor)
    assert client.get(RUNS + address.format(run=run_id)).status_code == 403


def test_whoever_is_named_in_a_statement_is_shown_before_it_is_published(
    client: FlaskClient, manager: Actor, firm_id: UUID, vehicle: UUID
) -> None:
    other = make_account(firm_id, "Ortiz Holdings")
    post_history(firm_id, other, vehicle, HISTORY, reference="Together with the Lane Family Trust")
    place = f"{RUNS}/{prepare_run(manager, vehicle)}/publish"
    sign_in(client, manager)
    assert "“Together with the Lane Family Trust”" in client.get(place).text
    refused = client.post(place, data={"quietly": "yes"})
    assert refused.status_code == 422
    assert "say in at most 500 letters why" in refused.text
    assert "checked" in refused.text
    assert client.post(place, data={"reason": "They invest together."}).status_code == 303


def test_many_failures_come_in_pages(
    client: FlaskClient, firm_id: UUID, manager: Actor, vehicle: UUID, unvalued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement_runs, "MOST", 1)
    other = make_account(firm_id, "Sato KK")
    post_history(
        firm_id, other, vehicle, [("commitment", "2025-08-01", "50000"), ("contribution", "2025-08-02", "10000")]
    )
    run_id = prepare_run(manager, vehicle)
    first = sign_in(client, manager).get(f"{RUNS}/{run_id}").text
    problems, statements = re.findall(r'rel="next" href="([^"]+)"', first)
    retries = r'aria-label="Retry ([^"]+)"'
    assert ("2 statements failed" in first, re.findall(retries, first)) == (True, ["Ortiz Holdings"])
    second = client.get(unescape(problems)).text
    assert re.findall(retries, second) == ["Sato KK"]
    assert f"failed={problems.rpartition('failed=')[2]}" in unescape(
        re.findall(r'rel="next" href="([^"]+)"', second)[0]
    )
    later = client.get(unescape(statements)).text
    assert re.findall(retries, later) == ["Ortiz Holdings"]
    assert "First page" not in first
    assert re.findall(r'href="([^"]+)"[^>]*>First page', later) == [f"{RUNS}/{run_id}"]
    both = client.get(unescape(re.findall(r'rel="next" href="([^"]+)"', second)[0])).text
    (back,) = re.findall(r'href="([^"]+)"[^>]*>First page', both)
    assert "failed=" in back  # what else was chosen stays
    assert "cursor=" not in back
