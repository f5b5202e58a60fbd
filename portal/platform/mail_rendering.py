"""Messages from templates: a text part, and an HTML part whose style sheet is written into its elements.

Mail programs drop style sheets, so each rule goes to the elements it is meant for. Nothing is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Any
from uuid import UUID

from css_inline import CSSInliner
from flask import render_template

from portal.platform import clock


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom and about what. `key` is the message's identity: sending it twice is the same message."""

    sender_address: str
    sender_name: str
    name: str
    address: str
    subject: str
    key: UUID


def render_mail(html_template: str, text_template: str, envelope: Envelope, **context: Any) -> EmailMessage:
    """The message made from the two templates, both given `subject` and `context`."""
    message = EmailMessage()
    _, sender = parseaddr(envelope.sender_address)
    message["From"] = Address(display_name=envelope.sender_name, addr_spec=sender)
    message["To"] = Address(display_name=envelope.name, addr_spec=envelope.address)
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{envelope.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(render_template(text_template, subject=envelope.subject, **context))
    html = render_template(html_template, subject=envelope.subject, **context)
    message.add_alternative(_inliner().inline(html), subtype="html")
    return message


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
