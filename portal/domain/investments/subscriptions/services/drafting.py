"""What investors do: beginning, saving step by step, submitting, withdrawing.

Each is judged as the person sees it and written in the firm's system tenancy: an investor reads and writes nothing.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.opportunities.errors import NoClose
from portal.domain.investments.opportunities.queries.opportunities import (
    find_offered_candidate,
    get_open_opportunity,
    list_reasons,
)
from portal.domain.investments.opportunities.values.opportunities import Opportunity, OpportunityState
from portal.domain.investments.subscriptions.errors import (
    FormChanged,
    Incomplete,
    NotEligible,
    NotNow,
    SubscribedAlready,
)
from portal.domain.investments.subscriptions.models import SubscriptionRecord
from portal.domain.investments.subscriptions.policies import require_investor
from portal.domain.investments.subscriptions.queries.offers import find_next_close, get_form, get_setup
from portal.domain.investments.subscriptions.queries.subscriptions import find_under_way, get_subscription
from portal.domain.investments.subscriptions.rules.amounts import find_amount_fault
from portal.domain.investments.subscriptions.rules.forms import enter, keep_answers, list_missing_steps
from portal.domain.investments.subscriptions.rules.progress import list_acts
from portal.domain.investments.subscriptions.services.keeping import hold_subscription, move_subscription
from portal.domain.investments.subscriptions.services.room import give_room_back, take_room
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.domain.investments.subscriptions.values.subscriptions import (
    LONGEST_NOTE,
    OPEN_TO_CHANGE,
    Act,
    Draft,
    Entered,
    SubscriptionState,
)
from portal.platform import clock
from portal.platform.db import session, transactional
from portal.platform.errors import Invalid
from portal.platform.tenancy import acting_as


def begin_subscription(actor: Actor, opportunity_id: UUID, account_id: UUID) -> UUID:
    """Begin a subscription of one of the actor's accounts to an open offering, for its next close; its id. NotFound,
    NotOffered, NoClose, SubscribedAlready, Invalid for an account that is not theirs."""
    require_investor(actor)
    opportunity = get_open_opportunity(actor, opportunity_id)
    if find_offered_candidate(actor, opportunity_id, account_id) is None:
        raise Invalid(fields={"account": "Choose one of your accounts."})
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return keep_beginning(actor, opportunity, account_id)


@transactional
def keep_beginning(actor: Actor, opportunity: Opportunity, account_id: UUID) -> UUID:
    """Write a new subscription; in the firm's system tenancy."""
    assert actor.user_id is not None
    setup = get_setup(actor, opportunity.id)
    if find_under_way(actor, opportunity.id, account_id) is not None:
        raise SubscribedAlready
    record = SubscriptionRecord(
        firm_id=actor.firm_id,
        opportunity_id=opportunity.id,
        close_id=_next_close(actor, opportunity.id),
        account_id=account_id,
        vehicle_id=opportunity.vehicle_id,
        currency=opportunity.currency,
        state=SubscriptionState.DRAFT.value,
        form_version=setup.form.version,
        created_by=actor.user_id,
    )
    session.add(record)
    try:
        session.flush()
    except IntegrityError as error:  # in another tab, at the same moment
        raise SubscribedAlready from error
    move_subscription(actor, record, Act.BEGIN)
    record_act(actor.user_id, "subscription.begin", f"subscription:{record.id}", account=str(account_id))
    return record.id


def _next_close(actor: Actor, opportunity_id: UUID) -> UUID:
    """Who begins or submits now is admitted by the first close that takes on; NoClose."""
    found = find_next_close(actor, opportunity_id, clock.today())
    if found is None:
        raise NoClose
    return found


def save_step(actor: Actor, subscription_id: UUID, entered: Entered) -> None:
    """Keep what was entered in a step; what is missing may come later. NotFound, NotNow, NotOffered, Invalid with a
    message by the field `amount` or the code of a question."""
    require_investor(actor)
    own = get_subscription(actor, subscription_id)
    if entered.amount is not None:
        fault = find_amount_fault(get_open_opportunity(actor, own.opportunity_id), entered.amount)
        if fault:
            raise Invalid(fields={"amount": fault})
    with acting_as(Actor.system(actor.firm_id).tenancy):
        keep_step(actor, subscription_id, entered)


