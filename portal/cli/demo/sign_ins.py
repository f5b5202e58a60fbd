"""DATA_DIR/demo.json: who may sign in to the demo, for the sign-in page, the terminal and whoever tries the API."""

from __future__ import annotations

import hmac
import os
from base64 import b32encode
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from portal.cli.demo.cast import Cast, Person
from portal.domain.identity.factors.values import SECRET_BYTES
from portal.settings import Settings

PASSWORD = "harbour-lights-demo"  # noqa: S105 - known to all, of a demo that production refuses
FIRST = 2  # so many of each part before the rest: whoever reads only the beginning meets every kind of person


def write_sign_ins(settings: Settings, casts: Sequence[Cast]) -> Path:
    """Write the file, whole or not at all; where it is."""
    path = settings.data_dir / "demo.json"
    told = {"url": settings.public_url, "users": list_sign_ins(settings, casts)}
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    unfinished.replace(path)
    return path


def list_sign_ins(settings: Settings, casts: Sequence[Cast]) -> list[dict[str, Any]]:
    """Everybody: the main firm's first people, some of the other's, then all others."""
    parts = [[_sign_in(settings, cast, person) for person in part] for cast in casts for part in _parts(cast)]
    return list(chain(*(part[:FIRST] for part in parts), *(part[FIRST:] for part in parts)))


def _parts(cast: Cast) -> tuple[Sequence[Person], ...]:
    return cast.staff, cast.investors, [each.person for each in cast.delegates]


def totp_secret(settings: Settings, person: Person) -> str | None:
    """The secret of a person's authenticator app: the same at each start of this demo, another in every other one. None
    for who has no app: staff do, investors and delegates choose for themselves."""
    if not person.has_app:
        return None
    digest = hmac.digest(settings.secret_key.encode(), f"demo:totp:{person.email}".encode(), "sha256")
    return b32encode(digest[:SECRET_BYTES]).decode()


def _sign_in(settings: Settings, cast: Cast, person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "password": PASSWORD,
        "name": person.name,
        "roles": [person.role.value],
        "firm": cast.slug,
        "totp_secret": totp_secret(settings, person),
        "accounts": cast.accounts_of(person),
    }
