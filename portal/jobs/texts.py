"""Codes by text message."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.queries import find_phone
from portal.domain.identity.firms.queries import get_firm
from portal.domain.identity.texts.queries import exists_text_code
from portal.platform.outbox import Work
from portal.platform.resources import resources


def send_code(work: Work) -> None:
    """Send a code to the person it is for, while it is good."""
    actor, sms = Actor.system(work.firm_id), resources().sms
    phone = find_phone(actor, UUID(work.arguments["user_id"]))
    if sms is not None and phone and exists_text_code(actor, UUID(work.arguments["code_id"])):
        code = resources().sealer.unseal(work.arguments["code"])
        text = f"{get_firm(work.firm_id).name}: {code} is your code for signing in. Tell it to nobody, us included."
        sms.send(phone, text, key=work.id)
