"""DATA_DIR/demo.json: who may sign in to the demo, for the sign-in page, the terminal and whoever tries the API."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from portal.cli.demo.cast import Cast, Person
from portal.settings import Settings

PASSWORD = "harbour-lights-demo"  # noqa: S105 - known to all, of a demo that production refuses
FIRST = 2  # so many of each part before the rest: whoever reads only the beginning meets every kind of person


def write_sign_ins(settings: Settings, casts: Sequence[Cast]) -> Path:
    """Write the file, whole or not at all; where it is."""
    path = settings.data_dir / "demo.json"
    told = {"url": settings.public_url, "users": list_sign_ins(casts)}
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    unfinished.replace(path)
    return path


def list_sign_ins(casts: Sequence[Cast]) -> list[dict[str, Any]]:
    """Everybody: the main firm's first people, some of the other's, then all others."""
    parts = [[_sign_in(cast, person) for person in part] for cast in casts for part in (cast.staff, cast.investors)]
    return list(chain(*(part[:FIRST] for part in parts), *(part[FIRST:] for part in parts)))


def _sign_in(cast: Cast, person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "password": PASSWORD,
        "name": person.name,
        "roles": [person.role.value],
        "firm": cast.slug,
        "totp_secret": None,
        "accounts": cast.accounts_of(person),
    }
