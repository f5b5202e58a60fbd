"""How tax forms, their states and their delivery are called in pages."""

from __future__ import annotations

from portal.domain.investments.tax_forms.values.forms import Delivery, Stage
from portal.domain.investments.tax_forms.values.runs import RunState, SharedBy

STATES = {
    RunState.DRAFT: ("draft", "neutral"),
    RunState.WAITING: ("waits for approval", "info"),
    RunState.ISSUED: ("issued", "good"),
    RunState.DISCARDED: ("thrown away", "neutral"),
}
STAGES = {Stage.ESTIMATE: ("Estimate", "info"), Stage.FINAL: ("Final", "good")}
DELIVERIES = {Delivery.ELECTRONIC: "In the portal", Delivery.PAPER: "On paper"}
SHARED_BY = {
    SharedBy.COMMITMENT: "Commitment at the end of the year",
    SharedBy.CAPITAL: "Capital at the end of the year",
    SharedBy.UNITS: "Units or percentages, entered below",
}
