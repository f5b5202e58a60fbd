"""Fills a migrated database with investors and their history, by the hundred or by the hundred thousand.

The histories arrive by COPY and are multiplied inside the server. Triggers stay out of the way; what they keep
(balances, dates) is computed by one statement each, and then the ledger's own checks are made on the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from flask import Flask

from benchmarks import histories
from benchmarks.histories import FLOWS, MANY, ORDINARY, TEN, Line, ordinary_lines, special_lines
from portal.domain.identity.emails.values import index_of, seal_email
from portal.domain.investments.ledger.queries.checks import CHECKS
from portal.domain.investments.ledger.rules import LINES
from portal.platform.passwords import hash_password
from portal.platform.personal import EXTENSION, Keyring, new_subject_key, wrapping_key_of

PASSWORD = "a long enough password"
BULK = ("investments.journals", "investments.postings")


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: ordinary accounts have two holdings and a hundred postings each."""

    name: str
    accounts: int
    vehicles: int
    special: tuple[str, ...] = ("twenty", "ten", "many", "flows")

    @property
    def label(self) -> str:
        """As people read it."""
        return f"{self.accounts:,} accounts, {self.accounts * 100:,} postings"


SIZES = {
    size.name: size for size in (Size("XS", 80, 40, ("twenty", "ten")), Size("S", 1_000, 40), Size("L", 100_000, 400))
}
# Investors whose pages are measured, with the histories of their holdings; the same in every database.
SPECIAL: dict[str, tuple[int, ...]] = {
    "twenty": tuple(range(20)),
    "ten": (TEN, TEN),
    "many": (MANY, MANY),
    "flows": (FLOWS,),
}


