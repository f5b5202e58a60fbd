"""One column at a time: each distinct cell is read once, and what cannot be read is told per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from portal.domain.investments.imports.values.tables import Cell

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

_SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
_SHOWN_CHARACTERS = 60


class UnreadableCell(ValueError):
    """The cell does not hold what its column should; the message says how to mend it."""


class UndecidedFormat(ValueError):
    """The column can be read in two ways; the message asks to choose."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T_co]):
    """A field of every row; where `failures` tells why a place could not be read, its value means nothing."""

    values: Sequence[T_co]
    failures: dict[int, str] = field(default_factory=dict)


def read_column(cells: Sequence[Cell], read: Callable[[Cell], T]) -> Column[T]:
    """The cells as `read` reads them; its UnreadableCell becomes the failure of every row with that cell."""
    good: dict[Cell, T] = {}
    bad: dict[Cell, str] = {}
    for cell in dict.fromkeys(cells):
        try:
            if cell in _SPREADSHEET_ERRORS:
                raise UnreadableCell(f"{cell} is the error of a formula. Mend the formula and upload again.")
            good[cell] = read(cell)
        except UnreadableCell as error:
            bad[cell] = str(error)
    failures = {place: bad[cell] for place, cell in enumerate(cells) if cell in bad} if bad else {}
    return Column(cast("list[T]", [good.get(cell) for cell in cells]), failures)


def shown(cell: Cell) -> str:
    """A cell in quotation marks, as a message names it, cut where it would drown the sentence."""
    text = str(cell)
    return f"'{text}'" if len(text) <= _SHOWN_CHARACTERS else f"'{text[:_SHOWN_CHARACTERS]}…'"
