"""Offerings that take subscriptions, and accounts on their way through one, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.values import Basis, Exemption
from portal.domain.investments.subscriptions.queries.offers import get_setup
from portal.domain.investments.subscriptions.queries.subscriptions import get_subscription
from portal.domain.investments.subscriptions.services.deciding import accept_subscription
from portal.domain.investments.subscriptions.services.drafting import (
    begin_subscription,
    save_step,
    submit_subscription,
)
from portal.domain.investments.subscriptions.services.setting_up import set_subscriptions_up
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.domain.investments.subscriptions.values.subscriptions import Entered, Subscription
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_vehicle
from tests.factories.offerings import make_opportunity, offering, verify
from tests.factories.signing import sign

QUESTIONS = "yes/no* | Are you a politically exposed person?\nchoice | Source of funds? | Savings; Sale of a business"
STATEMENTS = "I have read the terms.\nI can bear the loss of the whole amount."
TERMS = "The investor commits the accepted amount.\nIt is called as the vehicle's agreement says."


@dataclass(frozen=True)
class Desk:
    """An open offering, and the staff who work on it."""

    associate: Actor
    manager: Actor
    compliance: Actor
    opportunity: UUID
    vehicle: UUID

    def open_account(self, name: str, *members: Actor) -> UUID:
        """An account of these people that may invest."""
        system = Actor.system(self.manager.firm_id)
        with acting_as(system.tenancy):
            users = [each.user_id for each in members if each.user_id]
            account = open_account(system, name=name, kind=AccountKind.TRUST, tax_residence="US", members=users)
        verify(self.associate, self.compliance, account, Basis.LETTER, Basis.CHECKED, Basis.W9)
        return account

    def set_up(self, allocation: Allocation = Allocation.PRO_RATA, *, places: int | None = None, **said: str) -> int:
        """Say how subscriptions are taken; the version of what is asked."""
        with acting_as(self.associate.tenancy):
            return set_subscriptions_up(
                self.associate,
                self.opportunity,
                allocation=allocation,
                places=places,
                countersigner_id=self.manager.user_id,
                **({"questions": QUESTIONS, "statements": STATEMENTS, "terms": TERMS} | said),  # type: ignore[arg-type]
            )

    def fill(self, investor: Actor, account: UUID, amount: str = "60000", answers: Sequence[str] = ("no",)) -> UUID:
        """A subscription with every step done."""
        with acting_as(investor.tenancy):
            found = begin_subscription(investor, self.opportunity, account)
            form = get_setup(investor, self.opportunity).form
            said = {each.code: answer for each, answer in zip(form.questions, answers, strict=False)}
            agreed = frozenset(each.code for each in form.statements)
            save_step(investor, found, Entered(Decimal(amount), said, agreed, has_read=True))
        return found

    def submit(self, investor: Actor, account: UUID, amount: str = "60000") -> UUID:
        """A subscription that waits for the firm."""
        found = self.fill(investor, account, amount)
        self.hand_in(investor, found)
        return found

    def hand_in(self, investor: Actor, subscription_id: UUID) -> None:
        """Submit one that has every step done."""
        with acting_as(investor.tenancy):
            submit_subscription(investor, subscription_id)

    def accept(self, subscription_id: UUID, amount: str = "60000") -> UUID:
        """Accept it and have its agreement made; the envelope."""
        with acting_as(self.manager.tenancy):
            accept_subscription(self.manager, subscription_id, Decimal(amount))
        drain()
        envelope = self.read(subscription_id).envelope_id
        assert envelope is not None
        return envelope

    def sign(self, envelope_id: UUID, *people: Actor) -> None:
        """Have these sign one after the other, and what follows done."""
        for person in people:
            sign(person, envelope_id, name=person.name or "Ann Lane")
            drain()

    def read(self, subscription_id: UUID) -> Subscription:
        """A subscription as the manager reads it."""
        with acting_as(self.manager.tenancy):
            return get_subscription(self.manager, subscription_id)


def make_desk(
    associate: Actor, manager: Actor, compliance: Actor, name: str = "Fund II", **particulars: object
) -> Desk:
    """An open offering of a vehicle of its own that takes subscriptions."""
    vehicle = make_vehicle(manager.firm_id, name)
    offered = offering(vehicle, f"{name}, first close", **({"exemption": Exemption.RULE_506C} | particulars))
    opportunity = make_opportunity(associate, manager, offered)
    desk = Desk(associate, manager, compliance, opportunity, vehicle)
    desk.set_up()
    return desk
