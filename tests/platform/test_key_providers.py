"""Keys that AWS KMS keeps: in the file only as KMS sealed them, in memory for minutes, refused when taken away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import httpx
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from portal.cli.keys import create_key, keys
from portal.platform import key_files
from portal.platform.crypto import BadKeyFile, Vault, create_encryption_key, read_keys
from portal.platform.key_providers import PLAIN, AwsKms, ProviderUnavailable


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedMotoServer]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    running.start()
    host, port = running.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def kms_key(server: ThreadedMotoServer) -> str:
    arn: str = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


@pytest.fixture
def vault(kms_key: str, tmp_path: Path) -> Vault:
    provider = AwsKms(kms_key)
    create_encryption_key(tmp_path / "encryption.keys", provider)
    return Vault(tmp_path / "encryption.keys", provider)


def test_the_file_holds_no_key(vault: Vault) -> None:
    sealed = vault.seal(b"secret", place="a:1")
    assert vault.unseal(sealed, place="a:1") == b"secret"
    (line,) = vault.key_file.read_text().splitlines()
    key_id, text = line.split()
    assert text.startswith("kms:")
    with pytest.raises(BadKeyFile, match="KMS_KEY_ID"):
        read_keys(vault.key_file.read_bytes())
    moved = f"kother {text}\n".encode()
    with pytest.raises(BadKeyFile, match="refused"):
        read_keys(moved, vault.provider)
    assert key_id == vault.key_in_force()


def test_an_installation_moves_to_kms_by_a_rotation(kms_key: str, tmp_path: Path) -> None:
    file = tmp_path / "encryption.keys"
    create_encryption_key(file, PLAIN)
    sealed = Vault(file).seal(b"secret", place="a:1")
    provider = AwsKms(kms_key)
    create_encryption_key(file, provider)
    vault = Vault(file, provider)
    assert vault.unseal(sealed, place="a:1") == b"secret"
    assert vault.unseal(vault.seal(b"new", place="a:1"), place="a:1") == b"new"
    assert [line.split()[1].startswith("kms:") for line in file.read_text().splitlines()] == [True, False]


def test_a_key_taken_away_opens_nothing_after_minutes(vault: Vault) -> None:
    sealed = vault.seal(b"secret", place="a:1")
    httpx.post(f"{os.environ['AWS_ENDPOINT_URL_KMS']}/moto-api/reset").raise_for_status()  # every key is gone
    assert vault.unseal(sealed, place="a:1") == b"secret", "still in memory"
    with _later(vault, timedelta(minutes=5, seconds=1)), pytest.raises(BadKeyFile):
        vault.unseal(sealed, place="a:1")


def test_an_outage_is_borne_for_an_hour(
    vault: Vault, server: ThreadedMotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_files, "PAUSE", 0.0)
    sealed = vault.seal(b"secret", place="a:1")
    server.stop()
    with _later(vault, timedelta(minutes=30)):
        assert vault.unseal(sealed, place="a:1") == b"secret"
    with _later(vault, timedelta(minutes=31)), pytest.raises(ProviderUnavailable):
        vault.unseal(sealed, place="a:1")
    with pytest.raises(ProviderUnavailable):
        Vault(vault.key_file, AwsKms("alias/other")).unseal(sealed, place="a:1")


def test_the_commands_use_kms_where_it_is_named(kms_key: str, tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "ENCRYPTION_KEY_FILE": "", "SIGNING_KEY_FILE": "", "KMS_KEY_ID": kms_key}
    run = CliRunner(env=environment)
    assert run.invoke(create_key).exit_code == 0
    assert run.invoke(keys, ["rotate", "encryption"]).exit_code == 0
    for name in ("encryption.keys", "index.keys"):
        lines = (tmp_path / "keys" / name).read_text().splitlines()
        assert all(line.split()[1].startswith("kms:") for line in lines)
    assert run.invoke(keys, ["status"]).exit_code == 0


def _later(vault: Vault, span: timedelta) -> _Aged:
    return _Aged(vault, span)


class _Aged:
    """The keys in a vault's memory are older by `span`, as the clock that counts them cannot be set."""

    def __init__(self, vault: Vault, span: timedelta) -> None:
        self._read, self._span = vault._ring._read, span.total_seconds()

    def __enter__(self) -> None:
        assert self._read is not None
        self._read.opened_at -= self._span
        self._read.ask_again -= self._span

    def __exit__(self, *_: object) -> None:
        pass
