"""What a page can be narrowed to: accounts and vehicles in a list, with a search where there are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from flask import request

from portal.domain.investments.vehicles.queries import find_vehicle_names, list_vehicles
from portal.domain.people.investor_accounts.queries import find_account_names, list_accounts
from portal.web.investments.selection import LONGEST_SEARCH
from portal.web.toolkit.session import actor

MOST = 200


class _Named(Protocol):
    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen, by id; whether more than a list shows is there, and the words that it was searched for."""

    options: tuple[tuple[str, str], ...] = ()
    searches: bool = False
    words: str = ""

    @property
    def is_choice(self) -> bool:
        """Whether there is something to choose."""
        return self.searches or len(self.options) > 1


def offer_accounts(chosen: UUID | None) -> Offered:
    """The reader's accounts, or those found by `find_account` of the address, and the one that is `chosen`."""
    words = _words("find_account")
    return _offered(list_accounts(actor(), search=words, most=MOST + 1), words, chosen, find_account_names)


def offer_vehicles(chosen: UUID | None) -> Offered:
    """The vehicles the reader sees, or those found by `find_vehicle` of the address, and the one that is `chosen`."""
    words = _words("find_vehicle")
    return _offered(list_vehicles(actor(), search=words, most=MOST + 1), words, chosen, find_vehicle_names)


def _words(name: str) -> str:
    return request.args.get(name, "").strip()[:LONGEST_SEARCH]


def _offered(
    found: Sequence[_Named],
    words: str,
    chosen: UUID | None,
    find_names: Callable[..., dict[UUID, str]],
) -> Offered:
    options = {each.id: each.name for each in found[:MOST]}
    if chosen is not None and chosen not in options:
        options = find_names(actor(), [chosen]) | options
    return Offered(tuple((str(key), name) for key, name in options.items()), bool(words) or len(found) > MOST, words)
