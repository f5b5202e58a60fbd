"""What somebody signed in was refused goes into the record of acts, wherever the refusal is shown."""

from __future__ import annotations

from uuid import UUID

from flask import request

from portal.domain.identity.audit.services import record_refusal
from portal.platform.errors import DomainError, Forbidden, Unauthenticated
from portal.web.toolkit.session import signed_in

# Where a part of an address is called otherwise than the thing it names.
THINGS = {
    "run": "statement_run",
    "batch": "filing_batch",
    "archive": "document_archive",
    "call": "capital_call",
    "charge": "fee_charge",
}


def note_refusal(error: DomainError) -> None:
    """Record `error` where it refuses a person who is signed in: their role or a proof of theirs did not do."""
    person = signed_in()
    if person is not None and isinstance(error, Forbidden | Unauthenticated):
        route = f"{request.method} {request.endpoint}"
        record_refusal(person.author.tenancy, named_thing(), code=error.code, route=route)


def named_thing() -> str:
    """What the address of this request is about: `vehicle:<id>`, or `route:<endpoint>` where it names nothing."""
    for name, value in (request.view_args or {}).items():
        if isinstance(value, UUID):
            kind = name.removesuffix("_id")
            return f"{THINGS.get(kind, kind)}:{value}"
    return f"route:{request.endpoint}"
