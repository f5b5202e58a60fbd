"""An interest that is given away twice at once, with real commits: it passes once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from portal.domain.identity.access.values import Role
from portal.domain.identity.approvals.values import TRANSFER
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.transfers.services import propose_transfer
from portal.domain.investments.transfers.values import NewTransfer
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.domain.investments.fees.test_at_once import at_once
from tests.factories.decisions import decide
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history

DAY = date(2025, 1, 1)


@pytest.mark.parametrize("attempt", range(4))
def test_an_interest_passes_once_however_many_transfers_are_approved_at_once(
    committed_app: Flask, attempt: int
) -> None:
    with committed_app.app_context():
        name = f"{new_id().hex[:12]}-{attempt}"
        firm = found_firm(f"transfers-{name}", "Transfers at once")
        maker = make_user(firm, f"maker-{name}@example.com", Role.ASSOCIATE)
        approvers = [make_user(firm, f"approver-{place}-{name}@example.com", Role.MANAGER) for place in range(2)]
        giver, *takers = (make_account(firm, f"Account {place}") for place in range(3))
        vehicle = make_vehicle(firm, "Harbour Buyout I")
        post_history(
            firm, giver, vehicle, [("commitment", "2024-01-01", "1000"), ("contribution", "2024-02-01", "400")]
        )
        with acting_as(maker.tenancy):
            asked = [
                propose_transfer(maker, NewTransfer(vehicle, giver, taker, Decimal(1), DAY, "Sale")) for taker in takers
            ]

    pairs = zip(approvers, asked, strict=True)
    acts = [lambda by=by, each=each: decide(by, TRANSFER, f"transfer:{each}") for by, each in pairs]
    done = at_once(committed_app, acts)
    with committed_app.app_context(), acting_as(maker.tenancy):
        assert list_ledger_findings(maker) == []
        found = {each.account_id: each.commitment for each in list_holdings(maker, as_of=DAY, vehicle_id=vehicle)}
    assert sorted(done) == [False, True]
    assert found == {giver: 0, takers[done.index(True)]: 1000}
