"""What a vehicle was worth, the fee it was charged, and an interest in it that passed, for one investor each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import FEE_CHARGE, TRANSFER, VALUATION
from portal.domain.investments.fees.services import prepare_fee, propose_fee
from portal.domain.investments.fees.values import NewFeeCharge
from portal.domain.investments.index_series.services import add_index_series, replace_index_levels
from portal.domain.investments.transfers.services import propose_transfer
from portal.domain.investments.transfers.values import NewTransfer
from portal.domain.investments.valuations.services import prepare_valuation, propose_valuation
from portal.domain.investments.valuations.values import NewValuation
from portal.domain.investments.vehicles.values import Terms
from portal.platform.tenancy import acting_as
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history

HELD = [("commitment", "2024-01-01", "100000"), ("contribution", "2024-02-01", "40000")]
DAY = date(2024, 12, 31)
LEVELS = b"2024-01-31,100\n2024-12-31,110\n"


def set_worth(
    maker: Actor, approver: Actor, write: Callable[[str], str], investor: Actor, own: str, inside: str
) -> None:
    """A vehicle of this investor's alone: valued, charged a fee, a quarter of it passed between two accounts of theirs,
    and valued anew in a draft that is nobody's but the firm's."""
    firm_id = investor.firm_id
    vehicle = make_vehicle(firm_id, write(own), terms=Terms(management_fee=Decimal("0.02")))
    giver, taker = (make_account(firm_id, write(own), investor) for _ in range(2))
    post_history(firm_id, giver, vehicle, HELD, reference=write(own))
    for reason, posted in ((write(own), True), (write(inside), False)):
        given = NewValuation(vehicle, DAY, {"investments": Decimal(44_000)}, reason=reason)
        with acting_as(maker.tenancy):
            valuation = prepare_valuation(maker, given)
            if posted:
                propose_valuation(maker, valuation)
        if posted:
            decide(approver, VALUATION, f"valuation:{valuation}")
    with acting_as(maker.tenancy):
        charge = prepare_fee(maker, NewFeeCharge(vehicle, date(2024, 10, 1), DAY, DAY))
        propose_fee(maker, charge, reason=write(inside))
    decide(approver, FEE_CHARGE, f"fee_charge:{charge}")
    with acting_as(maker.tenancy):
        asked = NewTransfer(vehicle, giver, taker, Decimal("0.25"), date(2025, 1, 1), write(own))
        transfer = propose_transfer(maker, asked)
    decide(approver, TRANSFER, f"transfer:{transfer}")


def add_index(maker: Actor, write: Callable[[str], str], name: str) -> None:
    """An index that every investor of the firm may compare with, and why its values were replaced."""
    with acting_as(maker.tenancy):
        index = add_index_series(maker, name=write(name), currency="USD", content=LEVELS)
        replace_index_levels(maker, index, content=LEVELS + b"2025-01-31,111\n", reason=write(name))
