"""A delegate sees what they were let see, until it ends; the database says so too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.services import grant_role, take_role
from portal.domain.identity.access.values import Actor, Permission, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.leaving.services import switch_user_off
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import TransactionFilter
from portal.domain.investments.statements.queries.statements import get_statement, list_published_statements
from portal.domain.investments.statements.values.statements import StatementFilter
from portal.domain.people.delegations.errors import AlreadyShared, NotADelegate, TooManyDelegations
from portal.domain.people.delegations.queries import list_given_delegations, list_received_delegations
from portal.domain.people.delegations.rules import find_faults
from portal.domain.people.delegations.services import end_delegation, give_access, renew_delegation
from portal.domain.people.delegations.values import DelegationState, Relation, Scope
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.domain.people.investor_accounts.services import remove_member
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.errors import DomainError, Forbidden, Invalid, NotFound
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import EVERYTHING, PAPERS, let_in
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, publish_run

EMAIL = "sam.reed@example.com"
TODAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Estate:
    """Two accounts of an investor and one of another, each with a holding and a statement; and a delegate of the
    first."""

    shared: UUID
    kept: UUID
    strange: UUID
    delegate: Actor


@pytest.fixture
def estate(app: Flask, world: World) -> Estate:
    firm = world.firm_id
    shared, kept = (make_account(firm, name, world.investor) for name in ("Lane Trust", "Lane Pension"))
    strange = make_account(firm, "Ortiz Secret Holdings", world.another_investor)
    funds = [make_vehicle(firm, name) for name in ("Fund of the trust", "Fund of the pension", "Secret fund")]
    for account, fund in zip((shared, kept, strange), funds, strict=True):
        post_history(firm, account, fund, HISTORY)
        publish_run(world.manager, fund)
    return Estate(shared, kept, strange, make_user(firm, EMAIL, Role.DELEGATE))


def seen(actor: Actor) -> dict[str, set[str]]:
    """The names that each kind of list shows to somebody."""
    with acting_as(actor.tenancy):
        return {
            "accounts": {each.name for each in list_accounts(actor)},
            "holdings": {each.account for each in list_holdings(actor, as_of=clock.today())},
            "transactions": {each.account for each in list_transactions(actor, TransactionFilter())},
            "statements": {each.account for each in list_published_statements(actor, StatementFilter())},
            "vehicles": {row.name for row in db.fetch_all("SELECT name FROM investments.vehicles")},
        }


NOTHING: dict[str, set[str]] = {
    name: set() for name in ("accounts", "holdings", "transactions", "statements", "vehicles")
}


def test_everything_of_the_account_that_was_chosen_and_nothing_else(estate: Estate, investor: Actor) -> None:
    assert seen(estate.delegate) == NOTHING
    let_in(investor, EMAIL, [estate.shared])
    assert seen(estate.delegate) == {name: {"Lane Trust"} for name in NOTHING} | {"vehicles": {"Fund of the trust"}}
    assert seen(investor)["holdings"] == {"Lane Trust", "Lane Pension"}


def test_papers_alone_show_no_figure(estate: Estate, investor: Actor) -> None:
    let_in(investor, EMAIL, [estate.shared], PAPERS)
    assert seen(estate.delegate) == NOTHING | {
        "accounts": {"Lane Trust"}, "statements": {"Lane Trust"}, "vehicles": {"Fund of the trust"},
    }  # fmt: skip
    with acting_as(estate.delegate.tenancy):
        (one,) = list_published_statements(estate.delegate, StatementFilter())
        assert get_statement(estate.delegate, one.id).summary.currency == "USD"
        for table in ("holdings", "journals", "postings"):
            assert db.fetch_all(f"SELECT FROM investments.{table}") == []


def test_figures_alone_show_no_paper(estate: Estate, investor: Actor) -> None:
    let_in(investor, EMAIL, [estate.shared], [Scope.FIGURES, Scope.TAX_FORMS])
    assert seen(estate.delegate)["statements"] == set()
    assert seen(estate.delegate)["holdings"] == {"Lane Trust"}
    with acting_as(estate.delegate.tenancy):
        assert db.fetch_all("SELECT FROM investments.statements") == []


def test_it_ends_at_once_by_its_day_and_with_the_account(estate: Estate, investor: Actor, manager: Actor) -> None:
    first = let_in(investor, EMAIL, [estate.shared, estate.kept])
    with acting_as(investor.tenancy):
        end_delegation(investor, first)
        with pytest.raises(NotFound):
            end_delegation(investor, first)
        with pytest.raises(NotFound):
            renew_delegation(investor, first, until=clock.today())
    assert seen(estate.delegate) == NOTHING
    second = let_in(investor, EMAIL, [estate.shared, estate.kept])
    set_last_day(estate.delegate, clock.today())
    assert seen(estate.delegate)["holdings"] == {"Lane Trust", "Lane Pension"}
    set_last_day(estate.delegate, clock.today() - timedelta(days=1))
    assert seen(estate.delegate) == NOTHING
    with acting_as(investor.tenancy):
        renew_delegation(investor, second, until=clock.today() + timedelta(days=365))
    assert seen(estate.delegate)["holdings"] == {"Lane Trust", "Lane Pension"}
    with acting_as(manager.tenancy):
        remove_member(manager, estate.shared, user_id=investor.user_id)  # type: ignore[arg-type]
    assert seen(estate.delegate)["holdings"] == {"Lane Pension"}
    with acting_as(investor.tenancy):
        states = [each.state for each in list_given_delegations(investor)]
    assert sorted(states) == [DelegationState.ENDED, DelegationState.OPEN]


def test_it_ends_with_the_role_and_with_whoever_gave_it(estate: Estate, world: World) -> None:
    system = Actor.system(world.firm_id)
    let_in(world.investor, EMAIL, [estate.shared])
    assert estate.delegate.user_id
    assert world.investor.user_id
    with acting_as(system.tenancy):
        take_role(system, estate.delegate.user_id, role=Role.DELEGATE)
    assert seen(estate.delegate) == NOTHING
    with acting_as(system.tenancy):
        grant_role(system, estate.delegate.user_id, role=Role.DELEGATE)
    assert seen(estate.delegate)["holdings"] == {"Lane Trust"}
    with acting_as(world.administrator.tenancy):
        switch_user_off(world.administrator, world.investor.user_id)
    assert seen(estate.delegate) == NOTHING
    with acting_as(world.investor.tenancy):
        assert [each.state for each in list_given_delegations(world.investor)] == [DelegationState.ENDED]


def test_a_spouse_with_an_account_of_their_own_sees_both(estate: Estate, world: World) -> None:
    spouse = world.another_investor
    let_in(world.investor, "ben.ortiz@example.com", [estate.kept], [Scope.FIGURES])
    assert seen(spouse)["holdings"] == {"Ortiz Secret Holdings", "Lane Pension"}
    assert seen(spouse)["statements"] == {"Ortiz Secret Holdings"}
    with acting_as(spouse.tenancy):
        assert [each.grantor for each in list_received_delegations(spouse)] == ["Ada Lane"]


def test_a_delegate_writes_nothing_and_lets_nobody_in(estate: Estate, investor: Actor) -> None:
    let_in(investor, EMAIL, [estate.shared])
    delegate = estate.delegate
    assert not delegate.is_staff
    assert [each for each in Permission if can(delegate, each)] == [
        Permission.SEE_OWN_PORTFOLIO,
        Permission.SEE_DOCUMENTS,
        Permission.SEND_PAPERS,  # tax forms, where they were let see those
    ]
    with pytest.raises(Forbidden):
        let_in(delegate, "other@example.com", [estate.shared])
    with acting_as(delegate.tenancy):
        for statement in (
            "UPDATE people.delegations SET until = until + 1",
            "INSERT INTO people.account_members (account_id, user_id, firm_id)"
            f" VALUES ('{estate.kept}', '{delegate.user_id}', '{delegate.firm_id}')",
            "UPDATE investments.holdings SET commitment = 0",
        ):
            with pytest.raises(DBAPIError, match="permission denied"):
                write(statement)


def test_only_accounts_one_acts_for_can_be_shown(estate: Estate, world: World) -> None:
    for account in (estate.strange, estate.delegate.user_id):
        with pytest.raises(Invalid) as refused:
            let_in(world.investor, EMAIL, [account])  # type: ignore[list-item]
        assert list(refused.value.fields) == ["accounts"]
    let_in(world.investor, "ben.ortiz@example.com", [estate.kept])
    with pytest.raises(Invalid):
        let_in(world.another_investor, EMAIL, [estate.kept])
    with acting_as(world.another_investor.tenancy):
        (received,) = list_received_delegations(world.another_investor)
        with pytest.raises(NotFound):
            end_delegation(world.another_investor, received.id)


def test_who_cannot_be_let_in(estate: Estate, world: World) -> None:
    for email in ("ada.lane@example.com", "manager@example.com"):
        with pytest.raises(NotADelegate):
            let_in(world.investor, email, [estate.shared])
    let_in(world.investor, EMAIL, [estate.shared])
    with pytest.raises(AlreadyShared):
        let_in(world.investor, EMAIL.upper(), [estate.kept])
    for number in range(9):
        let_in(world.investor, f"helper{number}@example.com", [estate.shared], PAPERS)
    with pytest.raises(TooManyDelegations):
        let_in(world.investor, "helper10@example.com", [estate.shared], PAPERS)


def test_somebody_new_becomes_a_delegate_who_cannot_sign_in_yet(estate: Estate, investor: Actor) -> None:
    let_in(investor, "new@example.com", [estate.shared])
    system = Actor.system(investor.firm_id)
    with acting_as(system.tenancy):
        person = find_user_by_email(system, "new@example.com")
    assert person is not None
    assert (person.active, person.roles) == (False, {Role.DELEGATE})


def test_another_firm_knows_nothing_of_it(estate: Estate, world: World) -> None:
    let_in(world.investor, EMAIL, [estate.shared])
    stranger = make_user(world.other_firm_id, EMAIL, Role.DELEGATE)
    assert seen(stranger) == NOTHING
    with acting_as(world.foreign_manager.tenancy):
        assert db.fetch_all("SELECT FROM people.delegations") == []


def test_what_is_asked_for_makes_sense() -> None:
    def faults(**given: object) -> set[str]:
        usual: dict[str, object] = {"accounts": [UUID(int=1)], "own": [UUID(int=1)], "scopes": EVERYTHING}
        return set(find_faults(**{"until": TODAY, "today": TODAY, **usual, **given}))  # type: ignore[arg-type]

    assert faults() == set()
    assert faults(until=TODAY + timedelta(days=365)) == set()
    assert faults(until=TODAY + timedelta(days=366)) == {"until"}
    assert faults(until=TODAY - timedelta(days=1)) == {"until"}
    assert faults(accounts=[]) == faults(accounts=[UUID(int=2)]) == {"accounts"}
    assert faults(scopes=[]) == {"scopes"}


def test_of_several_at_once_one_lets_the_person_in(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm = found_firm("at-once", "At Once Capital")
        owner = make_user(firm, "owner.at.once@example.com", Role.INVESTOR)
        account = make_account(firm, "At Once Trust", owner)
    gate, answers = Barrier(4), []

    def give() -> None:
        with committed_app.app_context(), acting_as(owner.tenancy):
            gate.wait()
            try:
                give_access(
                    owner,
                    resources().sealer,
                    email="at.once@example.com",
                    called="Once",
                    relation=Relation.OTHER,
                    accounts=[account],
                    scopes=PAPERS,
                    until=clock.today(),
                )
                answers.append("given")
            except DomainError as error:
                answers.append(error.code)

    in_parallel(give, 4)
    assert sorted(answers) == ["already_shared"] * 3 + ["given"]


def in_parallel(work: Callable[[], None], times: int) -> None:
    threads = [Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def set_last_day(delegate: Actor, day: date) -> None:
    with acting_as(Actor.system(delegate.firm_id).tenancy):
        write(
            f"UPDATE people.delegations SET until = '{day}', given_on = LEAST(given_on, '{day}'::date)"
            f" WHERE delegate_id = '{delegate.user_id}' AND revoked_at IS NULL"
        )


@transactional
def write(statement: str) -> None:
    db.execute(statement)
