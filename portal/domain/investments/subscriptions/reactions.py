"""What follows for subscriptions from what happens to their agreements."""

from __future__ import annotations

from portal.domain.documents.signing.signals import EnvelopeClosed, EnvelopeFinished, SignatureGiven
from portal.domain.investments.subscriptions.queries.subscriptions import find_by_envelope
from portal.domain.investments.subscriptions.services.agreeing import (
    confirm_subscription,
    end_subscription,
    note_investor_signature,
)
from portal.platform.signals import reacts_to


@reacts_to(SignatureGiven)
def note_who_signed(fact: SignatureGiven) -> None:
    """The investor signs first; then it is for the firm to sign."""
    if subscription_id := find_by_envelope(fact.actor, fact.envelope_id):
        note_investor_signature(fact.actor, subscription_id)


@reacts_to(EnvelopeFinished)
def commit_what_both_signed(fact: EnvelopeFinished) -> None:
    """What both have signed is a commitment."""
    if subscription_id := find_by_envelope(fact.actor, fact.envelope_id):
        confirm_subscription(fact.actor, subscription_id)


@reacts_to(EnvelopeClosed)
def end_what_nobody_signs(fact: EnvelopeClosed) -> None:
    """Nobody is bound by what will not be signed any more."""
    if subscription_id := find_by_envelope(fact.actor, fact.envelope_id):
        end_subscription(fact.actor, subscription_id)
