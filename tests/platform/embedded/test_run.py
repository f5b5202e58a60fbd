from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from portal.platform import mail
from portal.platform.embedded.environment import running_environment
from portal.platform.embedded.mailbox import list_messages
from portal.platform.embedded.ownership import running_owner
from portal.platform.embedded.postgres import EmbeddedPostgres
from tests.platform.embedded.running import RunningPortal, gone, until

Start = Callable[..., RunningPortal]


def test_each_process_gets_its_own_log_in_and_commands_may_join(run_portal: Start) -> None:
    portal = run_portal()
    assert portal.answer().startswith("postgresql://portal_web@/portal?host=")
    until(lambda: (portal.root / "logs" / "worker.log").read_text())
    assert (portal.root / "logs" / "worker.log").read_text().startswith("postgresql://portal_worker@/portal")
    joined = running_environment(portal.root)
    assert joined["DATABASE_URL"] == portal.answer()
    assert joined["PUBLIC_URL"] == f"http://localhost:{portal.port}"
    assert joined["STORAGE_URL"] == (portal.root / "files").as_uri()
    assert (portal.root / "run" / "environment.json").stat().st_mode & 0o777 == 0o600
    assert portal.stop() == 0
    assert running_environment(portal.root) == {}


def test_data_survive_a_restart(run_portal: Start) -> None:
    first = run_portal()
    before = running_environment(first.root)
    with psycopg.connect(before["MIGRATION_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@localhost", "b@localhost", "Kept"
    mail.send(before["SMTP_URL"], message)
    key = (first.root / "keys" / "api-signing.pem").read_bytes()
    assert first.stop() == 0

    after = running_environment(run_portal().root)
    with psycopg.connect(after["MIGRATION_DATABASE_URL"]) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)
    assert [each.subject for each in list_messages(first.root / "mail")] == ["Kept"]
    assert after["SECRET_KEY"] == before["SECRET_KEY"]
    assert (first.root / "keys" / "api-signing.pem").read_bytes() == key


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_stop_leaves_no_process(run_portal: Start, number: signal.Signals) -> None:
    portal = run_portal()
    family = portal.family()
    assert len(family) >= 6  # postgres and its own, valkey, mailbox, web, worker, the worker's grandchild
    assert portal.stop(number) == 0
    assert gone(family)
    stops = [line.split()[0] for line in portal.said.splitlines() if line.endswith(" stopped")][:5]
    assert stops == ["worker", "web", "mailbox", "valkey", "postgres"]


def test_a_killed_supervisor_takes_its_processes_along_and_can_start_at_once(run_portal: Start) -> None:
    portal = run_portal()
    family = portal.family()
    grandchild = next(line for line in family if "-c import time; time.sleep(600)" in line)
    forgotten = family.pop(grandchild)  # of a session of its own: nobody is left to end it
    portal.stop(signal.SIGKILL)
    again = run_portal(PORT=portal.port)
    assert again.answer()
    assert gone(family)
    forgotten.kill()


@pytest.mark.chaos
def test_a_killed_process_is_started_again(run_portal: Start) -> None:
    portal = run_portal()
    for word in ("serve_forever", "valkey-server", "mailbox_server", "postgres -D"):
        killed = portal.pid_of(word)
        os.kill(killed, signal.SIGKILL)
        until(lambda: any(word in line and each.pid != killed for line, each in portal.family().items()))  # noqa: B023
    until(portal.answer)
    until(EmbeddedPostgres(portal.root / "postgres").answers)
    assert portal.said.count("was killed by SIGKILL; starting it again in 0.5 s") == 4


def test_a_busy_port_is_refused_before_anything_starts(run_portal: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        portal = run_portal(wait=False, PORT=str(port))
        assert portal.process.wait(30) == 1
    assert f"Port {port} is in use by another program" in portal.said
    assert f"PORT={port + 1} portal up" in portal.said
    assert not (portal.root / "postgres").exists()


def test_a_second_portal_on_the_same_data_is_refused(run_portal: Start) -> None:
    portal = run_portal()
    second = run_portal(wait=False)
    assert second.process.wait(30) == 1
    assert f"A portal already runs from {portal.root} (process {portal.process.pid})" in second.said
    assert "portal down" in second.said
    assert portal.answer()
    assert running_owner(portal.root / "run") == portal.process.pid


def test_what_is_left_of_a_dead_owner_is_no_obstacle(run_portal: Start, open_directory: Path) -> None:
    (open_directory / "data").mkdir(mode=0o711)
    (open_directory / "data" / "run").mkdir()
    (open_directory / "data" / "portal-data").write_text("")
    (open_directory / "data" / "run" / "owner").write_text("1\n")
    assert run_portal().answer()


@pytest.mark.parametrize("found", ["pgdata/PG_VERSION", "postgres/data/PG_VERSION", "notes.txt"])
def test_a_half_made_data_directory_is_refused(run_portal: Start, open_directory: Path, found: str) -> None:
    path = open_directory / "data" / found
    path.parent.mkdir(parents=True)
    path.write_text("18\n")
    portal = run_portal(wait=False)
    assert portal.process.wait(30) == 1
    assert f"{portal.root} is not a whole data directory: it holds {found.split('/')[0]}" in portal.said
    assert "remove it to begin anew, or set DATA_DIR" in portal.said
    assert sorted(portal.root.iterdir()) == [portal.root / found.split("/")[0]]


def test_a_database_that_lost_its_mark_is_refused_with_nothing_left_running(run_portal: Start) -> None:
    portal = run_portal()
    portal.stop()
    (portal.root / "postgres" / "data" / "portal-made").unlink()
    again = run_portal(wait=False)
    assert again.process.wait(30) == 1
    assert "is a half-made database" in again.said
    assert running_owner(portal.root / "run") is None


def test_settings_are_checked_together_before_anything_starts(run_portal: Start) -> None:
    portal = run_portal(wait=False, PORT="80a", WEB_PROCESSES="0", STORAGE_URL="ftp://files")
    assert portal.process.wait(30) == 1
    for name in ("PORT", "WEB_PROCESSES", "STORAGE_URL"):
        assert f"- {name} " in portal.said
    assert not (portal.root / "postgres").exists()


def test_a_program_that_cannot_start_ends_the_run_with_its_own_words(run_portal: Start) -> None:
    portal = run_portal("broken", wait=False)
    assert portal.process.wait(60) == 1
    assert "worker ended with code 3, 5 times in a row." in portal.said
    assert "  | no such table: firms" in portal.said
    assert portal.said.count("starting it again") == 4
    assert running_owner(portal.root / "run") is None
    assert not portal.answer()


def test_servers_that_the_environment_names_are_not_started(run_portal: Start, open_directory: Path) -> None:
    with EmbeddedPostgres(open_directory / "server", durable=False) as server:
        url = server.url()
        portal = run_portal(DATABASE_URL=url, SMTP_URL="smtp://127.0.0.1:9", STORAGE_URL="s3://bucket")
        assert portal.answer() == url
        assert not (portal.root / "postgres").exists()
        assert "mailbox" not in portal.said
        joined = json.loads((portal.root / "run" / "environment.json").read_text())
        assert joined["STORAGE_URL"] == "s3://bucket"
        assert joined["WORKER_DATABASE_URL"] == url
        assert portal.stop() == 0
