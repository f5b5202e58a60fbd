"""S3 servers for tests: moto's, which knows versions and locks, and rclone's, which checks every signature."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moto.server import ThreadedMotoServer

KEY_ID, SECRET = "portal-tests", "known-to-the-tests-alone"
RCLONE = Path(sys.executable).with_name("rclone")


@contextmanager
def moto() -> Iterator[str]:
    """The address of an S3 in this process, without a bucket."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


@contextmanager
def rclone(directory: Path) -> Iterator[str]:
    """The address of an S3 whose buckets are the folders of `directory`."""
    port = free_port()
    command = [RCLONE, "serve", "s3", "--auth-key", f"{KEY_ID},{SECRET}", "--addr", f"127.0.0.1:{port}", directory]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert server.poll() is None, "rclone ended"
            time.sleep(0.05)
        else:
            return
