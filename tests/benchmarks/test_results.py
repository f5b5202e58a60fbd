"""The figures as they are shown and kept, and the method that lets no unquiet machine speak."""

from __future__ import annotations

import time
from itertools import cycle
from pathlib import Path

import orjson
import pytest

from benchmarks.results import Result, Voided, table, write
from benchmarks.rounds import Seconds, Timings, Void, run_rounds

FAST = Result("Page", 1.204, "<=1.2", "× control", "page 2 ms")
SLOW = Result("Run", 0.69, ">=0.7", "× control", "run 3 ms")


def test_an_aim_is_judged_by_the_figure_that_is_shown() -> None:
    assert FAST.met
    assert not SLOW.met
    assert Result("Run", 0.7, ">=0.7", "", "").met
    assert not Result("Page", 1.21, "<=1.2", "", "").met


def test_the_table_has_a_line_each() -> None:
    lines = table([FAST, SLOW], [Voided("imports", "A/A 1.100 over 5 rounds")]).splitlines()
    assert [line.split()[0] for line in lines] == ["scenario", "ok", "SHORT", "void"]
    assert "1.20" in lines[1]
    assert "A/A 1.100" in lines[3]


def test_the_json_is_a_list_of_plain_objects(tmp_path: Path) -> None:
    write([FAST], tmp_path / "new" / "latest.json")
    assert orjson.loads((tmp_path / "new" / "latest.json").read_bytes()) == [
        {"scenario": "Page", "ratio": 1.204, "aim": "<=1.2", "unit": "× control", "detail": "page 2 ms"}
    ]


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    timings = Timings({"mine": [2.0, 90.0, 3.0], "its": [1.0, 1.0, 1.0]})
    assert timings.ratio("mine", "its") == 3.0


def test_every_subject_is_called_once_a_round_and_the_first_twice() -> None:
    calls: list[str] = []

    def subject(name: str, seconds: float) -> Seconds:
        calls.append(name)
        return Seconds(seconds)

    timings = run_rounds({"a": lambda: subject("a", 2.0), "b": lambda: subject("b", 1.0)}, rounds=4, warm_up=0)
    assert sorted(calls) == ["a"] * 8 + ["b"] * 4
    assert timings.ratio("a", "b") == 2.0


def test_a_subject_that_differs_from_itself_voids_the_run() -> None:
    turns = cycle([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    with pytest.raises(Void, match="A/A"):
        run_rounds({"unquiet": lambda: Seconds(next(turns))}, rounds=5, warm_up=0)


def test_what_answers_no_seconds_is_timed() -> None:
    def nap() -> float:
        time.sleep(0.02)
        return 1.0

    timings = run_rounds({"nap": nap}, rounds=3, warm_up=0)
    assert 20 <= timings.milliseconds("nap") < 20_000, "milliseconds, however busy the machine"
