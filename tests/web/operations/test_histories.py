"""Each record page shows staff what was done to its thing, and the record has a name for every kind of thing."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.statements.queries.statements import list_published_statements
from portal.domain.investments.statements.values.statements import StatementFilter
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from portal.web.operations.audit_things import KINDS
from portal.web.toolkit.refusals import THINGS
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.payment_instructions import enter, request_of
from tests.factories.statements import HISTORY, publish_run
from tests.factories.web import sign_in

SOURCES = Path(__file__).parents[3] / "portal"
RECORDED = re.compile(r'record_act\([^)]*?f"([a-z_]+):\{', re.DOTALL)


def history(client: FlaskClient, page: str) -> str:
    found = client.get(page)
    assert found.status_code == 200, page
    return found.text.partition('id="history"')[2]


def test_holdings_and_statements_tell_staff_who_did_what(app: Flask, world: World) -> None:
    fund, account = make_vehicle(world.firm_id, "Lane Fund"), make_account(world.firm_id, "Lane Trust", world.investor)
    post_history(world.firm_id, account, fund, HISTORY)
    publish_run(world.manager, fund)
    with acting_as(world.investor.tenancy):
        (held,) = list_holdings(world.investor, as_of=clock.today())
        (statement,) = list_published_statements(world.investor, StatementFilter())
    holding, paper = f"/investments/holdings/{held.id}", f"/investments/statements/{statement.id}"
    investor = sign_in(app.test_client(), world.investor)
    assert investor.get(f"{paper}/download").status_code == 303
    for page in (holding, paper):
        assert history(investor, page) == "", "not for investors"
    staff = sign_in(app.test_client(), world.manager)
    assert "Downloaded a statement" in history(staff, paper)
    assert "Published statements" in history(staff, paper)
    assert "Nothing was recorded of this yet" in history(staff, holding)
    post_history(world.firm_id, account, fund, [("fee", "2026-10-01", "1")], batch_id=new_id())
    assert "Posted to the ledger" in history(staff, holding)


def test_accounts_delegations_and_approvals_have_theirs(app: Flask, world: World) -> None:
    account = make_account(world.firm_id, "Lane Trust", world.investor)
    shared = let_in(world.investor, "ben.ortiz@example.com", [account])
    request = request_of(world.manager, enter(world.associate, account)).id
    client = sign_in(app.test_client(), world.manager)
    assert "Let a person act for an account" in history(client, f"/people/investor-accounts/{account}")
    assert "Let somebody see their accounts" in history(client, f"/people/shared-access/{shared}")
    assert "Asked for an approval" in history(client, f"/approvals/{request}")
    assert "entered" in history(client, f"/people/payment-instructions/{account}")


def test_every_kind_of_thing_has_a_name(app: Flask) -> None:
    recorded = {kind for path in SOURCES.rglob("*.py") for kind in RECORDED.findall(path.read_text())}
    assert len(recorded) > 10, "the search finds nothing"
    named = {each.removesuffix("_id") for rule in app.url_map.iter_rules() for each in uuids(rule.rule)}
    assert (recorded | {THINGS.get(each, each) for each in named}) - KINDS.keys() == set()


def uuids(rule: str) -> list[str]:
    return re.findall(r"<uuid:([a-z_]+)>", rule)


def test_a_thing_is_opened_from_the_record(app: Flask, world: World) -> None:
    account = make_account(world.firm_id, "Lane Trust", world.investor)
    shared = let_in(world.investor, "ben.ortiz@example.com", [account])
    client = sign_in(app.test_client(), world.auditor)
    listed = client.get(f"/operations/audit?resource=delegation:{shared}").text
    link = re.search(r'href="(/operations/audit/\d+)"', listed)
    assert link, listed
    assert f'href="/people/shared-access/{shared}"' in client.get(link[1]).text
