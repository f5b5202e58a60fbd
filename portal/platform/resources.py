"""What the running process works with: settings, store, cache, keys, limits, the sender of text messages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from portal.platform.cache import Cache
from portal.platform.crypto import Vault
from portal.platform.file_links import FileLinks
from portal.platform.ratelimit import CallLimiter
from portal.platform.sealing import Sealer
from portal.platform.signing import TokenSigner
from portal.platform.sms.interface import SmsSender
from portal.platform.storage.interface import Store
from portal.settings import Settings

EXTENSION = "portal.resources"


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything outside the database that the process was set up with."""

    settings: Settings
    store: Store
    cache: Cache
    signer: TokenSigner
    vault: Vault
    limiter: CallLimiter
    sms: SmsSender | None  # None: text messages are not sent here

    @property
    def sealer(self) -> Sealer:
        """What seals texts and makes tokens of links with the installation's secret."""
        return Sealer(self.vault, self.settings.secret_key)

    @property
    def links(self) -> FileLinks:
        """What makes and reads links to files, with the installation's secret."""
        return FileLinks(self.settings.secret_key, f"{self.settings.public_url}/files/")


def resources() -> Resources:
    """The resources of the application in force here."""
    found: Resources = current_app.extensions[EXTENSION]
    return found
