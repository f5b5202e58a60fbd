"""The internal rate of return of a thousand flows, proven to be the only one, against pyxirr's first guess."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pyxirr

from benchmarks.generator import FIRM, known_id
from benchmarks.results import Result
from benchmarks.rounds import run_rounds
from benchmarks.stage import Stage
from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import FLOWS, list_flows
from portal.domain.investments.returns.rules.rates import internal_rate_of_return
from portal.domain.investments.returns.values import Flow
from portal.platform.tenancy import acting_as

AS_OF = date(2026, 6, 30)
HOLDING = known_id("holding", "flows", 0)


def measure(stage: Stage) -> Iterator[Result]:
    """With the flows at hand, and with the statement that fetches them."""
    url = stage.servers.admin_url(stage.size)
    with stage.app().app_context(), acting_as(Actor.system(FIRM).tenancy), psycopg.connect(url) as connection:
        yield from _measure(stage, connection)


def _measure(stage: Stage, connection: psycopg.Connection) -> Iterator[Result]:
    flows = _flows()
    days, amounts = [flow.on for flow in flows], [flow.amount for flow in flows]

    def fetched_and_guessed() -> None:
        rows = connection.execute(FLOWS, {"ids": [HOLDING], "as_of": AS_OF, "known": None}).fetchall()
        pyxirr.xirr([row[1] for row in rows], [row[3] - row[2] for row in rows])

    subjects = {
        "IRR": lambda: internal_rate_of_return(flows),
        "pyxirr": lambda: pyxirr.xirr(days, amounts),
        "IRR with its SQL": lambda: internal_rate_of_return(_flows()),
        "pyxirr with the same SQL": fetched_and_guessed,
    }
    timings = run_rounds(subjects, rounds=stage.rounds)
    for mine, theirs in (("IRR", "pyxirr"), ("IRR with its SQL", "pyxirr with the same SQL")):
        told = f"{len(flows):,} flows; {timings.told(mine, theirs)}"
        yield Result(f"{mine} of 1,000 flows", timings.ratio(mine, theirs), "<=2", f"× {theirs}", told)


def _flows() -> list[Flow]:
    return [Flow(each.on, each.distributed - each.contributed) for each in list_flows([HOLDING], as_of=AS_OF)]
