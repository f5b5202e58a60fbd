"""From what the ledger and the returns say to what the API says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.api.v1.investments.figure_ids import BalanceId, derivation_template
from portal.api.v1.investments.schemas import FigureSet, HoldingItem, TransactionItem
from portal.domain.investments.ledger.values import Transaction
from portal.domain.investments.returns.queries import HoldingReturns
from portal.domain.investments.returns.values import Figures, ratio_text
from portal.platform.money import Money


def amount_text(amount: Decimal, currency: str) -> str:
    """An amount in the currency's smallest units: "1234.50", "1235" of yen."""
    return Money.rounded(amount, currency).to_string()


def figure_set(figures: Figures) -> FigureSet:
    """The figures of a total of everything."""
    opened = derivation_template(BalanceId("nav", figures.as_of, currency=figures.currency))
    return FigureSet(**_figures(figures), derivations=opened)


def holding_item(returns: HoldingReturns) -> HoldingItem:
    """A holding with its figures."""
    return HoldingItem(**holding_fields(returns))


def holding_fields(returns: HoldingReturns) -> dict[str, Any]:
    """The fields of a HoldingItem."""
    holding = returns.holding
    return _figures(returns.figures) | {
        "id": holding.id,
        "derivations": derivation_template(BalanceId("nav", returns.figures.as_of, holding.id)),
        "account": holding.account,
        "account_id": holding.account_id,
        "vehicle": holding.vehicle,
        "vehicle_id": holding.vehicle_id,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    code = figures.currency
    return {
        "currency": code,
        "commitment": amount_text(figures.commitment, code),
        "unfunded": amount_text(figures.unfunded, code),
        "paid_in": amount_text(figures.paid_in, code),
        "distributed": amount_text(figures.distributed, code),
        "nav": amount_text(figures.nav, code),
        "dpi": ratio_text(figures.dpi),
        "rvpi": ratio_text(figures.rvpi),
        "tvpi": ratio_text(figures.tvpi),
        "pic": ratio_text(figures.pic),
        "irr": ratio_text(figures.irr),
        "reasons": dict(figures.reasons),
        "nav_on": figures.nav_on,
        "nav_adjusted": figures.nav_adjusted,
        "irr_annualised": figures.irr_annualised,
    }


def transaction_item(line: Transaction) -> TransactionItem:
    """A line of the ledger."""
    return TransactionItem(
        id=line.id,
        holding_id=line.holding_id,
        account=line.account,
        vehicle=line.vehicle,
        type=line.kind.value,  # type: ignore[arg-type]  # the list leaves valuation adjustments out
        effective_on=line.effective_on,
        posted_at=line.posted_at,
        currency=line.currency,
        amount=amount_text(line.amount, line.currency),
        cash=None if line.cash is None else amount_text(line.cash, line.currency),
        unfunded_effect=amount_text(line.unfunded_effect, line.currency),
        reference=line.reference,
        opening=line.opening,
        reversal=line.reversal,
        reversed=line.reversed,
    )
