"""A release that people use becomes the next one: their rows stay, and nobody waits for long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import IntegrityError

from portal.app import create_app
from portal.cli.database import migrate
from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.sessions.queries import list_credentials
from portal.platform import db, migrating
from portal.platform.migrating import MIGRATIONS, TablesBusy, migrate_database
from portal.platform.money import allocate
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.servers import another_database, as_login

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
MANY_PEOPLE = """
INSERT INTO identity.users (id, firm_id, email, name, active)
SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'person.' || n || '@example.com', 'Person ' || n, true
FROM generate_series(1, 1200) n;
INSERT INTO people.investor_accounts (id, firm_id, name, name_key, kind)
SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'Account ' || n, 'account ' || n, 'trust'
FROM generate_series(1, 3) n;
"""
STATEMENTS = """
INSERT INTO investments.vehicles (id, firm_id, name, name_key, currency, tax_class, preferred_return,
  preferred_compounding, day_count, carry, catch_up, waterfall, management_fee)
SELECT '00000000-0000-7000-8000-0000000000f1', firm_id, 'Old Fund L.P.', 'old fund l.p.', 'USD', 'partnership', 0,
  'annual', 'actual_365', 0, 0, 'whole_fund', 0 FROM identity.users WHERE name = 'Early Bird';
INSERT INTO investments.holdings (id, firm_id, account_id, vehicle_id, currency)
SELECT id, firm_id, id, '00000000-0000-7000-8000-0000000000f1', 'USD' FROM people.investor_accounts;
INSERT INTO investments.statement_runs (id, firm_id, vehicle_id, frequency, ends_on, reason, published_at)
SELECT '00000000-0000-7000-8000-0000000000f2', firm_id, id, 'quarter', '2025-09-30', '', now()
FROM investments.vehicles;
INSERT INTO investments.statements (id, firm_id, run_id, holding_id, account_id, vehicle_id, frequency, ends_on, number,
  version, state, snapshot, figures_digest, file_key, pdf_digest, prepared_at, published_at, superseded_at)
SELECT gen_random_uuid(), h.firm_id, '00000000-0000-7000-8000-0000000000f2', h.id, h.account_id, h.vehicle_id,
  s.frequency, s.ends_on::date, h.account_id || s.ends_on || s.number, s.number, s.state, '{}', 'f',
  'statements/' || h.account_id || s.ends_on || s.number || '.pdf', 'p', now(),
  CASE WHEN s.state <> 'ready' THEN now() END, CASE WHEN s.state = 'superseded' THEN now() END
FROM investments.holdings h, (VALUES ('quarter', '2025-09-30', 1, 'superseded'),
  ('quarter', '2025-09-30', 2, 'published'), ('month', '2025-05-31', 1, 'published'),
  ('quarter', '2025-12-31', 1, 'ready')) s (frequency, ends_on, number, state);
"""
FILED = """
SELECT a.name, f.name, d.title, d.period, d.state, d.latest_version, d.published_version, s.version,
  r.reach = 'statements:' || a.id,
  array_agg(v.file_key = 'statements/' || a.id || s.ends_on || v.number || '.pdf'),
  d.search @@ to_tsquery('simple', 'old & account & 2025')
