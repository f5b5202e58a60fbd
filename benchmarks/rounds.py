"""The method: paired rounds.

In each round every subject is called once, in random order, so that whatever else the machine does falls on all of
them alike. A comparison is the median of the rounds' ratios. The first subject runs twice in each round, as itself
and as its twin: where the two differ by more than five percent, the machine was too unquiet and the run says nothing.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from statistics import median, quantiles

Subject = Callable[[], object]
TWIN = "(twin)"
LOWEST, HIGHEST = 0.95, 1.05


class Seconds(float):
    """What a subject answers that measures itself, because it has to set the scene first."""


class Void(Exception):
    """The machine was too unquiet: a subject differed from itself."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds per subject and round."""

    seconds: Mapping[str, list[float]]

    def ratio(self, subject: str, control: str) -> float:
        """How many times as long `subject` takes as `control`: the median of the rounds."""
        pairs = zip(self.seconds[subject], self.seconds[control], strict=True)
        return median(mine / its for mine, its in pairs)

    def milliseconds(self, subject: str) -> float:
        """The median of a subject."""
        return median(self.seconds[subject]) * 1000

    @property
    def honesty(self) -> float:
        """The first subject against itself; 1 on a machine that does nothing else."""
        first = next(iter(self.seconds))
        return self.ratio(first, TWIN)

    def told(self, *subjects: str) -> str:
        """The subjects' medians and the A/A ratio in words."""
        each = ", ".join(f"{name} {self.milliseconds(name):.2f} ms" for name in subjects)
        return f"{each}; A/A {self.honesty:.3f}"


def run_rounds(subjects: Mapping[str, Subject], *, rounds: int, warm_up: int = 5) -> Timings:
    """Call all `subjects` once per round in random order; raises Void when the first differs from its twin."""
    calls = {**subjects, TWIN: next(iter(subjects.values()))}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    order, chance = list(calls), Random(20261123)
    for _ in range(warm_up):
        for call in subjects.values():
            call()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            chance.shuffle(order)
            for name in order:
                seconds[name].append(_timed(calls[name]))
    finally:
        gc.enable()
    timings = Timings(seconds)
    if not LOWEST <= timings.honesty <= HIGHEST:
        raise Void(f"A/A {timings.honesty:.3f} over {rounds} rounds")
    return timings


def _timed(call: Subject) -> float:
    began = time.perf_counter()
    answer = call()
    return answer if isinstance(answer, Seconds) else time.perf_counter() - began


def percentile_95(seconds: list[float]) -> float:
    """The 95th of a hundred, in the same unit."""
    return quantiles(seconds, n=100)[94]
