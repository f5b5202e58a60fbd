from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform.embedded.running import RunningPortal, gone


@pytest.fixture
def data_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="portal-test-"))
    path.chmod(0o711)
    yield path / "data"
    shutil.rmtree(path)


def portal(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The `portal` command as a person runs it."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return subprocess.run(
        [sys.executable, "-m", "portal.cli.main", *arguments],
        env={**kept, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_lists_every_command_without_importing_any() -> None:
    code = (
        "import sys, portal.cli.main as entry\n"
        "try: entry.main(['--help'])\n"
        "finally: print(len([name for name in sys.modules if name.startswith('portal.')]))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout
    assert "Run the whole portal on this machine." in said
    assert "Stop the portal that runs on this machine." in said
    assert said.splitlines()[-1] == "2"  # portal.cli and portal.cli.main


def test_every_command_of_the_list_exists() -> None:
    from portal.cli.main import COMMANDS, main

    for name in COMMANDS:
        command = main.get_command(None, name)  # type: ignore[arg-type] - the context is not used
        assert command is not None
        assert command.help, name


def test_down_stops_the_portal_and_waits_until_it_is_gone(data_dir: Path) -> None:
    running = RunningPortal(data_dir)
    family = running.family()
    done = portal("down", DATA_DIR=str(data_dir))
    assert (done.returncode, done.stdout) == (0, f"The portal in {data_dir} has stopped.\n")
    assert gone(family)
    assert running.process.wait(10) == 0


def test_down_with_nothing_running_says_so(data_dir: Path) -> None:
    done = portal("down", DATA_DIR=str(data_dir))
    assert (done.returncode, done.stdout) == (0, f"No portal runs from {data_dir}.\n")
    assert not data_dir.exists()


def test_a_command_with_no_portal_beside_it_says_where_one_is_looked_for(data_dir: Path) -> None:
    done = portal("verify", DATA_DIR=str(data_dir))
    assert done.returncode == 1
    assert done.stderr.startswith("Error: No portal runs from here. Start it with `portal up`")


def test_up_refuses_in_one_plain_sentence(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = portal("up", DATA_DIR=str(data_dir), PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Port ")
    assert "Traceback" not in done.stderr
