"""Reading opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.documents.rooms.queries.visibility import visible_rooms, visible_rooms_parameters
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.eligibility.queries import find_candidates
from portal.domain.investments.eligibility.rules import judge
from portal.domain.investments.eligibility.values import Candidate, Exemption, Reason
from portal.domain.investments.opportunities.errors import NotOpen
from portal.domain.investments.opportunities.policies import can_see_offerings
from portal.domain.investments.opportunities.queries.audiences import list_offered_vehicles
from portal.domain.investments.opportunities.rules.offering import content_of, offering_of
from portal.domain.investments.opportunities.values.opportunities import (
    ISSUED,
    Capacity,
    Close,
    NamedAccount,
    OfferedDocument,
    OfferedRoom,
    OfferedTo,
    Opportunity,
    OpportunityFilter,
    OpportunityState,
)
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.ids import name_key

BEGINNING = ("", UUID(int=0))
WHOLE_FIRM = "o.firm_id = %(firm)s"
OFFERED = "o.firm_id = %(firm)s AND o.id IN (SELECT mine.opportunity_id FROM investments.offered_to(%(viewer)s) mine)"
SELECT = """
SELECT o.*, c.taken, c.places, c.non_accredited, EXISTS (SELECT FROM investments.opportunity_watches w
  WHERE w.opportunity_id = o.id AND w.user_id = %(viewer)s) AS watched
FROM investments.opportunities o JOIN investments.opportunity_capacities c ON c.opportunity_id = o.id
WHERE {visible}
"""
CLOSES = """
SELECT l.id, l.number, l.closes_on, l.closed_at FROM investments.opportunity_closes l JOIN investments.opportunities o
ON o.id = l.opportunity_id WHERE {visible} AND o.id = %(id)s ORDER BY l.number
"""
DOCUMENTS = """
SELECT d.id, d.title, p.must_read FROM investments.opportunity_documents p
JOIN investments.opportunities o ON o.id = p.opportunity_id JOIN documents.documents d ON d.id = p.document_id
WHERE {opportunities} AND o.id = %(id)s AND {documents} ORDER BY p.must_read DESC, d.title, d.id
"""
ROOM = "SELECT r.id, r.name FROM documents.rooms r WHERE {visible} AND r.id = %(room)s"
NAMED = """
SELECT a.id, a.name FROM investments.opportunity_accounts n JOIN people.investor_accounts a ON a.id = n.account_id
WHERE n.firm_id = %(firm)s AND n.opportunity_id = %(id)s ORDER BY a.name_key
"""
SHOWN = """
SELECT mine.account_id FROM investments.offered_to(%(viewer)s) mine
JOIN people.investor_accounts a ON a.id = mine.account_id AND a.firm_id = %(firm)s
WHERE mine.opportunity_id = %(id)s AND a.name ILIKE %(like)s
  AND (%(account)s::uuid IS NULL OR a.id = %(account)s) AND (a.name_key, a.id) > (%(name)s, %(last)s)
