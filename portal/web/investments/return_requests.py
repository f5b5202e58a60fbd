"""Which returns an address asks for: holdings and day as a portfolio's does, and a period, an index, a basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from portal.domain.identity.access.values import Actor
from portal.domain.investments.performance.queries import Asked, find_last_valued
from portal.domain.investments.performance.values import Period
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform.errors import Invalid
from portal.web.investments.selection import Selection, read_day, read_selection
from portal.web.toolkit.places import read_id
from portal.web.toolkit.translation import gettext as _


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """What is asked, and the parts of an address that say it."""

    selection: Selection
    asked: Asked

    def text(self, **more: object) -> str:
        """As a query string, with `more` in place of its parts; None leaves one out."""
        own = {"period": self.asked.period.value, "since": self.asked.starts_on, "index": self.asked.index_id}
        return self.selection.text(**(own | more))


def read_request(reader: Actor, arguments: Mapping[str, str]) -> ReturnRequest:
    """What an address asks for; without a day that of the latest valuation. Invalid names the dates that are none, or
    that make no span; NotFound for an id that cannot be one."""
    selection = read_selection(arguments)
    period = next((each for each in Period if each.value == arguments.get("period")), Period.INCEPTION)
    asked = Asked(**selection.narrowing, index_id=read_id(arguments, "index"))
    if not arguments.get("as_of", "").strip():
        day = find_last_valued(reader, asked) or selection.as_of
        selection, asked = replace(selection, as_of=day), replace(asked, as_of=day)
    starts_on = _start(arguments, selection.as_of) if period is Period.SPAN else None
    return ReturnRequest(selection, replace(asked, period=period, starts_on=starts_on))


def list_subject(reader: Actor, asked: Asked) -> list[str]:
    """The names of the account and the vehicle that returns are narrowed to; NotFound where the reader may not see
    them."""
    account = [] if asked.account_id is None else [get_account(reader, asked.account_id).name]
    vehicle = [] if asked.vehicle_id is None else [get_vehicle(reader, asked.vehicle_id).name]
    return [*account, *vehicle]


def _start(arguments: Mapping[str, str], ends_on: date) -> date:
    faults: dict[str, str] = {}
    day = read_day(arguments, "since", faults, latest=ends_on)
    if not faults and (day is None or day >= ends_on):
        faults["since"] = _("Choose a day before the last one: returns are measured from its end on.")
    if faults or day is None:
        raise Invalid(fields=faults)
    return day
