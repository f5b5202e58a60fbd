"""`portal check-files`: what it says, and what it keeps for staff."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from click.testing import CliRunner

from portal.cli.files import check_due_files, check_files
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.storage.files import FileStore
from portal.platform.storage.losses import find_check, list_lost_keys
from portal.platform.tenancy import acting_as
from tests.cli.conftest import claimed_keys
from tests.factories.documents import make_document


def _run(*options: str) -> tuple[int, list[str]]:
    db.end_reading()
    answer = CliRunner().invoke(check_files, list(options))
    return answer.exit_code, answer.output.splitlines()


def _of(lines: list[str], slug: str) -> list[str]:
    return [line for line in lines if line.startswith(f"{slug}: ")]


def test_a_lost_file_is_told_and_kept_for_staff_until_it_is_back(files: FileStore, firm: tuple[UUID, str]) -> None:
    make_document(firm[0])
    (key,) = claimed_keys(firm[0])
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
