"""What an app sends and is given of personal details and bank details; everything masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from portal.api.parsing import Body

Line = Annotated[str, Field(max_length=140, pattern=r"^[^\x00-\x1F\x7F]*$")]
Number = Annotated[str, Field(max_length=60, pattern=r"^[0-9A-Za-z -]*$")]
State = Literal["waiting", "approved", "in_force", "replaced", "rejected", "withdrawn"]


class NewInstruction(Body):
    """Bank details: for `ach` the account's number and the bank's routing number, for `iban` the IBAN as the number."""

    method: Literal["ach", "iban"]
    holder: Line
    bank: Line = ""
    number: Number
    routing: Number = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """Bank details of an account; `escalated_for` says why a compliance officer has to approve them."""

    id: str
    method: Literal["ach", "iban"]
    holder: str
    bank: str
    number: str
    routing: str | None
    state: State
    entered_at: str
    hold_until: str
    escalated_for: list[str]


@dataclass(frozen=True, slots=True)
class Instructions:
    """The newest first."""

    items: list[Instruction]


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """Personal details, masked; null where there is none."""

    tax_number_kind: str | None
    tax_number: str | None
    born_on: str | None
    postal_address: str | None
