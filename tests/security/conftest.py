"""A portal that is attacked: a database of its own, two furnished firms, and whoever comes to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask

from portal.app import create_app
from portal.platform.embedded.mailbox import Mailbox
from portal.platform.migrating import migrate_database
from portal.platform.ratelimit import Call, CallLimiter
from portal.platform.resources import EXTENSION
from portal.platform.signing import create_key
from portal.settings import Settings
from tests.conftest import PageClient, World
from tests.security.scene import Scene, set_the_scene
from tests.security.serving import Served, served
from tests.servers import as_login


@pytest.fixture(scope="session")
def webs(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two processes of the web on the database of the other tests, with a signing key of their own."""
    directory = tmp_path_factory.mktemp("webs")
    key = directory / "api-signing.pem"
    create_key(key)
    with served(replace(settings, signing_key_file=key), directory) as found:
        yield found


@pytest.fixture(scope="session")
def scene_url(postgres_url: str) -> str:
    """The administrator's URL of a second database beside that of the other tests."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE attacked")
    url = urlsplit(postgres_url)._replace(path="/attacked").geturl()
    migrate_database(url, logins=[as_login(url, "portal_web")])
    return url


@pytest.fixture(scope="session")
def scene_mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """Where the mail of the scene arrives."""
    with Mailbox(tmp_path_factory.mktemp("attacked-mail")) as box:
        yield box


@pytest.fixture(scope="session")
def committed_app(
    settings: Settings, scene_url: str, scene_mail: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """The application on that database, in the place of that of the other tests."""
    files: Path = tmp_path_factory.mktemp("attacked-files")
    app = create_app(
        replace(
            settings,
            database_url=as_login(scene_url, "portal_web"),
            storage_url=files.as_uri(),
            smtp_url=scene_mail.url(),
        )
    )
    # Whoever tries everything is no person: how often one may ask is tested elsewhere.
    limiter = CallLimiter(settings.redis_url, dict.fromkeys(Call, 1_000_000), processes=1)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], limiter=limiter)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = PageClient
    return app


@pytest.fixture(scope="session")
def scene(committed_app: Flask, scene_url: str) -> Scene:
    """Everybody who is there."""
    return set_the_scene(committed_app, scene_url)


@pytest.fixture(scope="session")
def world(scene: Scene) -> World:
    """The same people under the names that the other tests know them by."""
    staff = scene.staff
    return World(
        staff.manager.firm_id,
        scene.foreign_staff.manager.firm_id,
        scene.ada,
        scene.ben,
        staff.associate,
        staff.manager,
        staff.auditor,
        staff.administrator,
        scene.foreign_investor,
        scene.foreign_staff.manager,
    )
