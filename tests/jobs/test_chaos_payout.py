"""A payout to many accounts while workers are killed, some just after they sent a mail, Valkey is emptied, and what was
done is asked for once more: everything once.

`CHAOS=full` pays 10,000 accounts under 200 kills and 8 FLUSHALLs; it takes minutes.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from flask import Flask

from portal.cli.schedule import sweep
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.notices.services import write_notices
from portal.domain.investments.payments.errors import MadeBefore, NothingToPay
from portal.domain.investments.payments.services.payouts import make_payment_file, set_origin
from portal.domain.investments.payments.values.payouts import FileFormat
from portal.jobs import doorbell
from portal.platform import clock, db, outbox
from portal.platform.embedded.mailbox import Mailbox
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.domain.investments.distributions.test_at_once import at_once
from tests.domain.investments.payments.services.test_payouts import ACH, ORIGIN
from tests.factories.distributions import decide, prepare, submit
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle
from tests.factories.payments import bank_with
from tests.jobs.killing import Workers, environment_of
from tests.jobs.mishaps import count_mishaps

FULL = os.environ.get("CHAOS") == "full"
ACCOUNTS, KILLS, FLUSHES = (10_000, 200, 8) if FULL else (300, 10, 3)
WITH_BANK, DEATHS_AFTER_MAIL = 20, 2
PATIENCE = 150  # seconds in which something has to get done, however busy the machine is
GROSS = Decimal(31) * ACCOUNTS + Decimal("0.07")
POSTED = """
SELECT count(*) AS entries, count(DISTINCT h.account_id) AS accounts, sum(j.amount) AS amount
FROM investments.journals j JOIN investments.holdings h ON h.id = j.holding_id
WHERE j.firm_id = %(firm)s AND j.batch_id = %(id)s
"""
NOTICES = """
SELECT count(*) AS notices, count(DISTINCT n.account_id) AS accounts, count(DISTINCT d.id) AS papers,
  count(DISTINCT d.source) AS sources
