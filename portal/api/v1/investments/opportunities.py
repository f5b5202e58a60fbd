"""Opportunities, and the interest in them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.opportunity_schemas import (
    CloseItem,
    EligibleAccount,
    EligibleAccounts,
    InterestItem,
    InterestQuery,
    NewInterest,
    OfferedAccountsQuery,
    OfferedDocumentItem,
    OfferedRoomItem,
    OpportunitiesQuery,
    OpportunityDetail,
    OpportunityItem,
    OpportunityList,
    ReasonItem,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.eligibility.values import Candidate, Reason
from portal.domain.investments.opportunities.queries.interests import find_interest, list_interests
from portal.domain.investments.opportunities.queries.opportunities import (
    BEGINNING,
    find_offered_room,
    get_issued_opportunity,
    list_closes,
    list_judged_accounts,
    list_offered_documents,
    list_opportunities,
)
from portal.domain.investments.opportunities.services.interests import express_interest, withdraw_interest
from portal.domain.investments.opportunities.values.interests import Interest
from portal.domain.investments.opportunities.values.opportunities import ISSUED, Opportunity, OpportunityFilter
from portal.platform.errors import NotFound
from portal.platform.pagination import Page

MOST = 50
READERS = (Permission.INVEST, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/opportunities")
@requires_any(*READERS)
@described(OpportunityList, refusals=(401, 403, 404))
def show_opportunities(query: OpportunitiesQuery) -> Response:
    """What is offered to accounts of yours, newest first: open, closed and funded."""
    after = read_cursor(query.cursor, datetime, UUID)
    found = list_opportunities(actor(), OpportunityFilter(states=ISSUED), after=after, most=query.limit + 1)
    page = Page(found, query.limit, lambda each: (each.created_at.isoformat(), each.id))
    return answer(OpportunityList([_item(each) for each in page.items], page.next))


@v1.get("/investments/opportunities/<uuid:opportunity_id>")
@requires_any(*READERS)
@described(OpportunityDetail, refusals=(401, 403, 404))
def show_opportunity(opportunity_id: UUID) -> Response:
    """One opportunity, with what stands in the way of each account of yours."""
    person = actor()
    found = get_issued_opportunity(person, opportunity_id)
    accounts = _accounts(found, MOST)
    detail = OpportunityDetail(
        opportunity=_item(found),
        summary=found.summary,
        countries=list(found.jurisdictions),
        terms=dict(found.terms),
        closes=[CloseItem(each.number, each.closes_on, each.closed_at) for each in list_closes(person, found.id)],
        documents=[
            OfferedDocumentItem(each.id, each.title, each.must_read)
            for each in list_offered_documents(person, found.id)
        ],
        room=OfferedRoomItem(room.id, room.name) if (room := find_offered_room(person, found)) else None,
        accounts=accounts.items,
        next_account=accounts.next,
        interests=[_interest(each, found.currency) for each in list_interests(person, found.id)],
    )
    return answer(detail)


@v1.get("/investments/opportunities/<uuid:opportunity_id>/accounts")
@requires_any(*READERS)
@described(EligibleAccounts, refusals=(401, 403, 404))
def show_offered_accounts(query: OfferedAccountsQuery, opportunity_id: UUID) -> Response:
    """Your accounts to which it is offered, by name, with what stands in the way of each."""
    found = get_issued_opportunity(actor(), opportunity_id)
    return answer(_accounts(found, query.limit, search=query.search, cursor=query.cursor))


def _accounts(opportunity: Opportunity, most: int, *, search: str = "", cursor: str | None = None) -> EligibleAccounts:
    after = read_cursor(cursor, str, UUID) or BEGINNING
    found = list_judged_accounts(actor(), opportunity, search=search, after=after, most=most + 1)
    page = Page(found, most, lambda each: (each[0].name, each[0].account_id))
    return EligibleAccounts([_account(*each) for each in page.items], page.next)


@v1.put("/investments/opportunities/<uuid:opportunity_id>/interest")
@requires_any(Permission.INVEST)
@described(InterestItem, refusals=(401, 403, 404, 409))
def put_interest(json: NewInterest, opportunity_id: UUID) -> Response:
    """Say that an account of yours may invest an amount, in place of what was said before; it binds nobody. 409
    `opportunity_not_open` where it takes no more."""
    express_interest(actor(), opportunity_id, json.account_id, amount=Decimal(json.amount), note=json.note)
    found = find_interest(actor(), opportunity_id, json.account_id)
    if found is None:
        raise NotFound
    return answer(_interest(found, get_issued_opportunity(actor(), opportunity_id).currency))


@v1.delete("/investments/opportunities/<uuid:opportunity_id>/interest")
@requires_any(Permission.INVEST)
@described(None, status=204, refusals=(401, 403, 404))
def delete_interest(query: InterestQuery, opportunity_id: UUID) -> Response:
    """Take it back for an account."""
    if query.account is None:
        raise NotFound
    withdraw_interest(actor(), opportunity_id, query.account)
    return nothing()


def _item(found: Opportunity) -> OpportunityItem:
    def text(amount: Decimal) -> str:
        return amount_text(amount, found.currency)

    return OpportunityItem(
        id=found.id,
        name=found.name,
        state=found.state.value,  # type: ignore[arg-type]  # drafts are not asked for
        exemption=found.exemption.value,
        currency=found.currency,
        target=text(found.target),
        taken=text(found.capacity.taken),
        minimum=text(found.minimum),
        maximum=None if found.maximum is None else text(found.maximum),
        cap=None if found.cap is None else text(found.cap),
        watched=found.watched,
        opened_at=found.opened_at,
    )


def _account(candidate: Candidate, reasons: tuple[Reason, ...]) -> EligibleAccount:
    said = [ReasonItem(each.code, each.because, each.fix, each.remedy.value) for each in reasons]
    return EligibleAccount(candidate.account_id, candidate.name, said)


def _interest(found: Interest, currency: str) -> InterestItem:
    return InterestItem(
        found.account_id, found.account, amount_text(found.amount, currency), found.state.value, found.changed_at
    )
