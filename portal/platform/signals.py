"""Facts that a lower domain publishes and higher ones react to, in the same transaction.

A fact is a frozen dataclass in a feature's signals.py, named in the past tense; what follows from it in another feature
is in that one's reactions.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Fact = TypeVar("Fact")
_reactions: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)


def reacts_to(kind: type[Fact]) -> Callable[[Callable[[Fact], None]], Callable[[Fact], None]]:
    """Call the decorated function with each published fact of `kind`, in the order of their modules' import."""

    def register(reaction: Callable[[Fact], None]) -> Callable[[Fact], None]:
        _reactions[kind].append(reaction)
        return reaction

    return register


def publish(fact: object) -> None:
    """Tell everybody who reacts to `fact`; what one of them refuses, refuses the act that the fact is of."""
    for reaction in _reactions[type(fact)]:
        reaction(fact)
