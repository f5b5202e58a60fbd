"""Whom an offering is for, as pages tell the staff."""

from __future__ import annotations

from portal.domain.investments.opportunities.queries.audiences import get_offered_reach, list_offered_vehicles
from portal.domain.investments.opportunities.queries.opportunities import list_named_accounts
from portal.domain.investments.opportunities.values.opportunities import Opportunity
from portal.web.toolkit.offering_words import audience_words, reach_words
from portal.web.toolkit.session import actor


def tell_audience(opportunity: Opportunity) -> str:
    """The rule in words, and how many accounts and people that are at this moment."""
    vehicles, accounts = (each(actor(), opportunity.id) for each in (list_offered_vehicles, list_named_accounts))
    rule = audience_words(opportunity.audience, [each.name for each in vehicles], [each.name for each in accounts])
    return f"{rule} ({reach_words(get_offered_reach(actor(), opportunity.id))})"
