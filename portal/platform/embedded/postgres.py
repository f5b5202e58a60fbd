"""A real PostgreSQL of the product's own, on a unix socket, from the wheel's programs."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg

from portal.platform.embedded.cluster import Cluster, open_cluster, remove_cluster, server_environment
from portal.platform.embedded.process import Process, ProcessPlan
from portal.platform.embedded.sockets import socket_directory

DATABASE = "portal"
SUPERUSER = "postgres"
START_SECONDS = 60.0
SMALL_MACHINE: Mapping[str, str] = {
    "shared_buffers": "128MB",
    "max_connections": "60",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
}
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A PostgreSQL server whose cluster belongs to `directory`.

    The first start makes the cluster with an empty database `portal`; later starts keep its data.
    Run by root, it runs as an unprivileged account, and lives outside `directory` when that account cannot
    reach it. `durable=False` trades safety at a power cut for speed: for tests. Raises EmbeddedError with the
    mend.
    """

    def __init__(
        self,
        directory: Path,
        *,
        durable: bool = True,
        log: Path | None = None,
        options: Mapping[str, str] | None = None,
        inherited_fds: Sequence[int] = (),
    ) -> None:
        self.directory = directory.absolute()
        self._durable = durable
        self._log = log or self.directory / "postgres.log"
        self._options = {**SMALL_MACHINE, **({} if durable else NOT_DURABLE), **(options or {})}
        self._inherited_fds = inherited_fds
        self._sockets: Path | None = None
        self._process: Process | None = None

    @property
    def process(self) -> Process:
        """The server's process; the cluster is made and checked first if it was not yet."""
        if self._process is None:
            cluster = open_cluster(self.directory, DATABASE, durable=self._durable)
            self._sockets = socket_directory(cluster.home, cluster.account)
            self._process = Process(self._plan(cluster, self._sockets), inherited_fds=self._inherited_fds)
        return self._process

    def start(self) -> None:
        """Start the server and return when it answers; StartFailed with the end of its log otherwise."""
        self.process.start()
        try:
            self.process.wait_until(self.answers, START_SECONDS)
        except BaseException:
            self.process.stop()
            raise

    def stop(self) -> None:
        """Stop the server, ending open connections; its data stay."""
        if self._process is not None:
            self._process.stop()

    def remove(self) -> None:
        """Stop the server and delete its data, wherever they live."""
        self.stop()
        remove_cluster(self.directory)
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
        self._process = self._sockets = None

    def url(self, user: str = SUPERUSER, database: str = DATABASE) -> str:
        """The address for role `user` (no password is needed), as libpq and SQLAlchemy read it."""
        _ = self.process  # places the sockets
        return f"postgresql://{quote(user)}@/{quote(database)}?host={self._sockets}&port=5432"

    def answers(self) -> bool:
        """Whether the server accepts a connection now."""
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _plan(self, cluster: Cluster, sockets: Path) -> ProcessPlan:
        settings = {
            "listen_addresses": "",
            "hba_file": str(cluster.access_rules),
            "ident_file": str(cluster.access_names),
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            **self._options,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        if cluster.account is not None:
            os.chown(sockets, cluster.account.uid, cluster.account.gid)
        return ProcessPlan(
            name="postgres",
            command=[str(cluster.programs / "postgres"), "-D", str(cluster.data), *options],
            log=self._log,
            environment=server_environment(),
            account=cluster.account,
            stop_signal=signal.SIGINT,  # "fast": ends connections, then writes a checkpoint
            stop_seconds=60.0,
        )
