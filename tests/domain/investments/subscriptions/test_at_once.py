"""Many at the same moment: no more are taken in than there is room for, and each thing happens once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier, Semaphore
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.eligibility.values import Exemption
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.opportunities.values.opportunities import Capacity
from portal.domain.investments.subscriptions.errors import NotNow
from portal.domain.investments.subscriptions.queries.subscriptions import count_subscriptions
from portal.domain.investments.subscriptions.services.agreeing import confirm_subscription, note_investor_signature
from portal.domain.investments.subscriptions.services.deciding import accept_subscription
from portal.domain.investments.subscriptions.services.drafting import submit_subscription, withdraw_subscription
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.domain.investments.subscriptions.values.subscriptions import SubscriptionState
from portal.platform import db
from portal.platform.db import execute, transactional
from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.domain.documents.library.test_at_once import together
from tests.factories.identity import found_firm, make_user
from tests.factories.subscriptions import Desk, make_desk

COMERS, PLACES, INVESTORS, EACH = 480, 100, 48, Decimal(10_000)
ACCOUNTS = """
INSERT INTO people.investor_accounts (id, firm_id, name, name_key, kind, tax_residence)
SELECT gen_random_uuid(), %(firm)s, 'Account ' || n, 'account ' || n, 'trust', 'CH' FROM generate_series(1, %(many)s) n
"""
MEMBERS = """
INSERT INTO people.account_members (firm_id, account_id, user_id)
SELECT a.firm_id, a.id, (%(users)s::uuid[])[1 + substr(a.name, 9)::int %% %(investors)s]
FROM people.investor_accounts a WHERE a.firm_id = %(firm)s
"""
VERIFIED = """
INSERT INTO investments.verifications (id, firm_id, account_id, kind, basis, state, dated_on, asked_by, decided_by,
  decided_at)
SELECT gen_random_uuid(), a.firm_id, a.id, v.kind, v.basis, 'confirmed', current_date, %(asker)s, %(by)s, now()
FROM people.investor_accounts a, (VALUES ('identity', 'checked'), ('tax_form', 'w8ben_e')) AS v (kind, basis)
WHERE a.firm_id = %(firm)s
"""
DRAFTS = """
INSERT INTO investments.subscriptions (id, firm_id, opportunity_id, account_id, vehicle_id, currency, form_version,
  amount, agreed, has_read, created_by)
