"""An investor's portfolio with twenty holdings: against a bare page, against its own statements, against itself kept
by the browser, and against the same page written the idiomatic way."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.results import Result
from benchmarks.rounds import Subject, run_rounds
from benchmarks.stage import COOKIE, Stage, Visitor

PATH = "/investments/portfolio"
JSON = "/api/v1/investments/portfolio"
HOLDINGS = "/api/v1/investments/holdings"


def measure(stage: Stage) -> Iterator[Result]:
    """The pages of one investor, all in the same rounds."""
    visitor = stage.visitor("twenty")
    timings = run_rounds(_subjects(stage, visitor), rounds=stage.rounds)

    def result(scenario: str, subject: str, control: str, aim: str) -> Result:
        return Result(scenario, timings.ratio(subject, control), aim, f"× {control}", timings.told(subject, control))

    yield result("Portfolio page, 20 holdings", "page", "bare hello", "<=4")
    yield result("Portfolio page, 20 holdings", "page", "bare route with its SQL", "<=1.7")
    yield result("Portfolio JSON", "JSON", "bare route with its SQL for JSON", "<=1.5")
    yield result("Holdings JSON, 20 holdings", "holdings JSON", "bare route with their SQL for JSON", "<=1.5")
    yield result("Portfolio page again with its ETag (304)", "304", "page", "<=0.6")
    yield result("Idiomatic ORM page, joinedload", "ORM joinedload", "page", ">=2.5")
    yield result("Idiomatic ORM page, lazy", "ORM lazy", "page", ">=4")


def _subjects(stage: Stage, visitor: Visitor) -> dict[str, Subject]:
    page = visitor.page(PATH)
    cookie = {"Cookie": f"{COOKIE}={visitor.cookies[COOKIE]}"}
    return {
        "page": page,
        "bare hello": stage.control("/hello"),
        "bare route with its SQL": stage.control(stage.record("page", visitor, PATH)),
        "304": visitor.page(PATH, **{"If-None-Match": page().tag}),
        "JSON": visitor.json(JSON),
        "bare route with its SQL for JSON": stage.control(f"{stage.record('totals', visitor, JSON)}.json"),
        "holdings JSON": visitor.json(HOLDINGS),
        "bare route with their SQL for JSON": stage.control(f"{stage.record('holdings', visitor, HOLDINGS)}.json"),
        "ORM joinedload": stage.control("/idiomatic/joined", cookie),
        "ORM lazy": stage.control("/idiomatic/lazy", cookie),
    }
