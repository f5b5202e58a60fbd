"""The web as an operator starts it: two processes that have nothing in common but their servers and their keys."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from flask import Flask

from portal.app import create_app
from portal.platform import db
from portal.platform.embedded.mailbox import free_port
from portal.settings import Settings

ROOT = Path(__file__).parents[2]
START_SECONDS = 300


@dataclass(frozen=True)
class Served:
    """The addresses of both processes, and the same application in the process of the test."""

    urls: tuple[str, str]
    app: Flask


@contextmanager
def served(settings: Settings, directory: Path) -> Iterator[Served]:
    """Both, until the end; what they say is in `directory`."""
    started = [_start(settings, log) for log in (directory / "first.log", directory / "second.log")]
    try:
        first, second = [_ready(*each) for each in started]
        app = create_app(settings)
        app.testing = True
        yield Served((first, second), app)
        with app.app_context():
            db.session.remove()
            db.db.engine.dispose()
    finally:
        for process, _, _ in started:
            process.terminate()
        for process, _, _ in started:
            process.wait(60)


def _start(settings: Settings, log: Path) -> tuple[subprocess.Popen[bytes], str, Path]:
    port = free_port()
    environment = {
        **os.environ,
        "PORTAL_MODE": "development",
        "DATA_DIR": str(settings.data_dir),
        "PUBLIC_URL": settings.public_url,
        "SECRET_KEY": settings.secret_key,
        "SIGNING_KEY_FILE": str(settings.signing_key_file),
        "ENCRYPTION_KEY_FILE": str(settings.encryption_key_file),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "STORAGE_URL": settings.storage_url,
        "SMTP_URL": settings.smtp_url,
        "MAIL_FROM": settings.mail_from,
        "READS_PER_MINUTE": str(settings.reads_per_minute),
        "WRITES_PER_MINUTE": str(settings.writes_per_minute),
    }
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=subprocess.STDOUT)
    return process, f"http://127.0.0.1:{port}", log


def _ready(process: subprocess.Popen[bytes], url: str, log: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while not _answers(url):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)
    return url


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
