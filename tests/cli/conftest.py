"""Commands find the portal of the tests in their environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from portal.cli.files import check_files
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.resources import EXTENSION, resources
from portal.platform.storage.claims import list_claims
from portal.platform.storage.files import FileStore
from portal.platform.storage.opening import open_store
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.factories.identity import found_firm

AGAIN = """
UPDATE platform.outbox SET lease_until = now() - interval '1 second', due_at = now()
WHERE state = 'leased' OR (state = 'ready' AND failures > 0)
"""


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "PORTAL_MODE": settings.mode,
        "DATA_DIR": str(settings.data_dir),
        "PUBLIC_URL": settings.public_url,
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SMTP_URL": settings.smtp_url,
        "MAIL_FROM": settings.mail_from,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def files(
    committed_app: Flask, environment: None, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FileStore]:
    """A store that holds the files of one test alone. What was found of all firms is forgotten at the end."""
    url = (tmp_path / "store").as_uri()
    store = open_store(url)
    assert isinstance(store, FileStore)
    monkeypatch.setenv("STORAGE_URL", url)
    with committed_app.app_context():
        before = resources()
        committed_app.extensions[EXTENSION] = replace(before, store=store)
        yield store
        committed_app.extensions[EXTENSION] = before
        db.end_reading()
    with psycopg.connect(postgres_url) as superuser:
        superuser.execute("DELETE FROM platform.file_losses")
        superuser.execute("DELETE FROM platform.file_checks")


@pytest.fixture
def firm(files: FileStore) -> tuple[UUID, str]:
    """A firm of its own, by its name on the command line."""
    slug = f"files-{uuid4().hex[:12]}"
    return found_firm(slug, "Filed Capital"), slug


def claimed_keys(firm_id: UUID) -> list[str]:
    """The keys of a firm's files, by its rows."""
    with acting_as(Actor.system(firm_id).tenancy):
        return [each.key for each in list_claims()]


def check_all(about: str, *options: str) -> list[str]:
    """What `portal check-files` says about a firm, or in other lines that begin so."""
    db.end_reading()
    lines = CliRunner().invoke(check_files, list(options)).output.splitlines()
    return [line for line in lines if line.startswith(f"{about}: ")]


@db.transactional
def _end_leases() -> None:
    db.execute(AGAIN)


def end_leases(firm_id: UUID) -> None:
    """Let whoever works have again what somebody died with, and at once what failed."""
    with acting_as(Actor.system(firm_id).tenancy):
        _end_leases()
