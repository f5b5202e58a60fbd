"""How tax numbers are written, checked and masked."""

from __future__ import annotations

import re
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.us import ein, itin, ssn

from portal.domain.people.profiles.values import DOT, Details, TaxNumberKind

CHECKS = {TaxNumberKind.SSN: ssn, TaxNumberKind.EIN: ein, TaxNumberKind.ITIN: itin}
NAMES = {TaxNumberKind.SSN: "Social Security number", TaxNumberKind.EIN: "EIN", TaxNumberKind.ITIN: "ITIN"}
FOREIGN = re.compile(r"[0-9A-Z](?:[0-9A-Z ./-]{2,28})[0-9A-Z]")
SHOWN = 4
OLDEST = 130  # years


def find_tax_number_problem(kind: TaxNumberKind, number: str) -> str | None:
    """What is wrong with a number of this kind, as a sentence; None where nothing is. Sources: the rules of the SSA and
    the IRS for SSN, EIN and ITIN as python-stdnum knows them; abroad only the form is checked."""
    if kind is TaxNumberKind.FOREIGN:
        return None if FOREIGN.fullmatch(number.strip().upper()) else "Write 4 to 30 letters and digits."
    try:
        CHECKS[kind].validate(number)
    except ValidationError:
        return f"This is not a good {NAMES[kind]}: check each digit."
    return None


def normal_tax_number(kind: TaxNumberKind, number: str) -> str:
    """The number in the one form it is kept in: digits alone, of abroad as written in capitals."""
    if kind is TaxNumberKind.FOREIGN:
        return number.strip().upper()
    compact: str = CHECKS[kind].compact(number)
    return re.sub(r"\D", "", compact)


def mask_tax_number(kind: TaxNumberKind, number: str) -> str:
    """The number with its last four characters alone: `•••-••-1234`, `••-•••1234`; of a short one the last two."""
    if kind is TaxNumberKind.FOREIGN:
        shown = SHOWN if len(number) >= SHOWN * 2 else 2
        return DOT * 4 + number[-shown:]
    return f"{DOT * 2}-{DOT * 3}{number[-4:]}" if kind is TaxNumberKind.EIN else f"{DOT * 3}-{DOT * 2}-{number[-4:]}"


def mask_details(details: Details) -> tuple[str | None, str | None, str | None]:
    """Tax number, date of birth and postal address as they are shown unasked."""
    kind, number = details.tax_number_kind, details.tax_number
    return (
        mask_tax_number(kind, number) if kind and number else None,
        f"{DOT * 4}-{DOT * 2}-{DOT * 2}" if details.born_on else None,
        DOT * 8 if details.postal_address else None,
    )


def find_birth_problem(born_on: date, today: date) -> str | None:
    """What is wrong with a date of birth, as a sentence; None where nothing is."""
    if not today.year - OLDEST <= born_on.year or born_on > today:
        return "This cannot be a date of birth: check the year."
    return None
