"""Personal details are sealed, seen by who may, and shown in full with a line in the record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.subjects.queries import list_subject_keys
from portal.domain.people.investor_accounts.queries import get_account
from portal.domain.people.profiles.queries import get_profile, list_own_profiles
from portal.domain.people.profiles.services import change_profile, reveal_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind
from portal.platform import db
from portal.platform.crypto import Unopenable
from portal.platform.db import transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.investments import make_account

GIVEN = Details(TaxNumberKind.SSN, "536-90-4399", date(1970, 2, 28), "1 Canary Row\nBoston MA 02110")


@pytest.fixture
def account_id(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    return make_account(firm_id, "Lane Trust", investor)


def _change(actor: Actor, subject_id: UUID, given: Details = GIVEN) -> None:
    with acting_as(actor.tenancy):
        change_profile(actor, subject_id, given=given)


def test_what_is_written_is_sealed_and_masked(app: Flask, investor: Actor, account_id: UUID) -> None:
    _change(investor, account_id)
    with acting_as(investor.tenancy):
        found = get_profile(investor, account_id)
        assert (found.tax_number, found.born_on, found.postal_address) == ("•••-••-4399", "••••-••-••", "••••••••")
        sealed = bytes(db.fetch_value("SELECT details FROM people.profiles"))
        assert all(part not in sealed for part in (b"536", b"4399", b"Canary"))
        assert [each.is_account for each in list_own_profiles(investor)] == [False, True]


def test_a_part_is_changed_alone(app: Flask, investor: Actor, account_id: UUID) -> None:
    _change(investor, account_id)
    _change(investor, account_id, Details(postal_address="2 Other Street"))
    with acting_as(investor.tenancy):
        details = reveal_profile(investor, account_id)
    assert details == Details(TaxNumberKind.SSN, "536904399", date(1970, 2, 28), "2 Other Street")


def test_showing_in_full_is_recorded_and_names_nothing(app: Flask, world: World, account_id: UUID) -> None:
    _change(world.investor, account_id)
    with acting_as(world.manager.tenancy):
        assert reveal_profile(world.manager, account_id).tax_number == "536904399"
        events = db.fetch_all(
            "SELECT act, actor_id, detail::text FROM identity.audit_events WHERE resource = %(resource)s ORDER BY id",
            resource=f"account:{account_id}",
        )
    assert [row.act for row in events][-2:] == ["profile.change", "profile.reveal"]
    assert events[-1].actor_id == world.manager.user_id
    assert "536" not in repr(events)


def test_others_see_nothing(app: Flask, world: World, account_id: UUID) -> None:
    _change(world.investor, account_id)
    for actor in (world.another_investor, world.foreign_investor, world.foreign_manager, world.administrator):
        with acting_as(actor.tenancy), pytest.raises(NotFound):
            get_profile(actor, account_id)
    with acting_as(world.manager.tenancy), pytest.raises(NotFound):
        get_profile(world.manager, world.investor.user_id)  # a person's own are theirs alone


def test_who_is_only_shown_an_account_reads_and_writes_no_details(app: Flask, world: World, account_id: UUID) -> None:
    _change(world.investor, account_id)
    let_in(world.investor, "ben.ortiz@example.com", [account_id])
    delegate = world.another_investor
    with acting_as(delegate.tenancy):
        assert get_account(delegate, account_id).name == "Lane Trust"
        assert [each.subject_id for each in list_own_profiles(delegate)] == [delegate.user_id]
        assert list_subject_keys([account_id]) == {}
        for step in (
            lambda: get_profile(delegate, account_id),
            lambda: change_profile(delegate, account_id, given=GIVEN),
            lambda: reveal_profile(delegate, account_id),
        ):
            with pytest.raises(NotFound):
                step()


def test_staff_read_masked_and_only_some_in_full(app: Flask, world: World, account_id: UUID) -> None:
    _change(world.associate, account_id)
    for actor in (world.associate, world.auditor):
        with acting_as(actor.tenancy):
            assert get_profile(actor, account_id).tax_number == "•••-••-4399"
            with pytest.raises(Forbidden):
                reveal_profile(actor, account_id)
    with acting_as(world.auditor.tenancy), pytest.raises(Forbidden):
        change_profile(world.auditor, account_id, given=GIVEN)


def test_each_wrong_field_is_named(app: Flask, investor: Actor, account_id: UUID) -> None:
    given = Details(TaxNumberKind.EIN, "07-1144442", date(2999, 1, 1))
    with pytest.raises(Invalid) as refused:
        _change(investor, account_id, given)
    assert set(refused.value.fields) == {"tax_number", "born_on"}
    with pytest.raises(Invalid):
        _change(investor, account_id, Details())


def test_details_moved_to_another_account_do_not_open(
    app: Flask, firm_id: UUID, investor: Actor, account_id: UUID
) -> None:
    _change(investor, account_id)
    other = make_account(firm_id, "Other Trust", investor)
    _change(investor, other)
    system = Actor.system(firm_id)
    with acting_as(system.tenancy):
        _swap(account_id, other)
        with pytest.raises(Unopenable):
            get_profile(system, other)


@transactional
def _swap(one: UUID, other: UUID) -> None:
    db.execute(
        "UPDATE people.profiles p SET details = q.details FROM people.profiles q"
        " WHERE p.subject_id = %(other)s AND q.subject_id = %(one)s",
        one=one,
        other=other,
    )
