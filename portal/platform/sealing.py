"""Texts that only this installation can read: what has to wait in the outbox and is nobody else's business."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.fernet import Fernet


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals texts, and makes the tokens of links, with keys derived from the installation's secret."""

    secret: str = field(repr=False)

    def seal(self, text: str) -> str:
        """`text`, readable by `unseal` alone."""
        return self._cipher().encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The text that was sealed; InvalidToken for what was not sealed here."""
        return self._cipher().decrypt(sealed.encode()).decode()

    def link_token(self, link_id: UUID) -> str:
        """The token of the link with this id: always the same one, and only for us to compute, so that it need not
        be kept between the making of the link and the sending of the mail."""
        return hmac.new(self.secret.encode(), b"link:" + link_id.bytes, hashlib.sha256).hexdigest()

    def _cipher(self) -> Fernet:
        key = hashlib.sha256(b"seal:" + self.secret.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))
