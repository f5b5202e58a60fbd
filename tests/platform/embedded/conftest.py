from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.platform.embedded.running import RunningPortal


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that another account may enter, as /srv is; pytest's own are closed."""
    path = Path(tempfile.mkdtemp(prefix="portal-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def run_portal(open_directory: Path) -> Iterator[Callable[..., RunningPortal]]:
    """Starts tiny portals, all from one data directory unless a name is given; whatever is left is ended."""
    started: list[RunningPortal] = []

    def start(*arguments: str, name: str = "data", wait: bool = True, **environ: str) -> RunningPortal:
        started.append(RunningPortal(open_directory / name, *arguments, wait=wait, **environ))
        return started[-1]

    yield start
    for portal in started:
        if portal.process.poll() is None:
            os.kill(portal.process.pid, signal.SIGTERM)
            portal.process.wait(60)
