"""Who can be paid by which kind of file, and the firm's own bank data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from stdnum import bic, iban
from stdnum.us import rtn

from portal.domain.investments.payments.rules.nacha import LARGEST
from portal.domain.investments.payments.values.payouts import FileFormat, Origin, Payee, Unpayable
from portal.domain.people.investor_accounts.values import AccountKind
from portal.domain.people.payment_instructions.values import BankDetails, Method

PEOPLE = {AccountKind.INDIVIDUAL, AccountKind.JOINT, AccountKind.RETIREMENT}
COMPANY_ID = re.compile(r"[0-9A-Z]{10}")
F = FileFormat


@dataclass(frozen=True, slots=True)
class Payable:
    """A share that is to be paid."""

    share_id: UUID
    account_id: UUID
    account: str
    amount: Decimal


def sort_payables(
    payables: Sequence[Payable],
    details: Mapping[UUID, BankDetails],
    kinds: Mapping[UUID, AccountKind],
    *,
    format_: FileFormat,
    currency: str,
) -> tuple[tuple[Payee, ...], tuple[Unpayable, ...]]:
    """Who a file of this kind pays, to the bank details in force, and who it leaves out and why; ids come later."""
    payees, left_out = [], []
    for each in payables:
        own = details.get(each.account_id)
        reason = _obstacle(own, each.amount, format_, currency)
        if own is None or reason:
            left_out.append(Unpayable(each.account_id, each.account, each.amount, reason))
            continue
        is_person = kinds.get(each.account_id) in PEOPLE
        payees.append(
            Payee("", each.share_id, each.account_id, own.holder, each.amount, own.number, own.routing, is_person)
        )
    return tuple(payees), tuple(left_out)


def _obstacle(details: BankDetails | None, amount: Decimal, format_: FileFormat, currency: str) -> str:
    if details is None:
        return "No bank details are in force. Pay by hand, or wait for them."
    if format_ is F.NACHA and currency != "USD":
        return "The clearing house pays in US dollars only."
    if format_ is F.NACHA and details.method is not Method.ACH:
        return "The account is outside the United States: it is paid by a file for IBANs."
    if format_ is F.NACHA and amount > LARGEST:
        return "The amount is larger than the clearing house carries. Pay it by wire."
    if format_ is F.SEPA and details.method is not Method.IBAN:
        return "The account is in the United States: it is paid by a NACHA file."
    return ""


def find_origin_problems(origin: Origin) -> dict[str, str]:
    """What is wrong with the firm's own bank data, a sentence per field; either way of paying may be left empty."""
    problems = {}
    if not origin.name:
        problems["name"] = "Say in whose name the account is."
    if origin.routing and not rtn.is_valid(origin.routing):
        problems["routing"] = "This is not a routing number (ABA): nine digits, of which the last checks the others."
    if origin.routing and not COMPANY_ID.fullmatch(origin.company_id):
        problems["company_id"] = "The ten digits or letters by which your bank knows the company."
    if origin.iban and not iban.is_valid(origin.iban):
        problems["iban"] = "This is not a good IBAN."
    if origin.bic and not bic.is_valid(origin.bic):
        problems["bic"] = "This is not a BIC: eight or eleven characters."
    if not origin.routing and not origin.iban:
        problems["routing"] = "Enter a routing number, an IBAN or both."
    return problems


def can_pay_from(origin: Origin | None, format_: FileFormat) -> bool:
    """Whether the firm's bank data suffice for a file of this kind."""
    if format_ is F.CSV:
        return True
    return origin is not None and bool(origin.routing if format_ is F.NACHA else origin.iban)
