"""Investor accounts as others read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class AccountKind(StrEnum):
    """What the legal holder is."""

    INDIVIDUAL = "individual"
    JOINT = "joint"
    TRUST = "trust"
    RETIREMENT = "retirement"
    COMPANY = "company"
    PARTNERSHIP = "partnership"


@dataclass(frozen=True, slots=True)
class Account:
    """The legal holder of investments."""

    id: UUID
    name: str
    kind: AccountKind
    tax_residence: str | None
    number: str | None = None  # by which the firm and its administrator know it


@dataclass(frozen=True, slots=True)
class Member:
    """A person who acts for an account."""

    user_id: UUID
    name: str
    email: str
