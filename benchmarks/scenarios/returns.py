"""The returns of an investor in sixty vehicles, with fifteen years of quarterly flows each, against pyxirr on the same
flows: each holding's figures and their total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

import psycopg
import pyxirr

from benchmarks.generator import FIRM
from benchmarks.results import Result
from benchmarks.rounds import run_rounds
from benchmarks.stage import Stage
from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import FLOWS, list_flows, list_holdings
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind, HoldingFigures
from portal.domain.investments.returns.queries import get_portfolio_of
from portal.domain.investments.returns.rules.rates import internal_rate_of_return
from portal.domain.investments.returns.values import Flow
from portal.domain.investments.vehicles.services import create_vehicle
from portal.domain.investments.vehicles.values import VehicleDescription
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.tenancy import acting_as

VEHICLES, QUARTERS = 60, 60
FIRST, LAST = date(2011, 3, 31), date(2026, 6, 30)
ROUNDS = 60
Dated = tuple[list[date], list[Decimal]]


def measure(stage: Stage) -> Iterator[Result]:
    """With the flows at hand, and from the database to every figure; in a copy of the database."""
    url = stage.servers.scratch("returns")
    app = stage.app(database_url=stage.servers.postgres.url("portal_web", "scratch_returns"))
    system = Actor.system(FIRM)
    with app.app_context(), acting_as(system.tenancy), psycopg.connect(url, autocommit=True) as connection:
        account = _invest(system)
        connection.execute("VACUUM (ANALYZE)")
        yield from _measure(system, account, connection)


def _measure(system: Actor, account: UUID, connection: psycopg.Connection) -> Iterator[Result]:
    holdings = list_holdings(system, as_of=LAST, account_id=account)
    assert len(holdings) == VEHICLES
    sets = [*_flows(holdings).values()]
    plain: list[Dated] = [([each.on for each in flows], [each.amount for each in flows]) for flows in sets]
    for flows, (days, amounts) in zip(sets, plain, strict=True):
        ours, theirs = internal_rate_of_return(flows).rate, pyxirr.xirr(days, amounts)
        assert abs(float(ours or 0) - (theirs or 0)) < 1e-9, (ours, theirs)
    later = count(1)  # each day's figures are worked out anew: nothing of them is kept

    def returns() -> None:
        day = LAST + timedelta(days=next(later))
        get_portfolio_of(list_holdings(system, as_of=day, account_id=account), as_of=day)

    subjects = {
        "returns": returns,
        "pyxirr with the same SQL": lambda: _guess(
            _fetched(list_holdings(system, as_of=LAST, account_id=account), connection)
        ),
        "rates": lambda: [internal_rate_of_return(each) for each in sets],
        "pyxirr": lambda: _guess(plain),
    }
    timings = run_rounds(subjects, rounds=ROUNDS)
    for words, mine, theirs in (
        ("Returns of 60 holdings and their total, nothing kept", "returns", "pyxirr with the same SQL"),
        ("IRR of 60 holdings and their total", "rates", "pyxirr"),
    ):
        told = f"{sum(map(len, sets)):,} flows; {timings.told(mine, theirs)}"
        yield Result(words, timings.ratio(mine, theirs), "<=2", f"× {theirs}", told)


def _guess(sets: Sequence[Dated]) -> None:
    for days, amounts in sets:
        pyxirr.xirr(days, amounts)


def _flows(holdings: Sequence[HoldingFigures]) -> dict[UUID | None, list[Flow]]:
    """The flows of each holding, and under None those of all, which end with what each was worth."""
    found: dict[UUID | None, list[Flow]] = defaultdict(list)
    for each in list_flows([each.id for each in holdings], as_of=LAST):
        found[each.holding_id].append(Flow(each.on, each.distributed - each.contributed))
    for holding in holdings:
        found[holding.id].append(Flow(holding.valued_on or LAST, holding.nav))
    return {**found, None: [flow for flows in list(found.values()) for flow in flows]}


def _fetched(holdings: Sequence[HoldingFigures], connection: psycopg.Connection) -> list[Dated]:
    sets: dict[UUID, Dated] = {each.id: ([], []) for each in holdings}
    given = {"ids": list(sets), "as_of": LAST, "known": None}
    for row in connection.execute(FLOWS, given).fetchall():
        sets[row[0]][0].append(row[1])
        sets[row[0]][1].append(row[3] - row[2])
    for each in holdings:
        sets[each.id][0].append(each.valued_on or LAST)
        sets[each.id][1].append(each.nav)
    days = [day for each in sets.values() for day in each[0]]
    return [*sets.values(), (days, [amount for each in sets.values() for amount in each[1]])]


def _invest(system: Actor) -> UUID:
    """An account with a commitment to each vehicle, drawn for seven years and paid back over eight; the id."""
    account = open_account(system, name="Sixty Vehicles", kind=AccountKind.TRUST, members=[])
    for number in range(VEHICLES):
        vehicle = create_vehicle(system, VehicleDescription(f"Returning Fund {number}", "USD"))
        post_entries(system, list(_history(account, vehicle, number)))
    return account


def _history(account: UUID, vehicle: UUID, number: int) -> Iterator[Entry]:
    def entry(place: int, kind: EntryKind, on: date, amount: int) -> Entry:
        key = f"returns:{number}:{place}:{kind}"
        return Entry(account, vehicle, kind, on, Decimal(amount), key, key)

    yield entry(0, EntryKind.COMMITMENT, FIRST, 10_000_000)
    for quarter in range(QUARTERS):
        on = FIRST + timedelta(days=91 * quarter + number % 17)
        going_in = quarter < QUARTERS * 7 // 15
        kind = EntryKind.CONTRIBUTION if going_in else EntryKind.DISTRIBUTION
        yield entry(quarter, kind, on, 100_000 + 1_000 * ((quarter * 7 + number * 13) % 61))
    yield entry(QUARTERS, EntryKind.VALUATION, date(2026, 3, 31), 900_000 + 10_000 * number)
