"""The demo as a whole: seeded by the real command into a database of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, LiteralString
from urllib.parse import urlsplit

import orjson
import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from psycopg.rows import namedtuple_row

from portal.app import create_app
from portal.cli.demo.cast import Cast, Fund, load_casts
from portal.cli.demo.history import last_valued_quarter, live
from portal.cli.demo.seeding import demo_seed
from portal.cli.demo.sign_ins import PASSWORD
from portal.domain.documents.library.services.publishing import publish_due_document
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.domain.identity.sessions.services import prove_credentials
from portal.domain.investments.imports.queries.imports import list_imports
from portal.domain.investments.imports.values.records import ImportState
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.returns.queries import get_portfolio
from portal.domain.investments.statements.queries.runs import list_statement_runs
from portal.domain.investments.statements.queries.statements import get_statement, list_published_statements
from portal.domain.investments.statements.values.runs import RunState
from portal.domain.investments.statements.values.statements import StatementFilter
from portal.jobs.documents import check
from portal.platform import clock
from portal.platform.migrating import migrate_database
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.servers import as_login

pytestmark = pytest.mark.slow
COUNTED = (
    "identity.firms", "identity.users", "identity.audit_events", "people.account_members", "investments.journals",
    "investments.postings", "investments.statements", "investments.imports", "platform.outbox", "documents.documents",
    "documents.versions", "documents.folders", "documents.shares", "documents.envelopes", "documents.room_questions",
)  # fmt: skip
SUMS = """
SELECT v.name, p.bucket, sum(p.amount) AS amount FROM investments.postings p
JOIN investments.holdings h ON h.id = p.holding_id JOIN investments.vehicles v ON v.id = h.vehicle_id
GROUP BY v.name, p.bucket
"""
# The draft of a valuation was worked out after the one before it was posted.
DRAFTED = """
SELECT bool_and(s.before > 0 AND s.amount > s.before) FROM investments.valuation_shares s
JOIN investments.valuations v ON v.id = s.valuation_id WHERE v.state = 'draft'
"""
EXTREMES = """
SELECT max(j.effective_on) AS latest, min(j.amount) FILTER (WHERE j.kind NOT LIKE 'valuation%') AS smallest,
  max(j.effective_on) FILTER (WHERE j.kind = 'valuation') AS valued
FROM investments.journals j JOIN investments.holdings h ON h.id = j.holding_id
JOIN investments.vehicles v ON v.id = h.vehicle_id
WHERE v.name NOT IN ('Meridian Harbour Credit Opportunities II', 'Meridian Harbour Bridge Loans I')
"""


@dataclass(frozen=True)
class Demo:
    """A portal in which the demo was seeded; `owner` is an administrator's connection to its database."""

    app: Flask
    settings: Settings
    owner: psycopg.Connection[Any]

    def seed(self, **others: str) -> Result:
        return CliRunner().invoke(demo_seed, env=environment_of(self.settings) | others, catch_exceptions=False)

    def ask(self, statement: LiteralString) -> list[Any]:
        rows = self.owner.execute(statement).fetchall()
        self.owner.commit()
        return rows

    def counts(self) -> dict[str, int]:
        return {table: self.ask(f"SELECT count(*) FROM {table}")[0].count for table in COUNTED}


