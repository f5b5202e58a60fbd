"""How bank details are checked, normalised and masked."""

from __future__ import annotations

import re

from stdnum import iban
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.us import rtn

from portal.domain.people.payment_instructions.values import BankDetails, Method

ACCOUNT_NUMBER = re.compile(r"\d{4,17}")  # NACHA: up to 17 characters
SHOWN = 4
DOTS = "•" * 4


def normal_details(given: BankDetails) -> BankDetails:
    """The details in the one form they are kept in: no spaces in numbers, an IBAN in capitals."""
    number = re.sub(r"[\s-]", "", given.number).upper()
    routing = re.sub(r"\s", "", given.routing) if given.method is Method.ACH else ""
    return BankDetails(given.method, " ".join(given.holder.split()), " ".join(given.bank.split()), number, routing)


def find_detail_problems(details: BankDetails) -> dict[str, str]:
    """What is wrong with normalised details, a sentence per field. An IBAN is checked by its country's form and
    ISO 7064 mod 97-10, a routing number by the ABA's 3-7-1 check digit."""
    problems = {}
    if not details.holder:
        problems["holder"] = "Say in whose name the bank account is."
    problem = None
    if details.method is Method.IBAN:
        problem = _problem_of_iban(details.number)
    elif details.number[:2].isalpha():  # no account number of the United States begins with a country
        problems["method"] = "The number you typed is an IBAN. Choose that kind of account."
    else:
        problem = None if ACCOUNT_NUMBER.fullmatch(details.number) else "An account number has 4 to 17 digits."
        if not rtn.is_valid(details.routing):
            problems["routing"] = (
                "This is not a routing number (ABA): nine digits, of which the last checks the others."
            )
    if problem:
        problems["number"] = problem
    return problems


def _problem_of_iban(number: str) -> str | None:
    try:
        iban.validate(number)
    except InvalidChecksum:
        return "This is not a good IBAN: its check digits do not fit, so one character is wrong or two are swapped."
    except ValidationError:
        return "This is not an IBAN: a country, two check digits, then as many characters as that country has."
    return None


def mask_number(details: BankDetails) -> str:
    """The number with its last four characters alone, an IBAN's country before them: `DE •••• 3000`, `•••• 6789`."""
    country = f"{details.number[:2]} " if details.method is Method.IBAN else ""
    shown = min(SHOWN, len(details.number) // 2)
    return f"{country}{DOTS} {details.number[-shown:]}"
