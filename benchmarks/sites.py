"""Web servers as they run in production, started for a measurement: the portal's, and the controls'."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.platform.embedded.process import Process, ProcessPlan

PROGRAM = Path(__file__).resolve().parents[1]
READY_SECONDS = 60.0
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Site:
    """A running web server."""

    port: int
    process: Process
    ready_seconds: float

    def worker_mebibytes(self) -> float:
        """The resident memory of its largest worker, what it shares with the others included."""
        pid = self.process.pid
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return max(int(Path(f"/proc/{worker}/statm").read_text().split()[1]) for worker in workers) * PAGE / 2**20

    def stop(self) -> None:
        """End it."""
        self.process.stop()


def environment(root: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of a portal in production."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "BENCH_"))},
        "PORTAL_MODE": "production",
        "DATA_DIR": str(root),
        "PUBLIC_URL": "https://localhost",
        "SECRET_KEY": "the benchmark's own secret, known to everybody",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "STORAGE_URL": (root / "files").as_uri(),
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "portal@localhost",
        "SIGNING_KEY_FILE": str(root / "keys" / "api-signing.pem"),
        "ENCRYPTION_KEY_FILE": str(root / "keys" / "encryption.keys"),
        "WEB_PROCESSES": "2",
        "READS_PER_MINUTE": "1000000",  # one person asks for what a thousand do
    }


def start(name: str, program: str, given: Mapping[str, str], *, root: Path, ready: str) -> Site:
    """Serve the WSGI `program` with gunicorn, as gunicorn.conf.py says, until path `ready` answers."""
    port = free_port()
    plan = ProcessPlan(
        name,
        [sys.executable, "-m", "gunicorn", program],
        root / "logs" / f"{name}.log",
        {**given, "PORT": str(port)},
        PROGRAM,
    )
    process = Process(plan)
    began = time.perf_counter()
    process.start()
    process.wait_until(lambda: _answers(port, ready), READY_SECONDS)
    return Site(port, process, time.perf_counter() - began)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