@pytest.fixture(scope="module")
def demo(postgres_url: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE demo")
    admin = urlsplit(postgres_url)._replace(path="/demo").geturl()
    migrate_database(admin, logins=[as_login(admin, "portal_web")])
    data = tmp_path_factory.mktemp("demo")
    own = replace(
        settings,
        mode="demo",
        data_dir=data,
        database_url=as_login(admin, "portal_web"),
        storage_url=(data / "files").as_uri(),
        public_url="http://localhost:8123",
    )
    with psycopg.connect(admin, row_factory=namedtuple_row) as owner:
        seeded = Demo(create_app(own), own, owner)
        first = seeded.seed()
        assert first.output.count("founded") == 2, first.output
        yield seeded


def environment_of(settings: Settings) -> dict[str, str]:
    names = ("data_dir", "public_url", "secret_key", "database_url", "redis_url", "storage_url", "smtp_url")
    named = {
        name.upper(): str(getattr(settings, name))
        for name in (*names, "mail_from", "signing_key_file", "encryption_key_file")
    }
    return {**named, "PORTAL_MODE": settings.mode}


@pytest.fixture(params=load_casts(), ids=lambda cast: cast.slug)
def cast(request: pytest.FixtureRequest) -> Cast:
    found: Cast = request.param
    return found


@pytest.fixture
def system(demo: Demo, cast: Cast) -> Iterator[Actor]:
    """The machinery of the firm, inside its tenancy."""
    with demo.app.app_context():
        actor = Actor.system(get_firm_by_slug(cast.slug).id)
        with acting_as(actor.tenancy):
            yield actor


def size_of(cast: Cast, fund: Fund) -> Decimal:
    return sum(cast.commitments_to(fund).values(), Decimal(0))


def test_the_books_stand(system: Actor) -> None:
    assert list_ledger_findings(system) == []


def test_accounts_come_to_their_fund_to_the_cent(demo: Demo) -> None:
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in demo.ask(SUMS):
        sums[row.name][row.bucket] = row.amount
    for cast in load_casts():
        for fund in cast.funds:
            size, booked = size_of(cast, fund), sums[fund.description.name]
            life = live(fund, size=size, today=clock.today())
            assert booked["committed"] == -size
            assert booked["contributed"] == -sum(call.amount for call in life.calls)
            assert booked["fees"] == sum(fee.amount for fee in life.fees)
            assert booked["distributed"] == sum(each.amount for each in life.distributions)
            assert booked["unfunded"] == size - sum(call.amount for call in life.calls)


def test_no_account_drifts_from_its_share(system: Actor, cast: Cast) -> None:
    portfolio = get_portfolio(system, as_of=clock.today())
    for fund in cast.funds:
        called = sum(call.amount for call in live(fund, size=size_of(cast, fund), today=clock.today()).calls)
        for each in portfolio.holdings:
            if each.holding.vehicle == fund.description.name:
                share = called * each.figures.commitment / size_of(cast, fund)
                assert abs(each.figures.paid_in - share) < Decimal("0.01")


def test_everything_happened_by_yesterday_and_is_positive(demo: Demo) -> None:
    (found,) = demo.ask(EXTREMES)
    assert found.latest < clock.today()
    assert found.smallest > 0
    assert found.valued == last_valued_quarter(clock.today()) <= clock.today() - timedelta(days=45)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 23), date(2026, 9, 30)),
        (date(2026, 11, 14), date(2026, 9, 30)),
        (date(2026, 11, 13), date(2026, 6, 30)),
        (date(2026, 1, 5), date(2025, 9, 30)),
    ],
)
def test_a_quarter_is_valued_45_days_after_its_end(today: date, expected: date) -> None:
    assert last_valued_quarter(today) == expected


def test_returns_are_those_of_funds(system: Actor, cast: Cast) -> None:
    totals = {each.currency: each for each in get_portfolio(system, as_of=clock.today()).totals}
    assert set(totals) == {fund.description.currency for fund in cast.funds}
    for total in totals.values():
        assert total.tvpi is not None
        assert total.irr is not None
        assert Decimal("1.1") < total.tvpi < Decimal("2.5")
        assert Decimal("-0.05") < total.irr < Decimal("0.30")


def test_the_main_firm_has_every_strategy_two_currencies_and_a_deal_by_deal_one() -> None:
    main = load_casts()[0]
    assert len({fund.strategy for fund in main.funds}) == 6
    assert {fund.description.currency for fund in main.funds} == {"USD", "EUR"}
    assert {str(fund.description.terms.waterfall) for fund in main.funds} == {"whole_fund", "deal_by_deal"}
    assert (min(fund.vintage for fund in main.funds), max(fund.vintage for fund in main.funds)) == (2015, 2025)
    assert len(main.investors) == 40
    assert all(1 <= len(main.accounts_of(person)) <= 4 for person in main.investors)
    assert {holder.kind for holder in main.holders} >= {"individual", "joint", "trust", "retirement", "company"}


def test_statements_are_published_and_one_run_waits(system: Actor, cast: Cast) -> None:
    runs = list_statement_runs(system, most=50)
    waiting = next(fund.description.name for fund in cast.funds if fund.key == cast.waiting)
    assert [run.vehicle for run in runs if run.state is RunState.READY] == [waiting]
    published = [run for run in runs if run.state is RunState.PUBLISHED]
    assert {run.vehicle for run in published} == {fund.description.name for fund in cast.funds}
    assert len(published) == len(runs) - 1
    (latest, *_) = list_published_statements(system, StatementFilter(), most=1)
    statement = get_statement(system, latest.id)
    assert statement.file is not None
    assert resources().store.get(statement.file.key).startswith(b"%PDF-")


def test_an_import_waits_with_its_mistakes(demo: Demo) -> None:
    with demo.app.app_context():
        main = Actor.system(get_firm_by_slug(load_casts()[0].slug).id)
        with acting_as(main.tenancy):
            (waiting,) = list_imports(main)
    assert (waiting.state, waiting.rows, waiting.posted, waiting.problems) == (ImportState.CHECKED, 12, 0, 5)
    assert waiting.created_by == "Jordan Ellery"


