"""How a statement that collects something is written down."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType as Meanings

MOMENT = "moment in UTC"
AMOUNT = "amount in the currency beside it"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for one file, and what its columns mean."""

    file: str
    sentence: str
    statement: str
    columns: Meanings[str, str]
    is_list: bool = True

    @classmethod
    def of(cls, file: str, sentence: str, statement: str, *, is_list: bool = True, **columns: str) -> Question:
        """One whose columns are given by name, each with its meaning."""
        return cls(file, sentence, statement, Meanings(columns), is_list)
