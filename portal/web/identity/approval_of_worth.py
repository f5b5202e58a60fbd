"""How valuations, fees, transfers of interests and tax forms are told to those who decide them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask import url_for

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import FEE_CHARGE, TAX_FORMS, TRANSFER, VALUATION, Approval
from portal.domain.investments.fees.queries import find_fee_names, get_fee_charge
from portal.domain.investments.tax_forms.queries.runs import find_tax_run_names, get_tax_run
from portal.domain.investments.tax_forms.values.boxes import LAYOUTS
from portal.domain.investments.transfers.queries import find_transfer_names, get_transfer
from portal.domain.investments.valuations.queries import find_valuation_names, get_valuation
from portal.web.identity.approval_view import OF_MONEY, ApprovalView, subject_of
from portal.web.toolkit.formatting import day, money


def _valuation(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    found = get_valuation(actor, subject_of(approval))
    stated = f"{found.currency} {money(found.amount, found.currency)}"
    told = (stated, "taken back") if approval.content["act"] == "undo" else ("–", stated)
    return [(f"Net asset value on {day(found.valued_on)}", *told)]


def _fee(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    found = get_fee_charge(actor, subject_of(approval))
    stated = f"{found.currency} {money(found.net, found.currency)}"
    told = (stated, "taken back") if approval.content["act"] == "undo" else ("–", stated)
    return [(f"Fee from {day(found.starts_on)} to {day(found.ends_on)}, net", *told)]


def _passed(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    found = get_transfer(actor, subject_of(approval))
    held, passed = found.whole, found.passed
    pairs = [("Commitment", held.commitment, passed.commitment), ("Unfunded", held.unfunded, passed.unfunded)]
    return [
        ("Holder", found.giver or "–", f"{found.taker or '–'}, from {day(found.effective_on)}"),
        *(
            (f"{name}, held and passed", money(before, found.currency), money(after, found.currency))
            for name, before, after in [*pairs, ("Net asset value", held.nav, passed.nav)]
        ),
    ]


def _tax_forms(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    found = get_tax_run(actor, subject_of(approval))
    layout = LAYOUTS[found.kind, found.tax_year]
    totals = [(layout.find(code), value) for code, value in found.totals.items()]
    return [
        ("Forms", "–", f"{found.accounts}, {found.stage.value}"),
        *((f"Box {box.code}, {box.label}", "–", f"USD {money(Decimal(value), 'USD')}") for box, value in totals if box),
    ]


VIEWS_OF_WORTH: dict[str, ApprovalView] = {
    VALUATION.name: ApprovalView(
        thing=subject_of,
        names=find_valuation_names,
        link=lambda approval: url_for("valuations.show", valuation_id=subject_of(approval)),
        changes=_valuation,
        deciders=OF_MONEY,
    ),
    FEE_CHARGE.name: ApprovalView(
        thing=subject_of,
        names=find_fee_names,
        link=lambda approval: url_for("fees.show", charge_id=subject_of(approval)),
        changes=_fee,
        deciders=OF_MONEY,
    ),
    TAX_FORMS.name: ApprovalView(
        thing=subject_of,
        names=find_tax_run_names,
        link=lambda approval: url_for("tax_runs.show", tax_run_id=subject_of(approval)),
        changes=_tax_forms,
        deciders=OF_MONEY,
    ),
    TRANSFER.name: ApprovalView(
        thing=subject_of,
        names=find_transfer_names,
        link=lambda approval: url_for("transfers.show", transfer_id=subject_of(approval)),
        changes=_passed,
        deciders=OF_MONEY,
    ),
}
