"""What an app sends to sign in, and what it is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, WithJsonSchema

from portal.api.parsing import Body, written_as

# No control characters: PostgreSQL keeps no NUL, and an address has none of the others.
EMAIL = r"[^\x00-\x1F\x7F]{1,254}"


Code = Annotated[str, Field(min_length=1, max_length=40)]
EmailAddress = Annotated[
    str,
    written_as(re.compile(EMAIL), str, "Write an e-mail address of at most 254 characters."),
    WithJsonSchema({"type": "string", "pattern": f"^{EMAIL}$"}),
]


ATOM, LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
MAIL = rf"{ATOM}(\.{ATOM})*@({LABEL}\.)+[A-Za-z]{{2,63}}"  # to which mail can go, and no more than that
MailAddress = Annotated[
    str,
    Field(max_length=254),
    written_as(re.compile(MAIL), str, "This is not an e-mail address."),
    WithJsonSchema({"type": "string", "pattern": f"^{MAIL}$", "maxLength": 254}),
]
PersonName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1F\x7F]*$")]


class Credentials(Body):
    """Who signs in."""

    email: EmailAddress
    password: Annotated[str, Field(min_length=1, max_length=128)]


class PendingSignIn(Body):
    """What the first step of signing in gave."""

    mfa_token: Annotated[str, Field(min_length=1, max_length=200)]


class Verification(Body):
    """The second step of signing in: what the first one gave, and the code of the factor."""

    mfa_token: Annotated[str, Field(min_length=1, max_length=200)]
    code: Code


class PasskeyAnswer(Body):
    """What a passkey said: `credential` as navigator.credentials gives it (toJSON(): id, rawId, type and response in
    base64url), with the ceremony that the options came with, within five minutes and once."""

    ceremony: Annotated[str, Field(min_length=1, max_length=2000, pattern="^[A-Za-z0-9_=-]+$")]
    credential: dict[str, Any]


PasskeyName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1F\x7F]*$")]


class NewPasskey(PasskeyAnswer):
    """A passkey that was just made, and what its person calls it."""

    name: PasskeyName


class FactorName(Body):
    """What a passkey is to be called."""

    name: PasskeyName


class Proof(Body):
    """That it is still the person: a code of their app, a recovery code or a passkey, or their password where they have
    no factor."""

    proof: Annotated[str, Field(min_length=1, max_length=128)] | PasskeyAnswer


class Confirmation(Body):
    """The first code of an app, with the enrolment that its secret came with."""

    enrolment: Annotated[str, Field(min_length=1, max_length=2000, pattern="^[A-Za-z0-9_=-]+$")]
    code: Code


class Refresh(Body):
    """The refresh token that is used up for the next pair."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


class NewPassword(Body):
    """The present password and the one that takes its place."""

    current: Annotated[str, Field(min_length=1, max_length=128)]
    password: Annotated[str, Field(min_length=1, max_length=512)]


class ForgottenPassword(Body):
    """Whose password is forgotten."""

    email: EmailAddress


class Registration(Body):
    """Who wants to register."""

    email: MailAddress


class Joining(Body):
    """The token of the link that was sent, how one wants to be called, and one's password."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    name: PersonName
    password: Annotated[str, Field(min_length=1, max_length=512)]


class PasswordByLink(Body):
    """The token of the link that was sent, and the new password."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=512)]


@dataclass(frozen=True, slots=True)
class SessionItem:
    """A browser or app in which the person is signed in: what it calls itself, in words, and where it was last seen."""

    id: UUID
    kind: Literal["browser", "app"]
    agent: str
    address: str
    signed_in_at: datetime
    seen_at: datetime
    this: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """Where a person is signed in."""

    items: list[SessionItem]


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token for the `expires_in` seconds to come, and the refresh token for the next pair, good once."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: int


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a key that signs access tokens (JSON Web Key, RFC 8037)."""

    kid: str
    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The keys whose tokens are good, the one in force first (JSON Web Key Set)."""

    keys: list[PublicKey]


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor. `created_at` and `used_at` are moments in UTC (ISO 8601); passkeys have a `name`."""

    id: str
    kind: Literal["totp", "passkey", "text"]
    name: str | None
    created_at: str
    used_at: str | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of a person, how many of their recovery codes are left, and whether the firm asks them for one."""

    items: list[Factor]
    recovery_codes_left: int
    required: bool


@dataclass(frozen=True, slots=True)
class NewFactor:
    """What an authenticator app is set up with: the secret (base32) and the same as an address for a QR code. It counts
    once its first code comes back with `enrolment`, within twenty minutes."""

    secret: str
    uri: str
    enrolment: str


@dataclass(frozen=True, slots=True)
class PasskeyOptions:
    """What navigator.credentials is asked for, as `publicKey` in JSON, and the ceremony that goes with its answer."""

    options: dict[str, Any]
    ceremony: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Codes to keep on paper, each good once. They are told only now, and earlier ones are worth nothing. There are
    none where a passkey stands beside another factor: the codes there are go on being good."""

    recovery_codes: list[str]
