"""Files in parts: whole once all has arrived, gone on with, taken once, forgotten."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.errors import TooManyUploads, WrongOffset
from portal.domain.documents.library.models import UploadRecord
from portal.domain.documents.library.queries.uploads import find_uploads
from portal.domain.documents.library.services import uploads
from portal.domain.documents.library.services.uploads import (
    PART,
    add_part,
    cancel_upload,
    forget_uploads,
    start_upload,
    take_upload,
)
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.db import session
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.resources import resources
from portal.platform.screening.values import LARGEST
from portal.platform.tenancy import acting_as
from tests.conftest import World

CONTENT = secrets.token_bytes(PART + 1000)


def begin(actor: Actor, size: int = len(CONTENT)) -> UUID:
    with acting_as(actor.tenancy):
        return start_upload(actor, name="../big file.pdf", size=size).id


def whole(actor: Actor) -> UUID:
    upload = begin(actor)
    with acting_as(actor.tenancy):
        add_part(actor, upload, offset=0, content=CONTENT[:PART])
        assert add_part(actor, upload, offset=PART, content=CONTENT[PART:]).finished
    return upload


def test_a_file_arrives_in_parts_and_is_taken_once(app: Flask, world: World) -> None:
    upload = whole(world.manager)
    with acting_as(world.manager.tenancy):
        arrival = take_upload(world.manager, upload)
        assert (arrival.name, arrival.size) == ("big file.pdf", len(CONTENT))
        assert resources().store.get(arrival.key) == CONTENT
        with pytest.raises(NotFound):
            take_upload(world.manager, upload)


def test_a_part_that_is_sent_again_changes_nothing(app: Flask, world: World) -> None:
    upload = begin(world.manager)
    with acting_as(world.manager.tenancy):
        for _ in range(2):
            sent = add_part(world.manager, upload, offset=0, content=CONTENT[:PART])
            assert (sent.received, sent.finished) == (PART, False)
        for _ in range(2):
            assert add_part(world.manager, upload, offset=PART, content=CONTENT[PART:]).finished
        assert resources().store.get(take_upload(world.manager, upload).key) == CONTENT


def test_what_died_between_the_store_and_the_row_is_gone_on_with(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(world.manager)
    with acting_as(world.manager.tenancy):
        add_part(world.manager, upload, offset=0, content=CONTENT[:PART])
        with monkeypatch.context() as patch:
            patch.setattr(uploads.clock, "now", _die)  # the object is complete, its row is not
            with pytest.raises(RuntimeError):
                add_part(world.manager, upload, offset=PART, content=CONTENT[PART:])
        assert [each.received for each in find_uploads(world.manager, [upload])] == [PART]
        assert add_part(world.manager, upload, offset=PART, content=CONTENT[PART:]).finished
        assert resources().store.get(take_upload(world.manager, upload).key) == CONTENT


def _die() -> None:
    raise RuntimeError("the power went")


def test_parts_follow_each_other(app: Flask, world: World) -> None:
    upload = begin(world.manager)
    with acting_as(world.manager.tenancy):
        with pytest.raises(WrongOffset):
            add_part(world.manager, upload, offset=PART, content=CONTENT[PART:])
        for content in (b"", CONTENT[: PART - 1], CONTENT):
            with pytest.raises(Invalid):
                add_part(world.manager, upload, offset=0, content=content)
        with pytest.raises(NotFound):
            take_upload(world.manager, upload)


def test_sizes_and_numbers_are_bounded(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (0, -1, LARGEST + 1):
        with pytest.raises(Invalid):
            begin(world.manager, size)
    monkeypatch.setattr(uploads, "MOST_UNDER_WAY", 2)
    begin(world.manager)
    begin(world.manager)
    with pytest.raises(TooManyUploads):
        begin(world.manager)
    begin(world.associate)


def test_an_upload_is_its_senders_alone(app: Flask, world: World) -> None:
    upload = whole(world.manager)
    for other in (world.associate, world.foreign_manager):
        with acting_as(other.tenancy):
            assert find_uploads(other, [upload]) == []
            with pytest.raises(NotFound):
                take_upload(other, upload)
            with pytest.raises(NotFound):
                add_part(other, upload, offset=0, content=CONTENT[:PART])
            with pytest.raises(NotFound):
                cancel_upload(other, upload)
    with pytest.raises(Forbidden):
        begin(world.investor)


def test_what_nothing_is_made_of_is_thrown_away(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done, begun, cancelled = whole(world.manager), begin(world.manager), begin(world.manager)
    system = Actor.system(world.firm_id)
    with acting_as(world.manager.tenancy):
        cancel_upload(world.manager, cancelled)
        record = session.get(UploadRecord, done)
        assert record is not None
        key = record.key
        with pytest.raises(Forbidden):
            forget_uploads(world.manager)
    with acting_as(system.tenancy):
        assert forget_uploads(system) == 0
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    with acting_as(system.tenancy):
        assert forget_uploads(system) == 2
    assert not resources().store.exists(key)
    with acting_as(world.manager.tenancy):
        assert find_uploads(world.manager, [done, begun, cancelled]) == []
