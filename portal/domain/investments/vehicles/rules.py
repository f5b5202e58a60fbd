"""What terms make sense together."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.investments.vehicles.values import VehicleDescription
from portal.platform.money import UnknownCurrency, minor_places


def find_faults(description: VehicleDescription) -> dict[str, str]:
    """What is wrong with a description, by field; empty when all is well. A catch-up share at or below the carry
    would never catch up and is refused."""
    faults = {}
    terms = description.terms
    if not description.name.strip():
        faults["name"] = "Give the vehicle a name."
    try:
        minor_places(description.currency)
    except UnknownCurrency:
        faults["currency"] = f"{description.currency!r} is not an ISO currency code; USD, EUR, GBP … are."
    for name in ("preferred_return", "carry", "catch_up", "management_fee"):
        if not Decimal(0) <= getattr(terms, name) <= Decimal(1):
            faults[name] = "A rate lies between 0 % and 100 %."
    if terms.catch_up and terms.catch_up <= terms.carry:
        faults["catch_up"] = "The catch-up share must be above the carry, or the catch-up never ends."
    if description.vintage is not None and not 1950 <= description.vintage <= 2100:
        faults["vintage"] = "The vintage is the year of the first close, such as 2019."
    return faults
