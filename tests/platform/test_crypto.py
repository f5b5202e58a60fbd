"""What is sealed opens at its place with its key, and in no other way."""

from __future__ import annotations

import stat
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from portal.app import create_app
from portal.cli.keys import create_key
from portal.platform.crypto import BadKeyFile, Unopenable, Vault, create_encryption_key, read_keys
from portal.settings import Settings, SettingsError, load

PLACES = st.text(min_size=1, max_size=60)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "encryption.keys"
    create_encryption_key(path)
    return path


@pytest.fixture(scope="module")
def vault(key_file: Path) -> Vault:
    return Vault(key_file)


@given(plain=st.binary(max_size=200), place=PLACES)
def test_what_is_sealed_opens_at_its_place(vault: Vault, plain: bytes, place: str) -> None:
    sealed = vault.seal(plain, place=place)

    assert vault.unseal(sealed, place=place) == plain
    assert len(plain) < 4 or plain not in sealed
    assert vault.seal(plain, place=place) != sealed


@given(plain=st.binary(max_size=60), place=PLACES, data=st.data())
def test_any_changed_byte_is_refused(vault: Vault, plain: bytes, place: str, data: st.DataObject) -> None:
    sealed = bytearray(vault.seal(plain, place=place))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(Unopenable):
        vault.unseal(bytes(sealed), place=place)


@given(plain=st.binary(max_size=60), places=st.tuples(PLACES, PLACES).filter(lambda pair: pair[0] != pair[1]))
def test_any_other_place_is_refused(vault: Vault, plain: bytes, places: tuple[str, str]) -> None:
    with pytest.raises(Unopenable):
        vault.unseal(vault.seal(plain, place=places[0]), place=places[1])


@given(st.binary(max_size=100))
def test_what_we_did_not_seal_is_refused(vault: Vault, sealed: bytes) -> None:
    with pytest.raises(Unopenable):
        vault.unseal(sealed, place="x")


@given(cut=st.integers(1, 60))
def test_what_is_cut_short_is_refused(vault: Vault, cut: int) -> None:
    with pytest.raises(Unopenable):
        vault.unseal(vault.seal(b"secret", place="x")[:-cut], place="x")


def test_a_place_may_not_be_empty(vault: Vault) -> None:
    sealed = vault.seal(b"secret", place="x")
    for attempt in (lambda: vault.seal(b"secret", place=""), lambda: vault.unseal(sealed, place="")):
        with pytest.raises(ValueError, match="belongs to a place"):
            attempt()


def test_older_keys_open_and_the_first_one_seals(tmp_path: Path, key_file: Path) -> None:
    old = Vault(key_file)
    sealed = old.seal(b"secret", place="x")
    ring = tmp_path / "ring.keys"
    ring.write_text(f"second {b64encode(bytes(32)).decode()}\n{key_file.read_text()}")

    assert Vault(ring).unseal(sealed, place="x") == b"secret"
    with pytest.raises(Unopenable):
        old.unseal(Vault(ring).seal(b"secret", place="x"), place="x")


@pytest.mark.parametrize(
    "text", ["", "\n", "alone", "a !!!", "a YQ==", f"a {b64encode(bytes(32)).decode()}\n" * 2, "a é"]
)
def test_a_bad_key_file_is_refused(text: str) -> None:
    with pytest.raises(BadKeyFile):
        read_keys(text.encode())


def test_production_does_not_start_without_its_keys(tmp_path: Path) -> None:
    environment = {"PORTAL_MODE": "production", "DATA_DIR": str(tmp_path)}
    with pytest.raises(SettingsError) as refused:
        load(environment)
    for setting in ("SIGNING_KEY_FILE", "ENCRYPTION_KEY_FILE"):
        assert any(line.startswith(setting) and "create-key" in line for line in refused.value.problems)
    create_encryption_key(tmp_path / "keys" / "encryption.keys")
    with pytest.raises(SettingsError) as refused:
        load(environment)
    assert not any("ENCRYPTION_KEY_FILE" in line for line in refused.value.problems)


def test_production_does_not_start_with_a_file_that_holds_no_key(tmp_path: Path, settings: Settings) -> None:
    broken = tmp_path / "encryption.keys"
    broken.write_text("a key was here")
    create_encryption_key(tmp_path / "index.keys")
    with pytest.raises(SettingsError) as refused:
        create_app(replace(settings, mode="production", encryption_key_file=broken, signing_key_file=broken))
    assert [line.split()[0] for line in refused.value.problems] == ["SIGNING_KEY_FILE", "ENCRYPTION_KEY_FILE"]
    assert "line 1" in refused.value.problems[1]


def test_the_command_makes_what_is_missing_and_leaves_the_rest(tmp_path: Path) -> None:
    ring, signing = tmp_path / "keys" / "encryption.keys", tmp_path / "keys" / "api-signing.pem"
    environment = {"DATA_DIR": str(tmp_path), "SIGNING_KEY_FILE": "", "ENCRYPTION_KEY_FILE": ""}
    assert CliRunner().invoke(create_key, env=environment).exit_code == 0
    assert stat.S_IMODE(ring.stat().st_mode) == stat.S_IMODE(signing.stat().st_mode) == 0o600
    before = ring.read_text()
    signing.unlink()
    assert CliRunner().invoke(create_key, env=environment).exit_code == 0
    assert ring.read_text() == before
    assert CliRunner().invoke(create_key, env=environment).exit_code == 1
