"""A fee that two people take back while a call takes it in, with real commits: one of both happens."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from flask import Flask

from portal.domain.identity.access.values import Role
from portal.domain.identity.approvals.values import FEE_CHARGE
from portal.domain.investments.capital_calls.services.drafting import create_call
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import LineDraft
from portal.domain.investments.fees.queries import get_fee_charge
from portal.domain.investments.fees.services import propose_fee_undoing
from portal.domain.investments.fees.values import FeeState
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, make_fund
from tests.factories.decisions import decide
from tests.factories.fees import FEE_TERMS, charge_fee
from tests.factories.identity import found_firm, make_user


@pytest.mark.parametrize("attempt", range(4))
def test_a_fee_is_taken_back_or_called_and_never_both(committed_app: Flask, world: World, attempt: int) -> None:
    with committed_app.app_context():
        name = f"{new_id().hex[:12]}-{attempt}"
        firm = found_firm(f"fees-{name}", "Fees at once")
        maker = make_user(firm, f"maker-{name}@example.com", Role.ASSOCIATE)
        approver = make_user(firm, f"approver-{name}@example.com", Role.MANAGER)
        own = replace(world, firm_id=firm, associate=maker, manager=approver)
        vehicle, _ = make_fund(firm, "Fund", ["1000000"], terms=FEE_TERMS)
        fee = charge_fee(own, vehicle, date(2025, 1, 1), date(2025, 3, 31))
        with acting_as(maker.tenancy):
            propose_fee_undoing(maker, fee, reason="Wrong rate")

    def call() -> None:
        with acting_as(maker.tenancy):
            create_call(maker, draft_of(vehicle, LineDraft(LineKind.FEES, Decimal(5000)), accrued=(fee,)))

    acts = [call, lambda: decide(approver, FEE_CHARGE, f"fee_charge:{fee}")]
    called, undone = at_once(committed_app, acts)
    with committed_app.app_context(), acting_as(maker.tenancy):
        charge = get_fee_charge(maker, fee)
        assert list_ledger_findings(maker) == []
    assert called != undone
    assert (charge.state, charge.call_id is not None) == (
        (FeeState.UNDONE, False) if undone else (FeeState.POSTED, True)
    )


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[bool]:
    """Which of the acts go through when all begin together; the others are refused."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        with app.app_context():
            together.wait(10)
            try:
                act()
            except DomainError:
                return False
            return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
