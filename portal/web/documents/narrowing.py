"""The list of documents: for investors and delegates what is for them, for the staff the whole library."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for

from portal.domain.documents.library.policies import can_see_library
from portal.domain.documents.library.queries.choices import list_document_choices
from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import (
    DocumentChoices,
    DocumentFilter,
    DocumentState,
    DocumentSummary,
    DocumentType,
)
from portal.domain.documents.reading.queries.acknowledgements import list_own_awaited
from portal.domain.identity.sessions.queries import find_previous_visit
from portal.platform import clock
from portal.platform.pagination import Page, decode_cursor
from portal.web.documents.labels import TYPES
from portal.web.toolkit.session import actor

MOST = 50
LONGEST_SEARCH = 100
NARROWING = ("q", "account", "vehicle", "type", "year", "tag", "state")
YEARS = 10
STATES = {
    DocumentState.DRAFT: "Draft",
    DocumentState.SCHEDULED: "Scheduled",
    DocumentState.PUBLISHED: "Published",
    DocumentState.ARCHIVED: "Archived",
    DocumentState.DELETED: "Deleted",
}


def narrowed_list() -> dict[str, Any]:
    """What the list of documents shows: what the reader may see and the address narrows it to, newest first; what came
    since they were last here is marked."""
    staff, chosen = can_see_library(actor()), _chosen()
    choices = _choices_of_staff() if staff else list_document_choices(actor())
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    found = list_documents(actor(), _criteria(chosen), after=(place[0], place[1]) if place else None, most=MOST + 1)
    shown = Page(found, MOST, lambda each: (each.at.isoformat(), each.id))
    return {
        "documents": shown.items,
        "figures": {each.id: url for each in shown.items if (url := _figures_of(each))},
        "asked": list_own_awaited(actor(), [each.id for each in shown.items if each.must_acknowledge]),
        "choices": choices,
        "types": TYPES,
        "type_choices": [(each.value, TYPES[each]) for each in choices.types],
        "year_choices": [(each, each) for each in choices.years],
        "states": STATES if staff else {},
        "state_choices": [(each.value, label) for each, label in STATES.items()],
        "chosen": chosen,
        "narrowed": bool(chosen),
        "before": None if staff else find_previous_visit(actor()),
        "next_url": url_for("documents.index", **chosen, cursor=shown.next) if shown.next else None,
    }


def _chosen() -> dict[str, Any]:
    """What the address narrows the list to."""
    return {name: value[:LONGEST_SEARCH] for name in NARROWING if (value := request.args.get(name, "").strip())}


def _criteria(chosen: dict[str, Any]) -> DocumentFilter:
    type_, state = chosen.get("type"), chosen.get("state")
    return DocumentFilter(
        account_id=request.args.get("account", type=UUID),
        vehicle_id=request.args.get("vehicle", type=UUID),
        type=DocumentType(type_) if type_ in set(DocumentType) else None,
        period=chosen.get("year", ""),
        tag=chosen.get("tag", ""),
        words=chosen.get("q", ""),
        state=DocumentState(state) if state in set(DocumentState) else None,
    )


def _choices_of_staff() -> DocumentChoices:
    """Accounts and vehicles are found by their names: there are too many to choose from."""
    year = clock.today().year
    return DocumentChoices((), (), tuple(DocumentType), tuple(str(year - back) for back in range(YEARS)))


def _figures_of(document: DocumentSummary) -> str | None:
    """The page with the figures of a statement."""
    kind, _, made_from = (document.source or "").partition(":")
    return url_for("statements.show", statement_id=made_from) if kind == "statement" else None
