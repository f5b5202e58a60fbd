"""Passkeys as the edges know them, and the ceremonies in which they are made and used."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from portal.domain.identity.passkeys.errors import CeremonyOver
from portal.platform import clock
from portal.platform.crypto import Unopenable, Vault
from portal.platform.passkeys import RelyingParty

CEREMONY_LENGTH = timedelta(minutes=5)
CHALLENGE_BYTES = 32
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000


class Purpose(StrEnum):
    """What a passkey is asked for; an answer to one is none to another."""

    SIGN_IN = "sign_in"
    PROVE = "prove"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One question to a browser. `replaces` tells of a new passkey whether a factor was proven before it was asked for,
    so that it may stand beside the others there are."""

    challenge: bytes = field(repr=False)
    begun_at: datetime
    replaces: bool = False

    @classmethod
    def new(cls, *, replaces: bool = False) -> Ceremony:
        """One with a challenge of its own (256 bits)."""
        return cls(secrets.token_bytes(CHALLENGE_BYTES), clock.now(), replaces)

    def seal(self, vault: Vault, purpose: Purpose, session_id: UUID | None) -> str:
        """What the browser hands back with its answer; it opens for this purpose and session only."""
        told = {"challenge": self.challenge.hex(), "begun_at": self.begun_at, "replaces": self.replaces}
        return urlsafe_b64encode(vault.seal(orjson.dumps(told), place=_place(purpose, session_id))).decode()

    @classmethod
    def unseal(cls, vault: Vault, sealed: str, purpose: Purpose, session_id: UUID | None) -> Ceremony:
        """What was sealed for this purpose and session of late; CeremonyOver otherwise."""
        try:
            told = orjson.loads(vault.unseal(urlsafe_b64decode(sealed), place=_place(purpose, session_id)))
        except (Unopenable, ValueError):
            raise CeremonyOver from None
        found = cls(bytes.fromhex(told["challenge"]), datetime.fromisoformat(told["begun_at"]), told["replaces"])
        if clock.now() - found.begun_at > CEREMONY_LENGTH:
            raise CeremonyOver
        return found


def _place(purpose: Purpose, session_id: UUID | None) -> str:
    return f"identity.passkeys.ceremony:{purpose}:{session_id or 'nobody'}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a browser is asked (`publicKey` options in JSON), and the sealed ceremony that goes with its answer."""

    options: dict[str, Any]
    ceremony: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a browser answered: the credential as JSON, the ceremony it was asked in, and whom it was asked for."""

    party: RelyingParty
    ceremony: str = field(repr=False)
    credential: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its person reads it; `backed_up` where an account keeps it and not one device alone."""

    id: UUID
    name: str
    backed_up: bool
    created_at: datetime
    used_at: datetime | None
