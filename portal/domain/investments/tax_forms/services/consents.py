"""Answers to the text about forms in the portal alone. Written in the firm's system tenancy, as people write nothing
here themselves."""

from __future__ import annotations

from uuid import UUID

from structlog.contextvars import get_contextvars

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.firms.queries import get_firm
from portal.domain.investments.tax_forms.errors import ConsentTextReplaced
from portal.domain.investments.tax_forms.models import TaxConsentRecord
from portal.domain.investments.tax_forms.policies import can_answer_consent
from portal.domain.investments.tax_forms.queries.consents import get_own_consent
from portal.domain.investments.tax_forms.values.consents import VERSION, consent_text
from portal.platform.db import session, take_turns, transactional
from portal.platform.errors import Forbidden
from portal.platform.outbox import enqueue
from portal.platform.tenancy import acting_as


def answer_tax_consent(actor: Actor, account_id: UUID, *, version: int, given: bool) -> None:
    """Consent to get the tax forms of an account in the portal alone, or withdraw or decline that; the same answer
    twice is one. It is confirmed by mail with its moment. NotFound for accounts that the actor does not act for,
    Forbidden, ConsentTextReplaced."""
    stands = get_own_consent(actor, account_id)
    if not can_answer_consent(actor, acts_for_account=True):
        raise Forbidden
    if given and version != VERSION:
        raise ConsentTextReplaced
    if (stands.given, stands.version) == (given, version):
        return
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _write(actor, account_id, given=given)


@transactional
def _write(actor: Actor, account_id: UUID, *, given: bool) -> None:
    take_turns("tax consents of an account", str(account_id))
    context = get_contextvars()
    answer = TaxConsentRecord(
        firm_id=actor.firm_id,
        account_id=account_id,
        user_id=actor.user_id,
        version=VERSION,
        body=consent_text(get_firm(actor.firm_id).name),
        given=given,
        address=context.get("address"),
        agent=context.get("agent"),
    )
    session.add(answer)
    session.flush()
    enqueue("tax_forms.confirm_consent", once=str(answer.id), consent_id=str(answer.id))
    act = "tax_consent.give" if given else "tax_consent.withdraw"
    record_act(actor.user_id, act, f"account:{account_id}", version=VERSION)
