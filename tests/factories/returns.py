"""A fund whose returns are easily told."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from tests.factories.investments import make_account, make_vehicle, post_history

# Ten percent a year: of 400 paid in, net of a fee in the second.
GROWTH = [
    ("commitment", "2022-12-01", "1000"),
    ("contribution", "2022-12-31", "400"),
    ("valuation", "2023-12-31", "440"),
    ("fee", "2024-06-30", "10"),
    ("valuation", "2024-12-31", "484"),
    ("valuation", "2025-12-31", "532.40"),
]


def make_growing_fund(firm_id: UUID, **accounts: Actor) -> UUID:
    """A vehicle of 2023 that a trust of each of these people, by its name, holds the same part of."""
    vehicle_id = make_vehicle(firm_id, "Harbour Growth", vintage=2023)
    for name, investor in accounts.items():
        post_history(firm_id, make_account(firm_id, f"{name}'s trust", investor), vehicle_id, GROWTH)
    return vehicle_id
