"""The PostgreSQL and the Valkey that are measured on, and the databases in them, kept from one run to the next."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.generator import SIZES, Size, fingerprint, generate
from portal.platform.crypto import Vault
from portal.platform.embedded.account import make_private
from portal.platform.embedded.data_directory import make_encryption_key
from portal.platform.embedded.postgres import EmbeddedPostgres
from portal.platform.embedded.valkey import EmbeddedValkey
from portal.platform.migrating import migrate_database
from portal.platform.personal import Keyring

LOGIN = "portal_web"
SMALL = SIZES["S"]
UNTOUCHED = "scratch_untouched"
# Only while data are made; what is measured runs with the product's own options.
LOADING = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "16GB",
    "shared_buffers": "512MB",
    "fsync": "off",
    "full_page_writes": "off",
}
DATABASES = "SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'"
RELATIONS = """
SELECT count(pg_prewarm(c.oid, 'read')) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'i') AND n.nspname IN ('investments', 'people', 'identity')
"""


class Servers:
    """Both servers; entered, they run with the product's options and hold a database of each size."""

    def __init__(self, root: Path, sizes: Iterable[Size]) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._lock = (root / "lock").open("w")
        self._sizes = tuple(sizes)
        self._cluster = root / "postgres"
        keys = make_private(root / "keys", None) / "encryption.keys"
        make_encryption_key(keys)
        self._keyring = Keyring(Vault(keys), keys.with_name("index.keys"))
        self.postgres = EmbeddedPostgres(self._cluster)
        self.valkey = EmbeddedValkey(root / "valkey", durable=False)

    def __enter__(self) -> Servers:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("Another benchmark runs here. Wait for its end, or set BENCH_DIR to another directory.")
        self._make_missing()
        self.postgres.start()
        self.valkey.start()
        for size in self._sizes:
            migrate_database(self.admin_url(size), logins=[self.url(size)])
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            _copy(connection, _name(SMALL), UNTOUCHED)  # now, as nobody may be connected to what is copied
        for size in self._sizes:
            self._warm(size)
        return self

    def __exit__(self, *_: object) -> None:
        self.valkey.stop()
        self.postgres.stop()
        self._lock.close()

    def admin_url(self, size: Size) -> str:
        """The administrator's address of the database of this size."""
        return self.postgres.url(database=_name(size))

    def url(self, size: Size) -> str:
        """The address for the web's own log-in."""
        return self.postgres.url(LOGIN, _name(size))

    def scratch(self, name: str) -> str:
        """The administrator's address of a fresh copy of the small database, to write into."""
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            _copy(connection, UNTOUCHED, f"scratch_{name}")
        return self.postgres.url(database=f"scratch_{name}")

    def _make_missing(self) -> None:
        with EmbeddedPostgres(self._cluster, options=LOADING) as server:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                there = {row[0] for row in connection.execute(DATABASES)}
                for name in there:
                    if not name.endswith(fingerprint()):
                        _drop(connection, name)
            for size in self._sizes:
                if _name(size) not in there:
                    _make(server, size, self._keyring)

    def _warm(self, size: Size) -> None:
        """Bring the tables and indexes into memory, as they are on a machine that has run for a while."""
        with psycopg.connect(self.admin_url(size), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
            connection.execute(RELATIONS)


def _name(size: Size) -> str:
    return f"bench_{size.name.lower()}_{fingerprint()}"


def _make(server: EmbeddedPostgres, size: Size, keyring: Keyring) -> None:
    """Make a database under another name and give it its own once it is whole."""
    began, making = time.monotonic(), f"making_{size.name.lower()}"
    print(f"Making {size.label} …", flush=True)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        _drop(connection, making)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
        migrate_database(server.url(database=making), logins=[server.url(LOGIN)])
        generate(server.url(database=making), size, keyring)
        connection.execute("CHECKPOINT")
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(_name(size)))
        )
    print(f"Made, and its books stand up to every check of the ledger: {time.monotonic() - began:.0f} s", flush=True)


def _copy(connection: psycopg.Connection, original: str, copied: str) -> None:
    _drop(connection, copied)
    both = sql.Identifier(copied), sql.Identifier(original)
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*both))


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
