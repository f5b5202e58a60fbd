"""`python -m benchmarks --size S`: measures, prints a table, writes results/latest.json.

Ends with 1 where the machine was too unquiet for a figure (see rounds.py); an aim that is missed is a figure too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from benchmarks.generator import SIZES
from benchmarks.results import RESULTS, Result, Voided, table, write
from benchmarks.rounds import Void
from benchmarks.scenarios import (
    documents,
    filing,
    growth,
    imports,
    money,
    portfolio,
    posting,
    rates,
    returns,
    signing_in,
    statements,
    web_process,
)
from benchmarks.servers import Servers
from benchmarks.stage import Stage

SCENARIOS: tuple[ModuleType, ...] = (
    portfolio,
    growth,
    signing_in,
    rates,
    returns,
    posting,
    imports,
    filing,
    money,
    statements,
    documents,
    web_process,
)
TRIES = 3


def main() -> int:
    """Run the scenarios asked for; the exit code."""
    asked = _arguments()
    root = Path(os.environ.get("BENCH_DIR") or Path(tempfile.gettempdir()) / "portal-benchmarks").resolve()
    chosen = [each for each in SCENARIOS if not asked.only or _name(each) in asked.only]
    size = SIZES[asked.size]
    smaller = [each for each in SIZES.values() if each.accounts <= size.accounts]
    with Servers(root, smaller) as servers, Stage(root, servers, size, rounds=asked.rounds) as stage:
        results, voided = _run(stage, chosen)
    print(table(results, voided))
    return 1 if voided else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the portal against its aims.")
    parser.add_argument("--size", choices=("S", "L"), default="S", help="1k accounts or 100k accounts")
    parser.add_argument("--rounds", type=int, default=400, help="rounds per comparison")
    parser.add_argument("--only", nargs="*", choices=[_name(each) for each in SCENARIOS], help="some scenarios only")
    return parser.parse_args()


def _run(stage: Stage, chosen: list[ModuleType]) -> tuple[list[Result], list[Voided]]:
    results: list[Result] = []
    voided: list[Voided] = []
    for scenario in chosen:
        print(f"Measuring {_name(scenario)} …", file=sys.stderr, flush=True)
        for attempt in range(1, TRIES + 1):
            try:
                results += list(scenario.measure(stage))
                write(results, RESULTS / "latest.json")  # what is measured stays, whatever happens later
                break
            except Void as void:
                print(f"  void, {void} (try {attempt} of {TRIES})", file=sys.stderr, flush=True)
                if attempt == TRIES:
                    voided.append(Voided(_name(scenario), str(void)))
    return results, voided


def _name(scenario: ModuleType) -> str:
    return scenario.__name__.rpartition(".")[2]


if __name__ == "__main__":
    sys.exit(main())
