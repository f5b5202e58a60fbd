"""Fields: where on the pages something is to be filled in, and by which seat."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

LONGEST_TEXT = 120


class FieldKind(StrEnum):
    """What goes into a field. A date is the day of signing and a name that of the signer: nobody types them."""

    SIGNATURE = "signature"
    INITIALS = "initials"
    DATE = "date"
    NAME = "name"
    TEXT = "text"
    CHECKBOX = "checkbox"


ASKED_FOR = frozenset({FieldKind.TEXT, FieldKind.CHECKBOX})


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page as it is seen, in fractions of its width and height from the top left corner."""

    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


class Spot(StrEnum):
    """A place that has a name, on any page."""

    BOTTOM_LEFT = "bottom_left"
    BOTTOM_CENTRE = "bottom_centre"
    BOTTOM_RIGHT = "bottom_right"
    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class NewField:
    """A field to be placed; `page` counts from 1, and from the end where it is negative."""

    seat: int
    kind: FieldKind
    page: int
    box: Box
    label: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """A field in its place."""

    id: UUID
    seat: int
    kind: FieldKind
    page: int
    box: Box
    label: str
    required: bool
