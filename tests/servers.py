"""The servers tests run on: embedded ones, or those that TEST_DATABASE_URL and TEST_REDIS_URL name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from portal.platform.embedded.postgres import EmbeddedPostgres
from portal.platform.embedded.valkey import EmbeddedValkey


@contextmanager
def given_postgres(directory: Path) -> Iterator[str]:
    """The administrator's URL of an empty database, gone afterwards."""
    external = os.environ.get("TEST_DATABASE_URL")
    if external is None:
        server = EmbeddedPostgres(directory, durable=False)
        with server:
            yield server.url()
        server.remove()
        return
    with another_database(external, f"portal_test_{uuid4().hex[:12]}") as url:
        yield url


@contextmanager
def another_database(postgres_url: str, name: str) -> Iterator[str]:
    """The administrator's URL of an empty database on the same server, gone afterwards."""
    own = sql.Identifier(name)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(own))
        try:
            yield urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))


@contextmanager
def given_valkey(directory: Path) -> Iterator[str]:
    """The URL of an empty Valkey."""
    external = os.environ.get("TEST_REDIS_URL")
    if external is not None:
        yield external
        return
    with EmbeddedValkey(directory, durable=False) as server:
        yield server.url()


def as_login(url: str, user: str) -> str:
    """The same database for another log-in, with a password where the server asks for one."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    secret = f"{user}:{user}-secret" if place else user
    return parts._replace(netloc=f"{secret}@{place}").geturl()
