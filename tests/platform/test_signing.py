"""Keys that sign access tokens, and their rotation while tokens are made and checked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import jwt
import pytest
from jwt.algorithms import OKPAlgorithm

from portal.platform.signing import KEPT, BadToken, TokenSigner, create_key, read_keys

HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "api-signing.pem"
    create_key(path)
    return path


def signer(path: Path) -> TokenSigner:
    return TokenSigner(path, "https://portal.example", "a secret of the installation")


def token(maker: TokenSigner) -> str:
    return maker.sign(subject="ada", session="1", length=HOUR, auth_time=0)


def test_only_the_owner_reads_the_keys_before_and_after_a_rotation(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    create_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_keys(path.read_bytes())) == 2


def test_a_new_key_signs_and_the_earlier_ones_stay_good(path: Path) -> None:
    one, other = signer(path), signer(path)
    before = token(one)
    create_key(path)
    after = token(one)
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    for each in (before, after):
        assert other.verify(each)["sub"] == "ada"
    for _ in range(KEPT - 1):
        create_key(path)
    assert len(read_keys(path.read_bytes())) == KEPT
    with pytest.raises(BadToken):
        other.verify(before)
    assert other.verify(after)["sub"] == "ada"


def test_nobody_is_refused_while_keys_are_rotated(path: Path) -> None:
    over, refused, made = Event(), [], []

    def use() -> None:
        mine, theirs = signer(path), signer(path)
        while not over.is_set():
            try:
                made.append(theirs.verify(token(mine)))
            except (BadToken, OSError, ValueError) as error:
                refused.append(error)

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        create_key(path)
        over.wait(0.02)
    over.set()
    for thread in threads:
        thread.join()
    assert refused == []
    assert len(made) > 100


def test_the_public_keys_check_what_was_signed(path: Path) -> None:
    create_key(path)
    made = token(signer(path))
    first, second = signer(path).public_keys()
    assert first["kid"] == jwt.get_unverified_header(made)["kid"] != second["kid"]
    assert "d" not in first
    key = OKPAlgorithm.from_jwk(first)
    assert jwt.decode(made, key, algorithms=["EdDSA"], audience="https://portal.example/api")["sub"] == "ada"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_without_keys_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ValueError, match="create-key"):
        token(signer(path))


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "JWT"}, {}),
        ({"typ": "logout+jwt"}, {}),
        ({"kid": "another"}, {}),
        ({}, {"aud": "https://portal.example/elsewhere"}),
        ({}, {"iss": "https://elsewhere.example"}),
        ({}, {"exp": 1}),
        ({}, {"nbf": 99_999_999_999}),
        ({}, {"acr": None}),
    ],
)
def test_what_our_key_signed_for_something_else_is_refused(
    path: Path, header: dict[str, str], claims: dict[str, object]
) -> None:
    ours = signer(path)
    good = token(ours)
    (key,) = read_keys(path.read_bytes()).values()

    def signed(header: dict[str, str], claims: dict[str, object]) -> str:
        said = ours.verify(good) | claims
        named = jwt.get_unverified_header(good) | header
        return jwt.encode({name: value for name, value in said.items() if value is not None}, key, "EdDSA", named)

    assert ours.verify(signed({}, {}))["sub"] == "ada"
    with pytest.raises(BadToken):
        ours.verify(signed(header, claims))