FROM documents.documents d JOIN documents.folders f ON f.id = d.folder_id
JOIN people.investor_accounts a ON a.id = d.account_id AND f.subject_id = a.id
JOIN investments.statements s ON d.source = 'statement:' || s.id JOIN documents.audiences r ON r.document_id = d.id
JOIN documents.versions v ON v.document_id = d.id WHERE r.published_at = s.published_at
GROUP BY a.id, f.id, d.id, s.id, r.reach ORDER BY a.name, d.period
"""
NAMES = (
    "data_dir", "public_url", "secret_key", "redis_url", "storage_url", "smtp_url", "mail_from", "signing_key_file",
    "encryption_key_file",
)  # fmt: skip
UNUSABLE = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"


@pytest.fixture
def earlier(postgres_url: str) -> Iterator[str]:
    """A database of an earlier version, with somebody in it."""
    with another_database(postgres_url, "earlier") as url:
        migrate_database(url, logins=[], revision="0007")
        with psycopg.connect(url) as people:
            people.execute(PEOPLE)
        yield url


@pytest.fixture
def upgrade(earlier: str, settings: Settings) -> Callable[[], Result]:
    """`portal migrate` of this version."""
    environment = {
        "PORTAL_MODE": settings.mode,
        "MIGRATION_DATABASE_URL": earlier,
        "DATABASE_URL": as_login(earlier, "portal_web"),
        **{name.upper(): str(getattr(settings, name)) for name in NAMES},
    }
    return lambda: CliRunner(env=environment).invoke(migrate)


def test_addresses_of_an_earlier_version_are_sealed_and_found(
    earlier: str, upgrade: Callable[[], Result], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(earlier) as connection:
        connection.execute(MANY_PEOPLE)
    with pytest.raises(IntegrityError) as refused:
        migrate_database(earlier, logins=[])
    assert "users_sealed" in str(refused.value), "the plain addresses do not go before they are sealed"
    done = upgrade()
    assert done.exit_code == 0, done.output
    again = upgrade()
    assert again.exit_code == 0, again.output
    with psycopg.connect(earlier) as connection:
        kinds = connection.execute("SELECT kind, count(*) FROM identity.subject_keys GROUP BY kind ORDER BY kind")
        assert kinds.fetchall() == [("account", 3), ("user", 1201)]
    app = create_app(replace(settings, database_url=as_login(earlier, "portal_web")))
    with app.app_context():
        (found,) = list_credentials(" Early@Example.com ", firm_id=None)
        system = Actor.system(found.firm_id)
        with acting_as(system.tenancy):
            assert get_user(system, found.id).email == "early@example.com"
        assert len(list_credentials("person.1200@example.com", firm_id=None)) == 1
        db.session.remove()
        db.db.engine.dispose()


def test_people_of_an_earlier_version_stay_signed_in_and_have_to_prove_themselves_again(
    earlier: str, upgrade: Callable[[], Result]
) -> None:
    assert upgrade().exit_code == 0
    with psycopg.connect(earlier) as connection:
        sessions = connection.execute("SELECT stage, proven_by, extract(epoch FROM proven_at) FROM identity.sessions")
        assert sessions.fetchall() == [("full", "pwd", 0)]
        assert connection.execute("SELECT count(*) FROM identity.audit_events").fetchone() == (1,)
        assert connection.execute(UNUSABLE).fetchall() == []


def test_statements_of_an_earlier_version_lie_in_the_library(earlier: str, upgrade: Callable[[], Result]) -> None:
    with psycopg.connect(earlier) as connection:
        connection.execute(MANY_PEOPLE + STATEMENTS)
    done = upgrade()
    assert done.exit_code == 0, done.output
    month = ("Statement for May 2025: Old Fund L.P.", "2025-05", "published", 1, 1, 1, True, [True], True)
    quarter = ("Statement for Q3 2025: Old Fund L.P.", "2025-Q3", "published", 2, 2, 2, True, [True, True], True)
    names = [f"Account {number}" for number in (1, 2, 3)]
    with psycopg.connect(earlier) as connection:
        assert connection.execute(FILED).fetchall() == [
            (name, name, *each) for name in names for each in (month, quarter)
        ]
        assert connection.execute("SELECT count(*) FROM documents.documents").fetchone() == (6,)


def test_a_change_does_not_keep_everybody_waiting_behind_a_long_reader(
    earlier: str, upgrade: Callable[[], Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "PATIENCE", "200ms")
    with psycopg.connect(earlier) as reader:
        reader.execute("SELECT count(*) FROM identity.sessions")
        with pytest.raises(TablesBusy, match="again"):
            migrate_database(earlier, logins=[])
    assert upgrade().exit_code == 0
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


def test_checks_of_tables_in_use_look_at_the_rows_beside_their_writers() -> None:
    for path in sorted(Path(MIGRATIONS, "versions").glob("*.py")):
        if path.stem > "0008":
            found = re.findall(r"ADD CONSTRAINT \w+\s+CHECK|VALIDATE CONSTRAINT", path.read_text())
            assert not found, f"{path.stem}: live_tables.replace_check adds one"


FORMS = """
SET session_replication_role = replica;
INSERT INTO investments.tax_runs (id, firm_id, vehicle_id, tax_year, kind, stage, payer_ein, payer_address, totals,
  reason, state)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 2025, kind, 'final', '', '', '{}', '', 'issued'
