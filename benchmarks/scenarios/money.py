"""A call and a distribution of ten thousand accounts, previewed and posted, against raw COPY of the same postings;
and a bank file of as many payments, read in and matched."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from benchmarks.generator import FIRM
from benchmarks.results import Result
from benchmarks.stage import Stage
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.services import create_user
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import CALL_ISSUE, DISTRIBUTION, RECEIVING_CHANGE, ApprovalKind
from portal.domain.investments.capital_calls.queries.calls import get_call_preview
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.capital_calls.services.drafting import create_call, request_call_approval
from portal.domain.investments.capital_calls.services.receiving import enter_receiving_details
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallDraft, LineDraft
from portal.domain.investments.distributions.queries.plans import get_plan
from portal.domain.investments.distributions.services.drafting import create_distribution, submit_distribution
from portal.domain.investments.distributions.services.paying import post_due_distribution
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Line, Method, Source
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.notices.values import BankAccount
from portal.domain.investments.payments.queries.dues import list_proposals
from portal.domain.investments.payments.services.statements import read_statement
from portal.domain.investments.payments.values.matching import Confidence
from portal.domain.investments.vehicles.services import create_vehicle
from portal.domain.investments.vehicles.values import VehicleDescription
from portal.platform import clock
from portal.platform.passwords import hash_password
from portal.platform.tenancy import acting_as

T = TypeVar("T")
SIZES = (1_000, 10_000)
ROUNDS = 3
ACCOUNTS = """
INSERT INTO people.investor_accounts (id, firm_id, name, name_key, kind)
SELECT gen_random_uuid(), %(firm)s, 'Paid ' || %(many)s || '-' || n, 'paid ' || %(many)s || '-' || n, 'trust'
FROM generate_series(1, %(many)s) n RETURNING id
"""
PLAIN = "CREATE TABLE public.plain_postings (LIKE investments.postings INCLUDING ALL)"
COLUMNS = "firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on"
POSTED = f"""COPY (SELECT {COLUMNS} FROM investments.postings p WHERE p.journal_id IN
  (SELECT id FROM investments.journals WHERE batch_id = '{{batch}}')) TO STDOUT"""
RAW = f"COPY public.plain_postings ({COLUMNS}) FROM STDIN"
BANK = BankAccount("ach", "Harbour Fund LP", "First Bank", "4407716639", "111000025")


class _Desk:
    """Who prepares and who approves, and a vehicle that so many accounts committed to and paid into."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]], many: int) -> None:
        self.many, system = many, Actor.system(FIRM)
        with acting_as(system.tenancy):
            self.maker, self.first, self.second = (
                _person(system, f"{name}-{many}@bench.example", role)
                for name, role in (("maker", Role.ASSOCIATE), ("one", Role.MANAGER), ("two", Role.MANAGER))
            )
            self.vehicle = create_vehicle(system, VehicleDescription(f"Paid Fund {many}", "USD"))
            rows = connection.execute(ACCOUNTS, {"firm": FIRM, "many": many}).fetchall()
            on = clock.today() - timedelta(days=100)
            for kind, amount in ((EntryKind.COMMITMENT, 1_000_000), (EntryKind.CONTRIBUTION, 1_000)):
                post_entries(system, [self._entry(row[0], kind, on, amount) for row in rows])
        with acting_as(self.maker.tenancy):
            details = enter_receiving_details(self.maker, self.vehicle, given=BANK)
        self.approve(self.first, RECEIVING_CHANGE, f"receiving_details:{details}")

    def _entry(self, account: object, kind: EntryKind, on: date, amount: int) -> Entry:
        assert isinstance(account, UUID)
        key = f"bench:{self.vehicle}:{account}:{kind}"
        return Entry(account, self.vehicle, kind, on, Decimal(amount), key, key)

    def approve(self, approver: Actor, kind: ApprovalKind, subject: str) -> None:
        """Somebody approves what is open."""
        with acting_as(approver.tenancy):
            asked = find_open_approval(approver, kind.name, subject)
            assert asked is not None
            decide_approval(approver, asked.id, digest=asked.digest, approves=True)

    def call(self, told: _Told) -> UUID:
        """One call: previewed, sent, issued."""
        lines = (LineDraft(LineKind.INVESTMENT, Decimal(10_007) * self.many), LineDraft(LineKind.FEES, Decimal(999)))
        with acting_as(self.maker.tenancy):
            call_id = create_call(self.maker, CallDraft(self.vehicle, clock.today() + timedelta(days=45), lines))
            preview = told.take("preview", lambda: get_call_preview(self.maker, call_id))
            request_call_approval(self.maker, call_id, digest=preview.digest)
        told.take("posting", lambda: self.approve(self.first, CALL_ISSUE, f"capital_call:{call_id}"))
        return call_id

    def pay_out(self, told: _Told) -> UUID:
        """One distribution: previewed, sent, approved by two, posted."""
        lines = (Line(Source.GAIN, Decimal(31) * self.many + 1, Decimal(0), None),)
        with acting_as(self.maker.tenancy):
            draft = Draft(self.vehicle, clock.today(), Method.PAID_IN, lines, "")
            told.take("preview", lambda: get_plan(self.maker, draft))
            found = create_distribution(self.maker, draft)
            submit_distribution(self.maker, found)
        subject = f"distribution:{found}"
        self.approve(self.first, DISTRIBUTION, subject)
        told.take("last approval", lambda: self.approve(self.second, DISTRIBUTION, subject))
        system = Actor.system(FIRM)
        with acting_as(system.tenancy):
            told.take("posting", lambda: post_due_distribution(system, found))
        return found

    def bank_file(self, told: _Told, place: int) -> None:
        """One bank file with a payment of everybody: read in, matched to what is due."""
        with acting_as(self.maker.tenancy):
            dues = list_dues(self.maker, vehicle_id=self.vehicle, most=self.many)
            lines = [f"{clock.today()},Somebody,{due.reference},{due.open},{place}-{due.id}" for due in dues]
            content = "\n".join(["Date,Name,Reference,Amount,Transaction ID", *lines]).encode()
            name = f"{self.many}-{place}.csv"
            told.take("read", lambda: read_statement(self.maker, name=name, content=content, currency="USD"))
            found = told.take("matched", lambda: list_proposals(self.maker))
        exact = sum(each.confidence is Confidence.EXACT for _, each in found)
        assert exact == self.many, exact


