"""The sweep: what is in the store and in no row, what is in a row and not in the store, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.platform import clock, db
from portal.platform.resources import EXTENSION, resources
from portal.platform.storage import sweeping
from portal.platform.storage.claims import list_claims
from portal.platform.storage.errors import StorageUnavailable
from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import Store
from portal.platform.storage.losses import Problem, begin_check, find_check, finish_check, list_lost_keys
from portal.platform.storage.sweeping import Sweep, is_days_turn, sweep
from portal.platform.tenancy import acting_as
from tests.factories.documents import PAPER, make_document
from tests.factories.identity import found_firm

DAY = timedelta(days=1)


@pytest.fixture
def store_in_use(app: Flask, store: Store) -> Iterator[Store]:
    """The store that documents of this test go to."""
    before = resources()
    app.extensions[EXTENSION] = replace(before, store=store)
    yield store
    app.extensions[EXTENSION] = before


@pytest.fixture
def firm(app: Flask) -> UUID:
    return found_firm("swept", "Swept")


def sweep_at(store: Store, *firms: UUID, days: float = 0, read: bool = True, remove_all: bool = False) -> Sweep:
    """A sweep so many days from now, of all that these firms claim."""
    tenancies = {firm: Actor.system(firm).tenancy for firm in firms}
    moment = clock.now() + days * DAY
    with pytest.MonkeyPatch.context() as patch:  # of our clock alone: a bucket refuses who is in another time
        patch.setattr(clock, "now", lambda: moment)
        return sweep(store, tenancies, read=lambda key: read, remove_all=remove_all)


def keys_of(firm: UUID) -> list[str]:
    with acting_as(Actor.system(firm).tenancy):
        return [each.key for each in list_claims()]


def told(found: Sweep) -> list[tuple[str, Problem]]:
    return [(each.claim.key, each.problem) for each in found.losses]


on_every_store = pytest.mark.parametrize("store", ["files", "bucket", "versioned", "signed"], indirect=True)
on_files = pytest.mark.parametrize("store", ["files"], indirect=True)


@on_every_store
def test_a_store_in_order_has_nothing_to_tell(store_in_use: Store, firm: UUID) -> None:
    other = found_firm("swept-too", "Swept Too")
    for owner in (firm, other, firm):
        make_document(owner)

    found = sweep_at(store_in_use, firm, other, days=100)

    assert (found.objects, dict(found.claimed), found.read) == (3, {firm: 2, other: 1}, 3)
    assert (found.losses, found.orphans, found.removed, found.strange, found.unfinished) == ([], [], 0, 0, 0)


@on_every_store
def test_an_object_of_no_row_is_told_after_a_day_and_removed_after_a_month(store_in_use: Store, firm: UUID) -> None:
    make_document(firm)
    store_in_use.put("documents/0rphan", b"written before a row that never came", "text/plain")

    assert sweep_at(store_in_use, firm, days=0.9).orphans == []
    found = sweep_at(store_in_use, firm, days=29)
    assert ([each.key for each in found.orphans], found.removed) == (["documents/0rphan"], 0)
    assert store_in_use.exists("documents/0rphan")
    assert sweep_at(store_in_use, firm, days=31).removed == 1
    assert not store_in_use.exists("documents/0rphan")
    assert [each.key for each in store_in_use.list_objects()] == keys_of(firm)


@on_every_store
def test_what_a_row_names_and_the_store_has_not_is_lost(store_in_use: Store, firm: UUID) -> None:
    for number in range(4):
        make_document(firm, f"Paper {number}")
    whole, gone, short, changed = keys_of(firm)
    store_in_use.delete(gone)
    store_in_use.put(short, PAPER[:-1], "application/pdf")
    store_in_use.put(changed, PAPER[:-1] + b"!", "application/pdf")

    assert told(sweep_at(store_in_use, firm, read=False)) == [(gone, Problem.MISSING), (short, Problem.DAMAGED)]
    assert told(sweep_at(store_in_use, firm)) == [
        (gone, Problem.MISSING), (short, Problem.DAMAGED), (changed, Problem.DAMAGED),
    ]  # fmt: skip
    for key in (gone, short, changed):
        store_in_use.put(key, PAPER, "application/pdf")
    assert told(sweep_at(store_in_use, firm)) == []
    assert store_in_use.exists(whole)


@on_files
def test_pages_of_both_sides_meet(store_in_use: Store, firm: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "PAGE", 3)
    other = found_firm("swept-too", "Swept Too")
    for number in range(20):
        make_document((firm, other)[number % 2])
    lost = sorted(keys_of(firm)[::3] + keys_of(other)[1::4])
    for key in lost:
        store_in_use.delete(key)
    store_in_use.put("documents/0", b"", "text/plain")
    store_in_use.put("documents/zz", b"", "text/plain")

    found = sweep_at(store_in_use, firm, other, days=2)

    assert told(found) == [(key, Problem.MISSING) for key in lost]
    assert [each.key for each in found.orphans] == ["documents/0", "documents/zz"]


@on_files
def test_a_file_that_two_rows_name_is_one_file(
    store_in_use: Store, firm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "PAGE", 2)
    documents = [make_document(firm, f"Paper {number}") for number in range(3)]
    keys = keys_of(firm)

    @db.transactional
    def share() -> None:
        db.execute("UPDATE documents.versions SET file_key = %(key)s", key=keys[1])

    with acting_as(Actor.system(firm).tenancy):
        share()
    found = sweep_at(store_in_use, firm, days=2)
    assert (len(documents), dict(found.claimed), found.read, len(found.orphans)) == (3, {firm: 1}, 1, 2)
    store_in_use.delete(keys[1])
    assert told(sweep_at(store_in_use, firm)) == [(keys[1], Problem.MISSING)]


@on_files
def test_a_picture_that_can_be_drawn_again_is_no_loss_and_no_orphan(store_in_use: Store, firm: UUID) -> None:
    document = make_document(firm)
    store_in_use.put("documents/pages/1.webp", b"a picture", "image/webp")

    @db.transactional
    def draw() -> None:
        db.execute(
            "INSERT INTO documents.page_images (version_id, page, firm_id, image_key, width, height)"
            " SELECT id, n, firm_id, 'documents/pages/' || n || '.webp', 8, 8 FROM documents.versions,"
            " generate_series(1, 2) n WHERE document_id = %(id)s",
            id=document,
        )

    with acting_as(Actor.system(firm).tenancy):
        draw()
    found = sweep_at(store_in_use, firm, days=100)
    assert (found.losses, found.orphans, found.claimed[firm]) == ([], [], 3)
    assert store_in_use.exists("documents/pages/1.webp")


@on_files
def test_what_is_no_folder_of_rows_is_left_alone(store_in_use: Store, firm: UUID) -> None:
    make_document(firm)
    store_in_use.put_for_good(f"anchors/{firm}/1", b"1", "text/plain")
    store_in_use.put("backup-of-somebody", b"x", "text/plain")

    found = sweep_at(store_in_use, firm, days=100, remove_all=True)

    assert (found.strange, found.orphans, found.removed) == (2, [], 0)
    assert store_in_use.exists("backup-of-somebody")


@on_files
def test_a_database_that_knows_too_little_removes_nothing(store_in_use: Store, firm: UUID) -> None:
    """As one that was set back to an old state, or is another one."""
    for number in range(12):
        make_document(firm, f"Paper {number}")
    newcomer = found_firm("newcomer", "Newcomer")

    empty = sweep_at(store_in_use, newcomer, days=100)
    assert (len(empty.orphans), empty.removed, empty.kept_back) == (12, 0, 12)
    make_document(newcomer)
    few = sweep_at(store_in_use, newcomer, days=100)
    assert (few.removed, few.kept_back) == (0, 12)
    asked = sweep_at(store_in_use, newcomer, days=100, remove_all=True)
    assert (asked.removed, asked.kept_back) == (12, 0)
    assert [each.key for each in store_in_use.list_objects()] == keys_of(newcomer)


@on_files
def test_what_was_written_anew_or_has_a_row_by_now_stays(
    store_in_use: FileStore, firm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job that was killed runs again while the sweep removes what it left."""
    make_document(firm)
    make_document(firm)
    (claimed, _), pairs = keys_of(firm), sweeping.pair
    store_in_use.put("documents/again", b"left by a worker that was killed", "text/plain")

    def late(objects: object, claims: object) -> Iterator[object]:
        for stored, claim in pairs(objects, claims):  # type: ignore[arg-type]  # handed on as they come
            yield stored, None if claim is not None and claim.key == claimed else claim
        store_in_use.put("documents/again", b"written anew", "text/plain")
        os.utime(store_in_use.path("documents/again"), (clock.now().timestamp(),) * 2)

    monkeypatch.setattr(sweeping, "pair", late)
    found = sweep_at(store_in_use, firm, days=100, remove_all=True)
    assert len(found.orphans) == 2
    assert found.removed == 0
    assert store_in_use.get("documents/again") == b"written anew"
    assert store_in_use.exists(claimed)


