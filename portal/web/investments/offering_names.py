"""What pages call the parts of offerings, verifications and the pipeline."""

from __future__ import annotations

from flask import url_for

from portal.domain.investments.eligibility.values import (
    Basis,
    Remedy,
    VerificationKind,
    VerificationState,
)
from portal.domain.investments.opportunities.values.interests import AnswerAudience, InterestState, QuestionState
from portal.domain.investments.opportunities.values.opportunities import OfferedTo, OpportunityState
from portal.domain.investments.opportunities.values.prospects import Stage

OPPORTUNITY_STATES = {
    OpportunityState.DRAFT: ("draft", None),
    OpportunityState.WAITING: ("waits for approval", "info"),
    OpportunityState.OPEN: ("open", "good"),
    OpportunityState.CLOSED: ("closed", "warn"),
    OpportunityState.FUNDED: ("funded", "good"),
}
OFFERED_TO = {
    OfferedTo.EVERYBODY: "Every account of the firm",
    OfferedTo.VEHICLE: "Everybody invested in chosen vehicles, and accounts by name",
    OfferedTo.NAMED: "Accounts by name",
}
INTEREST_STATES = {InterestState.STANDING: ("interested", "good"), InterestState.WITHDRAWN: ("withdrawn", None)}
QUESTION_STATES = {QuestionState.OPEN: ("waits for an answer", "info"), QuestionState.ANSWERED: ("answered", "good")}
AUDIENCES = {AnswerAudience.ASKER: "Only who asked", AnswerAudience.EVERYBODY: "Everybody to whom this is offered"}
BASES = {
    Basis.SELF_CERTIFIED: "Own statement",
    Basis.INCOME: "Income",
    Basis.NET_WORTH: "Net worth",
    Basis.LETTER: "Letter of a third party",
    Basis.PROFESSIONAL: "Professional licence",
    Basis.ENTITY_ASSETS: "Assets of an entity",
    Basis.HIGH_MINIMUM: "High minimum, with written representations",
    Basis.RENEWED: "Renewed by own statement after a verification",
    Basis.NON_ACCREDITED: "Not accredited",
    Basis.CHECKED: "Identity checked",
    Basis.W9: "W-9",
    Basis.W8BEN: "W-8BEN",
    Basis.W8BEN_E: "W-8BEN-E",
    Basis.W8IMY: "W-8IMY",
}
VERIFICATION_STATES = {
    VerificationState.WAITING: ("with the firm", "info"),
    VerificationState.CONFIRMED: ("confirmed", "good"),
    VerificationState.REFUSED: ("not confirmed", "bad"),
    VerificationState.ENDED: ("ended", "warn"),
}
STAGES = {
    Stage.LEAD: "Lead",
    Stage.CONTACTED: "Contacted",
    Stage.MEETING: "Meeting",
    Stage.DILIGENCE: "Due diligence",
    Stage.COMMITTED: "Verbally committed",
    Stage.WON: "Won",
    Stage.LOST: "Lost",
}
REMEDIES = {
    Remedy.VERIFY_ACCREDITATION: ("Have the accreditation verified", VerificationKind.ACCREDITATION),
    Remedy.VERIFY_IDENTITY: ("Have the identity verified", VerificationKind.IDENTITY),
    Remedy.SEND_TAX_FORM: ("Have a tax form looked at", VerificationKind.TAX_FORM),
}


def remedy_link(remedy: Remedy, account_id: object) -> tuple[str, str] | None:
    """What mends a reason, as the words and the address of a link; None where there is no page for it."""
    if remedy not in REMEDIES:
        return None
    words, kind = REMEDIES[remedy]
    return words, url_for("verifications.new", account=account_id, what=kind.value)
