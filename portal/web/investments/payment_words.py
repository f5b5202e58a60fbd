"""What the codes of payments are called on pages."""

from __future__ import annotations

from portal.domain.investments.payments.values.matching import Confidence, Reason
from portal.domain.investments.payments.values.payouts import FileFormat, OutgoingState
from portal.domain.investments.payments.values.receipts import ExcessState, LateState, ReceiptState

C, R, S = Confidence, Reason, ReceiptState
CONFIDENCES = {
    C.EXACT: ("fits exactly", "good"),
    C.LIKELY: ("likely", "info"),
    C.POSSIBLE: ("possible", "warn"),
    C.NONE: ("unknown", None),
}
REASONS = {
    R.REFERENCE_AND_AMOUNT: "The reference and the amount are those of the notice.",
    R.REFERENCES_AND_SUM: "It carries the references of several notices, and their sum is the amount.",
    R.REFERENCE_PART: "It carries the reference, and is less than is open.",
    R.REFERENCE_MORE: "It carries the reference, and is more than is open.",
    R.REFERENCE_REST: "It carries the reference, and is what another payment of this list leaves open.",
    R.REFERENCE_PAID: "It carries the reference of a notice that is paid already.",
    R.PAYER_AND_AMOUNT: "The payer is called as the account, and the amount is that of a notice.",
    R.PAYER_AND_SUM: "The payer is called as the account, and the amount is all that is open of it.",
    R.PAYER_ALONE: "The payer is called as the account; the amount is of no notice.",
    R.AMOUNT_ALONE: "One notice only is of this amount; neither the reference nor the payer says so.",
    R.CURRENCY: "It carries a reference, but is in another currency.",
    R.NOTHING: "Nothing that is open has this reference, payer or amount.",
    R.BY_HAND: "It was matched by hand.",
}
RECEIPT_STATES = {
    S.WAITING: ("waits for approval", "info"),
    S.POSTED: ("booked", "good"),
    S.REJECTED: ("rejected", "bad"),
    S.UNDONE: ("taken back", "warn"),
}
EXCESS_STATES = {
    ExcessState.NONE: ("–", None),
    ExcessState.OPEN: ("to settle", "warn"),
    ExcessState.REFUNDED: ("refunded", None),
    ExcessState.USED: ("used for a call", None),
}
LATE_STATES = {
    LateState.ASKED: ("asked for", "info"),
    LateState.WAIVED: ("waived", None),
    LateState.VOID: ("void: the payment was taken back", None),
}
FORMATS = {
    FileFormat.NACHA: "NACHA: accounts in the United States",
    FileFormat.SEPA: "pain.001: IBANs",
    FileFormat.CSV: "CSV: a table of all",
}
OUTGOING_STATES = {OutgoingState.MADE: ("in the file", "good"), OutgoingState.RETURNED: ("came back", "bad")}
