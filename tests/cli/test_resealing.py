"""Keys are rotated and everything is brought under the new ones while people work."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from portal.app import create_app
from portal.cli.keys import keys
from portal.cli.resealing import count_held, reseal
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email, list_users
from portal.platform import db
from portal.platform.embedded.data_directory import make_encryption_key
from portal.platform.migrating import migrate_database
from portal.platform.personal import index_mark
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.factories.identity import PASSWORD, found_firm, give_totp, make_user
from tests.factories.web import sign_in
from tests.servers import as_login

PEOPLE = 40
READERS = 3
EXPECTED = (("list", 200), ("sign-in", 303))


@pytest.fixture
def rotated(postgres_url: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A portal with a database and keys of its own."""
    url = urlsplit(postgres_url)._replace(path="/rotated").geturl()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE rotated")
    migrate_database(url, logins=[as_login(url, "portal_web")])
    keys_file = tmp_path_factory.mktemp("keys") / "encryption.keys"
    make_encryption_key(keys_file)
    app = create_app(replace(settings, database_url=as_login(url, "portal_web"), encryption_key_file=keys_file))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    return app


class Traffic:
    """Staff who read the list of people, and people who sign in, until told to stop."""

    def __init__(self, app: Flask, reader: Actor) -> None:
        self.statuses, self._stop = Counter[tuple[str, int]](), threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(app, reader)) for _ in range(READERS)]
        self._threads.append(threading.Thread(target=self._enter, args=(app,)))

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def go_on(self) -> None:
        """Wait until people have read and signed in again."""
        before, end = Counter(self.statuses), time.monotonic() + 60
        while any(self.statuses[what, status] < before[what, status] + 2 for what, status in EXPECTED):
            assert time.monotonic() < end, self.statuses
            time.sleep(0.05)

    def _read(self, app: Flask, reader: Actor) -> None:
        client = sign_in(app.test_client(), reader)
        while not self._stop.is_set():
            self.statuses["list", client.get("/users").status_code] += 1

    def _enter(self, app: Flask) -> None:
        n = 0
        while not self._stop.is_set():
            given = {"email": f"person.{n % PEOPLE}@example.com", "password": PASSWORD}
            self.statuses["sign-in", app.test_client().post("/sign-in", data=given).status_code] += 1
            n += 1


@pytest.mark.slow
def test_rotation_and_resealing_under_traffic_fail_no_request(rotated: Flask) -> None:
    with rotated.app_context():
        firm_id = found_firm("rotated", "Rotated Partners")
        administrator = make_user(firm_id, f"{firm_id}@example.com", Role.ADMINISTRATOR)
        give_totp(administrator)
        for n in range(PEOPLE):
            make_user(firm_id, f"person.{n}@example.com", Role.INVESTOR)
        settings = resources().settings
        environment = {"DATA_DIR": str(settings.data_dir), "ENCRYPTION_KEY_FILE": str(settings.encryption_key_file)}
        run = CliRunner(env={**environment, "DATABASE_URL": ""})
        with Traffic(rotated, administrator) as traffic:
            for kind in ("encryption", "index", "encryption"):
                assert run.invoke(keys, ["rotate", kind]).exit_code == 0
                traffic.go_on()
                assert reseal() >= PEOPLE
                traffic.go_on()
        assert reseal() == 0
        sealing, index = count_held()
        assert sealing == {resources().vault.key_in_force(): PEOPLE + 2}
        assert index == {index_mark(): PEOPLE + 1}
        assert set(traffic.statuses) == set(EXPECTED), traffic.statuses
        _only_the_last_keys_are_needed(settings, Actor.system(firm_id))
        db.session.remove()
        db.db.engine.dispose()


def _only_the_last_keys_are_needed(settings: Settings, system: Actor) -> None:
    for file in (settings.encryption_key_file, settings.index_key_file):
        file.write_text(file.read_text().splitlines()[0] + "\n")
    with acting_as(system.tenancy):
        assert len(list_users(system, most=100)) == PEOPLE + 1
        assert find_user_by_email(system, "person.7@example.com")