def known_id(*parts: object) -> UUID:
    """The id of a generated record: the same in every database."""
    return UUID(hashlib.md5(":".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest())


FIRM = known_id("firm")


def fingerprint() -> str:
    """Changes when generated data would."""
    sources = (Path(__file__), Path(histories.__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:10]


FIRM_AND_VEHICLES = """
INSERT INTO identity.firms (id, slug, name, accent, locale, time_zone)
VALUES (%(firm)s, 'harbour', 'Harbour Capital', 'navy', 'en_US', 'UTC');
"""
VEHICLES = """
INSERT INTO investments.vehicles (id, firm_id, name, name_key, currency, tax_class, strategy, sector, vintage,
  preferred_return, preferred_compounding, day_count, carry, catch_up, waterfall, management_fee)
SELECT md5('vehicle:' || n)::uuid, %(firm)s, 'Harbour Fund ' || n, 'harbour fund ' || n, 'USD', 'partnership',
  (ARRAY['Buyout', 'Growth', 'Real estate', 'Credit', 'Infrastructure'])[1 + n %% 5],
  (ARRAY['Software', 'Health care', 'Industry', 'Energy'])[1 + n %% 4], 2006 + n %% 15,
  0.08, 'annual', 'actual_365', 0.2, 1, 'whole_fund', 0.015
FROM generate_series(0, %(vehicles)s - 1) n
"""
PLAN = """
CREATE TEMPORARY TABLE plan (account text, account_id uuid, holding_id uuid, vehicle_id uuid, history int, scale int);
CREATE TEMPORARY TABLE histories (history int, place int, kind text, effective_on date, amount numeric, change numeric,
  unfunded_effect numeric, stated_nav numeric);
"""
SEALED = """
CREATE TEMPORARY TABLE sealed (id uuid, name text, key_id text, wrapped bytea, email bytea, index bytea)
"""
ORDINARY_PLAN = """
INSERT INTO plan
SELECT 'Account ' || n, md5('account:Account ' || n)::uuid, md5('holding:Account ' || n || ':' || side)::uuid,
  md5('vehicle:' || (n * 7 + side * 13) %% %(vehicles)s)::uuid, (n * 2 + side) %% %(ordinary)s, 1 + n %% 50
FROM generate_series(1, %(accounts)s) n, generate_series(0, 1) side
"""
SPECIAL_PLAN = """
INSERT INTO plan
SELECT %(name)s, md5('account:' || %(name)s)::uuid, md5('holding:' || %(name)s || ':' || (side - 1))::uuid,
  md5('vehicle:' || (side - 1))::uuid, history, 10
FROM unnest(%(histories)s::int[]) WITH ORDINALITY AS given (history, side)
"""
PEOPLE = (
    """
    INSERT INTO people.investor_accounts (id, firm_id, name, name_key, kind)
    SELECT DISTINCT account_id, %(firm)s::uuid, account, lower(account), 'trust' FROM plan
    """,
    """
    INSERT INTO identity.users (id, firm_id, email_sealed, email_index, name, password_hash, active)
    SELECT sealed.id, %(firm)s::uuid, sealed.email, sealed.index, sealed.name, %(hash)s, true
    FROM sealed WHERE sealed.email IS NOT NULL
    """,
    """
    INSERT INTO identity.subject_keys (subject_id, firm_id, kind, key_id, wrapped)
    SELECT id, %(firm)s::uuid, CASE WHEN email IS NULL THEN 'account' ELSE 'user' END, key_id, wrapped FROM sealed
    """,
    """
    INSERT INTO identity.role_grants (user_id, role, firm_id)
    SELECT id, 'investor', firm_id FROM identity.users WHERE firm_id = %(firm)s
    """,
    """
    INSERT INTO people.account_members (account_id, user_id, firm_id)
    SELECT DISTINCT account_id, md5('user:' || account)::uuid, %(firm)s::uuid FROM plan
    """,
)
HOLDINGS = """
INSERT INTO investments.holdings (id, firm_id, account_id, vehicle_id, currency)
SELECT holding_id, %(firm)s, account_id, vehicle_id, 'USD' FROM plan
"""
# In the order of time, as history is posted: one holding's lines lie far apart.
STAGED = """
CREATE TEMPORARY TABLE staged AS
SELECT md5('journal:' || p.holding_id || ':' || h.place)::uuid AS id, p.holding_id, p.account_id, h.kind,
  'bench:' || p.holding_id || ':' || h.place AS business_key, h.amount * p.scale AS amount,
  h.change * p.scale AS change, h.unfunded_effect * p.scale AS unfunded_effect, h.stated_nav * p.scale AS stated_nav,
  h.effective_on
FROM plan p JOIN histories h USING (history) ORDER BY h.effective_on, p.holding_id, h.place
"""
JOURNALS = """
INSERT INTO investments.journals (id, firm_id, holding_id, account_id, kind, business_key, content_digest, currency,
  amount, unfunded_effect, stated_nav, effective_on, posted_at, reference)
SELECT id, %(firm)s, holding_id, account_id, kind, business_key, md5(business_key), 'USD', amount, unfunded_effect,
  stated_nav, effective_on, effective_on + interval '10 days', 'Notice ' || to_char(effective_on, 'YYYY-MM')
FROM staged
"""
POSTINGS = """
INSERT INTO investments.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on)
SELECT %(firm)s, s.id, s.holding_id, s.account_id, line.bucket, 'USD',
  CASE WHEN line.promise THEN s.unfunded_effect ELSE s.change END * line.sign, s.effective_on
FROM staged s
JOIN unnest(%(kinds)s::text[], %(buckets)s::text[], %(signs)s::int[], %(promises)s::bool[])
  AS line (kind, bucket, sign, promise) ON line.kind = s.kind
WHERE NOT line.promise OR s.unfunded_effect <> 0
"""
BALANCES = """
UPDATE investments.holdings h SET commitment = s.commitment, unfunded = s.unfunded, paid_in = s.paid_in,
  distributed = s.distributed, net_assets = s.net_assets, fees = s.fees
FROM (
  SELECT holding_id, COALESCE(-sum(amount) FILTER (WHERE bucket = 'committed'), 0) AS commitment,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'unfunded'), 0) AS unfunded,
    COALESCE(-sum(amount) FILTER (WHERE bucket = 'contributed'), 0) AS paid_in,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'distributed'), 0) AS distributed,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'net_assets'), 0) AS net_assets,
    COALESCE(sum(amount) FILTER (WHERE bucket = 'fees'), 0) AS fees
  FROM investments.postings GROUP BY holding_id
) s WHERE h.id = s.holding_id
"""
DATES = """
UPDATE investments.holdings h SET first_on = s.first_on, last_on = s.last_on, last_flow_on = s.last_flow_on,
  valued_on = s.valued_on, version = 1
FROM (
  SELECT holding_id, min(effective_on) AS first_on, max(effective_on) AS last_on,
    max(effective_on) FILTER (WHERE kind NOT IN ('commitment', 'valuation', 'valuation_adjustment')) AS last_flow_on,
    max(effective_on) FILTER (WHERE kind = 'valuation') AS valued_on
  FROM investments.journals GROUP BY holding_id
) s WHERE h.id = s.holding_id
"""


def generate(url: str, size: Size, keyring: Keyring) -> None:
    """Fill the migrated, empty database behind `url` (the administrator's), what is personal sealed with `keyring`.
    RuntimeError when the books that come out do not stand up to the ledger's checks."""
    with psycopg.connect(url) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL work_mem = '512MB'; SET LOCAL maintenance_work_mem = '512MB'")
        _plan(connection, size, keyring)
        with _without_indexes(connection):
            _post(connection)
        for statement in (BALANCES, DATES):
            connection.execute(statement)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        _check(connection)


def _plan(connection: psycopg.Connection, size: Size, keyring: Keyring) -> None:
    """Who there is, and which history each holding lives through."""
    given = {"firm": FIRM, "vehicles": size.vehicles, "accounts": size.accounts, "ordinary": ORDINARY}
    connection.execute(FIRM_AND_VEHICLES, given)
    connection.execute(VEHICLES, given)
    connection.execute(PLAN)
    with connection.cursor() as cursor, cursor.copy(f"COPY histories ({', '.join(Line._fields)}) FROM STDIN") as copy:
        for line in (*ordinary_lines(), *special_lines()):
            copy.write_row(line)
    connection.execute(ORDINARY_PLAN, given)
    for name in size.special:
        connection.execute(SPECIAL_PLAN, {"name": name, "histories": list(SPECIAL[name])})
    connection.execute("ANALYZE plan; ANALYZE histories")
    _seal(connection, keyring)
    for statement in PEOPLE:
        connection.execute(statement, {"firm": FIRM, "hash": hash_password(PASSWORD)})
    connection.execute(HOLDINGS, {"firm": FIRM})


def _seal(connection: psycopg.Connection, keyring: Keyring) -> None:
    """The key of each account and person, and the people's sealed addresses."""
    connection.execute(SEALED)
    names = connection.execute("SELECT DISTINCT account, account_id FROM plan").fetchall()
    scene = Flask("generator")
    scene.extensions[EXTENSION] = keyring
    with scene.app_context(), connection.cursor() as cursor, cursor.copy("COPY sealed FROM STDIN") as copy:
        for name, account_id in names:
            user_id, email = known_id("user", name), f"{name.lower().replace(' ', '.')}@example.com"
            account_key, key = new_subject_key(account_id), new_subject_key(user_id)
            copy.write_row((account_id, name, wrapping_key_of(account_key), account_key, None, None))
            address = seal_email(user_id, email, key), index_of(email)
            copy.write_row((user_id, name, wrapping_key_of(key), key, *address))


def _post(connection: psycopg.Connection) -> None:
    lines = [
        (kind.value, bucket.value, sign, False)
        for kind, pair in LINES.items()
        for bucket, sign in zip(pair, (1, -1), strict=True)
    ]
    lines += [("contribution", "unfunded", 1, True), ("contribution", "drawn", -1, True)]
    kinds, buckets, signs, promises = (list(column) for column in zip(*lines, strict=True))
    connection.execute(STAGED)
    connection.execute("ANALYZE staged")
    connection.execute(JOURNALS, {"firm": FIRM})
    given = {"kinds": kinds, "buckets": buckets, "signs": signs, "promises": promises}
    connection.execute(POSTINGS, {"firm": FIRM, **given})
    connection.execute("DROP TABLE staged")


CONSTRAINTS = """
SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('f', 'p', 'u')
ORDER BY position(contype::text in 'fup')
"""
INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i WHERE i.indrelid = ANY(%(tables)s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


@contextmanager
def _without_indexes(connection: psycopg.Connection) -> Iterator[None]:
    """Journals and postings without keys and indexes inside the block: made once afterwards, they cost a tenth."""
    given = {"tables": list(BULK)}
    constraints = connection.execute(CONSTRAINTS, given).fetchall()
    indexes = connection.execute(INDEXES, given).fetchall()
    for place, name, _ in constraints:
        connection.execute(f"ALTER TABLE {place} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for place, name, definition in reversed(constraints):
        connection.execute(f"ALTER TABLE {place} ADD CONSTRAINT {name} {definition}")
    for _, definition in indexes:
        connection.execute(definition)


def _check(connection: psycopg.Connection) -> None:
    for name, statement, message in CHECKS:
        found = connection.execute(statement, {"firm": FIRM}).fetchall()
        if found:
            raise RuntimeError(f"The generated books do not stand: {name}: {message} ({len(found)} found)")
