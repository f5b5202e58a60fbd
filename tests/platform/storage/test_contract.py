"""What holds for every store."""

from __future__ import annotations

import hashlib
import io
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from portal.platform.storage import s3
from portal.platform.storage.errors import KeyRefused, ObjectDamaged, ObjectMissing, StorageUnavailable
from portal.platform.storage.interface import CHUNK, Store, is_key
from tests.platform.storage.writing import MIB, PDF, digest_of

BAD_KEYS = [
    "",
    "/etc/passwd",
    "../secret",
    "a/../../secret",
    "a//b",
    "a/",
    ".incoming/x",
    "a b",
    "a\x00",
    "ü",
    "k" * 256,
]


def test_what_was_put_comes_back_with_its_digest(store: Store, key: str) -> None:
    kept = store.put(key, PDF, "application/pdf")

    assert (kept.key, kept.digest, kept.size) == (key, hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert store.exists(key)
    assert store.get(key) == store.get(key, kept.digest) == PDF
    for blocks in (list(store.stream(key)), list(store.stream(key, digest=kept.digest))):
        assert b"".join(blocks) == PDF
        assert len(blocks) > 1
        assert max(map(len, blocks)) <= CHUNK


def test_an_open_file_is_kept_from_where_it_stands(store: Store, key: str) -> None:
    source = io.BytesIO(b"header" + PDF)
    source.seek(len(b"header"))

    assert store.put(key, source, "application/pdf").digest == digest_of(PDF)
    assert store.get(key) == PDF
    source.seek(len(b"header"))
    assert store.put_unjudged(f"{key}.raw", source, "application/pdf") == len(PDF)
    assert store.get(f"{key}.raw") == PDF


def test_what_is_large_is_kept_whole(store: Store, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LARGE", 5 * MIB)
    monkeypatch.setattr(s3, "IN_PARTS", s3.TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
    content = secrets.token_bytes(12 * MIB + 1)

    kept = store.put(key, io.BytesIO(content), "application/zip")

    assert (kept.digest, kept.size) == (digest_of(content), len(content))
    assert store.get(key, kept.digest) == content
    assert store.put_unjudged(key, content[1:], "application/zip") == len(content) - 1
    assert store.get(key) == content[1:]
    assert store.drop_unfinished(datetime.now(UTC) + timedelta(days=1)) == 0


@pytest.mark.parametrize("content", [b"", b"\x00"])
def test_small_and_empty_contents_are_kept(store: Store, key: str, content: bytes) -> None:
    assert store.put(key, content, "text/csv").size == len(content)
    assert store.get(key) == store.get(key, digest_of(content)) == content
    assert b"".join(store.stream(key)) == content


def test_the_same_key_again_keeps_the_last_content(store: Store, key: str) -> None:
    store.put(key, b"first, and longer", "text/plain")
    store.put(key, b"second", "text/plain")

    assert store.get(key) == b"second"
    assert [each.size for each in store.list_objects()] == [6]


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_wrong_content_never_comes_whole(store: Store, key: str, size: int) -> None:
    content = bytes(size)
    store.put(key, content, "text/plain")
    another = digest_of(content + b"x")

    with pytest.raises(ObjectDamaged) as refused:
        store.get(key, another)
    assert refused.value.key == key
    seen: list[bytes] = []
    with pytest.raises(ObjectDamaged):
        seen.extend(store.stream(key, digest=another))
    assert sum(map(len, seen)) < size or size == 0


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (1, None), (100, 100 + CHUNK), (0, len(PDF)), (len(PDF) - 1, None), (5, 10 * len(PDF)), (7, 7)],
)
def test_a_range_is_what_lies_there(store: Store, key: str, start: int, end: int | None) -> None:
    store.put(key, PDF, "application/pdf")

    blocks = list(store.stream(key, start, end))

    assert b"".join(blocks) == PDF[start:end]
    assert max(map(len, blocks), default=0) <= CHUNK


def test_nothing_lies_past_the_end(store: Store, key: str) -> None:
    store.put(key, b"abc", "text/plain")

    assert list(store.stream(key, 3)) == list(store.stream(key, 3, 9)) == list(store.stream(key, 1000, None)) == []


def test_a_range_that_is_none_is_refused(store: Store, key: str) -> None:
    store.put(key, PDF, "application/pdf")

    with pytest.raises(ValueError, match="No bytes"):
        store.stream(key, -1)
    with pytest.raises(ValueError, match="No bytes"):
        store.stream(key, 5, 4)
    with pytest.raises(ValueError, match="says nothing of a range"):
        store.stream(key, 1, digest=digest_of(PDF))


def test_deleting_twice_is_no_error(store: Store, key: str) -> None:
    store.put(key, PDF, "application/pdf")
    store.delete(key)
    store.delete(key)

    assert not store.exists(key)
    assert list(store.list_objects()) == []


def test_a_missing_object_has_a_name(store: Store, key: str) -> None:
    assert not store.exists(key)
    for use in (store.get, store.stream, store.describe):
        with pytest.raises(ObjectMissing) as refused:
            use(key)
        assert refused.value.key == key
    with pytest.raises(ObjectMissing):
        store.stream(key, 5, 5)


@pytest.mark.parametrize("bad", BAD_KEYS)
def test_a_key_never_leads_elsewhere(store: Store, bad: str) -> None:
    assert not is_key(bad)
    for use in (store.get, store.stream, store.exists, store.describe, store.delete):
        with pytest.raises(KeyRefused):
            use(bad)
    for put in (store.put, store.put_for_good, store.put_unjudged):
        with pytest.raises(KeyRefused):
            put(bad, b"x", "text/plain")
    with pytest.raises(KeyRefused):
        store.begin_upload(bad, "text/plain")


def test_objects_are_listed_in_the_order_of_their_keys(store: Store) -> None:
    keys = ["a-b", "a.b", "a/b", "a/c/d", "a0", "b/1", "b/2", "B"]
    before = datetime.now(UTC) - timedelta(seconds=2)
    for size, each in enumerate(reversed(keys)):
        store.put(each, bytes(size), "text/plain")

    listed = list(store.list_objects())

    assert [each.key for each in listed] == sorted(each.key for each in listed)
    assert {each.key: each.size for each in listed} == {each: size for size, each in enumerate(reversed(keys))}
    assert all(before <= each.written_at <= datetime.now(UTC) + timedelta(seconds=2) for each in listed)
    assert [each.key for each in store.list_objects("b/")] == ["b/1", "b/2"]
    assert [each.key for each in store.list_objects("a/c")] == ["a/c/d"]
    assert list(store.list_objects("c")) == []
    assert store.describe("a/c/d").size == store.list_objects("a/c/d").__next__().size


@pytest.mark.parametrize("store", ["files", "bucket", "signed"], indirect=True)
def test_a_list_has_no_end_a_request_would_have(store: Store) -> None:
    keys = [f"many/{number:04d}" for number in range(1_050)]
    for each in keys:
        store.put(each, b"", "text/plain")

    assert [each.key for each in store.list_objects("many/")] == keys


def test_a_usable_store_passes_its_check(store: Store) -> None:
    store.check()


class Torn(io.BytesIO):
    """A file that a disk gives up in its middle, the second time it is read where a store measures it first."""

    def __init__(self, content: bytes, *, whole: int) -> None:
        super().__init__(content)
        self.whole = whole

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if offset == 0 and whence == 0:
            self.whole -= 1
        return super().seek(offset, whence)

    def read(self, size: int | None = -1, /) -> bytes:
        if self.whole <= 0 and self.tell() > 9 * MIB:
            raise OSError(28, "No space left on device")
        return super().read(size)


def test_a_write_that_fails_leaves_what_was_there_and_no_rest(
    store: Store, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "LARGE", 5 * MIB)
    monkeypatch.setattr(s3, "IN_PARTS", s3.TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
    store.put(key, b"old", "text/plain")
    source = Torn(bytes(12 * MIB), whole=1 if hasattr(store, "bucket") else 0)

    with pytest.raises((StorageUnavailable, OSError), match="No space left"):
        store.put(key, source, "text/plain")

    assert store.get(key) == b"old"
    assert [each.key for each in store.list_objects()] == [key]
    assert store.drop_unfinished(datetime.now(UTC) + timedelta(days=1)) == 0
