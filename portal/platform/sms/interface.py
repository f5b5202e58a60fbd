"""Text messages: what every service that carries them can do."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from portal.platform.delivery import NotSent

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 10.0


class SmsNotSent(NotSent):
    """The service did not take the text message. The sentence names no telephone number, as it is kept in logs."""


class SmsSender(Protocol):
    """Sends text messages."""

    def send(self, to: str, text: str, *, key: UUID) -> None:
        """Hand `text` over for the number `to` (E.164, such as +14155550100); SmsNotSent where it is not taken. `key`
        is the message's identity, for services that can tell a repetition."""