FROM investments.notices n LEFT JOIN documents.documents d ON d.source = 'notice:' || n.id
WHERE n.firm_id = %(firm)s AND n.subject_id = %(id)s
"""
FILES = """
SELECT count(DISTINCT f.id) AS files, count(*) AS payments, count(DISTINCT o.share_id) AS shares
FROM investments.payment_files f JOIN investments.outgoing_payments o ON o.file_id = f.id
WHERE f.firm_id = %(firm)s AND f.distribution_id = %(id)s
"""
BATCHES = "SELECT arguments FROM platform.outbox WHERE firm_id = %(firm)s AND job = 'notices.write'"
# What has no name of its own is done twice where it is asked for twice.
NAMELESS = """
SELECT count(*) AS works FROM platform.outbox
WHERE firm_id = %(firm)s AND job LIKE 'notices.%%' AND once_key IS NULL AND %(id)s IS NOT NULL
"""


@dataclass(frozen=True)
class Payout:
    """A distribution that one approval is missing from, and where its mail goes."""

    id: UUID
    maker: Actor
    approvers: tuple[Actor, Actor]
    mailbox: Path

    @property
    def system(self) -> Actor:
        """The machinery of its firm."""
        return Actor.system(self.maker.firm_id)

    def read(self, statement: str) -> db.AnyRow:
        """What the database says of it."""
        with acting_as(self.system.tenancy):
            row = db.fetch_one(statement, firm=self.maker.firm_id, id=self.id)
        assert row is not None
        return row

    def list_batches(self) -> list[dict[str, str]]:
        """The notices that are to be written still, as the work of the machinery."""
        with acting_as(self.system.tenancy):
            return [row.arguments for row in db.fetch_all(BATCHES, firm=self.maker.firm_id)]

    def write_again(self, batches: list[dict[str, str]]) -> None:
        """Write them, whoever did that before."""
        with acting_as(self.system.tenancy):
            for each in batches:
                write_notices(self.system, each)

    def work(self) -> dict[str, int]:
        """How much work of its firm is in each state."""
        with acting_as(self.system.tenancy):
            return outbox.count_work()


@pytest.fixture
def payout(committed_app: Flask, tmp_path: Path, postgres_url: str) -> Iterator[Payout]:
    """Each account has a person of its own, the first few bank details. The database looks at its tables once a minute;
    before it has, it plans for the few rows that there were."""
    name = uuid4().hex[:10]
    with committed_app.app_context():
        firm = found_firm(f"payout-{name}", "Chaos Capital")
        maker = make_user(firm, f"maker@{name}.example", Role.ASSOCIATE)
        first, second = (make_user(firm, f"{each}@{name}.example", Role.MANAGER) for each in ("one", "two"))
        vehicle = make_vehicle(firm, "Chaos Fund")
        with acting_as(Actor.system(firm).tenancy):
            accounts = _open_accounts(firm, name)
            post_entries(Actor.system(firm), [entry for each in accounts for entry in _history(vehicle, each)])
        with psycopg.connect(postgres_url, autocommit=True) as owner:
            owner.execute("ANALYZE investments.holdings, investments.journals, people.investor_accounts")
        for account in accounts[:WITH_BANK]:
            bank_with(maker, account, ACH)
        with acting_as(first.tenancy):
            set_origin(first, vehicle, ORIGIN)
        today = clock.today().isoformat()
        found = prepare(maker, vehicle, today, ("gain", str(GROSS)), method=Method.PAID_IN)
        submit(maker, found)
        decide(first, found)
        with acting_as(Actor.system(firm).tenancy):
            _forget_work()
        yield Payout(found, maker, (first, second), tmp_path / "mail")


@db.transactional
def _open_accounts(firm: UUID, name: str) -> list[UUID]:
    people = (make_user(firm, f"p{number}@{name}.example", Role.INVESTOR) for number in range(ACCOUNTS))
    return [make_account(firm, f"Trust {number}", person) for number, person in enumerate(people)]


def _history(vehicle: UUID, account: UUID) -> list[Entry]:
    on = date(2025, 1, 1)
    kinds = (EntryKind.COMMITMENT, 5000), (EntryKind.CONTRIBUTION, 1000)
    keys = [(kind, Decimal(amount), f"chaos:{account}:{kind}") for kind, amount in kinds]
    return [Entry(account, vehicle, kind, on, amount, key, key) for kind, amount, key in keys]


@db.transactional
def _forget_work() -> None:
    db.execute("UPDATE platform.outbox SET state = 'done', arguments = '{}' WHERE state = 'ready'")


def _kill_until_done(
    payout: Payout, workers: Workers, valkey: redis.Redis, at_half: Callable[[], None]
) -> Counter[str]:
    """Kill workers at random moments until all work is done; how often what was done to them."""
    chance, did, all_of_it = random.Random(7), Counter[str](), ACCOUNTS * 2
    end, before = 0.0, -1
    while True:
        work = payout.work()
        done = work.get("done", 0)
        if not work.get("ready") and not work.get("leased"):
            return did
        if done > before:
            end, before = time.monotonic() + PATIENCE, done
        assert time.monotonic() < end, f"{work}, and nothing more for {PATIENCE} s, {did}"
        workers.keep_two()
        time.sleep(chance.uniform(0.05, 0.4))
        if did["kills"] < KILLS and done >= did["kills"] * all_of_it / (KILLS * 2) and (pids := workers.pids()):
            workers.kill(pids if did["kills"] % 20 == 4 else chance.sample(pids, 1))
            did["kills"] += 1
        if did["kills"] > (did["flushes"] + 1) * KILLS / (FLUSHES + 1) and did["flushes"] < FLUSHES:
            valkey.flushall()
            did["flushes"] += 1
        if did["kills"] >= KILLS / 2 and not did["files"]:
            at_half()
            did["files"] += 1
        sweep()


def _make_files(app: Flask, payout: Payout) -> None:
    """Both who may make the payment file do, twice each, at the same moment."""

    def make(by: Actor) -> UUID:
        with acting_as(by.tenancy):
            return make_payment_file(by, payout.id, FileFormat.NACHA, pay_on=clock.today())

    made = at_once(app, *(lambda by=by: make(by) for by in payout.approvers * 2))
    assert sum(isinstance(each, UUID) for each in made) == 1, made
    assert all(isinstance(each, UUID) or each in (NothingToPay, MadeBefore) for each in made), made


def _mails(directory: Path) -> dict[str, list[str]]:
    """The ids of the mails that each address got: one sent twice, its sender having died, has the same."""
    found: dict[str, list[str]] = {}
    for each in directory.glob("*.eml"):
        message = message_from_bytes(each.read_bytes())
        if "Distribution notice" in str(message["Subject"]):
            found.setdefault(str(message["To"]), []).append(str(message["Message-ID"]))
    return found


@pytest.mark.chaos
@pytest.mark.slow
def test_a_payout_happens_once(
    committed_app: Flask, payout: Payout, settings: Settings, postgres_url: str, tmp_path: Path
) -> None:
    began = time.monotonic()
    outbox.connect_doorbell(doorbell.for_url(settings.redis_url))
    decide(payout.approvers[1], payout.id)
    approved, batches = time.monotonic() - began, payout.list_batches()

    def at_half() -> None:
        _make_files(committed_app, payout)
        payout.write_again(batches)

    with Mailbox(payout.mailbox) as mailbox:
        environment = {**environment_of(settings, postgres_url), "SMTP_URL": mailbox.url(), "CHAOS_LEASE": "1"}
        environment |= {"MISHAPS_IN": str(tmp_path), "DEATHS_AFTER_MAIL": str(DEATHS_AFTER_MAIL)}
        with Workers(environment) as workers:
            valkey = redis.Redis.from_url(settings.redis_url)
            did = _kill_until_done(payout, workers, valkey, at_half)
    assert did["kills"] >= KILLS // 2
    assert did["flushes"] >= 1
    assert did["files"] == 1
    payout.write_again(batches)
    assert payout.work().keys() == {"done"}
    assert tuple(payout.read(NAMELESS)) == (0,)
    assert tuple(payout.read(POSTED)) == (ACCOUNTS, ACCOUNTS, GROSS)
    with acting_as(payout.system.tenancy):
        assert list_ledger_findings(payout.system) == []
    assert tuple(payout.read(NOTICES)) == (ACCOUNTS,) * 4
    assert tuple(payout.read(FILES)) == (1, WITH_BANK, WITH_BANK)
    _check_mails(payout.mailbox, count_mishaps(tmp_path, "death-after-mail"))
    print(f"approved in {approved:.2f} s, all in {time.monotonic() - began:.0f} s, {dict(did)}")


def _check_mails(mailbox: Path, sent_twice: int) -> None:
    """Everybody got one mail; whose sender died just after sending it got the very same once more."""
    mails = _mails(mailbox)
    assert len(mails) == ACCOUNTS
    assert {len(set(ids)) for ids in mails.values()} == {1}
    assert sent_twice == DEATHS_AFTER_MAIL
    assert sum(len(ids) - 1 for ids in mails.values()) >= sent_twice
