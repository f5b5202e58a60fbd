"""Second factors as the edges know them."""

from __future__ import annotations

import secrets
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import pyotp

from portal.domain.identity.factors.errors import EnrolmentOver
from portal.platform import clock
from portal.platform.crypto import Unopenable, Vault

ENROLMENT_LENGTH = timedelta(minutes=20)
RECOVERY_CODES = 10
FEW_CODES = 3
SECRET_BYTES = 20
TEXT_LENGTH = timedelta(minutes=5)
# At most so many tries in so long a time, of one person.
LIMITS = ((5, timedelta(minutes=5)), (20, timedelta(hours=1)), (50, timedelta(days=1)))


@dataclass(frozen=True, slots=True)
class Standing:
    """Which second factors a person has: an authenticator app (`factor_id`, since when, last used), so many passkeys;
    how many recovery codes are left, and whether they must have a factor."""

    factor_id: UUID | None
    since: datetime | None
    used_at: datetime | None
    codes_left: int
    required: bool
    passkeys: int
    texts: bool  # codes are sent by text message

    @property
    def has_app(self) -> bool:
        """Whether there is an authenticator app."""
        return self.factor_id is not None

    @property
    def factors(self) -> int:
        """How many factors there are; recovery codes are none."""
        return self.passkeys + self.has_app + self.texts

    @property
    def enrolled(self) -> bool:
        """Whether there is a second factor."""
        return self.factors > 0

    @property
    def few_codes(self) -> bool:
        """Whether it is time for new recovery codes."""
        return self.enrolled and self.codes_left <= FEW_CODES


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret that a person is putting into their app. Nobody keeps it until a code proves that they have it. Only one
    that began with the proof of a factor (`replaces`) takes the place of an app, or stands beside a passkey."""

    secret: str = field(repr=False)
    begun_at: datetime
    replaces: bool

    @classmethod
    def new(cls, *, replaces: bool) -> Enrolment:
        """One with a secret of its own (160 bits, base32)."""
        return cls(b32encode(secrets.token_bytes(SECRET_BYTES)).decode(), clock.now(), replaces)

    def uri(self, *, account: str, issuer: str) -> str:
        """The address that authenticator apps read from a QR code (otpauth://)."""
        return pyotp.TOTP(self.secret).provisioning_uri(name=account, issuer_name=issuer)

    def seal(self, vault: Vault, user_id: UUID) -> str:
        """What the browser or app hands back with the code; it opens for this person only."""
        plain = orjson.dumps({"secret": self.secret, "begun_at": self.begun_at, "replaces": self.replaces})
        return urlsafe_b64encode(vault.seal(plain, place=_place(user_id))).decode()

    @classmethod
    def unseal(cls, vault: Vault, user_id: UUID, sealed: str) -> Enrolment:
        """What was sealed for this person of late; EnrolmentOver otherwise."""
        try:
            told = orjson.loads(vault.unseal(urlsafe_b64decode(sealed), place=_place(user_id)))
        except (Unopenable, ValueError):
            raise EnrolmentOver from None
        found = cls(told["secret"], datetime.fromisoformat(told["begun_at"]), told["replaces"])
        if clock.now() - found.begun_at > ENROLMENT_LENGTH:
            raise EnrolmentOver
        return found


def _place(user_id: UUID) -> str:
    return f"identity.enrolment:{user_id}"
