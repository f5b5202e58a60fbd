"""What drawing a document's pages is asked for and answers."""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH = 1200  # points across: sharp on a phone and in the column of a page, and a tenth of a second to draw
MEDIA_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as a picture, WIDTH points wide or less; `number` counts from 1."""

    number: int
    content: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn across a page: lines that say for whom, when and where it was shown."""

    lines: tuple[str, ...]


class NotDrawable(Exception):
    """The page cannot be shown: it is damaged, or takes more time or memory than drawing may have."""
