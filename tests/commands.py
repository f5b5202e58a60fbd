"""`portal` commands, each in a process of its own, forked off one that has read all modules: reading them takes longer
than most commands do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]


def run_command(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The command with these arguments, in this environment and nothing else, from the top of the project."""
    with tempfile.TemporaryDirectory() as directory:
        said = [str(Path(directory, name)) for name in ("stdout", "stderr")]
        asking, answering = _pipes()
        asking.write(json.dumps([list(arguments), dict(environment), *said]) + "\n")
        asking.flush()
        code = int(answering.readline())
        return subprocess.CompletedProcess(["portal", *arguments], code, *(Path(name).read_text() for name in said))


@cache
def _pipes() -> tuple[IO[str], IO[str]]:
    """To and from the process that forks, which ends when this one does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.commands"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _serve() -> None:
    import portal.app  # noqa: F401 - read here, so that no command has to
    from portal.cli.main import main

    for line in sys.stdin:
        arguments, environment, stdout, stderr = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(environment, stdout, stderr)
            main(arguments, prog_name="portal")
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def _become(environment: Mapping[str, str], stdout: str, stderr: str) -> None:
    """Take on what the command is to find: its environment, nothing to read, and files to write to."""
    os.environ.clear()
    os.environ.update(environment)
    for number, (name, flags) in enumerate(
        ((os.devnull, os.O_RDONLY), (stdout, os.O_WRONLY | os.O_CREAT), (stderr, os.O_WRONLY | os.O_CREAT))
    ):
        os.dup2(os.open(name, flags, 0o600), number)


if __name__ == "__main__":
    _serve()
