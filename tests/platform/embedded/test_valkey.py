from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import redis

from portal.platform.embedded.errors import StartFailed
from portal.platform.embedded.valkey import EmbeddedValkey


def client(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(server.url(), decode_responses=True)


def test_a_stop_keeps_what_was_written(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "valkey") as server:
        client(server).set("doorbell", "rung")
    with EmbeddedValkey(tmp_path / "valkey") as server:
        assert client(server).get("doorbell") == "rung"


def test_it_starts_again_after_a_kill(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    assert server.process.pid is not None
    os.kill(server.process.pid, signal.SIGKILL)
    server.stop()
    with server:
        assert server.answers()


def test_it_listens_on_its_socket_only_and_never_evicts(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "valkey", durable=False) as server:
        settings = client(server).config_get("port", "maxmemory-policy", "appendonly")
        assert settings == {"port": "0", "maxmemory-policy": "noeviction", "appendonly": "no"}
        assert server.socket.stat().st_mode & 0o077 == 0
        assert server.socket.parent.stat().st_mode & 0o077 == 0


def test_a_file_it_cannot_read_is_reported_with_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "valkey" / "appendonlydir").mkdir(parents=True)
    (tmp_path / "valkey" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    with pytest.raises(StartFailed, match=r"(?s)valkey ended with code 1.*manifest.*The whole log: "):
        EmbeddedValkey(tmp_path / "valkey").start()
