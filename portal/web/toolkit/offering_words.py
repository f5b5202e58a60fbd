"""What pages call the parts of an offering, and how they say whom it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from portal.domain.investments.eligibility.values import Exemption
from portal.domain.investments.opportunities.values.opportunities import OfferedReach, OfferedTo
from portal.web.toolkit.formatting import percent
from portal.web.toolkit.translation import gettext as _
from portal.web.toolkit.translation import ngettext

EXEMPTIONS = {
    Exemption.RULE_506B: "Rule 506(b): no public offering",
    Exemption.RULE_506C: "Rule 506(c): verified accredited investors",
    Exemption.REGULATION_S: "Regulation S: outside the United States",
}
TERMS: Mapping[str, str] = {
    "vehicle": "Vehicle",
    "strategy": "Strategy",
    "preferred_return": "Preferred return",
    "preferred_compounding": "Compounding",
    "carry": "Carried interest",
    "catch_up": "Catch-up share",
    "waterfall": "Waterfall",
    "management_fee": "Management fee",
}
RATES = frozenset({"preferred_return", "carry", "catch_up", "management_fee"})


def audience_words(audience: OfferedTo, vehicles: Sequence[str], accounts: Sequence[str]) -> str:
    """Whom an opportunity is for, in words; `vehicles` and `accounts` by name."""
    named = ", ".join(accounts)
    if audience is OfferedTo.EVERYBODY:
        return _("Every account of the firm")
    if audience is OfferedTo.NAMED:
        return named or _("Accounts by name, none yet")
    if not vehicles and not named:
        return _("Everybody invested in vehicles that are still to be chosen")
    invested = _("Everybody invested in %(vehicles)s", vehicles=", ".join(vehicles) or _("vehicles still to be chosen"))
    return _("%(invested)s; by name %(accounts)s", invested=invested, accounts=named) if named else invested


def reach_words(reach: OfferedReach) -> str:
    """How many accounts and people that are, in words."""
    accounts = ngettext("%(num)s account", "%(num)s accounts", reach.accounts)
    seen = ngettext("seen by %(num)s person", "seen by %(num)s people", reach.people)
    return f"{accounts}, {seen}"


def terms_of(terms: Mapping[str, str]) -> list[tuple[str, str]]:
    """The terms as they are offered, each with its label: rates in percent, codes as words."""
    told = []
    for name, label in TERMS.items():
        value = terms.get(name)
        if value is not None:
            told.append((label, percent(Decimal(value)) if name in RATES else value.replace("_", " ")))
    return told
