"""Runs the whole portal on one machine from one data directory: `portal up`."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from portal import settings as product_settings
from portal.platform.embedded import application, environment
from portal.platform.embedded.data_directory import (
    DataDirectory,
    make_encryption_key,
    make_signing_key,
    open_data_directory,
)
from portal.platform.embedded.errors import EmbeddedError, StartFailed
from portal.platform.embedded.mailbox import Mailbox
from portal.platform.embedded.ownership import Ownership, take_ownership
from portal.platform.embedded.postgres import EmbeddedPostgres
from portal.platform.embedded.process import Process, ProcessPlan
from portal.platform.embedded.supervisor import Part, StopRequested, Supervisor
from portal.platform.embedded.valkey import EmbeddedValkey
from portal.settings import Settings

READY_SECONDS = 120.0
ERRAND_SECONDS = 900.0
ERRANDS = {
    "migrate": "Bringing the database to this version",
    "demo-seed": "Looking after the demo firms; founding them takes a moment the first time",
}
UNPLACED = {  # stand for our own servers while the settings are checked, before anything is started
    "DATABASE_URL": "postgresql://portal_web@/portal",
    "REDIS_URL": "unix:///",
    "SMTP_URL": "smtp://127.0.0.1",
}
Program = Callable[[Mapping[str, str], DataDirectory], Sequence[ProcessPlan]]


class Portal:
    """One run of the portal from `root`, with the settings that `environ` leaves out made up.

    A server that `environ` names (DATABASE_URL, REDIS_URL, SMTP_URL) is used as it is; each other one is
    started here. `program` and `errands` are the product's own; tests replace them.
    """

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str],
        *,
        demo: bool = False,
        program: Program = application.processes,
        errands: Sequence[str] = tuple(ERRANDS),
    ) -> None:
        self._root = root.resolve()
        self._environ = environ
        self._demo = demo
        self._program = program
        self._errands = [name for name in errands if demo or name != "demo-seed"]
        self._began = monotonic()

    def run(self) -> None:
        """Run until asked to stop. Raises EmbeddedError or SettingsError, with nothing left running."""
        data = open_data_directory(self._root)
        ownership = take_ownership(data.run)
        try:
            settings = self._check(data)
            self._supervise(settings, data, ownership)
        finally:
            environment.withdraw(data)
            ownership.release()

    def _check(self, data: DataDirectory) -> Settings:
        """The settings, checked whole before anything is started."""
        make_signing_key(data.signing_key)
        make_encryption_key(data.encryption_keys)
        unplaced = {name: value for name, value in UNPLACED.items() if not self._environ.get(name)}
        settings = product_settings.load(environment.complete(self._environ, data, unplaced, demo=self._demo))
        refuse_busy_port(settings.port)
        return settings

    def _supervise(self, settings: Settings, data: DataDirectory, ownership: Ownership) -> None:
        tell = Teller(data)
        supervisor = Supervisor(tell)
        supervisor.listen()
        tell(f"Starting the portal from {data.root}")
        try:
            self._start(settings, data, supervisor, ownership)
            tell(self._welcome(settings, data))
            supervisor.keep()
        except StopRequested as request:
            tell(f"Stopping ({request}); work in hand is finished first")
        except EmbeddedError:
            tell("Stopping, because the portal cannot go on")
            raise
        finally:
            supervisor.stop()
            tell("The portal has stopped")

    def _start(self, settings: Settings, data: DataDirectory, supervisor: Supervisor, ownership: Ownership) -> None:
        inherited = (ownership.fd,)
        servers = start_servers(supervisor, data, self._environ, inherited)
        complete = environment.complete(self._environ, data, servers, demo=self._demo)
        environment.publish(complete, data)
        for name in self._errands:
            if name != "migrate" or complete.get("MIGRATION_DATABASE_URL"):  # else its owner migrates it
                supervisor.say(ERRANDS[name])
                process = Process(application.errand(name, complete, data), inherited_fds=inherited)
                supervisor.finish(process, ERRAND_SECONDS)
        for plan in self._program(complete, data):
            supervisor.start(Part(Process(plan, inherited_fds=inherited)))
        ready = application.Readiness(settings)
        try:
            supervisor.settle(ready, READY_SECONDS)
        except StartFailed as error:
            raise StartFailed(f"{error}\n/ready last said: {ready.answer}\nThe logs are in {data.root / 'logs'}.")

    def _welcome(self, settings: Settings, data: DataDirectory) -> str:
        lines = [f"Ready after {monotonic() - self._began:.1f} s: {settings.public_url}"]
        if self._demo and (table := application.sign_ins(data)):
            lines += ["", "Sign in as:", table, ""]
        return "\n".join([*lines, "Stop it with Ctrl-C, or with `portal down` from another terminal."])


class Teller:
    """Tells the terminal, while there is one, and the log."""

    def __init__(self, data: DataDirectory) -> None:
        self._log = data.log("portal")
        self._log.parent.mkdir(exist_ok=True)

    def __call__(self, message: str) -> None:
        """Tell `message`."""
        with self._log.open("a") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {message}\n")
        try:
            print(message, flush=True)  # noqa: T201 - the terminal is whom we tell
        except OSError:  # the terminal was closed: the log has it
            return


def start_servers(
    supervisor: Supervisor, data: DataDirectory, environ: Mapping[str, str], inherited: Sequence[int]
) -> dict[str, str]:
    """Start each server that `environ` does not name; returns the settings that lead to them."""
    servers: dict[str, str] = {}
    if not environ.get("DATABASE_URL"):
        postgres = EmbeddedPostgres(data.postgres, log=data.log("postgres"), inherited_fds=inherited)
        supervisor.start(Part(postgres.process, essential=True), postgres.answers)
        servers["DATABASE_URL"] = postgres.url(environment.WEB_LOGIN)
        servers["WORKER_DATABASE_URL"] = postgres.url(environment.WORKER_LOGIN)
        servers["MIGRATION_DATABASE_URL"] = postgres.url()
    if not environ.get("REDIS_URL"):
        valkey = EmbeddedValkey(data.valkey, log=data.log("valkey"), inherited_fds=inherited)
        mend = f"It holds nothing that the database does not: remove {data.valkey} and start again."
        supervisor.start(Part(valkey.process, essential=True, mend=mend), valkey.answers)
        servers["REDIS_URL"] = valkey.url()
    if not environ.get("SMTP_URL"):
        mailbox = Mailbox(data.mail, log=data.log("mailbox"), inherited_fds=inherited)
        supervisor.start(Part(mailbox.process, essential=True), mailbox.answers)
        servers["SMTP_URL"] = mailbox.url()
    return servers


def refuse_busy_port(port: int) -> None:
    """Raise EmbeddedError when the web could not listen on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - what the web will do
        except OSError as error:
            if error.errno == errno.EACCES:
                raise EmbeddedError(f"Port {port} needs more rights than this account has. Set PORT above 1023.")
            raise EmbeddedError(
                f"Port {port} is in use by another program. Stop that program, or choose another port: "
                f"PORT={port + 1 if port < 65535 else port - 1} portal up"
            )
