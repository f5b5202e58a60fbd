"""What a page of investments is narrowed to, as its address says it: dates, account, vehicle, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from portal.platform import clock
from portal.platform.errors import Invalid
from portal.web.toolkit.places import read_id
from portal.web.toolkit.translation import gettext as _

EARLIEST = date(1900, 1, 1)
LONGEST_SEARCH = 100
END_OF_DAY = time(23, 59, 59, 999999, UTC)


@dataclass(frozen=True, slots=True)
class Selection:
    """The holdings and the moment that figures are of."""

    as_of: date
    known_day: date | None = None
    account_id: UUID | None = None
    vehicle_id: UUID | None = None
    search: str = ""

    @property
    def known_on(self) -> datetime | None:
        """The moment whose knowledge counts, the day's end in UTC; None for all that is known."""
        return None if self.known_day is None else datetime.combine(self.known_day, END_OF_DAY)

    @property
    def narrowing(self) -> dict[str, Any]:
        """The arguments of the queries."""
        return {
            "as_of": self.as_of,
            "known_on": self.known_on,
            "account_id": self.account_id,
            "vehicle_id": self.vehicle_id,
            "search": self.search,
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether holdings are left out."""
        return bool(self.account_id or self.vehicle_id or self.search)

    def arguments(self, **more: Any) -> dict[str, str]:
        """The parts of an address that say this, with `more` in their place; None leaves a part out."""
        parts: dict[str, Any] = {
            "as_of": self.as_of,
            "known_on": self.known_day,
            "account": self.account_id,
            "vehicle": self.vehicle_id,
            "q": self.search,
        }
        return {name: str(value) for name, value in (parts | more).items() if value}

    def text(self, **more: Any) -> str:
        """The same as a query string."""
        return urlencode(self.arguments(**more))

    def moment(self, **more: Any) -> str:
        """The dates alone as a query string, with `more` in front, for links to one thing at this moment."""
        parts = more | {"as_of": self.as_of, "known_on": self.known_day}
        return urlencode({name: str(value) for name, value in parts.items() if value})


def read_selection(arguments: Mapping[str, str]) -> Selection:
    """The selection an address asks for, today's by default. Invalid names the dates that are none; NotFound for an id
    that cannot be one."""
    today = clock.today()
    faults: dict[str, str] = {}
    as_of = read_day(arguments, "as_of", faults, latest=today)
    known_day = read_day(arguments, "known_on", faults, latest=today)
    if faults:
        raise Invalid(fields=faults)
    return Selection(
        as_of or today,
        None if known_day is None or known_day >= today else known_day,
        read_id(arguments, "account"),
        read_id(arguments, "vehicle"),
        read_search(arguments),
    )


def read_day(
    arguments: Mapping[str, str], name: str, faults: dict[str, str], *, latest: date | None = None
) -> date | None:
    """The day under `name`, None without one; what is wrong with it goes into `faults`. Where there is a latest day,
    one more is let pass: it has begun in the east while UTC still has yesterday."""
    text = arguments.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults[name] = _("“%(text)s” is not a date. Choose one, or write it as 2026-12-31.", text=text[:20])
        return None
    if latest is not None and day > latest + timedelta(days=1):
        faults[name] = _("This day has not come yet. Choose today or an earlier one.")
    elif day < EARLIEST:
        faults[name] = _("Choose a day from 1900 on.")
    return day


def read_search(arguments: Mapping[str, str]) -> str:
    """The words searched for."""
    return arguments.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def _presets(today: date) -> tuple[tuple[str, date], ...]:
    """The days one asks for most: label and day."""
    year_end = date(today.year - 1, 12, 31)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    if quarter == year_end:
        return ((_("Today"), today), (_("Last year end"), year_end))
    return ((_("Today"), today), (_("Last quarter end"), quarter), (_("Last year end"), year_end))


def preset_links(address: str, selection: Selection) -> list[tuple[str, str, bool]]:
    """The presets as links on the page at `address`: label, address, whether it is the day shown."""
    today = clock.today()
    return [(label, f"{address}?{selection.text(as_of=day)}", day == selection.as_of) for label, day in _presets(today)]
