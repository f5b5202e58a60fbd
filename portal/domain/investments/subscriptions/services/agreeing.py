"""From an accepted subscription to a commitment: the agreement is sent, signed by both, and posted.

The firm's machinery alone, and what follows from signatures.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Release
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.documents.signing.services.preparing import prepare_envelope
from portal.domain.documents.signing.services.sending import send_envelope
from portal.domain.documents.signing.values.envelopes import NewSigner
from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.subscriptions.models import SubscriptionRecord
from portal.domain.investments.subscriptions.queries.agreements import get_signatories
from portal.domain.investments.subscriptions.services.keeping import hold_subscription, move_subscription
from portal.domain.investments.subscriptions.services.room import give_room_back
from portal.domain.investments.subscriptions.values.agreements import FIRM_SEAT, INVESTOR_SEAT, list_signing_fields
from portal.domain.investments.subscriptions.values.subscriptions import Act, SubscriptionState
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import clock
from portal.platform.db import session, transactional

TIME_TO_SIGN = timedelta(days=30)
REMIND_DAYS = 5
AWAITED = frozenset({SubscriptionState.ACCEPTED, SubscriptionState.SIGNED})


@transactional
def send_agreement(actor: Actor, subscription_id: UUID, release: Release, *, title: str) -> UUID | None:
    """File the agreement of an accepted subscription in its account's folder and ask the investor to sign it, then the
    firm; the envelope's id. None where it is not accepted any more, or was sent before."""
    record = hold_subscription(actor, subscription_id)
    if record.state != SubscriptionState.ACCEPTED or record.envelope_id is not None:
        return None
    account = get_account(actor, record.account_id)
    folder = open_root_folder(actor, FolderKind.ACCOUNT, account.id, account.name)
    details = DocumentDetails(
        title, DocumentType.AGREEMENT, Audience.NAMED, account_id=account.id, vehicle_id=record.vehicle_id
    )
    document = file_release(actor, folder, details, release, source=f"subscription:{subscription_id}")
    people = get_signatories(actor, subscription_id)
    record.envelope_id = prepare_envelope(
        actor,
        document,
        expires_at=clock.now() + TIME_TO_SIGN,
        remind_days=REMIND_DAYS,
        message=_told(record),
        signers=[
            NewSigner(people.investor_id, f"For {account.name}"[:60], INVESTOR_SEAT),
            NewSigner(people.countersigner_id, "For the firm", FIRM_SEAT),
        ],
        fields=list_signing_fields(),
    )
    session.flush()
    send_envelope(actor, record.envelope_id)
    record_act(None, "subscription.agree", f"subscription:{subscription_id}", envelope=str(record.envelope_id))
    return record.envelope_id


@transactional
def note_investor_signature(actor: Actor, subscription_id: UUID) -> None:
    """Note that the investor has signed; nothing where that is noted."""
    record = hold_subscription(actor, subscription_id)
    if record.state == SubscriptionState.ACCEPTED:
        move_subscription(actor, record, Act.SIGN)
        record_act(actor.user_id, "subscription.sign", f"subscription:{subscription_id}")


@transactional
def confirm_subscription(actor: Actor, subscription_id: UUID) -> None:
    """Make a subscription that both have signed a commitment: posted once, as of today. Nothing where it is confirmed
    already, or was taken back."""
    record = hold_subscription(actor, subscription_id)
    if record.state != SubscriptionState.SIGNED or record.accepted is None:
        return
    today = clock.today()
    record.confirmed_on = today
    move_subscription(actor, record, Act.CONFIRM, amount=record.accepted)
    post_entries(actor, [_commitment(record)])
    record_act(None, "subscription.confirm", f"subscription:{subscription_id}", amount=str(record.accepted))


@transactional
def end_subscription(actor: Actor, subscription_id: UUID) -> None:
    """End a subscription whose agreement will not be signed any more: declined by a signer, taken back, or run out.
    What it held is given back; nothing where it is over already."""
    record = hold_subscription(actor, subscription_id)
    if SubscriptionState(record.state) not in AWAITED:
        return
    record.comment = "The agreement was declined, taken back, or not signed in time."
    give_room_back(actor, record)
    move_subscription(actor, record, Act.CANCEL, note=record.comment)
    record_act(actor.user_id, "subscription.lapse", f"subscription:{subscription_id}")


def _told(record: SubscriptionRecord) -> str:
    """What who signs is written; the amounts stand in the agreement alone."""
    in_part = record.accepted is not None and record.amount is not None and record.accepted < record.amount
    accepted = "part of the amount asked for: the agreement says how much" if in_part else "the subscription"
    return f"The firm has accepted {accepted}. It is binding once both have signed."


def _commitment(record: SubscriptionRecord) -> Entry:
    assert record.accepted is not None
    assert record.confirmed_on is not None
    told = f"{record.account_id}|{record.vehicle_id}|{record.accepted.normalize():f}|{record.currency}"
    return Entry(
        record.account_id,
        record.vehicle_id,
        EntryKind.COMMITMENT,
        record.confirmed_on,
        record.accepted,
        f"subscription:{record.id}",
        hashlib.sha256(told.encode()).hexdigest(),
        reference=f"Subscription of {record.confirmed_on.isoformat()}",
    )
