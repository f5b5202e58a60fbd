"""Files coming, corrected and going; columns chosen and remembered; who may see them."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.errors import ImportBusy, UnreadableFile
from portal.domain.investments.imports.queries.imports import find_same_file, get_starting_options, list_imports
from portal.domain.investments.imports.services import uploads
from portal.domain.investments.imports.services.checks import choose_import_options, stop_import
from portal.domain.investments.imports.services.uploads import discard_import, replace_import_file, start_import
from portal.domain.investments.imports.values.records import ImportState
from portal.domain.investments.imports.values.tables import ImportKind, ImportOptions
from portal.jobs.drain import drain
from portal.platform.db import execute, fetch_all, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.resources import resources
from portal.platform.storage.errors import ObjectMissing
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.imports import TRANSACTIONS, checked, history, options_for, posted, preview, seen

GOOD = ("Lane Trust", "Harbour I", "2020-02-01", "contribution", "60000", "1")
BAD = ("Lane Trust", "Harbour I", "2020-02-31", "contribution", "60000", "1")
MILLIONS = ("Plan", "Fund", "As of", "Committed_mm", "Called_mm", "Distributed_mm", "NAV_mm")


@pytest.fixture
def staff(app: Flask, associate: Actor) -> Actor:
    return associate


def upload(actor: Actor, content: bytes, name: str = "history.csv") -> UUID:
    with acting_as(actor.tenancy):
        return start_import(actor, name=name, content=content)


def test_an_upload_suggests_its_kind_columns_and_scale(staff: Actor) -> None:
    found = seen(
        staff, upload(staff, history([("A", "B", "2020-12-31", "1", "1", "0", "1")], MILLIONS), "c:\\x\\p.csv")
    )
    assert (found.state, found.file_name, found.kind) == (ImportState.UPLOADED, "p.csv", ImportKind.POSITIONS)
    assert found.options is not None
    assert (found.options.scale, found.options.mapping["nav"]) == (Decimal(1000000), "NAV_mm")
    assert found.layout is not None
    assert (found.layout.rows, found.layout.sample[0][0]) == (1, "A")


def test_a_large_file_is_read_by_a_job(staff: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    import_id = upload(staff, history([GOOD]))
    assert seen(staff, import_id).state is ImportState.READING
    drain()
    assert seen(staff, import_id).state is ImportState.UPLOADED


def test_a_large_file_that_cannot_be_read_fails_with_its_reason(staff: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    import_id = upload(staff, b"%PDF-1.7 something else")
    drain()
    found = seen(staff, import_id)
    assert (found.state, "is a PDF" in str(found.problem)) == (ImportState.FAILED, True)
    with acting_as(staff.tenancy):
        replace_import_file(staff, import_id, name="history.csv", content=history([GOOD]))
    drain()
    assert seen(staff, import_id).state is ImportState.UPLOADED


def test_a_small_file_that_cannot_be_read_is_refused_and_not_kept(staff: Actor) -> None:
    with pytest.raises(UnreadableFile):
        upload(staff, b"%PDF")
    with acting_as(staff.tenancy):
        assert list_imports(staff) == []


def test_a_corrected_file_in_its_place_is_checked_at_once(staff: Actor) -> None:
    found = checked(staff, [BAD])
    assert found.summary is not None
    assert found.summary.problems == 1
    with acting_as(staff.tenancy):
        replace_import_file(staff, found.id, name="again.csv", content=history([GOOD]))
    drain()
    mended = seen(staff, found.id)
    assert (mended.state, mended.file_name) == (ImportState.CHECKED, "again.csv")
    assert mended.summary is not None
    assert mended.summary.ready
    assert [row.row for row in preview(staff, found.id)] == [2]
    with pytest.raises(ObjectMissing):
        resources().store.get(found.file_key)


def test_a_corrected_file_with_other_columns_asks_for_them(staff: Actor) -> None:
    found = checked(staff, [BAD])
    with acting_as(staff.tenancy):
        replace_import_file(
            staff, found.id, name="a.csv", content=history([GOOD], ("Plan", "Fund", "Date", "Type", "Sum", "No"))
        )
    assert drain() == 0
    assert seen(staff, found.id).state is ImportState.UPLOADED


def test_the_file_of_a_posted_import_stays(staff: Actor) -> None:
    done = posted(staff, [GOOD])
    with acting_as(staff.tenancy), pytest.raises(ImportBusy):
        replace_import_file(staff, done.id, name="a.csv", content=history([GOOD]))
    with acting_as(staff.tenancy), pytest.raises(ImportBusy):
        discard_import(staff, done.id)
    with acting_as(staff.tenancy), pytest.raises((IntegrityError, psycopg.errors.RestrictViolation)):
        transactional(execute)("DELETE FROM investments.imports WHERE id = %(id)s", id=done.id)


def test_discarding_leaves_nothing(staff: Actor) -> None:
    found = checked(staff, [GOOD])
    with acting_as(staff.tenancy):
        discard_import(staff, found.id)
        assert fetch_all("SELECT FROM investments.import_rows") == []
    with pytest.raises(NotFound):
        seen(staff, found.id)
    with pytest.raises(ObjectMissing):
        resources().store.get(found.file_key)


def test_a_stopped_check_leaves_the_columns_to_be_chosen(staff: Actor) -> None:
    import_id = upload(staff, history([GOOD]))
    with acting_as(staff.tenancy):
        choose_import_options(staff, import_id, options_for(TRANSACTIONS))
        stop_import(staff, import_id)
    drain()
    assert seen(staff, import_id).state is ImportState.UPLOADED
    assert preview(staff, import_id) == []


def test_a_choice_that_cannot_work_is_refused_by_field(staff: Actor) -> None:
    import_id = upload(staff, history([GOOD]))
    options = options_for(TRANSACTIONS[1:], currency="XQX", owner="nobody@example.com")
    with acting_as(staff.tenancy), pytest.raises(Invalid) as refused:
        choose_import_options(staff, import_id, options)
    assert set(refused.value.fields) == {"account", "currency", "owner"}
    assert seen(staff, import_id).state is ImportState.UPLOADED


def test_columns_and_units_are_remembered_for_files_of_the_shape(staff: Actor, world: World) -> None:
    header = ("Wer", "Was", "Wann", "Wie", "Wieviel")
    mapping = dict(zip(TRANSACTIONS, header, strict=False))
    import_id = upload(staff, history([GOOD[:5]], header))
    chosen = ImportOptions(
        ImportKind.TRANSACTIONS, mapping, scale=Decimal(1000), currency="EUR", owner="ada.lane@example.com"
    )
    with acting_as(staff.tenancy):
        choose_import_options(staff, import_id, chosen)
        again = get_starting_options(staff, ["WER ", *header[1:]])
        assert dict(again.mapping) == mapping | {"account": "WER "}
        assert (again.scale, again.currency, again.owner) == (Decimal(1000), "EUR", None)
        assert get_starting_options(staff, [*header, "more"]).currency == "USD"
    with acting_as(world.foreign_manager.tenancy):
        assert get_starting_options(world.foreign_manager, header).currency == "USD"


def test_the_same_bytes_posted_before_are_found(staff: Actor) -> None:
    done = posted(staff, [GOOD])
    import_id = upload(staff, history([GOOD]))
    with acting_as(staff.tenancy):
        same = find_same_file(staff, import_id)
        assert same is not None
        assert same.id == done.id
        assert find_same_file(staff, done.id) is None


def test_an_investor_and_an_auditor_may_not_import(app: Flask, world: World) -> None:
    for actor in (world.investor, world.auditor):
        with pytest.raises(Forbidden):
            upload(actor, history([GOOD]))


def test_imports_are_closed_to_other_firms_and_to_investors(staff: Actor, world: World) -> None:
    found = checked(staff, [GOOD])
    with pytest.raises(NotFound):
        seen(world.foreign_manager, found.id)
    tables = ("imports", "import_rows", "import_shapes")
    with acting_as(world.foreign_manager.tenancy):
        assert [fetch_all(f"SELECT FROM investments.{table}") for table in tables] == [[], [], []]
    with acting_as(staff.tenancy):
        assert all(fetch_all(f"SELECT FROM investments.{table}") for table in tables)
    for table in tables:
        with acting_as(world.investor.tenancy), pytest.raises(Exception, match="permission denied"):
            fetch_all(f"SELECT FROM investments.{table}")