@on_files
def test_what_went_with_its_row_meanwhile_is_no_loss(
    store_in_use: Store, firm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make_document(firm)
    (key,), pairs = keys_of(firm), sweeping.pair

    @db.transactional
    def destroy() -> None:
        db.execute("DELETE FROM documents.versions WHERE document_id = %(id)s", id=document)

    def late(objects: object, claims: object) -> Iterator[object]:
        store_in_use.delete(key)
        yield from pairs(objects, claims)  # type: ignore[arg-type]  # handed on as they come
        with acting_as(Actor.system(firm).tenancy):
            destroy()

    monkeypatch.setattr(sweeping, "pair", late)
    assert told(sweep_at(store_in_use, firm)) == []


@on_files
def test_a_store_that_goes_away_ends_the_sweep_with_nothing_done(
    store_in_use: FileStore, firm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_document(firm)
    store_in_use.put("documents/0rphan", b"x", "text/plain")
    pairs = sweeping.pair

    def unmounted(objects: object, claims: object) -> Iterator[object]:
        yield from pairs(objects, claims)  # type: ignore[arg-type]  # handed on as they come
        store_in_use.root.rename(store_in_use.root.with_name("unmounted"))

    monkeypatch.setattr(sweeping, "pair", unmounted)
    with pytest.raises(StorageUnavailable):
        sweep_at(store_in_use, firm, days=100, remove_all=True)
    store_in_use.root.with_name("unmounted").rename(store_in_use.root)
    assert store_in_use.exists("documents/0rphan")


@on_files
def test_unfinished_uploads_are_dropped_after_a_week(store_in_use: Store, firm: UUID) -> None:
    upload = store_in_use.begin_upload("documents/large", "application/pdf")

    assert sweep_at(store_in_use, firm, days=6).unfinished == 0
    assert store_in_use.list_parts("documents/large", upload) == []
    assert sweep_at(store_in_use, firm, days=8).unfinished == 1


def test_within_four_weeks_every_file_has_its_turn_once() -> None:
    keys = [f"documents/{number}" for number in range(2_000)]
    turns = [[day for day in range(738_000, 738_028) if is_days_turn(key, day)] for key in keys]

    assert all(len(each) == 1 for each in turns)
    by_day = [sum(each == [day] for each in turns) for day in range(738_000, 738_028)]
    assert max(by_day) < 3 * min(by_day)


def test_a_check_is_begun_once_a_day_by_one_alone(app: Flask, firm: UUID) -> None:
    with acting_as(Actor.system(firm).tenancy):
        assert begin_check()
        assert not begin_check()
        assert find_check() is None
        with time_machine.travel(clock.now() + timedelta(hours=2, seconds=1)):  # it died
            assert begin_check()
            assert not begin_check()
            finish_check(files=3, losses=[])
        found = find_check()
        assert found is not None
        assert (found.files, found.losses, list_lost_keys()) == (3, 0, frozenset())
        with time_machine.travel(found.finished_at + timedelta(hours=23)):
            assert not begin_check()
        with time_machine.travel(found.finished_at + timedelta(hours=24, seconds=1)):
            assert begin_check()
