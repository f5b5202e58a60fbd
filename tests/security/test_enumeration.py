"""Whether an address is somebody's shows nowhere: not in the status, the length, the words, nor the time.

Times are compared by rank: how often a known address took longer than an unknown one. What happens to both alike, such
as a busy machine, moves no rank. `TIMING=500` takes larger samples and finds smaller differences.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Any

import pytest
from flask import Flask

from tests.conftest import taken_back
from tests.security.reading import unchanging
from tests.security.scene import Scene

SAMPLES = int(os.environ.get("TIMING", "30"))
FIRM = {"Host": "harbour.example"}


@dataclass(frozen=True)
class Door:
    """Where somebody may try an address."""

    path: str
    form: dict[str, str]
    json: bool = False

    def send(self, app: Flask, email: str) -> tuple[int, str, str, float]:
        """Status, place and text of the answer for an address, and the seconds it took."""
        with taken_back(app), app.app_context():
            given = {**self.form, "email": email}
            sent: dict[str, Any] = {"json": given} if self.json else {"data": given}
            begun = time.perf_counter()
            response = app.test_client().post(self.path, headers=FIRM, **sent)
            took = time.perf_counter() - begun
            return response.status_code, response.headers.get("Location", ""), response.text, took


WRONG = {"password": "not the one that it is"}
DOORS = {
    "signing in": Door("/sign-in", WRONG),
    "forgetting a password": Door("/password/forgot", {}),
    "registering": Door("/register", {}),
    "signing an app in": Door("/api/v1/auth/login", WRONG, json=True),
    "forgetting it in an app": Door("/api/v1/auth/password/forgot", {}, json=True),
}


def overlap(first: list[float], second: list[float]) -> float:
    """How often one of `first` is larger than one of `second` (Mann and Whitney's U, as a part of one)."""
    larger = sum((a > b) + (a == b) / 2 for a in first for b in second)
    return larger / (len(first) * len(second))


def margin(samples: int) -> float:
    """How far from a half the overlap of two samples of one kind may be: four standard errors, once in 16,000."""
    return 4 * sqrt((2 * samples + 1) / (12 * samples**2))


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_known_and_unknown_addresses_are_answered_alike(committed_app: Flask, scene: Scene, door: Door) -> None:
    known = f"{scene.ada.name}@example.com".lower()
    chance, times = random.Random(7), {True: [], False: []}  # type: dict[bool, list[float]]
    for number in range(SAMPLES + 2):
        for is_known in chance.sample([True, False], 2):
            email = known if is_known else f"zqqnobody{number:03}qqz@example.com"
            status, place, text, took = door.send(committed_app, email)
            said = (status, place, unchanging(text.replace(email, "the address"), ""))
            if number == 0 and len(times[True]) + len(times[False]) == 0:
                expected = said
            assert said == expected, f"{email} is answered otherwise"
            times[is_known].append(took)
    slower, most = overlap(times[True][2:], times[False][2:]), margin(SAMPLES)
    milliseconds = {is_known: round(median(taken) * 1000, 2) for is_known, taken in times.items()}
    print(f"\n{door.path}: known {milliseconds[True]} ms, unknown {milliseconds[False]} ms, overlap {slower:.3f}")
    assert abs(slower - 0.5) <= most, f"the time tells: a known address takes longer {slower:.0%} of the time"


def test_a_difference_in_time_would_be_found() -> None:
    noise = random.Random(7)
    quick, slow = ([noise.gauss(mean, 0.02) for _ in range(30)] for mean in (0.05, 0.09))
    assert abs(overlap(slow, quick) - 0.5) > margin(30)
    assert abs(overlap(quick, [noise.gauss(0.05, 0.02) for _ in range(30)]) - 0.5) <= margin(30)
