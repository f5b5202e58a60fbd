"""The demo's offering takes subscriptions: how it asks, an account that may invest, and one that is in review."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from portal.cli.demo.actors import find_actor
from portal.cli.demo.cast import Cast
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.eligibility.queries import get_candidate
from portal.domain.investments.eligibility.services import confirm_verification, request_verification
from portal.domain.investments.eligibility.values import Basis, VerificationKind, VerificationRequest
from portal.domain.investments.subscriptions.queries.offers import get_setup
from portal.domain.investments.subscriptions.services.drafting import (
    begin_subscription,
    save_step,
    submit_subscription,
)
from portal.domain.investments.subscriptions.services.setting_up import set_subscriptions_up
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.domain.investments.subscriptions.values.subscriptions import Entered
from portal.platform import clock
from portal.platform.tenancy import acting_as

QUESTIONS = "yes/no* | Are you a politically exposed person?\nchoice | Source of funds? | Savings; Sale of a business"
STATEMENTS = "I have read the terms and the papers of the offering.\nI can bear the loss of the whole amount."
TERMS = "The investor commits the accepted amount.\nIt is called as the agreement of the vehicle says."


def subscribe(
    system: Actor, cast: Cast, associate: Actor, opportunity: UUID, investor: Actor, account: UUID, amount: Decimal
) -> None:
    """Say how the offering takes subscriptions, and have one submitted that the firm is to decide on."""
    with acting_as(system.tenancy):
        compliance, manager = (
            find_actor(system, cast, cast.first(role).name) for role in (Role.COMPLIANCE, Role.MANAGER)
        )
    with acting_as(associate.tenancy):
        set_subscriptions_up(
            associate, opportunity, allocation=Allocation.PRO_RATA, places=None, countersigner_id=manager.user_id,
            questions=QUESTIONS, statements=STATEMENTS, terms=TERMS,
        )  # fmt: skip
        tax_form = Basis.W9 if get_candidate(associate, account).residence == "US" else Basis.W8BEN
    _verify(associate, compliance, account, VerificationKind.ACCREDITATION, Basis.SELF_CERTIFIED)
    _verify(associate, compliance, account, VerificationKind.IDENTITY, Basis.CHECKED)
    _verify(associate, compliance, account, VerificationKind.TAX_FORM, tax_form)
    with acting_as(investor.tenancy):
        begun = begin_subscription(investor, opportunity, account)
        form = get_setup(investor, opportunity).form
        answers = dict(zip((each.code for each in form.questions), ("no", "Savings"), strict=True))
        agreed = frozenset(each.code for each in form.statements)
        save_step(investor, begun, Entered(amount, answers, agreed, has_read=True))
        submit_subscription(investor, begun)


def _verify(associate: Actor, compliance: Actor, account: UUID, kind: VerificationKind, basis: Basis) -> None:
    with acting_as(associate.tenancy):
        asked = request_verification(associate, account, VerificationRequest(kind, basis, clock.today()))
    with acting_as(compliance.tenancy):
        confirm_verification(compliance, asked)
