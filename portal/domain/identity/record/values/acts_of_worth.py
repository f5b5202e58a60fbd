"""The acts of valuations, management fees, transfers of interests and tax forms in words."""

from __future__ import annotations

ACTS_OF_WORTH: dict[str, str] = {
    "fee_charge.discard": "Threw a draft of a fee away",
    "fee_charge.post": "Posted a management fee",
    "fee_charge.prepare": "Prepared a management fee",
    "fee_charge.return": "Made a fee a draft again",
    "fee_charge.undo": "Took a management fee back",
    "tax_consent.give": "Consented to tax forms in the portal alone",
    "tax_consent.withdraw": "Asked for tax forms on paper",
    "tax_form.mail": "Noted that a tax form was sent on paper",
    "tax_run.discard": "Threw a draft of tax forms away",
    "tax_run.issue": "Issued tax forms",
    "tax_run.prepare": "Prepared tax forms",
    "tax_run.return": "Made tax forms a draft again",
    "tax_season.expect": "Said by when tax forms are expected",
    "transfer.post": "Posted a transfer of an interest",
    "transfer.propose": "Asked for the transfer of an interest",
    "transfer.refuse": "Closed a transfer that was not approved",
    "valuation.discard": "Threw a draft of a valuation away",
    "valuation.post": "Posted a valuation",
    "valuation.prepare": "Prepared a valuation",
    "valuation.return": "Made a valuation a draft again",
    "valuation.undo": "Took a valuation back",
}
