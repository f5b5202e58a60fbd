"""`portal check-files`, and the worker that is killed between the file and its row."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from portal.cli.files import check_due_files, check_files
from portal.domain.documents.library.services.receiving import receive_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Arrival
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.resources import EXTENSION, resources
from portal.platform.storage.claims import list_claims
from portal.platform.storage.files import FileStore
from portal.platform.storage.losses import find_check, list_lost_keys
from portal.platform.storage.opening import open_store
from portal.platform.tenancy import acting_as
from tests.factories.documents import make_document, make_folder
from tests.factories.identity import found_firm

CSV = b"name,amount\nAda,1\n"
WORKER = """
import os, resource, signal
from portal.app import create_app
from portal.jobs.drain import drain
from portal.platform.resources import resources
app = create_app()
with app.app_context():
    store = type(resources().store)
    put = store.put
    def trouble(self, *given):
        {trouble}
    store.put = trouble
    drain()
"""
KILLED = WORKER.format(trouble="put(self, *given); os.kill(os.getpid(), signal.SIGKILL)")
DISK_FULL = WORKER.format(trouble="resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16)); return put(self, *given)")
STORE_AWAY = WORKER.format(trouble="os.rename(self.root, self.root.with_name('away')); return put(self, *given)")
FAILURES = "SELECT state, failures, last_error FROM platform.outbox WHERE job = 'documents.check'"


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


def _keys(firm_id: UUID) -> list[str]:
    with acting_as(Actor.system(firm_id).tenancy):
        return [each.key for each in list_claims()]


def _run(*options: str) -> tuple[int, list[str]]:
    db.end_reading()
    answer = CliRunner().invoke(check_files, list(options))
    return answer.exit_code, answer.output.splitlines()


def _of(lines: list[str], slug: str) -> list[str]:
    return [line for line in lines if line.startswith(f"{slug}: ")]


def test_a_lost_file_is_told_and_kept_for_staff_until_it_is_back(files: FileStore, firm: tuple[UUID, str]) -> None:
    make_document(firm[0])
    (key,) = _keys(firm[0])
    content = files.get(key)
    assert _of(_run("--read")[1], firm[1]) == []
    files.delete(key)
    code, lines = _run()
    assert code == 1
    (told,) = _of(lines, firm[1])
    assert "documents.versions" in told
    assert told.endswith(f"{key} is missing")
    with acting_as(Actor.system(firm[0]).tenancy):
        assert list_lost_keys() == {key}
    files.put(key, content[:-1] + b"!", "application/pdf")
    assert _of(_run()[1], firm[1]) == [told.replace("missing", "damaged")]  # what was lost is read again each time
    files.put(key, content, "application/pdf")
    assert _of(_run()[1], firm[1]) == []
    with acting_as(Actor.system(firm[0]).tenancy):
        assert list_lost_keys() == frozenset()


def test_the_scheduler_checks_once_a_day(files: FileStore, firm: tuple[UUID, str]) -> None:
    make_document(firm[0])
    assert check_due_files()
    assert not check_due_files()
    with acting_as(Actor.system(firm[0]).tenancy):
        found = find_check()
    assert found is not None
    assert (found.files, found.losses) == (1, 0)


def test_a_store_that_is_away_is_told_and_nothing_is_lost(files: FileStore, firm: tuple[UUID, str]) -> None:
    make_document(firm[0])
    files.root.rename(files.root.with_name("away"))
    Path(files.root).touch()  # no directory is made in its place
    answer = CliRunner().invoke(check_files, [])
    assert answer.exit_code == 1
    with acting_as(Actor.system(firm[0]).tenancy):
        assert find_check() is None


def test_a_worker_killed_between_file_and_row_leaves_nothing_half(files: FileStore, firm: tuple[UUID, str]) -> None:
    _upload(files, firm[0])

    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)

    assert killed.returncode == -9, killed.stderr
    left = [each.key for each in files.list_objects()]
    assert len(left) == 2
    assert _keys(firm[0]) == ["documents/raw"]  # still in quarantine: nobody sees the copy
    assert _of(_run()[1], firm[1]) == []

    _let_lease_end(firm[0])
    drain()
    (key,) = _keys(firm[0])
    assert {key, "documents/raw"} == set(left)  # the same key again: one copy
    assert [each.key for each in files.list_objects()] == [key]
    assert _of(_run("--read")[1], firm[1]) == []


@pytest.mark.parametrize(("trouble", "told"), [(DISK_FULL, "File too large"), (STORE_AWAY, "missing")])
def test_a_store_that_is_full_or_away_puts_work_off(
    files: FileStore, firm: tuple[UUID, str], trouble: str, told: str
) -> None:
    _upload(files, firm[0])

    subprocess.run([sys.executable, "-c", trouble], capture_output=True, text=True, check=True)

    away = files.root.with_name("away")
    if away.exists():
        away.rename(files.root)
    assert [each.key for each in files.list_objects()] == _keys(firm[0]) == ["documents/raw"]
    with acting_as(Actor.system(firm[0]).tenancy):
        (failed,) = db.fetch_all(FAILURES)
    assert (failed.state, failed.failures) == ("ready", 1)
    assert told in failed.last_error
    assert _of(_run()[1], firm[1]) == []

    _let_lease_end(firm[0])
    drain()
    (key,) = _keys(firm[0])
    assert [each.key for each in files.list_objects()] == [key]
    assert files.get(key).splitlines() == CSV.splitlines()


def _upload(files: FileStore, firm_id: UUID) -> None:
    """A list, sent and not yet checked."""
    system, folder = Actor.system(firm_id), make_folder(firm_id)
    files.put("documents/raw", CSV, "text/csv")
    with acting_as(system.tenancy):
        details = DocumentDetails("List", DocumentType.REPORT, Audience.FIRM)
        receive_document(system, folder, details, Arrival("documents/raw", "list.csv", len(CSV)), quota=10_000)
    db.end_reading()


@db.transactional
def _end_leases() -> None:
    db.execute("UPDATE platform.outbox SET lease_until = now() - interval '1 second', due_at = now() WHERE true")


def _let_lease_end(firm_id: UUID) -> None:
    with acting_as(Actor.system(firm_id).tenancy):
        _end_leases()
