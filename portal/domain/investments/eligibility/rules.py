"""Eligibility, exactly: how long a verification lasts, and why an account may not invest yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from portal.domain.investments.eligibility.values import (
    BASES,
    HIGH_MINIMUM_CURRENCY,
    HIGH_MINIMUM_ENTITY,
    HIGH_MINIMUM_PERSON,
    LETTER_DAYS,
    LONGEST_NOTE,
    MOST_NON_ACCREDITED,
    NATURAL_PERSONS,
    RENEWAL_YEARS,
    VERIFIED,
    W8_YEARS,
    Basis,
    Candidate,
    Exemption,
    Offering,
    Reason,
    Remedy,
    Standing,
    Verification,
    VerificationKind,
    VerificationRequest,
    VerificationState,
)
from portal.domain.people.investor_accounts.values import AccountKind

B = Basis
ONE_YEAR = frozenset({B.SELF_CERTIFIED, B.INCOME, B.PROFESSIONAL, B.ENTITY_ASSETS, B.HIGH_MINIMUM, B.CHECKED})
ENTITY_FORMS = frozenset({B.W8BEN_E, B.W8IMY})
WORDS = {
    VerificationKind.ACCREDITATION: ("accreditation", Remedy.VERIFY_ACCREDITATION),
    VerificationKind.IDENTITY: ("the check of identity", Remedy.VERIFY_IDENTITY),
    VerificationKind.TAX_FORM: ("the tax form", Remedy.SEND_TAX_FORM),
}
FIXES = {
    VerificationKind.ACCREDITATION: "Say on what the account's accreditation rests and send the evidence.",
    VerificationKind.IDENTITY: "Send proof of who holds the account.",
    VerificationKind.TAX_FORM: "Send a signed W-9, or the W-8 form that fits the account.",
}


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def find_last_day(basis: Basis, dated_on: date, *, verified_on: date | None = None) -> date | None:
    """The last day on which a verification of `dated_on` can count; None: without end. Letters of third parties and
    statements of net worth last 90 days, a renewed self-certification until five years after the account was last
    `verified_on`, a W-8BEN or W-8BEN-E to the end of the third calendar year after its signature, a W-9 and a W-8IMY
    until something changes; the rest a year. A renewal of what was never verified ends the day it begins."""
    if basis in (B.LETTER, B.NET_WORTH):
        return dated_on + timedelta(days=LETTER_DAYS)
    if basis is B.RENEWED:
        return dated_on if verified_on is None else _years_after(verified_on, RENEWAL_YEARS)
    if basis in (B.W8BEN, B.W8BEN_E):
        return date(dated_on.year + W8_YEARS, 12, 31)
    return _years_after(dated_on, 1) if basis in ONE_YEAR else None


def find_request_faults(request: VerificationRequest, *, today: date, verified_on: date | None) -> dict[str, str]:
    """What is wrong with a request, by field; `verified_on`: when the account was last verified by reasonable steps."""
    faults = {}
    if request.basis not in BASES[request.kind]:
        faults["basis"] = "Choose on what it rests."
    elif request.basis is B.RENEWED and verified_on is None:
        faults["basis"] = "Only what was verified before can be renewed by one's own word."
    last = find_last_day(request.basis, request.dated_on, verified_on=verified_on)
    if request.dated_on > today:
        faults["dated_on"] = "Enter a day that is not in the future."
    elif last is not None and last < today and "basis" not in faults:
        faults["dated_on"] = f"This lasted until {last:%-d %B %Y}: a newer one is needed."
    if len(request.note) > LONGEST_NOTE:
        faults["note"] = f"Shorten the note to {LONGEST_NOTE:,} characters."
    return faults


def is_accredited(standing: Standing, *, today: date) -> bool:
    """Whether an account counts as accredited today, by whatever basis was confirmed."""
    return _counts(standing, today) and standing.basis is not B.NON_ACCREDITED


def judge(candidate: Candidate, offering: Offering, amount: Decimal | None, *, today: date) -> tuple[Reason, ...]:
    """Why `candidate` may not invest `amount` (None: not said yet) in `offering` today, most lasting first; empty when
    nothing stands in the way."""
    return (
        *_relation(candidate, offering),
        *_jurisdiction(candidate, offering),
        *_accreditation(candidate, offering, amount, today),
        *_standing(VerificationKind.IDENTITY, candidate.identity, today),
        *_tax_form(candidate, today),
        *_amount(offering, amount),
    )


def _counts(standing: Standing, today: date) -> bool:
    return standing.basis is not None and (standing.expires_on is None or standing.expires_on >= today)


def _relation(candidate: Candidate, offering: Offering) -> list[Reason]:
    if offering.exemption is not Exemption.RULE_506B or offering.opened_at is None:
        return []
    if candidate.known_since is not None and candidate.known_since < offering.opened_at:
        return []
    because = "This offering may only be made to those whom the firm knew before it opened."
    return [Reason("no_prior_relation", because, "Ask the firm for its next offering.", Remedy.NONE)]


def _jurisdiction(candidate: Candidate, offering: Offering) -> list[Reason]:
    if candidate.residence is None:
        because = "The country in which the account is resident for tax is not known."
        return [Reason("residence_missing", because, "Ask the firm to enter it.", Remedy.ASK_FIRM)]
    if offering.exemption is Exemption.REGULATION_S and candidate.residence == "US":
        because = "Regulation S allows this offering to be made to those outside the United States only."
        return [Reason("us_person", because, "Invest through an account that is resident elsewhere.", Remedy.NONE)]
    if offering.jurisdictions and candidate.residence not in offering.jurisdictions:
        because = f"This is not offered to residents of {candidate.residence}."
        return [Reason("jurisdiction", because, "Ask the firm whether it will be.", Remedy.ASK_FIRM)]
    return []


def _accreditation(candidate: Candidate, offering: Offering, amount: Decimal | None, today: date) -> list[Reason]:
    if offering.exemption is Exemption.REGULATION_S:
        return []
    found = candidate.accreditation
    if missing := _standing(VerificationKind.ACCREDITATION, found, today):
        return missing
    if offering.exemption is Exemption.RULE_506C:
        return _verified(candidate, offering, amount)
    if found.basis is B.NON_ACCREDITED and offering.non_accredited >= MOST_NON_ACCREDITED:
        because = f"Rule 506(b) allows {MOST_NON_ACCREDITED} investors who are not accredited, and they are in."
        fix = "If the account is accredited by now, have that verified."
        return [Reason("non_accredited_full", because, fix, Remedy.VERIFY_ACCREDITATION)]
    return []


def _verified(candidate: Candidate, offering: Offering, amount: Decimal | None) -> list[Reason]:
    """Rule 506(c): everybody is accredited, and that was verified by reasonable steps."""
    basis = candidate.accreditation.basis
    if basis in VERIFIED:
        return []
    if basis is B.HIGH_MINIMUM and offering.minimum.currency == HIGH_MINIMUM_CURRENCY:
        least = HIGH_MINIMUM_PERSON if candidate.kind in NATURAL_PERSONS else HIGH_MINIMUM_ENTITY
        if amount is None or amount >= least:
            return []
        because = f"Written representations are enough for {least:,} USD or more only."
        fix = "Invest at least that, or have the accreditation verified in another way."
        return [Reason("below_high_minimum", because, fix, Remedy.CHANGE_AMOUNT)]
    code = "not_accredited" if basis is B.NON_ACCREDITED else "not_verified"
    because = "Rule 506(c) asks that the accreditation is verified; the holder's own word is not enough."
    return [Reason(code, because, FIXES[VerificationKind.ACCREDITATION], Remedy.VERIFY_ACCREDITATION)]


def _standing(kind: VerificationKind, standing: Standing, today: date) -> list[Reason]:
    """Nothing if it was confirmed and counts today; else what there is instead."""
    if _counts(standing, today):
        return []
    (words, remedy), name = WORDS[kind], kind.value
    if standing.waiting:
        because = f"The firm is looking at {words}."
        return [Reason(f"{name}_waiting", because, "Wait for its decision.", Remedy.WAIT)]
    if standing.refused:
        because = f"The firm did not confirm {words}: {standing.refused}"
        return [Reason(f"{name}_refused", because, FIXES[kind], remedy)]
    if standing.expires_on is not None:
        because = f"What confirmed {words} lasted until {standing.expires_on:%-d %B %Y}."
        return [Reason(f"{name}_expired", because, FIXES[kind], remedy)]
    because = f"The firm has not confirmed {words} of this account."
    return [Reason(f"{name}_missing", because, FIXES[kind], remedy)]


def _tax_form(candidate: Candidate, today: date) -> list[Reason]:
    kind, found = VerificationKind.TAX_FORM, candidate.tax_form
    if reasons := _standing(kind, found, today):
        return reasons
    if candidate.residence is None or found.basis in _fitting_forms(candidate.kind, candidate.residence):
        return []
    because = "The tax form that is here does not fit the account's kind and residence."
    return [Reason("tax_form_wrong", because, FIXES[kind], Remedy.SEND_TAX_FORM)]


def _fitting_forms(kind: AccountKind, residence: str) -> frozenset[Basis]:
    if residence == "US":
        return frozenset({B.W9})
    return frozenset({B.W8BEN}) if kind in NATURAL_PERSONS else ENTITY_FORMS


def _amount(offering: Offering, amount: Decimal | None) -> list[Reason]:
    if amount is None:
        return []
    currency = offering.minimum.currency
    if amount < offering.minimum.amount:
        because = f"The least that can be invested is {offering.minimum.amount:,.2f} {currency}."
        return [Reason("below_minimum", because, "Enter a higher amount.", Remedy.CHANGE_AMOUNT)]
    if offering.maximum is not None and amount > offering.maximum:
        because = f"The most that one account can invest is {offering.maximum:,.2f} {currency}."
        return [Reason("above_maximum", because, "Enter a lower amount.", Remedy.CHANGE_AMOUNT)]
    return []


def stand(history: Sequence[Verification]) -> Standing:
    """What one kind of verification comes to, from all there is of it for an account, latest decision first."""
    waiting = any(each.state is VerificationState.WAITING for each in history)
    decided = [each for each in history if each.state is not VerificationState.WAITING]
    confirmed = next((each for each in decided if each.state is VerificationState.CONFIRMED), None)
    latest = decided[0] if decided else None
    refused = latest.reason if latest is not None and latest.state is not VerificationState.CONFIRMED else ""
    if confirmed is None:
        return Standing(waiting=waiting, refused=refused)
    return Standing(confirmed.basis, confirmed.expires_on, waiting, refused)


def find_verified_on(history: Sequence[Verification]) -> date | None:
    """When the accreditation was last verified by reasonable steps, whether or not that still counts; a renewal by
    one's own word prolongs nothing but itself."""
    days = [
        each.dated_on
        for each in history
        if each.state is VerificationState.CONFIRMED and each.basis in VERIFIED - {B.RENEWED}
    ]
    return max(days, default=None)
