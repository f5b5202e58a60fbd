"""A file of transactions read, checked and posted, against the raw COPY of the postings that come of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import psycopg

from benchmarks.generator import FIRM
from benchmarks.results import Result
from benchmarks.rounds import Seconds, run_rounds
from benchmarks.servers import SMALL
from benchmarks.stage import Stage
from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.services.commands import import_file
from portal.domain.investments.imports.values.tables import ImportKind, ImportOptions
from portal.platform.tenancy import acting_as

ROWS = 10_000
ROUNDS = 9
FIRST_DAY = date(2026, 7, 1)
KINDS = (("contribution", 120), ("fee", 5), ("distribution", 60), ("contribution", 80), ("interest", 7))
COLUMNS = "firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on"
PLAIN = "CREATE TABLE public.plain_postings (LIKE investments.postings INCLUDING ALL)"
NEWEST = f"COPY (SELECT {COLUMNS} FROM investments.postings WHERE effective_on = '{{on}}') TO STDOUT"
RAW = f"COPY public.plain_postings ({COLUMNS}) FROM STDIN"


def measure(stage: Stage) -> Iterator[Result]:
    """Ten thousand rows for a thousand accounts, of another day each time, in a copy of the database."""
    url = stage.servers.scratch("imports")
    app = stage.app(database_url=stage.servers.postgres.url("portal_web", "scratch_imports"))
    actor, days = Actor.system(FIRM), count()
    options = ImportOptions(ImportKind.TRANSACTIONS)

    def imported() -> Seconds:
        content = _file(FIRST_DAY + timedelta(days=next(days)))
        began = time.perf_counter()
        outcome = import_file(actor, name="history.csv", content=content, options=options)
        seconds = Seconds(time.perf_counter() - began)
        assert outcome.posted == ROWS, outcome
        return seconds

    with app.app_context(), acting_as(actor.tenancy), psycopg.connect(url, autocommit=True) as connection:
        imported()
        connection.execute(PLAIN)
        with connection.cursor() as cursor, cursor.copy(NEWEST.format(on=FIRST_DAY)) as copy:
            postings = b"".join(bytes(block) for block in copy)

        def copied() -> None:
            with connection.cursor() as cursor, cursor.copy(RAW) as copy:
                copy.write(postings)

        timings = run_rounds({"import": imported, "raw COPY": copied}, rounds=ROUNDS, warm_up=1)
    lines = postings.count(b"\n")
    told = f"{ROWS:,} rows, {lines:,} postings; {timings.told('import', 'raw COPY')}"
    yield Result("Import, checked and posted", timings.ratio("raw COPY", "import"), ">=0.25", "× raw COPY's pace", told)


def _file(on: date) -> bytes:
    """A CSV of rows for existing holdings, all of one day."""
    lines = ["Account,Vehicle,Date,Type,Amount,Reference"]
    for number in range(1, SMALL.accounts + 1):
        for side in (0, 1):
            vehicle = (number * 7 + side * 13) % SMALL.vehicles
            for kind, amount in KINDS:
                lines.append(f"Account {number},Harbour Fund {vehicle},{on},{kind},{amount}.00,Notice {on}")
    return "\n".join(lines).encode()
