"""Posting with kept balances and checks, against inserting the same rows into tables without them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import psycopg

from benchmarks.generator import FIRM, known_id
from benchmarks.results import Result
from benchmarks.rounds import run_rounds
from benchmarks.servers import SMALL
from benchmarks.stage import Stage
from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.platform.tenancy import acting_as

ENTRIES = 500
START = date(2026, 7, 1)
K = EntryKind
KINDS = ((K.CONTRIBUTION, 100), (K.FEE, 5), (K.VALUATION, 90_000), (K.DISTRIBUTION, 50), (K.CONTRIBUTION, 70))
# The same tables without triggers, with the same keys and indexes; what was posted is copied there once more.
PLAIN = """
CREATE SCHEMA plain;
CREATE TABLE plain.journals (LIKE investments.journals INCLUDING ALL);
CREATE TABLE plain.postings (LIKE investments.postings INCLUDING ALL);
ALTER TABLE plain.journals ADD FOREIGN KEY (firm_id) REFERENCES identity.firms,
  ADD FOREIGN KEY (holding_id) REFERENCES investments.holdings, ADD FOREIGN KEY (reverses) REFERENCES plain.journals;
ALTER TABLE plain.postings ADD FOREIGN KEY (journal_id) REFERENCES plain.journals;
INSERT INTO plain.journals SELECT * FROM investments.journals;
INSERT INTO plain.postings OVERRIDING SYSTEM VALUE SELECT * FROM investments.postings;
SELECT setval(pg_get_serial_sequence('plain.postings', 'id'), max(id)) FROM plain.postings;
"""
# What the service posted, in batches that stand ready to be inserted again under new ids.
STAGED = """
CREATE TABLE plain.staged_journals AS
SELECT turn, md5(turn || ':' || j.id)::uuid AS new_id, j.*
FROM investments.journals j, generate_series(1, %(turns)s) turn
WHERE j.effective_on >= %(since)s;
"""
STAGED_LINES = """
CREATE TABLE plain.staged_postings AS
SELECT s.turn, s.new_id, p.* FROM investments.postings p JOIN plain.staged_journals s ON s.id = p.journal_id
"""
READY = """
CREATE INDEX ON plain.staged_journals (turn);
CREATE INDEX ON plain.staged_postings (turn);
ANALYZE plain.staged_journals; ANALYZE plain.staged_postings;
"""
JOURNALS = """
INSERT INTO {schema}.journals (id, firm_id, holding_id, account_id, kind, business_key, content_digest, currency,
  amount, unfunded_effect, stated_nav, effective_on, posted_by, reference, batch_id)
SELECT new_id, firm_id, holding_id, account_id, kind, new_id::text, content_digest, currency, amount, unfunded_effect,
  stated_nav, effective_on, posted_by, reference, batch_id
FROM plain.staged_journals WHERE turn = %(turn)s
"""
POSTINGS = """
INSERT INTO {schema}.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on)
SELECT firm_id, new_id, holding_id, account_id, bucket, currency, amount, effective_on
FROM plain.staged_postings WHERE turn = %(turn)s
"""


def measure(stage: Stage) -> Iterator[Result]:
    """In a copy of the database, committed: the same 500 journals, inserted by the same statements."""
    url = stage.servers.scratch("posting")
    app = stage.app(database_url=stage.servers.postgres.url("portal_web", "scratch_posting"))
    actor, days = Actor.system(FIRM), count()
    rounds = max(20, stage.rounds // 6)
    with app.app_context(), acting_as(actor.tenancy), psycopg.connect(url) as connection:
        post_entries(actor, _entries(START))
        connection.execute(PLAIN)
        connection.execute(STAGED, {"turns": 3 * rounds + 100, "since": START})
        connection.execute(STAGED_LINES)
        connection.execute(READY)
        connection.commit()
        turns = count(1)

        def insert(schema: str) -> None:
            turn = {"turn": next(turns)}
            connection.execute(f"WITH journals AS ({JOURNALS}) {POSTINGS}".format(schema=schema), turn)
            connection.commit()

        subjects = {
            "kept": lambda: insert("investments"),
            "plain": lambda: insert("plain"),
            "service": lambda: post_entries(actor, _entries(START + timedelta(days=1 + next(days)))),
        }
        timings = run_rounds(subjects, rounds=rounds)
    told = timings.told("kept", "plain", "service")
    note = f"{ENTRIES} journals; {told}; the whole service {timings.ratio('service', 'plain'):.2f} × plain"
    yield Result("Posting with kept balances", timings.ratio("kept", "plain"), "<=1.5", "× plain insert", note)


def _entries(on: date) -> list[Entry]:
    """Five entries for each of a hundred holdings."""
    return [
        Entry(
            known_id("account", f"Account {number}"),
            known_id("vehicle", (number * 7) % SMALL.vehicles),
            kind,
            on,
            Decimal(amount),
            f"posting:{on}:{number}:{place}",
            "",
        )
        for number in range(1, ENTRIES // len(KINDS) + 1)
        for place, (kind, amount) in enumerate(KINDS)
    ]
