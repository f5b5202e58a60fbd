"""What is sealed, opened for an export to whom it is about.

Of an account that others act for too, what its pages show unasked is told, and no more: it may be about them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from portal.domain.identity.contact.values import Side, place_of_phone, place_of_side
from portal.domain.identity.emails.values import SealedEmail
from portal.domain.people.payment_instructions.rules import mask_number
from portal.domain.people.payment_instructions.values import BankDetails
from portal.domain.people.profiles.rules import mask_details
from portal.domain.people.profiles.values import Details, written_tax_number
from portal.platform.personal import Place, unseal

Row = dict[str, Any]


def _person(row: Row) -> Row:
    email = SealedEmail(row["id"], row.pop("email_sealed"), row["wrapped"]).open()
    phone = row.pop("phone_sealed")
    opened = None if phone is None else unseal(phone, place_of_phone(row["id"]), row["wrapped"])
    return row | {"email": email, "phone": opened}


def _change(row: Row) -> Row:
    change_id, user_id = row.pop("id"), row.pop("user_id")
    for side in Side:
        sealed = row.pop(f"{side}_sealed")
        place = place_of_side(side, change_id, user_id)
        row[side.value] = None if sealed is None else unseal(sealed, place, row["wrapped"])
    return row


def _details(row: Row) -> Row:
    details = Details.unseal(row.pop("subject_id"), row.pop("details"), row["wrapped"])
    number, born_on, address = mask_details(details)
    if row.pop("alone"):
        number, address = written_tax_number(details), details.postal_address
        born_on = None if details.born_on is None else details.born_on.isoformat()
    return row | {"tax_number": number, "born_on": born_on, "postal_address": address}


def _bank(row: Row) -> Row:
    bank = BankDetails.unseal(row.pop("id"), row.pop("account_id"), row.pop("details"), row["wrapped"])
    number = bank.number if row.pop("alone") else mask_number(bank)
    return row | {"holder": bank.holder, "bank": bank.bank, "number": number, "routing": bank.routing}


def _signing(row: Row) -> Row:
    place = Place("documents.signers.answers", row.pop("id"), row.pop("user_id"))
    sealed = row.pop("answers_sealed")
    return row | {"signed_with": None if sealed is None else orjson.loads(unseal(sealed, place, row["wrapped"]))}


def _step(row: Row) -> Row:
    sealed, event_id, author = row.pop("note_sealed"), row.pop("id"), row.pop("actor_id")
    note, named = "", ""
    if sealed is not None:
        note, named = orjson.loads(
            unseal(sealed, Place("documents.signing_events.note", event_id, author), row["wrapped"])
        )
    return row | {"note": note, "named": named}


# The file of an export, and what opens a row of it, whose key is in `wrapped`.
OPENERS: dict[str, Callable[[Row], Row]] = {
    "you/person": _person,
    "you/contact-changes": _change,
    "you/details": _details,
    "accounts/bank-details": _bank,
    "documents/signing": _signing,
    "documents/signing-steps": _step,
}
