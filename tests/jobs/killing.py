"""Real workers that tests kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from portal.settings import Settings
from tests.servers import as_login

ROOT = Path(__file__).parents[2]


class Workers:
    """Two worker processes that are started again when they die, and all that they forked."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.mark = f"CHAOS_{uuid4().hex}"
        self.environment = {**os.environ, **environment, self.mark: "1"}
        self.running: list[int] = []

    def keep_two(self) -> None:
        self.running = [worker for worker in self.running if Path(f"/proc/{worker}").exists()]
        while len(self.running) < 2:
            print(file=self._asked, flush=True)
            self.running.append(int(self._answers.readline()))

    def pids(self) -> list[int]:
        """Every process that carries our mark: workers and the horses they forked, but not who starts them."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return [each for each in found if each != self._starter.pid]

    def kill(self, pids: list[int]) -> None:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def __enter__(self) -> Workers:
        self._starter = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.chaos_worker"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._starter.stdin
        assert self._starter.stdout
        self._asked, self._answers = self._starter.stdin, self._starter.stdout
        return self

    def __exit__(self, *_: object) -> None:
        self._starter.kill()
        self._starter.wait()
        self.kill(self.pids())
        self._asked.close()
        self._answers.close()


def environment_of(settings: Settings, postgres_url: str) -> dict[str, str]:
    """What a worker of the tests' portal is told."""
    return {
        "PORTAL_MODE": "development",
        "DATA_DIR": str(settings.data_dir),
        "PUBLIC_URL": settings.public_url,
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": as_login(postgres_url, "portal_worker"),
        "REDIS_URL": settings.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SMTP_URL": settings.smtp_url,
        "MAIL_FROM": settings.mail_from,
    }
