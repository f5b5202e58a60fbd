"""What an app sends to sign in, and what it is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from portal.api.parsing import Body, written_as

# No control characters: PostgreSQL keeps no NUL, and an address has none of the others.
EMAIL = r"[^\x00-\x1F\x7F]{1,254}"


class Credentials(Body):
    """Who signs in."""

    email: Annotated[
        str,
        written_as(re.compile(EMAIL), str, "Write an e-mail address of at most 254 characters."),
        WithJsonSchema({"type": "string", "pattern": f"^{EMAIL}$"}),
    ]
    password: Annotated[str, Field(min_length=1, max_length=128)]


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
