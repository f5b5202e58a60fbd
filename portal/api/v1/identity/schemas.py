"""What an app sends to sign in, and what it is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from portal.api.parsing import Body, written_as

# No control characters: PostgreSQL keeps no NUL, and an address has none of the others.
EMAIL = r"[^\x00-\x1F\x7F]{1,254}"


Code = Annotated[str, Field(min_length=1, max_length=40)]


class Credentials(Body):
    """Who signs in."""

    email: Annotated[
        str,
        written_as(re.compile(EMAIL), str, "Write an e-mail address of at most 254 characters."),
        WithJsonSchema({"type": "string", "pattern": f"^{EMAIL}$"}),
    ]
    password: Annotated[str, Field(min_length=1, max_length=128)]


class Verification(Body):
    """The second step of signing in: what the first one gave, and the code of the factor."""

    mfa_token: Annotated[str, Field(min_length=1, max_length=200)]
    code: Code


class Proof(Body):
    """That it is still the person: a code of their factor, a recovery code, or their password where they have none."""

    proof: Annotated[str, Field(min_length=1, max_length=128)]


class Confirmation(Body):
    """The first code of an app, with the enrolment that its secret came with."""

    enrolment: Annotated[str, Field(min_length=1, max_length=2000, pattern="^[A-Za-z0-9_=-]+$")]
    code: Code


class Refresh(Body):
    """The refresh token that is used up for the next pair."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


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
    """A second factor. `created_at` and `used_at` are moments in UTC (ISO 8601)."""

    id: str
    kind: Literal["totp"]
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
class RecoveryCodes:
    """Codes to keep on paper, each good once. They are told only now, and earlier ones are worth nothing."""

    recovery_codes: list[str]
