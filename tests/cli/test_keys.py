"""Rotating keys from the command line, while a vault and a signer are in use."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli.keys import create_key, keys
from portal.platform.crypto import Vault
from portal.platform.signing import TokenSigner


@pytest.fixture
def run(tmp_path: Path) -> CliRunner:
    runner = CliRunner(env={"DATA_DIR": str(tmp_path), "SIGNING_KEY_FILE": "", "ENCRYPTION_KEY_FILE": ""})
    assert runner.invoke(create_key).exit_code == 0
    return runner


def test_what_was_made_before_a_rotation_stays_good(run: CliRunner, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys" / "encryption.keys")
    signer = TokenSigner(tmp_path / "keys" / "api-signing.pem", "https://portal.example", "secret")
    sealed = vault.seal(b"secret", place="a:1")
    token = signer.sign(subject="ada", session="1", length=timedelta(hours=1), auth_time=0)
    for kind in ("signing", "encryption"):
        assert "in the place of" in run.invoke(keys, ["rotate", kind]).output
    assert vault.unseal(sealed, place="a:1") == b"secret"
    assert vault.seal(b"secret", place="a:1")[:10] != sealed[:10], "the new key is in force"
    assert signer.verify(token)["sub"] == "ada"
    said = run.invoke(keys, ["status"]).output.splitlines()
    assert [line.split(":")[0] for line in said] == ["signing", "encryption", "index"]
    assert ["before it" in line for line in said] == [True, True, False]


def test_a_missing_file_is_said(run: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "keys" / "api-signing.pem").unlink()
    refused = run.invoke(keys, ["rotate"])
    assert refused.exit_code == 1
    assert "portal create-key" in refused.output
