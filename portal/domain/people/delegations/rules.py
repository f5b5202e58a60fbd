"""How long, and what of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from portal.domain.people.delegations.values import LONGEST, Scope


def find_faults(
    accounts: Iterable[UUID], own: Iterable[UUID], scopes: Iterable[Scope], until: date, today: date
) -> dict[str, str]:
    """What is wrong, by field: `accounts` have to be among the investor's `own`, at least one of them and one scope,
    and the last day lies between today and a year from now."""
    faults = {}
    chosen = set(accounts)
    if not chosen or not chosen <= set(own):
        faults["accounts"] = "Choose at least one account that you act for."
    if not set(scopes):
        faults["scopes"] = "Choose at least one thing to be seen."
    return faults | find_day_faults(until, today)


def find_day_faults(until: date, today: date) -> dict[str, str]:
    """What is wrong with the last day."""
    if today <= until <= today + LONGEST:
        return {}
    return {"until": "Choose a last day from today on, at most a year ahead. You can renew it then."}
