"""Who may invest in what, and why not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.money import Money

MOST_NON_ACCREDITED = 35  # 17 CFR 230.506(b)(2)(i)
LETTER_DAYS = 90  # 230.506(c)(2)(ii)(C): within the prior three months
RENEWAL_YEARS = 5  # 230.506(c)(2)(ii)(E)
W8_YEARS = 3  # Instructions for Form W-8BEN: to the last day of the third calendar year after the signature
HIGH_MINIMUM_CURRENCY = "USD"
HIGH_MINIMUM_PERSON = Decimal(200_000)  # the staff's letter of March 2025 on verification by a high minimum
HIGH_MINIMUM_ENTITY = Decimal(1_000_000)
LONGEST_NOTE = 1_000
EXPIRING_DAYS = 30


class Exemption(StrEnum):
    """Under which rule an offering is not registered."""

    RULE_506B = "506b"
    RULE_506C = "506c"
    REGULATION_S = "reg_s"


class VerificationKind(StrEnum):
    """What is verified of an account."""

    ACCREDITATION = "accreditation"
    IDENTITY = "identity"  # who it is, and that nothing speaks against taking its money (KYC, AML)
    TAX_FORM = "tax_form"


class VerificationState(StrEnum):
    """Where a verification stands; one that was confirmed and whose time is up counts as expired."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


class Basis(StrEnum):
    """On what a verification rests; each belongs to one kind."""

    SELF_CERTIFIED = "self_certified"
    INCOME = "income"
    NET_WORTH = "net_worth"
    LETTER = "letter"
    PROFESSIONAL = "professional"
    ENTITY_ASSETS = "entity_assets"
    HIGH_MINIMUM = "high_minimum"
    RENEWED = "renewed"
    NON_ACCREDITED = "non_accredited"
    CHECKED = "checked"
    W9 = "w9"
    W8BEN = "w8ben"
    W8BEN_E = "w8ben_e"
    W8IMY = "w8imy"


BASES = {
    VerificationKind.ACCREDITATION: (
        Basis.SELF_CERTIFIED,
        Basis.INCOME,
        Basis.NET_WORTH,
        Basis.LETTER,
        Basis.PROFESSIONAL,
        Basis.ENTITY_ASSETS,
        Basis.HIGH_MINIMUM,
        Basis.RENEWED,
        Basis.NON_ACCREDITED,
    ),
    VerificationKind.IDENTITY: (Basis.CHECKED,),
    VerificationKind.TAX_FORM: (Basis.W9, Basis.W8BEN, Basis.W8BEN_E, Basis.W8IMY),
}
NATURAL_PERSONS = frozenset({AccountKind.INDIVIDUAL, AccountKind.JOINT, AccountKind.RETIREMENT})
# By reasonable steps, as 506(c) asks: what the holder alone says is not among them.
VERIFIED = frozenset(
    {Basis.INCOME, Basis.NET_WORTH, Basis.LETTER, Basis.PROFESSIONAL, Basis.ENTITY_ASSETS, Basis.RENEWED}
)


@dataclass(frozen=True, slots=True)
class Verification:
    """One verification of an account, as it was asked for and decided."""

    id: UUID
    account_id: UUID
    account: str
    kind: VerificationKind
    basis: Basis
    state: VerificationState
    document_id: UUID | None
    document: str
    dated_on: date
    expires_on: date | None
    note: str
    reason: str
    asked_by: UUID
    asker: str
    asked_at: datetime
    decider: str
    decided_at: datetime | None


class VerificationNews(StrEnum):
    """What those who act for an account are told of a verification."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class ToldVerification:
    """What a mail about a verification needs; `message` is the reason that was given."""

    name: str
    email: str
    firm: str
    locale: str
    account: str
    kind: VerificationKind
    message: str
    expires_on: date | None


def runs_out_soon(told: ToldVerification, today: date) -> bool:
    """Whether fewer than EXPIRING_DAYS are left, so that the next verification is to be asked for now."""
    return told.expires_on is not None and told.expires_on - today < timedelta(days=EXPIRING_DAYS)


@dataclass(frozen=True, slots=True)
class VerificationRequest:
    """What is asked to be verified: on what basis, as of which day (that of the letter, form or check), with which
    document of the library as evidence."""

    kind: VerificationKind
    basis: Basis
    dated_on: date
    document_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one kind of verification of an account: the latest confirmed, and what else there is of it."""

    basis: Basis | None = None
    expires_on: date | None = None
    waiting: bool = False
    refused: str = ""  # why the last one was refused, where nothing came after it


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account as eligibility looks at it. `known_since`: since when somebody whom the firm knows acts for it."""

    account_id: UUID
    name: str
    kind: AccountKind
    residence: str | None
    known_since: datetime | None
    accreditation: Standing
    identity: Standing
    tax_form: Standing


@dataclass(frozen=True, slots=True)
class Offering:
    """What eligibility asks of an offering. `non_accredited` have taken places; `jurisdictions` empty: any."""

    exemption: Exemption
    minimum: Money
    maximum: Decimal | None
    jurisdictions: tuple[str, ...]
    opened_at: datetime | None
    non_accredited: int


class Remedy(StrEnum):
    """What mends a reason; each edge knows where that is done."""

    VERIFY_ACCREDITATION = "verify_accreditation"
    VERIFY_IDENTITY = "verify_identity"
    SEND_TAX_FORM = "send_tax_form"
    WAIT = "wait"
    CHANGE_AMOUNT = "change_amount"
    ASK_FIRM = "ask_firm"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not yet: a stable code, the cause and the way out as sentences, and what leads there."""

    code: str
    because: str
    fix: str
    remedy: Remedy