@transactional
def keep_step(actor: Actor, subscription_id: UUID, entered: Entered) -> None:
    """Write what was entered, under the version of the form that is in force; in the firm's system tenancy."""
    record = hold_subscription(actor, subscription_id)
    if SubscriptionState(record.state) not in OPEN_TO_CHANGE:
        raise NotNow
    form = get_setup(actor, record.opportunity_id).form
    draft = Draft(record.amount, record.answers, frozenset(record.agreed), record.has_read)
    if form.version != record.form_version:
        draft = keep_answers(get_form(actor, record.opportunity_id, record.form_version), form, draft)
    after = enter(form, draft, entered)
    record.form_version, record.amount, record.answers = form.version, after.amount, dict(after.answers)
    record.agreed, record.has_read = sorted(after.agreed), after.has_read
    session.flush()
    record_act(actor.user_id, "subscription.save", f"subscription:{subscription_id}")


def submit_subscription(actor: Actor, subscription_id: UUID) -> None:
    """Submit a subscription to the firm, for the next close there is by now; where room is given first come first, it
    holds its amount from now on. NotFound, NotNow, NotOffered, NoClose, Incomplete, FormChanged, NotEligible,
    FullySubscribed, Invalid for the amount."""
    require_investor(actor)
    own = get_subscription(actor, subscription_id)
    if own.draft.amount is None:
        raise Incomplete
    opportunity = get_open_opportunity(actor, own.opportunity_id)
    if fault := find_amount_fault(opportunity, own.draft.amount):
        raise Invalid(fields={"amount": fault})
    if reasons := list_reasons(actor, opportunity.id, own.account_id, own.draft.amount):
        raise NotEligible(f"{reasons[0].because} {reasons[0].fix}")
    with acting_as(Actor.system(actor.firm_id).tenancy):
        keep_submission(actor, own.id, opportunity)


@transactional
def keep_submission(actor: Actor, subscription_id: UUID, opportunity: Opportunity) -> None:
    """Write that a subscription was submitted; in the firm's system tenancy."""
    record = hold_subscription(actor, subscription_id)
    setup = get_setup(actor, opportunity.id)
    if Act.SUBMIT not in list_acts(SubscriptionState(record.state)):
        raise NotNow
    if setup.form.version != record.form_version:
        raise FormChanged
    draft = Draft(record.amount, record.answers, frozenset(record.agreed), record.has_read)
    if record.amount is None or list_missing_steps(setup.form, draft):
        raise Incomplete
    record.close_id = _next_close(actor, opportunity.id)
    record.submitted_by, record.submitted_at, record.comment = actor.user_id, clock.now(), ""
    move_subscription(actor, record, Act.SUBMIT, amount=record.amount)
    record_act(actor.user_id, "subscription.submit", f"subscription:{subscription_id}", amount=str(record.amount))
    if setup.allocation is Allocation.FIRST_COME:
        # last: the row of the offering is held from here on
        take_room(Actor.system(actor.firm_id), record, record.amount, setup, when=(OpportunityState.OPEN,))


def withdraw_subscription(actor: Actor, subscription_id: UUID, *, note: str = "") -> None:
    """Take a subscription back that was not accepted yet. NotFound, NotNow, Invalid."""
    require_investor(actor)
    get_subscription(actor, subscription_id)
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": f"At most {LONGEST_NOTE:,} characters."})
    with acting_as(Actor.system(actor.firm_id).tenancy):
        keep_withdrawal(actor, subscription_id, note.strip())


@transactional
def keep_withdrawal(actor: Actor, subscription_id: UUID, note: str) -> None:
    """Write that a subscription was taken back; in the firm's system tenancy."""
    record = hold_subscription(actor, subscription_id)
    give_room_back(Actor.system(actor.firm_id), record)
    move_subscription(actor, record, Act.WITHDRAW, note=note)
    record_act(actor.user_id, "subscription.withdraw", f"subscription:{subscription_id}")
