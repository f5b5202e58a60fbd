"""Whoever has left a vehicle still takes everything along: flows, positions, documents, statements and tax forms."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import orjson
import pytest
from flask import Flask

from portal.domain.documents.library.values.documents import Audience, DocumentType
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.values import TRANSFER
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.transfers.services import propose_transfer
from portal.domain.investments.transfers.values import NewTransfer
from portal.domain.people.privacy.queries.exports import list_exports
from portal.jobs.drain import drain
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.decisions import decide
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.privacy import collected_export
from tests.factories.statements import HISTORY, Q3, publish_run
from tests.factories.tax_forms import give_consent, issue_forms, new_run

SHEET = "Account,1,16\nLeaving Trust,12.50,x\nTotal,12.50,\n"


def exported(person: Actor) -> zipfile.ZipFile:
    """What somebody takes along."""
    collected_export(person)
    with acting_as(person.tenancy):
        key = list_exports(person)[0].file_key
    assert key
    return zipfile.ZipFile(io.BytesIO(resources().store.get(key)))


@pytest.fixture
def archive(app: Flask, world: World) -> zipfile.ZipFile:
    """What somebody takes along who passed on all they held."""
    person = make_user(world.firm_id, "leaving@example.com", Role.INVESTOR)
    vehicle = make_vehicle(world.firm_id, "Exit Fund I")
    account = make_account(world.firm_id, "Leaving Trust", person)
    taker = make_account(world.firm_id, "Taking Trust", world.another_investor)
    post_history(world.firm_id, account, vehicle, HISTORY)
    publish_run(world.manager, vehicle, Q3)
    give_consent(person, account)
    issue_forms(world.associate, world.manager, new_run(vehicle), SHEET)
    paper = {"type": DocumentType.AGREEMENT, "audience": Audience.ACCOUNT}
    make_document(world.firm_id, "Subscription agreement", account_id=account, **paper)  # type: ignore[arg-type]
    drain(30)
    with acting_as(world.associate.tenancy):
        passed = NewTransfer(vehicle, account, taker, Decimal(1), date(2026, 1, 1), "All of it.")
        transfer = propose_transfer(world.associate, passed)
    decide(world.manager, TRANSFER, f"transfer:{transfer}")
    with acting_as(person.tenancy):
        (left,) = list_holdings(person, as_of=date(2026, 2, 1))
        assert (left.commitment, left.nav) == (0, 0)
    return exported(person)


def test_notices_come_with_their_lines(app: Flask, world: World) -> None:
    vehicle, _ = make_fund(world.firm_id, "Called Fund", ["1000000", "9000000"], members=[[world.investor]])
    open_bank_account(world.associate, world.manager, vehicle)
    issue_call(world.associate, world.manager, draft_of(vehicle))
    taken = exported(world.investor)
    (line,) = orjson.loads(taken.read("investments/notices.json"))
    assert (line["notice"], line["kind"], line["part"]) == ("C1", "call", "called")
    assert "'-" not in taken.read("investments/notices.csv").decode()
    amounts = ("fund", "yours", "unfunded_effect", "fund_commitment", "unfunded_before")
    assert [Decimal(line[name]) for name in amounts] == [1000, 100, -100, 10_000_000, 1_000_000]


def test_everything_is_there_in_documented_formats(archive: zipfile.ZipFile) -> None:
    def rows(name: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = orjson.loads(archive.read(f"{name}.json"))
        listed = list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))
        assert len(listed) == len(found)
        return found

    assert {row["vehicle"] for row in rows("investments/holdings")} == {"Exit Fund I"}
    assert len(rows("investments/transactions")) > len(HISTORY)
    assert rows("investments/postings")
    assert len(rows("investments/statements")) == 1
    lines = rows("investments/statement-lines")
    assert (lines[0]["part"], lines[0]["line"], lines[-1]["part"]) == ("account", "beginning_nav", "commitment")
    (returns,) = rows("investments/statement-returns")
    assert returns["as_of"] == "2025-09-30"
    assert Decimal(str(returns["tvpi"])) > 0
    boxes = {row["box"]: row["value"] for row in rows("investments/tax-forms")}
    assert boxes == {"1": "12.50", "16": "x"}
    (consent,) = rows("accounts/tax-consents")
    assert (consent["given"], consent["by_you"]) == (True, True)
    assert "I may withdraw my consent" in str(consent["text"])
    papers = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert sum(name.startswith("investments/statements/") for name in papers) == 1
    filed = {f"documents/{row['id']}.pdf": row["type"] for row in rows("documents/documents")}
    assert {filed[name] for name in papers if name in filed} == {"tax_form", "agreement"}
    readme = archive.read("README.txt").decode()
    for name in ("investments/holdings", "investments/transactions", "investments/tax-forms", "accounts/tax-consents"):
        assert name in readme
    assert "tax forms" in readme
