"""Subscriptions: agreements made, and investors told what the firm decided."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.values.files import Release
from portal.domain.identity.access.values import Actor
from portal.domain.investments.subscriptions.queries.agreements import find_agreement, find_decision
from portal.domain.investments.subscriptions.services.agreeing import send_agreement
from portal.domain.investments.subscriptions.values.subscriptions import SubscriptionState
from portal.jobs.posting import address_of, post
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.printing.sheets import count_pages
from portal.printing.subscriptions import print_agreement

KIND, MEDIA_TYPE = "pdf", "application/pdf"
NAME = "subscription-agreement.pdf"
SUBJECTS = {
    SubscriptionState.SENT_BACK: "your subscription comes back to be mended",
    SubscriptionState.DECLINED: "your subscription was declined",
}


def agree(work: Work) -> None:
    """Make the agreement of an accepted subscription and send it to be signed, once. It lies under the work's own id,
    so that doing it again after a crash leaves one file."""
    actor, subscription_id = Actor.system(work.firm_id), UUID(work.arguments["subscription_id"])
    agreement = find_agreement(actor, subscription_id)
    if agreement is None:
        return
    content = print_agreement(agreement)
    stored = resources().store.put(f"documents/{work.id}", content, MEDIA_TYPE)
    release = Release(stored.key, NAME, KIND, stored.size, stored.digest, count_pages(content))
    send_agreement(actor, subscription_id, release, title=f"Subscription agreement: {agreement.offering}")


def tell(work: Work) -> None:
    """Write to who submitted a subscription that it comes back or was declined, and why."""
    subscription_id = UUID(work.arguments["subscription_id"])
    decision = find_decision(Actor.system(work.firm_id), subscription_id)
    if decision is not None:
        subject = f"{decision.firm}: {SUBJECTS[decision.state]}"
        url = address_of(f"investments/subscriptions/{subscription_id}")
        is_back = decision.state is SubscriptionState.SENT_BACK
        post(work, decision, subject, "mail/subscription_decided.txt", url=url, is_back=is_back)
