"""What must not grow: an investor with a thousand times the transactions, a list at its far end, a database with a
thousand times the postings."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from benchmarks.generator import SIZES, known_id
from benchmarks.results import Result
from benchmarks.rounds import run_rounds
from benchmarks.scenarios.portfolio import PATH
from benchmarks.stage import Stage
from portal.platform.pagination import encode_cursor

LIST = "/investments/transactions"
DEPTH = 9_000
AT_DEPTH = """
SELECT effective_on, id FROM investments.journals WHERE account_id = %(account)s
ORDER BY effective_on DESC, id DESC OFFSET %(depth)s LIMIT 1
"""


def measure(stage: Stage) -> Iterator[Result]:
    """The three, each in rounds of its own."""
    yield from _history(stage)
    yield from _depth(stage)
    if stage.size.name == "L":
        yield from _postings(stage)


def _history(stage: Stage) -> Iterator[Result]:
    few, many = "with 10", "with 10,000"
    subjects = {many: stage.visitor("many").page(PATH), few: stage.visitor("ten").page(PATH)}
    timings = run_rounds(subjects, rounds=stage.rounds)
    yield Result(
        "Portfolio page of an investor with 10,000 transactions",
        timings.ratio(many, few),
        "<=1.2",
        "× one with 10",
        timings.told(many, few),
    )


def _depth(stage: Stage) -> Iterator[Result]:
    visitor = stage.visitor("many")
    with psycopg.connect(stage.servers.admin_url(stage.size)) as connection:
        given = {"account": known_id("account", "many"), "depth": DEPTH}
        place = connection.execute(AT_DEPTH, given).fetchone()
    assert place
    first, deep = "page 1", f"at depth {DEPTH:,}"
    subjects = {deep: visitor.page(f"{LIST}?before={encode_cursor(*place)}"), first: visitor.page(LIST)}
    timings = run_rounds(subjects, rounds=stage.rounds)
    yield Result(
        f"Transactions at depth {DEPTH:,}", timings.ratio(deep, first), "<=1.1", "× page 1", timings.told(deep, first)
    )


def _postings(stage: Stage) -> Iterator[Result]:
    small, large = "over 10k", "over 10M"
    subjects = {
        large: stage.visitor("twenty").page(PATH),
        small: stage.visitor("twenty", SIZES["XS"]).page(PATH),
    }
    timings = run_rounds(subjects, rounds=stage.rounds)
    yield Result(
        "Portfolio page over 10M postings, 100k accounts",
        timings.ratio(large, small),
        "<=1.15",
        "× over 10k postings",
        timings.told(large, small),
    )