FROM unnest('{1042_s,k1}'::text[]) kind;
INSERT INTO investments.tax_allocations (run_id, account_id, firm_id, boxes)
SELECT id, id, firm_id, '{"1": "06", "2": "5.00", "3b": "30"}' FROM investments.tax_runs;
INSERT INTO investments.tax_allocations (run_id, account_id, firm_id, boxes)
SELECT id, firm_id, firm_id, '{"2": "5.00"}' FROM investments.tax_runs;
INSERT INTO investments.tax_forms (id, firm_id, run_id, account_id, vehicle_id, tax_year, kind, stage, version,
  delivery, content, figures_digest, issued_at)
SELECT gen_random_uuid(), l.firm_id, r.id, l.account_id, r.vehicle_id, 2025, r.kind, 'final', 1, 'paper',
  jsonb_build_object('boxes', (SELECT jsonb_agg(jsonb_build_object('code', key, 'value', value))
    FROM jsonb_each_text(l.boxes))), '', now()
FROM investments.tax_allocations l JOIN investments.tax_runs r ON r.id = l.run_id;
"""


SHARES = """
SET session_replication_role = replica;
INSERT INTO investments.vehicles (id, firm_id, name, name_key, currency, tax_class, preferred_return,
  preferred_compounding, day_count, carry, catch_up, waterfall, management_fee)
SELECT md5(currency)::uuid, gen_random_uuid(), currency, currency, currency, 'partnership', 0, 'annual', 'actual_365',
  0, 0, 'whole_fund', 0 FROM unnest('{USD,JPY}'::text[]) currency;
INSERT INTO investments.holdings (id, firm_id, account_id, vehicle_id, currency, first_on)
SELECT gen_random_uuid(), f.firm_id, md5(n::text)::uuid, f.id, f.currency, date '2024-01-01' - n
FROM investments.vehicles f, generate_series(1, 7) n;
INSERT INTO investments.valuations (id, firm_id, vehicle_id, valued_on, version, amount, components, basis,
  total_weight, reason, state, posted_at)
SELECT f.id, f.firm_id, f.id, '2024-12-31', 1, 0, '{"accrued_carry": "1000"}', 'units', 29, '', 'posted', now()
FROM investments.vehicles f;
INSERT INTO investments.valuation_shares (valuation_id, account_id, firm_id, weight, amount, before)
SELECT h.vehicle_id, h.account_id, h.firm_id, weight, 0, 0
FROM unnest('{3,3,3,7,0,6,7}'::numeric[]) WITH ORDINALITY AS given (weight, n)
JOIN investments.holdings h ON h.account_id = md5(n::text)::uuid;
"""


def test_carry_set_aside_before_is_divided_as_it_would_be_now(postgres_url: str) -> None:
    weights = [Decimal(weight) for weight in (3, 3, 3, 7, 0, 6, 7)]
    admitted = range(len(weights), 0, -1)  # the last one first
    with another_database(postgres_url, "accrued") as url:
        migrate_database(url, logins=[], revision="0064")
        with psycopg.connect(url) as staff:
            staff.execute(SHARES)
        migrate_database(url, logins=[], revision="0065")
        with psycopg.connect(url) as staff:
            for currency, places in (("USD", 2), ("JPY", 0)):
                parts = allocate(Decimal(1000), weights, places=places, ranks=admitted)
                for number, part in enumerate(parts, 1):
                    found = staff.execute(
                        "SELECT accrued_carry FROM investments.valuation_shares"
                        " WHERE valuation_id = md5(%s)::uuid AND account_id = md5(%s)::uuid",
                        (currency, str(number)),
                    ).fetchone()
                    assert found == (part,), (currency, number)
            with pytest.raises(psycopg.errors.RestrictViolation):
                staff.execute("UPDATE investments.valuation_shares SET accrued_carry = 0")


def test_forms_that_were_issued_before_say_which_income_they_tell(postgres_url: str) -> None:
    with another_database(postgres_url, "incomes") as url:
        migrate_database(url, logins=[], revision="0063")
        with psycopg.connect(url) as staff:
            staff.execute(FORMS)
        migrate_database(url, logins=[], revision="0064")
        with psycopg.connect(url) as staff:
            for table in ("tax_allocations", "tax_forms"):
                found = staff.execute(f"SELECT income FROM investments.{table} ORDER BY income").fetchall()
                assert found == [("",), ("",), ("",), ("06//30/",)]
            with pytest.raises(psycopg.errors.RestrictViolation):
                staff.execute("UPDATE investments.tax_forms SET income = ''")