ORDER BY a.name_key, a.id LIMIT %(most)s
"""
INTERESTED = """
SELECT account_id, amount FROM investments.interests
WHERE firm_id = %(firm)s AND opportunity_id = %(id)s AND state = 'standing' AND account_id = ANY(%(accounts)s)
"""


def visible_opportunities(actor: Actor) -> str:
    """The condition that leaves the opportunities (alias `o`) that the actor may know of, asked with
    `visible_opportunities_parameters(actor)`: staff all, investors those that are offered to an account they act for,
    once they are open."""
    return WHOLE_FIRM if can_see_offerings(actor) else OFFERED


def visible_opportunities_parameters(actor: Actor) -> dict[str, Any]:
    """What the condition of `visible_opportunities` is asked with."""
    return {"firm": actor.firm_id, "viewer": actor.user_id}


def _opportunity(row: db.AnyRow) -> Opportunity:
    return Opportunity(
        row.id, row.vehicle_id, row.name, OpportunityState(row.state), Exemption(row.exemption),
        OfferedTo(row.audience), row.currency, row.target, row.minimum, row.maximum, row.cap,
        tuple(row.jurisdictions), row.summary, row.terms, row.room_id, row.created_at, row.opened_at, row.closed_at,
        row.funded_at, Capacity(row.taken, row.places, row.non_accredited), row.watched,
    )  # fmt: skip


def list_opportunities(
    actor: Actor,
    narrowed: OpportunityFilter | None = None,
    *,
    after: tuple[datetime, UUID] | None = None,
    most: int = 50,
) -> Sequence[Opportunity]:
    """Opportunities the actor may know of, newest first, those after the (created_at, id) of `after`."""
    narrowed = narrowed or OpportunityFilter()
    at, last = after or (None, None)
    older = "" if after is None else "AND (o.created_at, o.id) < (%(at)s, %(last)s)"
    rows = db.fetch_all(
        f"{SELECT.format(visible=visible_opportunities(actor))} AND o.name ILIKE %(like)s AND o.state = ANY(%(states)s)"
        f" {older} ORDER BY o.created_at DESC, o.id DESC LIMIT %(most)s",
        like=db.containing(narrowed.search),
        states=[state.value for state in narrowed.states],
        at=at,
        last=last,
        most=most,
        **visible_opportunities_parameters(actor),
    )
    return [_opportunity(row) for row in rows]


def get_opportunity(actor: Actor, opportunity_id: UUID) -> Opportunity:
    """One opportunity the actor may know of; NotFound."""
    statement = SELECT.format(visible=visible_opportunities(actor))
    row = db.fetch_one(f"{statement} AND o.id = %(id)s", id=opportunity_id, **visible_opportunities_parameters(actor))
    if row is None:
        raise NotFound
    return _opportunity(row)


def get_issued_opportunity(actor: Actor, opportunity_id: UUID) -> Opportunity:
    """One that is or was open: what leaves the portal has no drafts in it, for staff neither. NotFound."""
    found = get_opportunity(actor, opportunity_id)
    if found.state not in ISSUED:
        raise NotFound
    return found


def get_open_opportunity(actor: Actor, opportunity_id: UUID) -> Opportunity:
    """One that takes interest and subscriptions now; NotFound, NotOpen."""
    found = get_opportunity(actor, opportunity_id)
    if found.state is not OpportunityState.OPEN:
        raise NotOpen
    return found


def list_closes(actor: Actor, opportunity_id: UUID) -> list[Close]:
    """The days on which an opportunity admits, by number."""
    statement = CLOSES.format(visible=visible_opportunities(actor))
    return [
        Close(*row) for row in db.fetch_all(statement, id=opportunity_id, **visible_opportunities_parameters(actor))
    ]


def list_offered_documents(actor: Actor, opportunity_id: UUID) -> list[OfferedDocument]:
    """The documents of an opportunity that the actor may see, what must be read first."""
    statement = DOCUMENTS.format(opportunities=visible_opportunities(actor), documents=visible_documents(actor))
    parameters = {**visible_parameters(actor), **visible_opportunities_parameters(actor)}
    return [OfferedDocument(*row) for row in db.fetch_all(statement, id=opportunity_id, **parameters)]


def find_offered_room(actor: Actor, opportunity: Opportunity) -> OfferedRoom | None:
    """The data room of an opportunity, where it has one that the actor may come to now: staff any, others one that
    they are a member of."""
    row = db.fetch_one(
        ROOM.format(visible=visible_rooms(actor)),
        room=opportunity.room_id,
        **visible_rooms_parameters(actor),
    )
    return None if row is None else OfferedRoom(*row)


def list_named_accounts(actor: Actor, opportunity_id: UUID) -> list[NamedAccount]:
    """To whom an opportunity is shown by name; for staff."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(NAMED, firm=actor.firm_id, id=opportunity_id)
    return [NamedAccount(*row) for row in rows]


def list_offered_candidates(
    actor: Actor, opportunity_id: UUID, *, search: str = "", after: tuple[str, UUID] = BEGINNING, most: int = 50
) -> list[Candidate]:
    """The accounts the actor acts for to which this is offered, by name, those after the (name, id) of `after`;
    `search` is looked for in the names."""
    return _offered(actor, opportunity_id, search=search, after=after, most=most)


