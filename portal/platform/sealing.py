"""Texts that only this installation can read: what has to wait in the outbox and is nobody else's business."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from uuid import UUID

from portal.platform.crypto import Vault

PLACE = "platform.outbox.arguments"


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals texts with the vault's keys, and makes the tokens of links with a key derived from the installation's
    secret."""

    vault: Vault
    secret: str = field(repr=False)

    def seal(self, text: str) -> str:
        """`text`, readable by `unseal` alone."""
        return urlsafe_b64encode(self.vault.seal(text.encode(), place=PLACE)).decode()

    def unseal(self, sealed: str) -> str:
        """The text that was sealed; Unopenable for what was not sealed here."""
        return self.vault.unseal(urlsafe_b64decode(sealed), place=PLACE).decode()

    def digits(self, code_id: UUID) -> str:
        """The six digits that prove the reading of a text message; kept nowhere, as the token of a link."""
        number = hmac.new(self.secret.encode(), b"digits:" + code_id.bytes, hashlib.sha256).digest()
        return f"{int.from_bytes(number[:8]) % 1_000_000:06d}"

    def link_token(self, link_id: UUID) -> str:
        """The token of the link with this id: always the same one, and only for us to compute, so that it need not
        be kept between the making of the link and the sending of the mail."""
        return hmac.new(self.secret.encode(), b"link:" + link_id.bytes, hashlib.sha256).hexdigest()
