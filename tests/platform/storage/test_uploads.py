"""Objects that arrive in parts, over several requests: the same in every store."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from portal.platform.storage.errors import ObjectMissing, StorageUnavailable, UploadMissing, UploadRefused
from portal.platform.storage.interface import SMALLEST_PART, Part, Store
from tests.platform.storage.writing import digest_of

FIRST, SECOND, LAST = secrets.token_bytes(SMALLEST_PART), secrets.token_bytes(SMALLEST_PART + 1), b"the end"
WHOLE = FIRST + SECOND + LAST


GONE = (UploadMissing, StorageUnavailable)  # moto answers "500" to a part of an upload that was aborted


def _send(store: Store, key: str, upload: str) -> None:
    for number, content in ((2, SECOND), (3, LAST), (1, FIRST)):
        assert store.put_part(key, upload, number, content) == Part(number, len(content))


def test_parts_in_any_order_become_one_object(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    _send(store, key, upload)
    assert not store.exists(key)
    assert list(store.list_objects()) == []

    assert store.complete_upload(key, upload) == len(WHOLE)
    assert store.get(key, digest_of(WHOLE)) == WHOLE
    assert store.drop_unfinished(datetime.now(UTC) + timedelta(days=1)) == 0


def test_a_broken_upload_goes_on_where_it_was(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    assert store.list_parts(key, upload) == []
    store.put_part(key, upload, 3, LAST)
    store.put_part(key, upload, 1, FIRST)
    store.put_part(key, upload, 1, FIRST)  # again, as its answer was lost

    assert store.list_parts(key, upload) == [Part(1, len(FIRST)), Part(3, len(LAST))]
    with pytest.raises(UploadRefused, match="not all there"):
        store.complete_upload(key, upload)
    store.put_part(key, upload, 2, SECOND)
    assert store.complete_upload(key, upload) == len(WHOLE)
    assert store.get(key) == WHOLE


def test_small_parts_in_the_middle_are_refused_everywhere(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    with pytest.raises(UploadRefused, match="not all there"):
        store.complete_upload(key, upload)
    store.put_part(key, upload, 1, LAST)
    store.put_part(key, upload, 2, LAST)

    with pytest.raises(UploadRefused, match="Part 1 has 7 bytes"):
        store.complete_upload(key, upload)
    assert not store.exists(key)
    for number in (0, -1, 10_001):
        with pytest.raises(UploadRefused, match="numbered"):
            store.put_part(key, upload, number, LAST)
    store.abort_upload(key, upload)


def test_one_small_part_is_enough(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "text/csv")
    store.put_part(key, upload, 1, LAST)
    assert store.complete_upload(key, upload) == len(LAST)
    assert store.get(key) == LAST


def test_what_was_aborted_is_gone(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    store.put_part(key, upload, 1, LAST)
    store.abort_upload(key, upload)
    store.abort_upload(key, upload)

    with pytest.raises(GONE):
        store.put_part(key, upload, 2, LAST)
    with pytest.raises(UploadMissing):
        store.list_parts(key, upload)
    with pytest.raises(UploadMissing):
        store.complete_upload(key, upload)
    with pytest.raises(ObjectMissing):
        store.get(key)


def test_an_upload_is_completed_once(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    store.put_part(key, upload, 1, LAST)
    store.complete_upload(key, upload)

    with pytest.raises(UploadMissing):
        store.complete_upload(key, upload)
    with pytest.raises(GONE):
        store.put_part(key, upload, 2, LAST)
    store.abort_upload(key, upload)
    assert store.get(key) == LAST


def test_an_upload_serves_no_other_key(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    store.put_part(key, upload, 1, LAST)

    for another, name in ((f"{key}.other", upload), (key, f"{upload[:-1]}-"), (key, f"{upload}/../{upload}")):
        with pytest.raises(GONE):
            store.put_part(another, name, 1, b"x")
        with pytest.raises(UploadMissing):
            store.complete_upload(another, name)
        store.abort_upload(another, name)
    assert store.complete_upload(key, upload) == len(LAST)
    assert store.get(key) == LAST


def test_parts_may_come_at_once(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    parts = {number: bytes([number]) * SMALLEST_PART for number in range(1, 5)}

    with ThreadPoolExecutor(4) as senders:
        list(senders.map(lambda number: store.put_part(key, upload, number, parts[number]), parts))

    assert store.complete_upload(key, upload) == 4 * SMALLEST_PART
    assert store.get(key) == b"".join(parts.values())


def test_what_nobody_went_on_with_is_dropped(store: Store, key: str) -> None:
    upload = store.begin_upload(key, "application/pdf")
    store.put_part(key, upload, 1, LAST)

    assert store.drop_unfinished(datetime(2009, 1, 1, tzinfo=UTC)) == 0  # moto's all began in 2010
    assert store.list_parts(key, upload) == [Part(1, len(LAST))]
    assert store.drop_unfinished(datetime.now(UTC) + timedelta(days=1)) == 1
    with pytest.raises(UploadMissing):
        store.list_parts(key, upload)