def test_only_one_vehicle_is_announced(demo: Demo) -> None:
    """Of the statements of history nobody is told, so that the mailbox begins with what is of interest."""
    (announced,) = [fund for cast in load_casts() for fund in cast.funds if fund.key == cast.announced]
    told = demo.ask(
        "SELECT DISTINCT arguments ->> 'run_id' AS run FROM platform.outbox WHERE job = 'statements.announce'"
    )
    with demo.app.app_context():
        main = Actor.system(get_firm_by_slug(load_casts()[0].slug).id)
        with acting_as(main.tenancy):
            runs = {str(run.id): run.vehicle for run in list_statement_runs(main, most=50)}
    assert [runs[row.run] for row in told] == [announced.description.name]


def test_there_is_something_under_way_for_everybody(demo: Demo) -> None:
    rows = demo.ask
    assert rows(
        "SELECT kind, state, count(*) FROM identity.approvals WHERE kind <> 'valuation.post'"
        " GROUP BY kind, state ORDER BY 1, 2"
    ) == [
        ("capital_call.issue", "executed", 1), ("capital_call.issue", "open", 1),
        ("distribution.pay", "executed", 1),
        ("distribution.pay", "open", 1),
        ("factor.reset", "open", 1),
        ("fee_charge.post", "executed", 2),
        ("opportunity.open", "executed", 1),
        ("payments.change", "executed", 1),
        ("payments.change", "open", 2),
        ("receiving_details.change", "executed", 1),
        ("roles.change", "open", 1), ("tax_forms.issue", "executed", 3), ("tax_forms.issue", "open", 1),
    ]  # fmt: skip
    assert rows("SELECT given, count(*) FROM people.consents GROUP BY given ORDER BY given") == [(False, 2), (True, 5)]
    assert rows("SELECT state FROM people.erasures") == [("asked",)]
    assert rows("SELECT state FROM people.data_exports") == [("collecting",)]
    assert rows("SELECT count(*) FROM identity.audit_events WHERE act = 'delegation.look'") == [(1,)]
    assert rows("SELECT count(*) FROM identity.users WHERE NOT active") == [(2,)]


def test_money_moves_in_every_way(demo: Demo) -> None:
    rows = demo.ask
    assert rows("SELECT state, excess_state, count(*) FROM investments.receipts GROUP BY 1, 2") == [
        ("posted", "none", 2)
    ]
    assert rows("SELECT state, count(*) FROM investments.bank_lines GROUP BY 1 ORDER BY 1") == [
        ("matched", 2), ("open", 1)
    ]  # fmt: skip
    (posted,) = rows("SELECT falls FROM investments.distributions WHERE state = 'posted'")
    assert [len(fall["lines"]) for fall in posted[0]] == [4]
    assert all(Decimal(partners) + Decimal(carry) > 0 for *_, partners, carry, _ in posted[0][0]["lines"])
    assert rows(DRAFTED) == [(True,)]
    assert rows("SELECT DISTINCT state FROM investments.valuations ORDER BY 1") == [("draft",), ("posted",)]
    assert rows("SELECT max(accrued_carry) > 0 FROM investments.valuation_shares") == [(True,)]
    assert rows("SELECT paid_from, state FROM investments.fee_charges ORDER BY 1") == [
        ("call", "posted"), ("capital", "posted")
    ]  # fmt: skip
    assert rows("SELECT state FROM investments.subscriptions") == [("submitted",)]
    assert rows("SELECT count(*) FROM investments.interests WHERE state = 'standing'") == [(2,)]


def test_returns_and_taxes_have_something_in_every_state(demo: Demo) -> None:
    assert demo.ask("SELECT count(*) FROM investments.index_series, investments.line_draws") == [(1,)]
    kinds = demo.ask("SELECT DISTINCT kind, delivery FROM investments.tax_forms ORDER BY 1, 2")
    assert [kind for kind, delivery in kinds if delivery == "paper"] == ["1042_s", "1099_div", "k1"]
    assert {kind for kind, delivery in kinds if delivery == "electronic"} >= {"1099_div", "k1"}
    runs = demo.ask("SELECT stage, state, count(*) FROM investments.tax_runs GROUP BY 1, 2")
    assert sorted(runs) == [("estimate", "waiting", 1), ("final", "issued", 3)]
    assert demo.ask("SELECT DISTINCT given FROM investments.tax_consents ORDER BY 1") == [(False,), (True,)]


