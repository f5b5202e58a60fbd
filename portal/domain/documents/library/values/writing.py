"""What people leave to be read off what they gave: a title off a file, a moment off a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePath

from portal.platform.screening.names import clean_name

LONGEST_TITLE = 200


def title_of(name: str) -> str:
    """The title that a file's name makes: without extension and underscores."""
    return " ".join(PurePath(clean_name(name)).stem.replace("_", " ").split())[:LONGEST_TITLE] or "Document"


def end_of(day: date) -> datetime:
    """The moment at which a day is over, in UTC; the last day that there is ends with the last moment."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time(), UTC)
