"""A process of its own answers, and is gone when it does not."""

from __future__ import annotations

import time

import pytest

from portal.platform.confined import Exhausted, run_confined


def test_it_answers() -> None:
    assert run_confined("builtins:dict", pages=3) == {"pages": 3}


def test_what_sleeps_is_ended_by_the_clock() -> None:
    began = time.monotonic()
    with pytest.raises(Exhausted):
        run_confined("signal:pause", seconds=1)
    assert 3 <= time.monotonic() - began < 9


def test_what_brings_its_process_down_is_told() -> None:
    with pytest.raises(Exhausted):
        run_confined("os:abort")
