"""Which papers a document is one of, whom it reaches, and what may become of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from portal.domain.documents.library.values.documents import (
    Audience,
    DocumentDetails,
    DocumentState,
    DocumentType,
    PaperScope,
)
from portal.domain.documents.library.values.writing import LONGEST_TITLE
from portal.domain.identity.access.values import STAFF_ROLES, Role

MOST_TAGS = 20
_PERIOD = re.compile(r"(\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?)?")
_TAG = re.compile(r"[\w][\w .&/-]{0,39}")
_SCOPES = {
    DocumentType.STATEMENT: PaperScope.STATEMENTS,
    DocumentType.NOTICE: PaperScope.NOTICES,
    DocumentType.TAX_FORM: PaperScope.TAX_FORMS,
}
# What may follow each state. Nothing leads back to a draft: what investors have seen is archived, never unsaid.
_NEXT = {
    DocumentState.DRAFT: {DocumentState.SCHEDULED, DocumentState.PUBLISHED, DocumentState.DELETED},
    DocumentState.SCHEDULED: {DocumentState.DRAFT, DocumentState.PUBLISHED, DocumentState.DELETED},
    DocumentState.PUBLISHED: {DocumentState.PUBLISHED, DocumentState.ARCHIVED, DocumentState.DELETED},
    DocumentState.ARCHIVED: {DocumentState.PUBLISHED, DocumentState.DELETED},
    DocumentState.DELETED: {DocumentState.ARCHIVED},
}


def scope_of(type_: DocumentType) -> PaperScope:
    """Which papers of an investor a document of this type is one of."""
    return _SCOPES.get(type_, PaperScope.MEMBERS)


def may_become(state: DocumentState, wanted: DocumentState) -> bool:
    """Whether a document in `state` may be brought to `wanted`."""
    return wanted in _NEXT[state]


def find_reach(details: DocumentDetails, *, firm_id: UUID, folder_id: UUID) -> str | None:
    """The reach that a document has by its audience: scope and id of what it is for; None for the staff's own and for
    what only people named one by one get."""
    scope = scope_of(details.type).value
    match details.audience:
        case Audience.FIRM:
            return f"{scope}:{firm_id}"
        case Audience.VEHICLE:
            return f"{scope}:{details.vehicle_id}"
        case Audience.ACCOUNT:
            return f"{scope}:{details.account_id}"
        case Audience.ROOM:
            return f"room:{folder_id}"
        case Audience.NAMED | Audience.STAFF:
            return None


def person_reach(user_id: UUID) -> str:
    """The reach of one named person."""
    return f"person:{user_id}"


def role_reach(role: Role) -> str:
    """What stands for the staff of a role where it is told from whom a document was taken."""
    return f"role:{role.value}"


def lost_by(before: Sequence[str] | None, after: Sequence[str] | None) -> list[str]:
    """The reaches of the staff whose roles a document was for (None: for all) and is no more."""
    return [
        role_reach(role)
        for role in sorted(STAFF_ROLES)
        if after is not None and role.value not in after and (before is None or role.value in before)
    ]


def find_faults(details: DocumentDetails) -> dict[str, str]:
    """What is wrong with what people say of a document, by field."""
    faults = {}
    if not details.title.strip() or len(details.title) > LONGEST_TITLE:
        faults["title"] = f"Give it a title of at most {LONGEST_TITLE} characters."
    if not _PERIOD.fullmatch(details.period):
        faults["period"] = "Write a year (2026), a quarter (2026-Q3) or a month (2026-09), or leave it empty."
    if details.audience is Audience.ACCOUNT and details.account_id is None:
        faults["account_id"] = "Choose the account it is for."
    if details.audience is Audience.VEHICLE and details.vehicle_id is None:
        faults["vehicle_id"] = "Choose the vehicle whose investors it is for."
    if len(details.tags) > MOST_TAGS or not all(_TAG.fullmatch(tag) for tag in details.tags):
        faults["tags"] = f"At most {MOST_TAGS} tags of letters, digits and spaces, each up to 40 characters."
    return faults


def keep_until(published_on: date, years: int) -> date:
    """The first day on which a document of a type that is kept so many years may be destroyed."""
    try:
        return published_on.replace(year=published_on.year + years)
    except ValueError:  # 29 February
        return published_on.replace(year=published_on.year + years, month=3, day=1)