class _Told:
    """Seconds and statements of each step, round by round."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.statements: dict[str, set[int]] = {}

    def take(self, step: str, act: Callable[[], T]) -> T:
        """Do it, and note how long it took and how many statements it sent."""
        sent: list[object] = []
        execute = psycopg.Cursor.execute

        def note(cursor: psycopg.Cursor[Any], statement: Any, *more: Any, **options: Any) -> psycopg.Cursor[Any]:
            sent.append(statement)
            return execute(cursor, statement, *more, **options)

        psycopg.Cursor.execute = note  # type: ignore[assignment, method-assign]  # reads and writes end here
        began = time.perf_counter()
        try:
            return act()
        finally:
            self.seconds.setdefault(step, []).append(time.perf_counter() - began)
            self.statements.setdefault(step, set()).add(len(sent))
            psycopg.Cursor.execute = execute  # type: ignore[method-assign]  # put back as it was


def measure(stage: Stage) -> Iterator[Result]:
    """Each at both sizes, in a copy of the database; what the larger posted is then copied raw."""
    url = stage.servers.scratch("money")
    app = stage.app(database_url=stage.servers.postgres.url("portal_web", "scratch_money"))
    with app.app_context(), psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLAIN)
        desks = [_Desk(connection, many) for many in SIZES]
        connection.execute("ANALYZE")
        for name, act in (("Call", _Desk.call), ("Distribution", _Desk.pay_out)):
            told = {desk.many: _Told() for desk in desks}
            for desk in desks:
                batches = [act(desk, told[desk.many]) for _ in range(ROUNDS)]
            raw, lines = _copied(connection, batches)
            yield from _results(name, told, raw, lines)
        yield from _bank_files(desks, connection)


def _bank_files(desks: Sequence[_Desk], connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[Result]:
    told = {desk.many: _Told() for desk in desks}
    for desk in desks:
        for place in range(ROUNDS):
            desk.bank_file(told[desk.many], place)
            connection.execute("UPDATE investments.bank_lines SET state = 'aside'")
    small, large = (told[many] for many in SIZES)
    for step in ("read", "matched"):
        took, rows = median(large.seconds[step]), SIZES[-1]
        sent, more = max(large.statements[step]), max(large.statements[step]) - max(small.statements[step])
        said = (
            f"{rows:,} lines in {took:.2f} s, {rows / took:,.0f} a second; {sent} statements, {more} more than of 1,000"
        )
        yield Result(f"Bank file of {rows:,} lines, {step}", rows / took, ">=0", "lines a second", said)


def _results(name: str, told: dict[int, _Told], raw: float, lines: int) -> Iterator[Result]:
    small, large = (told[many] for many in SIZES)
    for step in large.seconds:
        took, rows = median(large.seconds[step]), SIZES[-1]
        more = max(large.statements[step]) - max(small.statements[step])
        said = (
            f"{rows:,} accounts in {took:.2f} s, {rows / took:,.0f} a second; {max(large.statements[step])} statements,"
            f" {more} more than of {SIZES[0]:,}; COPY of {lines:,} postings {raw:.2f} s"
        )
        yield Result(f"{name} of {rows:,} accounts, {step}", raw / took, ">=0", "× raw COPY's pace", said)


def _copied(connection: psycopg.Connection[tuple[object, ...]], batches: Sequence[UUID]) -> tuple[float, int]:
    """The seconds that the raw COPY of what one of the batches posted takes, and how many postings that are."""
    with connection.cursor() as cursor, cursor.copy(POSTED.format(batch=batches[-1])) as copy:
        postings = b"".join(bytes(block) for block in copy)
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy(RAW) as copy:
            copy.write(postings)
        seconds.append(time.perf_counter() - began)
    return median(seconds), postings.count(b"\n")


def _person(system: Actor, email: str, role: Role) -> Actor:
    hashed = hash_password("a password for benchmarks")
    user_id = create_user(system, email=email, name=email, password=None, password_hash=hashed, roles=[role])
    return Actor(FIRM, user_id, frozenset({role}), email)
