"""The record of acts as auditors read it: who did what to what, and how far it is sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import list_users
from portal.domain.identity.record.queries import NEWEST, find_proof, get_event, get_sealing, list_events
from portal.domain.identity.record.values.acts import ACTS, RESULTS
from portal.domain.identity.record.values.events import Event, EventFilter
from portal.platform import clock
from portal.platform.errors import Invalid, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.operations.audit_things import KINDS, details_of, split_resource, things_of
from portal.web.toolkit.access import requires
from portal.web.toolkit.exports import Cell
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.formatting import reader_timezone
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("audit", __name__, url_prefix="/operations/audit")
MOST, PER_READ, MOST_PEOPLE = 50, 1_000, 200
FILTERS = ("person", "act", "resource", "result", "from", "to")
LATE = timedelta(minutes=1)  # after which sealing counts as behind
COLUMNS = (
    "id", "at", "person", "person_id", "on_behalf_of", "act", "sentence", "kind", "thing", "resource", "result",
    "address", "agent", "request_id", "detail",
)  # fmt: skip


@blueprint.get("")
@requires(Permission.SEE_AUDIT)
def index() -> Response:
    """Acts that fit, newest first."""
    narrowed = {name: request.args[name].strip() for name in FILTERS if request.args.get(name, "").strip()}
    faults: dict[str, str] = {}
    criteria = _criteria(narrowed, faults)
    (before,) = decode_cursor(request.args["cursor"], int) if "cursor" in request.args else (NEWEST,)
    found = [] if faults else list_events(actor(), criteria, before=min(before, NEWEST), most=MOST + 1)
    events = Page(found, MOST, lambda each: (each.id,))
    sealing = get_sealing(actor())
    oldest = sealing.oldest_waiting_at
    return page(
        "operations/audit/index.html",
        200 if not faults else 422,
        events=events.items,
        things=things_of(actor(), {event.resource for event in events.items}),
        sealing=sealing,
        behind=oldest is not None and clock.now() - oldest > LATE,
        narrowed=narrowed,
        faults=faults,
        acts=sorted(ACTS.items(), key=lambda pair: pair[1]),
        kinds=_kinds(narrowed.get("resource", "")),
        results=RESULTS,
        next_url=_address("audit.index", narrowed, cursor=events.next) if events.next else None,
        exports=[(kind.upper(), _address("audit.export", narrowed, kind=kind)) for kind in ("csv", "xlsx")],
    )


@blueprint.get("/<int:event_id>")
@requires(Permission.SEE_AUDIT)
def show(event_id: int) -> Response:
    """One act with all that was recorded of it, and the block that seals it."""
    if event_id > NEWEST:
        raise NotFound
    event = get_event(actor(), event_id)
    return page(
        "operations/audit/show.html",
        event=event,
        thing=things_of(actor(), [event.resource])[event.resource],
        details=details_of(actor(), event),
        proof=find_proof(actor(), event_id),
        results=RESULTS,
    )


@blueprint.get("/export.<kind>")
@requires(Permission.SEE_AUDIT)
@fresh_file
def export(kind: str) -> Response:
    """Everything that fits, as a file."""
    faults: dict[str, str] = {}
    criteria = _criteria(request.args, faults)
    if faults:
        raise Invalid(fields=faults)
    return export_rows(kind, f"record-{clock.today()}", COLUMNS, _rows(criteria))


def _criteria(arguments: Mapping[str, str], faults: dict[str, str]) -> EventFilter:
    """What the address narrows the record to; what is wrong with a day goes into `faults`."""
    given = {name: arguments.get(name, "").strip().replace("\0", "") for name in FILTERS}
    since, until = _midnight(given, "from", 0, faults), _midnight(given, "to", 1, faults)
    return EventFilter(
        actor_ids=_people(given["person"]),
        act=given["act"] or None,
        resource=given["resource"] or None,
        result=given["result"] or None,
        since=since,
        until=until,
    )


def _people(text: str) -> tuple[UUID, ...] | None:
    """The person with this id, or everybody with this in their name or address; None where nobody is asked for."""
    if not text:
        return None
    try:
        return (UUID(text),)
    except ValueError:
        return tuple(user.id for user in list_users(actor(), search=text, most=MOST_PEOPLE))


def _midnight(given: Mapping[str, str], name: str, later: int, faults: dict[str, str]) -> datetime | None:
    """The moment at which the day under `name`, or the one `later`, begins for the reader."""
    if not given[name]:
        return None
    try:
        day = date.fromisoformat(given[name]) + timedelta(days=later)
        return datetime.combine(day, time(), ZoneInfo(reader_timezone()))
    except (ValueError, OverflowError):
        faults[name] = f"“{given[name][:20]}” is not a date. Choose one, or write it as 2026-12-31."
        return None


def _kinds(chosen: str) -> list[tuple[str, str]]:
    """The kinds of things to choose from, and the one thing the list is narrowed to."""
    options = sorted(KINDS.items(), key=lambda pair: pair[1])
    if split_resource(chosen)[1] is not None:
        thing = things_of(actor(), [chosen])[chosen]
        options.append((chosen, f"{thing.kind}: {thing.name}"))
    return options


def _address(endpoint: str, narrowed: Mapping[str, str], *, kind: str | None = None, cursor: str | None = None) -> str:
    more = {"cursor": cursor} if cursor else {}
    query = urlencode({**narrowed, **more})
    return url_for(endpoint, kind=kind) + (f"?{query}" if query else "") if kind else f"{url_for(endpoint)}?{query}"


def _rows(criteria: EventFilter) -> Iterator[list[Cell]]:
    before = NEWEST
    while found := list_events(actor(), criteria, before=before, most=PER_READ):
        things = things_of(actor(), {event.resource for event in found})
        for event in found:
            thing = things[event.resource]
            yield [*_who(event), event.act, event.sentence, thing.kind, thing.name, *_rest(event)]
        before = found[-1].id


def _who(event: Event) -> list[Cell]:
    person_id = str(event.actor_id) if event.actor_id else None
    behalf = event.on_behalf_name or (str(event.on_behalf_of) if event.on_behalf_of else None)
    return [event.id, event.at.isoformat(), event.actor_name, person_id, behalf]


def _rest(event: Event) -> list[Cell]:
    detail = orjson.dumps(event.detail).decode()
    return [event.resource, event.result, event.address, event.agent, event.request_id, detail]
