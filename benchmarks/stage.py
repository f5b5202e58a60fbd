"""What a scenario plays on: databases, web servers, people signed in, recordings of what a page asks the database."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
from flask import Flask

from benchmarks import sites
from benchmarks.browser import Answer, Request
from benchmarks.generator import FIRM, SIZES, Size, known_id
from benchmarks.servers import Servers
from benchmarks.sites import Site
from portal.app import create_app
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.sessions.services import open_session
from portal.domain.identity.sessions.values import ABSOLUTE
from portal.domain.identity.tokens.services import open_app_session
from portal.platform import clock
from portal.platform.embedded.data_directory import make_encryption_key, make_signing_key
from portal.platform.ids import new_secret
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.settings import load

COOKIE = "__Host-sid"
Step = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person signed in, in a browser and in an app, to the portal over one database."""

    actor: Actor
    site: Site
    cookies: dict[str, str] = field(repr=False)
    bearer: str = field(repr=False)

    def page(self, path: str, **headers: str) -> Request:
        """A page as their browser asks for it; cookies the answer sets are sent from then on, as a browser does."""
        first = Request(self.site.port, path, self._cookie())
        self.cookies.update(first().cookies)
        return Request(self.site.port, path, {**self._cookie(), **headers}, expected=304 if headers else 200)

    def json(self, path: str) -> Request:
        """An address of the API as their app asks for it."""
        return Request(self.site.port, path, {"Authorization": f"Bearer {self.bearer}"})

    def answer(self, path: str) -> Answer:
        """What their browser gets."""
        return self.page(path)()

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


class Stage:
    """Everything a scenario needs, started when it is first asked for; closed at the end of its block."""

    def __init__(self, root: Path, servers: Servers, size: Size, *, rounds: int) -> None:
        self.root, self.servers, self.size, self.rounds = root, servers, size, rounds
        self._open = ExitStack()
        self._sites: dict[str, Site] = {}
        self._apps: dict[str, Flask] = {}
        (root / "recordings").mkdir(parents=True, exist_ok=True)
        (root / "keys").mkdir(exist_ok=True)
        make_signing_key(root / "keys" / "api-signing.pem")
        make_encryption_key(root / "keys" / "encryption.keys")

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def environment(self, size: Size | None = None, *, database_url: str | None = None) -> dict[str, str]:
        """The environment of a portal over the database of a size."""
        size = size or self.size
        cache = self.servers.valkey.url(list(SIZES).index(size.name))
        return sites.environment(self.root, database_url or self.servers.url(size), cache)

    def portal(self, size: Size | None = None) -> Site:
        """The portal over the database of a size."""
        size = size or self.size
        return self._site(f"portal-{size.name}", "wsgi:app", self.environment(size), "/ready")

    def controls(self) -> Site:
        """The control pages over the database of the stage's size."""
        given = {
            **self.environment(),
            "BENCH_RECORDINGS": str(self.root / "recordings"),
            "BENCH_ADMIN_URL": self.servers.admin_url(self.size),
        }
        return self._site("controls", "benchmarks.controls.wsgi:app", given, "/hello")

    def control(self, path: str, headers: dict[str, str] | None = None, form: dict[str, str] | None = None) -> Request:
        """A control page."""
        return Request(self.controls().port, path, headers, form)

    def app(self, size: Size | None = None, *, database_url: str | None = None) -> Flask:
        """The portal in this process, silent."""
        given = self.environment(size, database_url=database_url)
        if given["DATABASE_URL"] not in self._apps:
            app = create_app(load(given))
            logging.getLogger().setLevel(logging.WARNING)
            self._apps[given["DATABASE_URL"]] = app
        return self._apps[given["DATABASE_URL"]]

    def visitor(self, name: str, size: Size | None = None) -> Visitor:
        """One of the generator's special investors, signed in to the portal over the database of a size."""
        actor = Actor(FIRM, known_id("user", name), frozenset({Role.INVESTOR}), name)
        with self.app(size).app_context(), acting_as(Actor.system(FIRM).tenancy):
            token = new_secret()
            given: dict[str, Any] = {"agent": "benchmark", "address": "127.0.0.1"}
            open_session(FIRM, _user(actor), kind="web", token=token, length=ABSOLUTE, **given)
            session_id = open_app_session(FIRM, _user(actor), refresh=new_secret(), **given)
            bearer = resources().signer.sign(
                subject=str(actor.user_id),
                session=str(session_id),
                length=timedelta(hours=12),
                auth_time=int(clock.now().timestamp()),
            )
        actor = replace(actor, session_id=session_id)
        return Visitor(actor, self.portal(size), {COOKIE: token}, bearer)

    def record(self, name: str, visitor: Visitor, path: str) -> str:
        """Write down what the page or JSON at `path` asks the database once its cache is warm; the address of the
        control page that asks the same."""
        client = self.app().test_client(use_cookies=False)
        headers = {"Host": "localhost", "Authorization": f"Bearer {visitor.bearer}"}
        headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in visitor.cookies.items())
        steps: list[Step] = []

        def ask() -> None:
            answer = client.get(path, headers=headers, base_url="https://localhost")
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code} while it was recorded.")

        ask()
        with _recording(steps):
            ask()
        (self.root / "recordings" / f"{name}.pickle").write_bytes(pickle.dumps(steps))
        return f"/replay/{name}"

    def _site(self, name: str, program: str, given: dict[str, str], ready: str) -> Site:
        if name not in self._sites:
            site = sites.start(name, program, given, root=self.root, ready=ready)
            self._open.callback(site.stop)
            self._sites[name] = site
        return self._sites[name]


def _user(actor: Actor) -> UUID:
    assert actor.user_id
    return actor.user_id


@contextmanager
def _recording(steps: list[Step]) -> Iterator[None]:
    """Add what this process sends to the database, what begins and ends transactions too, to `steps`."""
    execute = psycopg.Cursor.execute

    def noting(cursor: Any, text: Any, parameters: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        steps.append((str(text), parameters or None))
        return execute(cursor, text, parameters, **options)

    with patch.object(psycopg.Cursor, "execute", noting):
        yield
