"""From the first step to the commitment, through the services and the database's rows."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import find_document_by_source, get_document
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.signing.services.signing import decline_envelope
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.opportunities.errors import NoRoom, NotOpen
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.opportunities.services.opening import close_opportunity
from portal.domain.investments.subscriptions.errors import (
    FormChanged,
    FullySubscribed,
    Incomplete,
    NotEligible,
    NotNow,
    NotOffered,
    PreviewChanged,
    SubscribedAlready,
)
from portal.domain.investments.subscriptions.queries.allotments import get_allotting
from portal.domain.investments.subscriptions.queries.subscriptions import (
    count_subscriptions,
    get_subscription,
    list_history,
)
from portal.domain.investments.subscriptions.services.deciding import (
    accept_allotments,
    accept_subscription,
    cancel_subscription,
    decline_subscription,
    send_subscription_back,
)
from portal.domain.investments.subscriptions.services.drafting import (
    begin_subscription,
    save_step,
    submit_subscription,
    withdraw_subscription,
)
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.domain.investments.subscriptions.values.subscriptions import Act, Entered, SubscriptionState
from portal.jobs.drain import drain
from portal.platform import clock, db
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import make_opportunity, offering
from tests.factories.signing import circumstances
from tests.factories.subscriptions import QUESTIONS, Desk, make_desk

S = SubscriptionState


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    compliance = make_user(world.firm_id, "compliance@example.com", Role.COMPLIANCE)
    return make_desk(world.associate, world.manager, compliance, target=Decimal(200_000), cap=Decimal(200_000))


@pytest.fixture
def account(desk: Desk, world: World) -> UUID:
    return desk.open_account("Lane Family Trust", world.investor)


def taken(desk: Desk) -> Decimal:
    with acting_as(desk.manager.tenancy):
        return get_opportunity(desk.manager, desk.opportunity).capacity.taken


def test_signed_by_both_it_is_a_commitment(desk: Desk, account: UUID, world: World) -> None:
    subscription = desk.submit(world.investor, account)
    assert taken(desk) == 0
    envelope = desk.accept(subscription, "55000")
    assert taken(desk) == 55_000
    desk.sign(envelope, world.investor)
    assert desk.read(subscription).state is S.SIGNED
    desk.sign(envelope, world.manager)
    found = desk.read(subscription)
    assert (found.state, found.accepted, found.confirmed_on) == (S.CONFIRMED, 55_000, clock.today())
    with acting_as(world.investor.tenancy):
        holdings = [each for each in list_holdings(world.investor, as_of=clock.today()) if each.account_id == account]
        assert [(each.commitment, each.unfunded, each.vehicle_id) for each in holdings] == [
            (55_000, 55_000, desk.vehicle)
        ]
        assert [each.act for each in list_history(world.investor, subscription)] == [
            Act.BEGIN, Act.SUBMIT, Act.ACCEPT, Act.SIGN, Act.CONFIRM,
        ]  # fmt: skip
        signed = find_document_by_source(world.investor, f"envelope:{envelope}")
        assert signed is not None
        kept = get_document(world.investor, signed).summary
    assert (kept.type, kept.account_id) == (DocumentType.AGREEMENT, account)


def test_what_is_missing_keeps_it_from_being_submitted(desk: Desk, account: UUID, world: World) -> None:
    investor = world.investor
    with acting_as(investor.tenancy):
        found = begin_subscription(investor, desk.opportunity, account)
        with pytest.raises(Incomplete):
            submit_subscription(investor, found)
        for amount in ("49999.99", "200000.01", "60000.001"):
            with pytest.raises(Invalid) as wrong:
                save_step(investor, found, Entered(amount=Decimal(amount)))
            assert "amount" in wrong.value.fields
        save_step(investor, found, Entered(amount=Decimal(50_000)))
        with pytest.raises(Incomplete):
            submit_subscription(investor, found)
        with pytest.raises(SubscribedAlready):
            begin_subscription(investor, desk.opportunity, account)


def test_the_firm_asks_anew_and_the_investor_goes_through_it_again(desk: Desk, account: UUID, world: World) -> None:
    found = desk.fill(world.investor, account)
    assert desk.set_up() == 1
    assert desk.set_up(questions=f"{QUESTIONS}\ntext | Anything else?", terms="Other terms.") == 2
    with acting_as(world.investor.tenancy):
        with pytest.raises(FormChanged):
            submit_subscription(world.investor, found)
        save_step(world.investor, found, Entered(amount=Decimal(60_000)))
        draft = get_subscription(world.investor, found).draft
        assert len(draft.answers) == 1
        assert not draft.has_read
        save_step(world.investor, found, Entered(has_read=True))
        submit_subscription(world.investor, found)


def test_who_may_not_invest_yet_reads_why(desk: Desk, world: World) -> None:
    unverified = make_account(world.firm_id, "Nobody Knows Trust", world.investor)
    found = desk.fill(world.investor, unverified)
    with acting_as(world.investor.tenancy), pytest.raises(NotEligible) as refused:
        submit_subscription(world.investor, found)
    assert "country" in refused.value.message


def test_sent_back_mended_and_submitted_again(desk: Desk, account: UUID, world: World) -> None:
    found = desk.submit(world.investor, account)
    with acting_as(world.associate.tenancy):
        with pytest.raises(Invalid):
            send_subscription_back(world.associate, found, comment=" ")
        send_subscription_back(world.associate, found, comment="Name the source of funds.")
    with acting_as(world.manager.tenancy), pytest.raises(NotNow):
        accept_subscription(world.manager, found, Decimal(60_000))
    with acting_as(world.investor.tenancy):
        assert get_subscription(world.investor, found).comment == "Name the source of funds."
        submit_subscription(world.investor, found)
        assert get_subscription(world.investor, found).comment == ""


def test_associates_do_not_decide_and_investors_do_not_see_each_other(desk: Desk, account: UUID, world: World) -> None:
    found = desk.fill(world.investor, account)
    with acting_as(world.associate.tenancy), pytest.raises(NotFound):
        get_subscription(world.associate, found)  # not submitted yet: the investor's own
    with acting_as(world.investor.tenancy):
        submit_subscription(world.investor, found)
    with acting_as(world.associate.tenancy):
        for act in (
            lambda: accept_subscription(world.associate, found, Decimal(60_000)),
            lambda: decline_subscription(world.associate, found, reason="No."),
        ):
            with pytest.raises(Forbidden):
                act()
    for other in (world.another_investor, world.foreign_investor, world.foreign_manager):
        with acting_as(other.tenancy):
            with pytest.raises(NotFound):
                get_subscription(other, found)
            assert count_subscriptions(other) == {}
            assert db.fetch_value("SELECT count(*) FROM investments.subscriptions") == 0
            assert db.fetch_value("SELECT count(*) FROM investments.subscription_events") == 0
    with acting_as(world.another_investor.tenancy), pytest.raises(NotFound):
        withdraw_subscription(world.another_investor, found)


def test_withdrawn_before_it_is_accepted_and_begun_again(desk: Desk, account: UUID, world: World) -> None:
    found = desk.submit(world.investor, account)
    with acting_as(world.investor.tenancy):
        withdraw_subscription(world.investor, found, note="We buy a house.")
        again = begin_subscription(world.investor, desk.opportunity, account)
    assert again != found
    with acting_as(world.manager.tenancy), pytest.raises(NotNow):
        decline_subscription(world.manager, found, reason="Too late.")


def test_what_nobody_signs_gives_its_room_back(desk: Desk, account: UUID, world: World) -> None:
    found = desk.submit(world.investor, account)
    envelope = desk.accept(found)
    with acting_as(world.investor.tenancy):
        with pytest.raises(NotNow):
            withdraw_subscription(world.investor, found)
        decline_envelope(world.investor, envelope, circumstances(), reason="Not these terms.")
    assert (desk.read(found).state, taken(desk)) == (S.CANCELLED, 0)
    again = desk.submit(world.investor, account)
    desk.accept(again)
    with acting_as(world.manager.tenancy):
        cancel_subscription(world.manager, again, reason="The close moves.")
    assert (desk.read(again).state, taken(desk)) == (S.CANCELLED, 0)


def test_more_is_wanted_than_there_is_and_all_are_scaled_back(desk: Desk, account: UUID, world: World) -> None:
    second = desk.open_account("Ortiz Holdings", world.another_investor)
    first_in = desk.submit(world.investor, account, "150000")
    second_in = desk.submit(world.another_investor, second, "150000")
    with acting_as(world.manager.tenancy):
        close_opportunity(world.manager, desk.opportunity)
        allotting = get_allotting(world.manager, desk.opportunity)
        assert [(each.id, each.given) for each in allotting.proposed] == [(first_in, 100_000), (second_in, 100_000)]
        given = {each.id: each.given for each in allotting.proposed}
        with pytest.raises(PreviewChanged):
            accept_allotments(world.manager, desk.opportunity, given, digest="0" * 64)
        with pytest.raises(Invalid, match="Together"):
            accept_allotments(
                world.manager, desk.opportunity, dict.fromkeys(given, Decimal(150_000)), digest=allotting.digest
            )
        assert accept_allotments(world.manager, desk.opportunity, given, digest=allotting.digest) == 2
    assert (desk.read(first_in).accepted, desk.read(second_in).accepted) == (100_000, 100_000)
    assert taken(desk) == 200_000


def test_nobody_submits_to_what_is_closed(desk: Desk, account: UUID, world: World) -> None:
    found = desk.fill(world.investor, account)
    with acting_as(world.manager.tenancy):
        close_opportunity(world.manager, desk.opportunity)
    with acting_as(world.investor.tenancy), pytest.raises(NotOpen):
        submit_subscription(world.investor, found)


def test_first_come_holds_its_room_from_the_moment_it_is_submitted(desk: Desk, account: UUID, world: World) -> None:
    desk.set_up(Allocation.FIRST_COME)
    second = desk.open_account("Ortiz Holdings", world.another_investor)
    found = desk.submit(world.investor, account, "150000")
    late = desk.fill(world.another_investor, second, "60000")
    with acting_as(world.another_investor.tenancy), pytest.raises(NoRoom):
        submit_subscription(world.another_investor, late)
    with acting_as(world.manager.tenancy):
        accept_subscription(world.manager, found, Decimal(140_000))
    assert taken(desk) == 140_000
    with acting_as(world.another_investor.tenancy):
        submit_subscription(world.another_investor, late)
    assert taken(desk) == 200_000


def test_only_so_many_accounts_have_a_place(desk: Desk, account: UUID, world: World) -> None:
    desk.set_up(Allocation.FIRST_COME, places=1)
    second = desk.open_account("Ortiz Holdings", world.another_investor)
    desk.submit(world.investor, account)
    with pytest.raises(FullySubscribed):
        desk.submit(world.another_investor, second)


def test_an_offering_that_was_not_set_up_takes_none(desk: Desk, account: UUID, world: World) -> None:
    bare = make_opportunity(
        world.associate, world.manager, offering(make_vehicle(world.firm_id, "Bare Fund"), "Bare Fund, first close")
    )
    with acting_as(world.investor.tenancy), pytest.raises(NotOffered):
        begin_subscription(world.investor, bare, account)


def test_an_account_that_is_not_theirs_and_a_look_through_their_eyes_subscribe_to_nothing(
    desk: Desk, account: UUID, world: World
) -> None:
    with acting_as(world.another_investor.tenancy), pytest.raises(NotFound):
        begin_subscription(world.another_investor, desk.opportunity, account)  # nothing is offered to them
    desk.open_account("Ortiz Holdings", world.another_investor)
    with acting_as(world.another_investor.tenancy), pytest.raises(Invalid):
        begin_subscription(world.another_investor, desk.opportunity, account)
    looking = Actor(world.firm_id, world.investor.user_id, world.investor.roles, read_only=True)
    with acting_as(looking.tenancy), pytest.raises(Forbidden):
        begin_subscription(looking, desk.opportunity, account)


def test_the_agreement_is_sent_once_however_often_the_work_is_done(desk: Desk, account: UUID, world: World) -> None:
    found = desk.submit(world.investor, account)
    envelope = desk.accept(found)
    drain()
    assert desk.read(found).envelope_id == envelope
    with acting_as(Actor.system(world.firm_id).tenancy):
        count = db.fetch_value(
            "SELECT count(*) FROM documents.documents WHERE source = %(source)s", source=f"subscription:{found}"
        )
    assert count == 1
