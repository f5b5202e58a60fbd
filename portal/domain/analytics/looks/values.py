"""That somebody looked at what is an investor's, on their behalf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

NOTED_EVERY = timedelta(hours=1)  # per page: reading on is not looking anew
# Pages that show accounts, by the name that web and API have in common.
PAGES = frozenset(
    {
        "portfolio",
        "holdings",
        "figures",
        "transactions",
        "statements",
        "statement_lines",
        "capital_calls",
        "notices",
        "documents",
        "downloads",
    }
)
# The ids in its address that a list can be narrowed by; whatever else stands there narrows nothing.
NARROWED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "portfolio": ("account",),
        "holdings": ("account",),
        "figures": ("account", "holding"),
        "transactions": ("account", "holding"),
        "statements": ("account",),
        "documents": ("account",),
    }
)


@dataclass(frozen=True, slots=True)
class Glance:
    """A page that was answered: one of PAGES, the thing it was about (`statement:<id>`, `route:…` for a list), the ids
    in its address, and whether a file was taken away."""

    page: str
    resource: str
    ids: tuple[UUID, ...] = field(default=())
    file: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A line of the log that an investor reads: who (as the investor calls them, or somebody of the firm), what they
    did, at which page, and the vehicle and period of what it was about; where staff began to view the portal as the
    investor, the reason they gave."""

    id: int
    at: datetime
    who: str | None
    act: str
    page: str | None
    file: bool
    vehicle: str | None
    ends_on: date | None
    reason: str | None