def find_offered_candidate(actor: Actor, opportunity_id: UUID, account_id: UUID) -> Candidate | None:
    """One of them, however many there are; None where it is not offered to this account of the actor."""
    return next(iter(_offered(actor, opportunity_id, account_id=account_id)), None)


def _offered(
    actor: Actor,
    opportunity_id: UUID,
    *,
    search: str = "",
    account_id: UUID | None = None,
    after: tuple[str, UUID] = BEGINNING,
    most: int = 1,
) -> list[Candidate]:
    rows = db.fetch_all(
        SHOWN,
        id=opportunity_id,
        like=db.containing(search),
        account=account_id,
        name=name_key(after[0]),
        last=after[1],
        most=most,
        **visible_opportunities_parameters(actor),
    )
    return find_candidates(actor, [row.account_id for row in rows])


def list_reasons(
    actor: Actor, opportunity_id: UUID, account_id: UUID, amount: Decimal | None = None
) -> tuple[Reason, ...]:
    """Why an account may not invest `amount` (None: not said yet) in an opportunity today; empty when
    nothing stands in the way. NotFound where it is not offered to an account of the actor; staff ask for any."""
    opportunity = get_opportunity(actor, opportunity_id)
    if can_see_offerings(actor):
        found = find_candidates(actor, [account_id])
    else:
        found = _offered(actor, opportunity_id, account_id=account_id)
    if not found:
        raise NotFound
    return judge(found[0], offering_of(opportunity), amount, today=clock.today())


def list_judged_accounts(
    actor: Actor, opportunity: Opportunity, *, search: str = "", after: tuple[str, UUID] = BEGINNING, most: int = 50
) -> list[tuple[Candidate, tuple[Reason, ...]]]:
    """The accounts of the actor to which this is offered, by name, each with why it may not invest yet, those after the
    (name, id) of `after`."""
    offering, today = offering_of(opportunity), clock.today()
    found = list_offered_candidates(actor, opportunity.id, search=search, after=after, most=most)
    return [(each, judge(each, offering, None, today=today)) for each in found]


def list_interested_reasons(
    actor: Actor, opportunity: Opportunity, account_ids: Sequence[UUID]
) -> dict[UUID, tuple[Reason, ...]]:
    """Why each of these accounts that is interested may not invest what it said, by account; for staff."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(INTERESTED, firm=actor.firm_id, id=opportunity.id, accounts=list(account_ids))
    amounts = {row.account_id: row.amount for row in rows}
    offering, today = offering_of(opportunity), clock.today()
    return {
        each.account_id: judge(each, offering, amounts[each.account_id], today=today)
        for each in find_candidates(actor, list(amounts))
    }


def find_opportunity_names(actor: Actor, opportunity_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those of the opportunities that the actor may know of."""
    rows = db.fetch_all(
        f"{SELECT.format(visible=visible_opportunities(actor))} AND o.id = ANY(%(ids)s)",
        ids=list(opportunity_ids),
        **visible_opportunities_parameters(actor),
    )
    return {row.id: row.name for row in rows}


def get_opening_content(actor: Actor, opportunity_id: UUID) -> dict[str, Any]:
    """What is approved when an opportunity opens, as it is now; for staff."""
    return content_of(
        get_opportunity(actor, opportunity_id),
        accounts=[each.name for each in list_named_accounts(actor, opportunity_id)],
        vehicles=[each.name for each in list_offered_vehicles(actor, opportunity_id)],
        documents=[str(row.document_id) for row in _document_ids(actor, opportunity_id)],
        closes=[each.closes_on for each in list_closes(actor, opportunity_id)],
    )


def _document_ids(actor: Actor, opportunity_id: UUID) -> Sequence[db.AnyRow]:
    return db.fetch_all(
        "SELECT document_id FROM investments.opportunity_documents"
        " WHERE firm_id = %(firm)s AND opportunity_id = %(id)s",
        firm=actor.firm_id,
        id=opportunity_id,
    )
