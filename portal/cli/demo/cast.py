"""Who and what is in the demo: the firms in the files beside this one, read into values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.cli.demo.takahashi_alexander import Strategy
from portal.domain.identity.access.values import Role
from portal.domain.investments.vehicles.values import (
    Compounding,
    DayCount,
    TaxClass,
    Terms,
    VehicleDescription,
    Waterfall,
)
from portal.domain.people.delegations.values import Relation, Scope
from portal.domain.people.investor_accounts.values import AccountKind

FILES = ("meridian-harbour.toml", "larkspur-row.toml")
THOUSAND = Decimal(1000)
RATES = ("preferred_return", "carry", "catch_up", "management_fee")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, with an authenticator app or without."""

    name: str
    email: str
    role: Role
    has_app: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """An investor account: who acts for it, and what it promised to which vehicle (by key, in its currency)."""

    name: str
    kind: AccountKind
    residence: str
    members: tuple[str, ...]
    commitments: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody whom an investor lets see accounts of theirs: who, by whom (by name), which ones, what of them."""

    person: Person
    grantor: str
    relation: Relation
    accounts: tuple[str, ...]
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What waits for somebody in a firm, by the names of people and accounts: an investor who was invited and to which
    account, a colleague whose role waits for approval, who lost their telephone, whose bank details wait for the end of
    their hold, who asked for a copy of their data and who to be erased, who consented and who declined."""

    invited: Person
    invited_to: str
    joining: Person
    lost: str
    on_hold: str
    copied: str
    erased: str
    consented: tuple[str, ...]
    declined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fund:
    """A vehicle, and how its life is modelled: the model's strategy, its first quarter and its weather."""

    key: str
    description: VehicleDescription
    strategy: Strategy
    vintage: int
    quarter: int
    seed: int


@dataclass(frozen=True, slots=True)
class Cast:
    """A firm with its people, accounts (in the order of admission) and vehicles.

    `waiting` is the key of the vehicle whose latest statements wait to be published, `stated_twice` are those that
    have statements of the quarter before too, `to_import` is a file of history beside this module, and of
    the statements of `announced` alone investors are told by mail."""

    slug: str
    name: str
    accent: str
    time_zone: str
    staff: tuple[Person, ...]
    investors: tuple[Person, ...]
    delegates: tuple[Delegate, ...]
    holders: tuple[Holder, ...]
    funds: tuple[Fund, ...]
    waiting: str
    stated_twice: tuple[str, ...]
    to_import: str | None
    announced: str | None
    under_way: UnderWay | None

    def first(self, role: Role) -> Person:
        """The first of the staff with this role."""
        return next(person for person in self.staff if person.role is role)

    def accounts_of(self, person: Person) -> list[str]:
        """The names of the accounts that a person acts for, or is let see."""
        shown = [account for each in self.delegates if each.person == person for account in each.accounts]
        return [holder.name for holder in self.holders if person.name in holder.members] + shown

    def commitments_to(self, fund: Fund) -> dict[str, Decimal]:
        """What each account promised to a vehicle, by its name, in the order of admission."""
        return {holder.name: holder.commitments[fund.key] for holder in self.holders if fund.key in holder.commitments}


def load_casts() -> tuple[Cast, ...]:
    """The demo's firms, the main one first."""
    return tuple(_cast(tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))) for name in FILES)


def _cast(told: dict[str, Any]) -> Cast:
    return Cast(
        slug=told["slug"],
        name=told["name"],
        accent=told["accent"],
        time_zone=told["time_zone"],
        staff=tuple(_person(each, has_app=True) for each in told["staff"]),
        investors=tuple(map(_person, told["people"]["investors"])),
        delegates=tuple(_delegate(each) for each in told["people"].get("delegates", ())),
        holders=tuple(_holder(each) for each in told["people"]["accounts"]),
        funds=tuple(_fund(each) for each in told["vehicles"]),
        waiting=told["waiting"],
        stated_twice=tuple(told["stated_twice"]),
        to_import=told.get("to_import"),
        announced=told.get("announced"),
        under_way=_under_way(told["under_way"]) if "under_way" in told else None,
    )


def _person(told: dict[str, Any], *, has_app: bool = False) -> Person:
    return Person(told["name"], told["email"], Role(told.get("role", Role.INVESTOR)), told.get("app", has_app))


def _under_way(told: dict[str, Any]) -> UnderWay:
    return UnderWay(
        _person(told["invited"]),
        told["invited"]["account"],
        _person(told["joining"]),
        told["lost"],
        told["on_hold"],
        told["copied"],
        told["erased"],
        tuple(told["consented"]),
        tuple(told["declined"]),
    )


def _delegate(told: dict[str, Any]) -> Delegate:
    return Delegate(
        Person(told["name"], told["email"], Role.DELEGATE),
        told["grantor"],
        Relation(told["relation"]),
        tuple(told["accounts"]),
        tuple(map(Scope, told["scopes"])),
    )


def _holder(told: dict[str, Any]) -> Holder:
    promised = {key: THOUSAND * amount for key, amount in told["commitments"].items()}
    return Holder(told["name"], AccountKind(told["kind"]), told["residence"], tuple(told["members"]), promised)


def _fund(told: dict[str, Any]) -> Fund:
    description = VehicleDescription(
        told["name"],
        told["currency"],
        TaxClass(told.get("tax_class", TaxClass.PARTNERSHIP)),
        told["label"],
        told["sector"],
        told["vintage"],
        _terms(told["terms"]),
    )
    return Fund(told["key"], description, told["strategy"], told["vintage"], told["quarter"], told["seed"])


def _terms(told: dict[str, str]) -> Terms:
    preferred_return, carry, catch_up, fee = (Decimal(told.get(name, "0")) for name in RATES)
    return Terms(
        preferred_return,
        Compounding(told.get("preferred_compounding", Compounding.ANNUAL)),
        DayCount(told.get("day_count", DayCount.ACTUAL_365)),
        carry,
        catch_up,
        Waterfall(told.get("waterfall", Waterfall.WHOLE_FUND)),
        fee,
    )