SELECT gen_random_uuid(), a.firm_id, s.opportunity_id, a.id, %(vehicle)s, 'USD', f.version, %(amount)s,
  ARRAY(SELECT jsonb_path_query(f.statements, '$[*].code') #>> '{}'), true, m.user_id
FROM people.investor_accounts a JOIN people.account_members m ON m.account_id = a.id, investments.subscription_setups s
JOIN investments.subscription_forms f ON f.opportunity_id = s.opportunity_id AND f.version = s.form_version
WHERE a.firm_id = %(firm)s AND s.opportunity_id = %(opportunity)s RETURNING id, created_by
"""


@pytest.fixture
def desk(committed_app: Flask) -> Desk:
    """An offering to those outside the United States with room for PLACES times EACH, of a firm of its own."""
    slug = f"rush-{new_id().hex[:8]}"
    with committed_app.app_context():
        firm_id = found_firm(slug, "Rush Capital")
        roles = (Role.ASSOCIATE, Role.MANAGER, Role.COMPLIANCE)
        associate, manager, compliance = (make_user(firm_id, f"{each}@{slug}.example", each) for each in roles)
        made = make_desk(
            associate, manager, compliance, exemption=Exemption.REGULATION_S, target=EACH * PLACES, minimum=EACH,
            cap=EACH * PLACES,
        )  # fmt: skip
        made.set_up(Allocation.FIRST_COME, questions="")
        return made


@pytest.fixture
def investors(committed_app: Flask, desk: Desk) -> list[Actor]:
    """Who acts for all that come, each for some of them."""
    with committed_app.app_context():
        firm_id, slug = desk.manager.firm_id, new_id().hex[:8]
        return [make_user(firm_id, f"{slug}-{n}@rush.example", Role.INVESTOR) for n in range(INVESTORS)]


def drafts(app: Flask, desk: Desk, investors: list[Actor], many: int) -> list[tuple[Actor, UUID]]:
    """Subscriptions of so many accounts, every step done, with whose they are."""
    people = {each.user_id: each for each in investors}

    @transactional
    def write() -> list[tuple[Actor, UUID]]:
        firm = {"firm": desk.manager.firm_id}
        execute(ACCOUNTS, many=many, **firm)
        execute(MEMBERS, users=list(people), investors=len(people), **firm)
        execute(VERIFIED, asker=desk.associate.user_id, by=desk.compliance.user_id, **firm)
        rows = db.fetch_all(DRAFTS, opportunity=desk.opportunity, vehicle=desk.vehicle, amount=EACH, **firm)
        return [(people[row.created_by], row.id) for row in rows]

    with app.app_context(), acting_as(Actor.system(desk.manager.firm_id).tenancy):
        return write()


def capacity(app: Flask, desk: Desk) -> Capacity:
    with app.app_context(), acting_as(desk.manager.tenancy):
        return get_opportunity(desk.manager, desk.opportunity).capacity


def test_of_480_who_come_at_once_exactly_those_get_a_place_for_whom_there_is_one(
    committed_app: Flask, desk: Desk, investors: list[Actor]
) -> None:
    waiting, start = drafts(committed_app, desk, investors, COMERS), Barrier(COMERS)
    connections = Semaphore(10)  # as many as the pool lends; without it those who wait would run out of patience

    def submit(whose: tuple[Actor, UUID]) -> str:
        investor, subscription = whose
        with committed_app.app_context(), acting_as(investor.tenancy):
            start.wait()
            try:
                with connections:
                    submit_subscription(investor, subscription)
                    db.end_reading()
            except DomainError as refusal:
                return refusal.code
            finally:
                db.session.remove()
        return "submitted"

    with ThreadPoolExecutor(COMERS) as threads:
        came = Counter(threads.map(submit, waiting))
    assert came == {"submitted": PLACES, "no_room": COMERS - PLACES}
    assert capacity(committed_app, desk) == Capacity(EACH * PLACES, PLACES, 0)
    with committed_app.app_context(), acting_as(desk.manager.tenancy):
        assert count_subscriptions(desk.manager) == {SubscriptionState.SUBMITTED: PLACES}


def test_accepted_and_withdrawn_at_once_is_one_of_both(
    committed_app: Flask, desk: Desk, investors: list[Actor]
) -> None:
    ((investor, found),) = drafts(committed_app, desk, investors, 1)
    with committed_app.app_context(), acting_as(investor.tenancy):
        submit_subscription(investor, found)
    accept = (desk.manager, lambda: accept_subscription(desk.manager, found, EACH))
    withdraw = (investor, lambda: withdraw_subscription(investor, found))
    came = together(committed_app, accept, accept, withdraw, withdraw)
    assert [type(each) for each in came].count(NotNow) == 3
    with committed_app.app_context():
        state = desk.read(found).state
    left = capacity(committed_app, desk)
    assert (state, left.taken) in {(SubscriptionState.ACCEPTED, EACH), (SubscriptionState.WITHDRAWN, Decimal(0))}


def test_confirmed_many_times_it_is_one_commitment(committed_app: Flask, desk: Desk, investors: list[Actor]) -> None:
    ((investor, found),) = drafts(committed_app, desk, investors, 1)
    system = Actor.system(desk.manager.firm_id)
    with committed_app.app_context():
        with acting_as(investor.tenancy):
            submit_subscription(investor, found)
        with acting_as(desk.manager.tenancy):
            accept_subscription(desk.manager, found, EACH)
        with acting_as(system.tenancy):
            note_investor_signature(system, found)
    confirm = (system, lambda: confirm_subscription(system, found))
    together(committed_app, *[confirm] * 4)
    with committed_app.app_context(), acting_as(system.tenancy):
        posted = db.fetch_all(
            "SELECT amount FROM investments.journals WHERE business_key = %(key)s", key=f"subscription:{found}"
        )
    assert [row.amount for row in posted] == [EACH]
