"""The statements that collect what a person's accounts subscribed for."""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import AMOUNT, MOMENT, Question

SUBSCRIPTIONS = (
    Question.of(
        "investments/subscriptions",
        "Subscriptions of these accounts: what was entered, and what became of them.",
        """SELECT s.id, a.name AS account, o.name AS offering, s.currency, s.amount, s.accepted, s.state, s.answers,
          s.has_read, s.comment, s.created_by = %(user)s AS by_you, s.submitted_at, s.confirmed_on
        FROM investments.subscriptions s JOIN people.investor_accounts a ON a.id = s.account_id
        JOIN investments.opportunities o ON o.id = s.opportunity_id
        WHERE s.firm_id = %(firm)s AND s.account_id = ANY(%(accounts)s) ORDER BY s.created_at, s.id""",
        id="number of the subscription",
        account="the account",
        offering="what it subscribed to",
        currency="the currency",
        amount=f"what was asked for, {AMOUNT}",
        accepted=f"what the firm accepted, {AMOUNT}",
        state="how far it is",
        answers="what was answered, by the code of the question",
        has_read="whether the terms were said to be read",
        comment="what the firm wrote when it came back or ended",
        by_you="whether you began it",
        submitted_at=f"when it was submitted, {MOMENT}",
        confirmed_on="the day since when it is a commitment",
    ),
    Question.of(
        "investments/subscription-steps",
        "What happened to these subscriptions, in order.",
        """SELECT e.subscription_id AS subscription, e.act, e.amount, e.note, e.actor_id = %(user)s AS by_you, e.at
        FROM investments.subscription_events e
        WHERE e.firm_id = %(firm)s AND e.account_id = ANY(%(accounts)s) ORDER BY e.id""",
        subscription="number of the subscription",
        act="what happened",
        amount=f"for how much, {AMOUNT}",
        note="what was written beside it",
        by_you="whether you did it",
        at=f"when, {MOMENT}",
    ),
)
