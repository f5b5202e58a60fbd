"""What pages call the parts of subscriptions."""

from __future__ import annotations

from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.domain.investments.subscriptions.values.subscriptions import Act, Step, SubscriptionState

S = SubscriptionState
STATES = {
    S.DRAFT: ("not submitted", None),
    S.SUBMITTED: ("with the firm", "info"),
    S.SENT_BACK: ("sent back to you", "warn"),
    S.ACCEPTED: ("waits for your signature", "warn"),
    S.SIGNED: ("waits for the firm’s signature", "info"),
    S.CONFIRMED: ("confirmed", "good"),
    S.DECLINED: ("declined", "bad"),
    S.WITHDRAWN: ("withdrawn", None),
    S.CANCELLED: ("cancelled", None),
}
STAFF_STATES = {
    **STATES,
    S.SUBMITTED: ("to review", "warn"),
    S.SENT_BACK: ("with the investor", "info"),
    S.ACCEPTED: ("waits for the investor’s signature", "info"),
    S.SIGNED: ("to countersign", "warn"),
}
# What follows, for whoever subscribed; the others end or have a button that says it.
FOLLOWS = {
    S.SUBMITTED: "The firm reviews it. You are written to once it accepts it, sends it back to you or declines it.",
    S.SIGNED: "You have signed. The commitment stands once the firm has signed too; you are written to then.",
    S.CONFIRMED: "Both have signed. The commitment is in your portfolio, and what is called of it comes as a notice.",
}
# What staff work through, one tab each.
VIEWS = {
    "review": ("To review", (S.SUBMITTED,)),
    "investor": ("With the investor", (S.SENT_BACK, S.ACCEPTED)),
    "countersign": ("To countersign", (S.SIGNED,)),
    "confirmed": ("Confirmed", (S.CONFIRMED,)),
    "over": ("Over", (S.DECLINED, S.WITHDRAWN, S.CANCELLED)),
}
STEPS = {
    Step.AMOUNT: "Amount",
    Step.QUESTIONS: "Questions",
    Step.STATEMENTS: "Statements",
    Step.DOCUMENTS: "Terms and documents",
    Step.REVIEW: "Review",
}
ACTS = {
    Act.BEGIN: "Begun",
    Act.SUBMIT: "Submitted",
    Act.SEND_BACK: "Sent back",
    Act.ACCEPT: "Accepted",
    Act.SIGN: "Signed by the investor",
    Act.CONFIRM: "Signed by the firm: a commitment",
    Act.DECLINE: "Declined",
    Act.WITHDRAW: "Withdrawn",
    Act.CANCEL: "Cancelled",
}
ALLOCATIONS = {
    Allocation.PRO_RATA: "In proportion to what was asked for",
    Allocation.FIRST_COME: "First come, first served",
    Allocation.BY_HAND: "By hand",
}
ANSWERS = {"yes": "Yes", "no": "No"}
