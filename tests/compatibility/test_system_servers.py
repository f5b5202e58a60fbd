"""The product on the PostgreSQL and Redis of the distribution: other versions, over TCP, with passwords."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from portal.platform.embedded.account import server_account
from portal.platform.embedded.mailbox import free_port
from requirements.machine import find_postgres
from tests.platform.embedded.running import until

ROOT = Path(__file__).parents[2]
SUITES = [
    "tests/migrations",
    "tests/platform/test_outbox.py",
    "tests/platform/test_cache.py",
    "tests/domain/investments/ledger",
    "tests/domain/investments/statements",
    "tests/web/identity/test_sessions.py",
    "tests/web/identity/test_users.py",
]


@contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """The system's PostgreSQL, as its administrator signs in with a password."""
    program = find_postgres()
    assert program is not None
    account = server_account()
    data, port, secret = directory / "data", free_port(), directory / "secret"
    directory.mkdir(mode=0o755)
    secret.write_text("administrator-secret")
    who = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    if account is not None:
        os.chown(directory, account.uid, account.gid)
        os.chown(secret, account.uid, account.gid)
    make = [program.with_name("initdb"), "-D", data, "-U", "admin", "--auth=scram-sha-256", "--pwfile", secret]
    subprocess.run([*make, "-E", "UTF8", "--no-sync"], check=True, capture_output=True, cwd=directory, **who)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={directory}", "-c", "fsync=off"]
    server = subprocess.Popen(
        [program, "-D", data, "-p", str(port), *options], cwd=directory, stderr=subprocess.DEVNULL, **who
    )
    url = f"postgresql://admin:administrator-secret@127.0.0.1:{port}/postgres"
    try:
        until(lambda: _answers(url), 30)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis_server() -> Iterator[str]:
    """The system's Redis."""
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: _pongs(port), 15)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(15)


def _pongs(port: int) -> bool:
    try:
        return bool(redis.Redis(port=port, socket_timeout=1).ping())
    except redis.RedisError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(
    find_postgres() is None or shutil.which("redis-server") is None, reason="no PostgreSQL or Redis of the system here"
)
def test_the_product_runs_on_the_servers_of_the_system(tmp_path: Path) -> None:
    reachable = Path("/tmp") / f"portal-system-{os.getpid()}"  # where the server's account can reach it
    with postgres(reachable) as database_url, redis_server() as redis_url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *filter(_exists, SUITES)],
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE_URL": database_url, "TEST_REDIS_URL": redis_url},
            capture_output=True,
            text=True,
            check=False,
        )
    shutil.rmtree(reachable)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "[100%]" in done.stdout


def _exists(suite: str) -> bool:
    return (ROOT / suite).exists()
