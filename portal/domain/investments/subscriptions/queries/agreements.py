"""What the agreement of a subscription says, and who signs it; in the firm's system tenancy."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_names
from portal.domain.identity.emails.values import email_of
from portal.domain.identity.firms.queries import get_firm
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity, list_closes
from portal.domain.investments.subscriptions.errors import NoCountersigner
from portal.domain.investments.subscriptions.queries.offers import get_form, get_setup
from portal.domain.investments.subscriptions.queries.subscriptions import get_subscription
from portal.domain.investments.subscriptions.values.agreements import Agreement, Signatories
from portal.domain.investments.subscriptions.values.subscriptions import Decision, SubscriptionState
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import db

TOLD = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, s.state, s.comment, a.name AS account,
  o.name AS offering
FROM investments.subscriptions s JOIN identity.users u ON u.id = s.submitted_by AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id JOIN identity.firms f ON f.id = s.firm_id
JOIN people.investor_accounts a ON a.id = s.account_id JOIN investments.opportunities o ON o.id = s.opportunity_id
WHERE s.firm_id = %(firm)s AND s.id = %(id)s
"""


def get_signatories(actor: Actor, subscription_id: UUID) -> Signatories:
    """Who signs the agreement of an accepted subscription: who submitted it, and who is named for the firm;
    NoCountersigner."""
    found = get_subscription(actor, subscription_id)
    countersigner = get_setup(actor, found.opportunity_id).countersigner_id
    if countersigner is None or found.submitted_by is None:
        raise NoCountersigner
    return Signatories(found.submitted_by, countersigner)


def find_agreement(actor: Actor, subscription_id: UUID) -> Agreement | None:
    """The agreement of an accepted subscription that is not sent out yet; None where it is, or is not accepted any
    more."""
    found = get_subscription(actor, subscription_id)
    if found.state is not SubscriptionState.ACCEPTED or found.envelope_id is not None:
        return None
    assert found.draft.amount is not None
    assert found.accepted is not None
    assert found.submitted_at is not None
    firm, opportunity = get_firm(actor.firm_id), get_opportunity(actor, found.opportunity_id)
    form, account = get_form(actor, opportunity.id, found.form_version), get_account(actor, found.account_id)
    people = get_signatories(actor, subscription_id)
    names = find_user_names(actor, [people.investor_id, people.countersigner_id])
    closes = {each.id: each.closes_on for each in list_closes(actor, opportunity.id)}
    answers = [(each.text, found.draft.answers.get(each.code, "")) for each in form.questions]
    return Agreement(
        subscription_id=subscription_id,
        firm=firm.name,
        accent=firm.accent,
        locale=firm.locale,
        offering=opportunity.name,
        vehicle=get_vehicle(actor, found.vehicle_id).name,
        account=account.name,
        account_kind=account.kind.value,
        residence=account.tax_residence or "",
        investor=names.get(people.investor_id, ""),
        countersigner=names.get(people.countersigner_id, ""),
        currency=found.currency,
        requested=found.draft.amount,
        accepted=found.accepted,
        close_on=closes.get(found.close_id) if found.close_id else None,
        submitted_on=found.submitted_at.date(),
        form_version=form.version,
        terms=form.terms,
        statements=tuple(each.text for each in form.statements if each.code in found.draft.agreed),
        answers=tuple((question, answer) for question, answer in answers if answer),
    )


def find_decision(actor: Actor, subscription_id: UUID) -> Decision | None:
    """What to write to who submitted a subscription that came back or was declined; None where there is nobody, or
    nothing (any more) to tell."""
    row = db.fetch_one(TOLD, firm=actor.firm_id, id=subscription_id)
    if row is None or row.state not in {SubscriptionState.SENT_BACK, SubscriptionState.DECLINED}:
        return None
    return Decision(
        row.name, email_of(row), row.firm, SubscriptionState(row.state), row.comment, row.account, row.offering
    )
