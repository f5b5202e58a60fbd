"""A release that people use becomes the next one: their rows stay, and nobody waits for long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from portal.platform import migrating
from portal.platform.migrating import MIGRATIONS, TablesBusy, migrate_database

PEOPLE = """
INSERT INTO identity.firms (id, slug, name, accent, locale, time_zone) VALUES
  ('00000000-0000-7000-8000-000000000001', 'old', 'Old Firm', '#0b5cad', 'en-US', 'UTC');
INSERT INTO identity.users (id, firm_id, email, name, active) VALUES
  ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'early@example.com',
   'Early Bird', true);
INSERT INTO identity.sessions (id, firm_id, user_id, kind, token_hash, agent, address, expires_at) VALUES
  ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000001',
   '00000000-0000-7000-8000-000000000002', 'web', 'x', 'a browser', '192.0.2.1', now() + interval '1 hour');
INSERT INTO identity.audit_events (firm_id, actor_id, act, resource, result, address, detail) VALUES
  ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'session.open',
   'session:00000000-0000-7000-8000-000000000003', 'done', '192.0.2.1', '{}');
"""
UNUSABLE = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"


@pytest.fixture
def earlier(postgres_url: str) -> Iterator[str]:
    """A database of an earlier version, with somebody in it."""
    url = urlsplit(postgres_url)._replace(path="/earlier").geturl()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE earlier")
        try:
            migrate_database(url, logins=[], revision="0007")
            with psycopg.connect(url) as people:
                people.execute(PEOPLE)
            yield url
        finally:
            connection.execute("DROP DATABASE earlier WITH (FORCE)")


def test_people_of_an_earlier_version_stay_signed_in_and_have_to_prove_themselves_again(earlier: str) -> None:
    migrate_database(earlier, logins=[])
    with psycopg.connect(earlier) as connection:
        sessions = connection.execute("SELECT stage, proven_by, extract(epoch FROM proven_at) FROM identity.sessions")
        assert sessions.fetchall() == [("full", "pwd", 0)]
        assert connection.execute("SELECT count(*) FROM identity.audit_events").fetchone() == (1,)
        assert connection.execute(UNUSABLE).fetchall() == []


def test_a_change_does_not_keep_everybody_waiting_behind_a_long_reader(
    earlier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "PATIENCE", "200ms")
    with psycopg.connect(earlier) as reader:
        reader.execute("SELECT count(*) FROM identity.sessions")
        with pytest.raises(TablesBusy, match="again"):
            migrate_database(earlier, logins=[])
    migrate_database(earlier, logins=[])
    with psycopg.connect(earlier) as connection:
        assert connection.execute("SELECT count(*) FROM identity.sessions").fetchone() == (1,)
        assert connection.execute(UNUSABLE).fetchall() == []


def test_indexes_of_tables_in_use_are_built_beside_their_writers() -> None:
    for path in sorted(Path(MIGRATIONS, "versions").glob("*.py")):
        text = path.read_text()
        own = set(re.findall(r"CREATE TABLE (\S+)", text))
        on = set(re.findall(r"CREATE (?:UNIQUE )?INDEX \w+ ON (\S+)", text))
        if path.stem > "0008":  # what came before has never been released
            assert on <= own, f"{path.stem}: live_tables.add_index builds one on {on - own}"
