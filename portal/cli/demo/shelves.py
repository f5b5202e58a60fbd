"""Where the demo's papers lie, and the words that are filled into them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.cli.demo.cast import Cast
from portal.cli.demo.history import last_valued_quarter
from portal.domain.documents.library.queries.folders import find_root_folder, get_folder
from portal.domain.documents.library.services.folders import create_folder, open_root_folder
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.vehicles.queries import find_vehicles
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.platform.ids import name_key

ORDINALS = ("first", "second", "third", "fourth")


def read_library(slug: str) -> dict[str, Any]:
    """What the file of a firm's papers tells."""
    return tomllib.loads(Path(__file__).with_name(f"{slug}-library.toml").read_text("utf-8"))


def find_words(cast: Cast, today: date) -> dict[str, str]:
    """The words that stand for the firm, the years and the latest quarters that are valued."""
    latest = Period.containing(last_valued_quarter(today), Frequency.QUARTER)
    before = latest.preceding()
    years = {"year_before": -2, "last_year": -1, "year": 0, "next_year": 1}
    return {
        "firm": cast.name,
        **{name: str(today.year + more) for name, more in years.items()},
        **{"quarter": _key(latest), "quarter_words": _in_words(latest)},
        **{"last_quarter": _key(before), "last_quarter_words": _in_words(before)},
    }


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, and what is said of all that is filed in it: whose it is and the words of its vehicle or account."""

    folder_id: UUID
    vehicle_id: UUID | None
    account_id: UUID | None
    words: Mapping[str, str]


class Shelves:
    """The folders of the firm, its vehicles and accounts, made as they are asked for by an associate."""

    def __init__(self, associate: Actor, cast: Cast) -> None:
        self._associate = associate
        self._vehicles = {fund.key: fund.description.name for fund in cast.funds}
        self._firm = cast.name

    def places(self, told: Mapping[str, Any]) -> Iterator[Place]:
        """Where a paper is filed: once, or in the same folder of each of several."""
        for root in told.get("each", [""]):
            path = f"{root}/{told['folder']}" if root else told["folder"]
            yield self._place(*path.split("/"), vehicle=told.get("vehicle"))

    def vehicle_id(self, key: str) -> UUID:
        """The id of a vehicle, by its key."""
        name = self._vehicles[key]
        return find_vehicles(self._associate, [name])[name_key(name)].id

    def _place(self, root: str, *inside: str, vehicle: str | None) -> Place:
        kind, _, name = root.partition(":")
        if kind == "vehicle":
            vehicle, account_id = name, None
        else:
            account_id = find_account_ids(self._associate, [name]).get(name_key(name)) if name else None
        vehicle_id = self.vehicle_id(vehicle) if vehicle else None
        subject_id = {"vehicle": vehicle_id, "account": account_id}.get(kind)
        called = {"vehicle": self._vehicles.get(name, name), "account": name}.get(kind, self._firm)
        folder_id = open_root_folder(self._associate, FolderKind(kind), subject_id, called)
        for part in inside:
            folder_id = self._open(folder_id, part)
        return Place(
            folder_id, vehicle_id, account_id, {"vehicle": self._vehicles.get(vehicle or "", ""), kind: called}
        )

    def _open(self, parent_id: UUID, name: str) -> UUID:
        there = {each.name: each.id for each in get_folder(self._associate, parent_id).inside}
        return there.get(name) or create_folder(self._associate, parent_id, name)


def has_library(system: Actor) -> bool:
    """Whether papers were filed for the firm before: its own folder has folders then."""
    root = find_root_folder(system, FolderKind.FIRM, None)
    return root is not None and bool(get_folder(system, root).inside)


def _key(period: Period) -> str:
    return f"{period.ends_on.year}-Q{period.ends_on.month // 3}"


def _in_words(period: Period) -> str:
    return f"{ORDINALS[period.ends_on.month // 3 - 1]} quarter of {period.ends_on.year}"