def test_the_library_has_papers_in_every_state(demo: Demo) -> None:
    rows = demo.ask
    assert {row[0] for row in rows("SELECT DISTINCT state FROM documents.documents WHERE type <> 'statement'")} == {
        "draft", "scheduled", "published", "archived",
    }  # fmt: skip
    assert rows("SELECT kind, count(*) > 0 FROM documents.folders GROUP BY kind ORDER BY kind") == [
        (kind, True) for kind in ("account", "firm", "folder", "room", "vehicle")
    ]
    assert rows("SELECT revoked_at IS NULL FROM documents.shares ORDER BY 1") == [(False,), (True,)]
    assert rows("SELECT count(*) FROM documents.audiences WHERE starts_with(reach, 'person:')") == [(3,)]
    assert rows("SELECT count(*) FROM documents.acknowledgements") == [(5,)]
    assert rows("SELECT count(*) FROM documents.archive_items") == [(3,)]
    assert rows("SELECT count(*) FROM documents.holds") == [(1,)]
    assert rows("SELECT state, count(*) FROM documents.room_questions GROUP BY state ORDER BY state") == [
        ("answered", 1),
        ("open", 1),
    ]


def test_envelopes_wait_for_signers_of_every_kind(demo: Demo) -> None:
    found = demo.ask(
        "SELECT e.state, string_agg(s.state, ' ' ORDER BY s.seat) AS signers FROM documents.envelopes e"
        " JOIN documents.signers s ON s.envelope_id = e.id GROUP BY e.id, e.state ORDER BY 1, 2"
    )
    assert [tuple(row) for row in found] == [
        ("declined", "declined waiting"),
        ("draft", "waiting waiting"),
        ("sent", "asked waiting"),
        ("sent", "signed asked"),
        ("sent", "signed asked waiting"),
        ("signed", "signed signed signed"),
    ]


def test_the_worker_publishes_refuses_and_stops_what_was_sent(demo: Demo) -> None:
    """The jobs that the seeding left for three of the uploads are done as the worker does them."""
    expected = {
        "Valuation policy": ("published", None),
        "Board resolution": ("draft", "password"),
        "Answer on fees": ("draft", "another investor's name"),
    }
    waiting = demo.ask(
        "SELECT o.id, o.firm_id, o.job, o.arguments, d.id AS document_id, d.title, d.state FROM platform.outbox o"
        " JOIN documents.versions v ON v.id = (o.arguments ->> 'version_id')::uuid"
        " JOIN documents.documents d ON d.id = v.document_id WHERE o.job = 'documents.check'"
    )
    ours = [row for row in waiting if row.title in expected]
    assert len(ours) == 3
    for row in ours:
        with demo.app.app_context(), acting_as(Actor.system(row.firm_id).tenancy):
            check(Work(row.id, row.firm_id, row.job, row.arguments, 1))
            publish_due_document(Actor.system(row.firm_id), row.document_id)
    found = demo.ask(
        "SELECT d.title, d.state, COALESCE(v.refusal, d.stopped) AS why FROM documents.versions v"
        " JOIN documents.documents d ON d.id = v.document_id"
    )
    for row in found:
        if row.title in expected:
            state, why = expected[row.title]
            assert row.state == state
            assert (why or "") in (row.why or "")
            assert (why is None) == (row.why is None)


def test_whoever_is_in_the_file_can_sign_in(demo: Demo) -> None:
    told = orjson.loads((demo.settings.data_dir / "demo.json").read_bytes())
    users = told["users"]
    assert told["url"] == "http://localhost:8123"
    assert len({user["email"] for user in users}) == len(users) == 54
    assert [user["roles"] for user in users[:4]] == [["associate"], ["manager"], ["investor"], ["investor"]]
    assert {role for user in users for role in user["roles"]} == {role.value for role in Role}
    assert len(users[2]["accounts"]) == 4
    for user in users:
        assert user["email"].endswith(("@example.com", "@example.org", "@example.net"))
        assert user["password"] == PASSWORD
        has_app = user["roles"] not in (["investor"], ["delegate"]) or user["name"] == "Kenji Watanabe"
        assert bool(user["totp_secret"]) == has_app
        assert bool(user["accounts"]) == (user["roles"] in (["investor"], ["delegate"]))
    with demo.app.app_context():
        for user in (users[0], users[2], users[-1]):
            firm_id = prove_credentials(user["email"], user["password"], firm_id=None).firm_id
            assert firm_id == get_firm_by_slug(user["firm"]).id


def test_seeding_again_changes_nothing_but_writes_the_file_anew(demo: Demo) -> None:
    before, file = demo.counts(), demo.settings.data_dir / "demo.json"
    file.unlink()
    again = demo.seed()
    assert again.output.count("is there.") == 2
    assert demo.counts() == before
    assert file.is_file()
    assert not [each for each in demo.settings.data_dir.iterdir() if each.name.startswith(".demo")]


def test_production_refuses_it(demo: Demo) -> None:
    refused = demo.seed(PORTAL_MODE="production", PUBLIC_URL="https://portal.example.com")
    assert refused.exit_code == 1
    assert "everybody knows" in refused.output
