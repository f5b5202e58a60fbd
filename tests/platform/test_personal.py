"""What is personal opens with its subject's key at its place, and is found by an index that tells nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.platform.crypto import Unopenable, create_encryption_key
from portal.platform.ids import new_id
from portal.platform.personal import (
    Place,
    blind_index,
    blind_indexes,
    index_mark,
    keyring,
    new_subject_key,
    rewrap,
    seal,
    unseal,
    wrapping_key_of,
)

SUBJECT, ROW = new_id(), new_id()
HERE = Place("people.profiles.tax_number", ROW, SUBJECT)


@pytest.fixture
def key(committed_app: Flask) -> bytes:
    with committed_app.app_context():
        return new_subject_key(SUBJECT)


def test_it_opens_at_its_place_and_never_looks_the_same(committed_app: Flask, key: bytes) -> None:
    with committed_app.app_context():
        sealed = seal("078-05-1120", HERE, key)
        assert unseal(sealed, HERE, key) == "078-05-1120"
        assert b"078" not in sealed
        assert seal("078-05-1120", HERE, key) != sealed


@pytest.mark.parametrize(
    "elsewhere",
    [replace(HERE, column="people.profiles.born_on"), replace(HERE, row=new_id()), replace(HERE, subject=new_id())],
    ids=["column", "row", "subject"],
)
def test_it_opens_nowhere_else(committed_app: Flask, key: bytes, elsewhere: Place) -> None:
    with committed_app.app_context(), pytest.raises(Unopenable):
        unseal(seal("078-05-1120", HERE, key), elsewhere, key)


def test_another_subject_s_key_opens_nothing(committed_app: Flask, key: bytes) -> None:
    with committed_app.app_context():
        sealed = seal("078-05-1120", HERE, key)
        other = new_id()
        for wrapped in (new_subject_key(other), new_subject_key(SUBJECT)):
            with pytest.raises(Unopenable):
                unseal(sealed, HERE, wrapped)
        with pytest.raises(Unopenable):
            seal("x", replace(HERE, subject=other), key)


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
def test_a_changed_byte_is_refused(committed_app: Flask, key: bytes, at: int) -> None:
    with committed_app.app_context():
        sealed = bytearray(seal("078-05-1120", HERE, key))
        sealed[at] ^= 1
        with pytest.raises(Unopenable):
            unseal(bytes(sealed), HERE, key)


def test_a_key_wrapped_anew_opens_what_it_sealed(committed_app: Flask, key: bytes) -> None:
    with committed_app.app_context():
        sealed, vault = seal("078-05-1120", HERE, key), keyring().vault
        create_encryption_key(vault.key_file)
        anew = rewrap(SUBJECT, key)
        assert wrapping_key_of(anew) == vault.key_in_force() != wrapping_key_of(key)
        assert unseal(sealed, HERE, anew) == unseal(sealed, HERE, key) == "078-05-1120"


def test_an_index_is_of_its_column_and_its_key(committed_app: Flask) -> None:
    with committed_app.app_context():
        index = blind_index("identity.users.email", "ada@example.com")
        assert index == blind_index("identity.users.email", "ada@example.com")
        assert index != blind_index("identity.users.phone", "ada@example.com")
        assert index != blind_index("identity.users.email", "bea@example.com")
        create_encryption_key(keyring().index_file)
        anew = blind_index("identity.users.email", "ada@example.com")
        assert anew != index
        assert anew.startswith(index_mark())
        assert not index.startswith(index_mark())
        assert {anew, index} <= set(blind_indexes("identity.users.email", "ada@example.com"))
