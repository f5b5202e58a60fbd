"""Lists of accounts with an amount each, as they are pasted from a spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.platform.errors import Invalid
from portal.platform.ids import name_key
from portal.web.toolkit.amounts import read_amount
from portal.web.toolkit.session import actor

MOST_LINES = 20_000


def read_account_lines(text: str, field: str) -> dict[UUID, Decimal]:
    """What each account has, from lines of its name and a number with a semicolon or tab between them. Invalid, naming
    `field`, for a line that says something else or an account there is not."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Invalid(fields={field: f"At most {MOST_LINES:,} lines."})
    given: dict[str, Decimal] = {}
    for number, line in enumerate(lines, start=1):
        name, _, amount = line.replace("\t", ";").rpartition(";")
        try:
            given[name_key(name)] = read_amount(amount)
        except ValueError:
            raise Invalid(fields={field: f"Line {number} is not “Account; number”."}) from None
    found = find_account_ids(actor(), given)
    missing = [name for name in given if name not in found]
    if missing:
        raise Invalid(fields={field: f"There is no account called “{missing[0]}”."})
    return {found[name]: amount for name, amount in given.items()}


def read_account(name: str, field: str) -> UUID:
    """The account of this name; Invalid, naming `field`, where there is none."""
    found = find_account_ids(actor(), [name]).get(name_key(name))
    if found is None:
        raise Invalid(fields={field: "There is no account of this name. Write it as under Accounts."})
    return found
