"""Work on what strangers made, in a process of its own with little memory, little time and nothing to steal.

The process has no environment, no secrets and no connection of ours; what it may open is what it is handed by path.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import tempfile
import threading
from typing import IO, Any

MEMORY = 512 * 1024 * 1024
SECONDS = 10
_ANSWER = 4 * 1024 * 1024
_OUT_OF_MEMORY = 75


class Exhausted(Exception):
    """The work needed more time or memory than it may have, or brought its process down."""


def run_confined(call: str, /, *, seconds: int = SECONDS, memory: int = MEMORY, **arguments: Any) -> Any:
    """What `call` ("package.module:function") answers to `arguments`; both are JSON values.

    `seconds` bound the time on the processor, thrice as many that on the clock, `memory` the address space in bytes.
    Raises Exhausted when a bound is met or the process dies.
    """
    order = json.dumps({"call": call, "memory": memory, "seconds": seconds, "arguments": arguments})
    with tempfile.TemporaryFile() as answer:
        # A busy machine gives a process less than its seconds.
        ended = _run(order.encode(), answer, 3 * seconds)
        answer.seek(0)
        written = answer.read(_ANSWER + 1)
    if ended != 0 or len(written) > _ANSWER:
        raise Exhausted(f"{call} ended with {ended} after {len(written)} bytes.")
    return json.loads(written)


def _run(order: bytes, answer: IO[bytes], seconds: int) -> int:
    """How the process ended. It is killed by a timer: a wait with a bound of its own looks twenty times a second
    whether it has ended, which is as long as much of the work takes."""
    with subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-m", "portal.platform.confined"],
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={},
    ) as process:
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            process.communicate(order)
        finally:
            timer.cancel()
    return process.returncode


def main() -> int:
    """The confined process: bounds first, then the one call it was started for."""
    order = json.load(sys.stdin)
    module, function = order["call"].split(":")
    called = getattr(importlib.import_module(module), function)
    _bound(order["memory"], order["seconds"])
    try:
        answer = called(**order["arguments"])
    except MemoryError:
        return _OUT_OF_MEMORY
    json.dump(answer, sys.stdout)
    return 0


def _bound(memory: int, seconds: int) -> None:
    """Limits that the process cannot raise again. The code is loaded before, so that they count the work alone."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, 256 * 1024 * 1024),
        (resource.RLIMIT_AS, memory),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main())
