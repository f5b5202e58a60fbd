"""What the store has beside what rows claim, both in the order of their keys, neither held whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.platform.storage.claims import Claim
from portal.platform.storage.interface import ListedObject

Pair = tuple[ListedObject | None, Claim | None]


def pair(objects: Iterable[ListedObject], claims: Iterable[Claim]) -> Iterator[Pair]:
    """Every object with each claim to it, or None, and every claim with its object, or None, by key. Both come sorted
    by key."""
    stored, claimed = iter(objects), iter(claims)
    here, asked = next(stored, None), next(claimed, None)
    while here is not None or asked is not None:
        if asked is None or (here is not None and here.key < asked.key):
            yield here, None
            here = next(stored, None)
        elif here is None or asked.key < here.key:
            yield None, asked
            asked = next(claimed, None)
        else:
            key = here.key
            while asked is not None and asked.key == key:
                yield here, asked
                asked = next(claimed, None)
            here = next(stored, None)
