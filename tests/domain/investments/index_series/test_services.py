"""An index added and replaced: what stood before stays, and only staff of the firm do it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain.investments.index_series.errors import IndexNameTaken, IndexUnchanged
from portal.domain.investments.index_series.queries import (
    find_index_names,
    get_index_levels,
    get_index_series,
    list_index_series,
    list_index_versions,
)
from portal.domain.investments.index_series.services import add_index_series, replace_index_levels
from portal.platform.db import fetch_all
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World

pytestmark = pytest.mark.usefixtures("app")
FIRST = b"date,value\n2026-06-30,100\n2026-07-31,104.25\n"
SECOND = b"2026-06-30,100\n2026-07-31,104.5\n2026-08-31,103\n"


def test_replacing_keeps_what_stood_before_and_says_what_changed(world: World) -> None:
    staff = world.associate
    with acting_as(staff.tenancy):
        series_id = add_index_series(staff, name=" World index ", currency="USD", content=FIRST)
        assert [level for _, level in get_index_levels(staff, series_id).levels] == [100, Decimal("104.25")]
        assert replace_index_levels(staff, series_id, content=SECOND, reason="Final values") == 2
        found = get_index_series(staff, series_id)
        assert (found.name, found.version, found.levels) == ("World index", 2, 3)
        newest, oldest = list_index_versions(staff, series_id)
        assert (newest.added, newest.changed, newest.removed, newest.reason) == (1, 1, 0, "Final values")
        assert (oldest.version, oldest.added, oldest.levels) == (1, 2, 2)
        assert [level for _, level in get_index_levels(staff, series_id).levels] == [100, Decimal("104.5"), 103]
        kept = "SELECT level FROM investments.index_levels WHERE series_id = %(id)s AND version = 1 ORDER BY 1"
        assert [row.level for row in fetch_all(kept, id=series_id)] == [100, Decimal("104.25")]
        assert find_index_names(staff, [series_id]) == {series_id: "World index"}
    with acting_as(world.investor.tenancy):
        assert [each.id for each in list_index_series(world.investor)] == [series_id]
    with acting_as(world.foreign_manager.tenancy):
        assert list_index_series(world.foreign_manager) == []
        with pytest.raises(NotFound):
            get_index_levels(world.foreign_manager, series_id)


def test_what_cannot_be_is_refused(world: World) -> None:
    staff = world.associate
    with acting_as(staff.tenancy):
        series_id = add_index_series(staff, name="World index", currency="USD", content=FIRST)
        with pytest.raises(IndexNameTaken):
            add_index_series(staff, name="WORLD INDEX", currency="USD", content=FIRST)
        with pytest.raises(IndexUnchanged):
            replace_index_levels(staff, series_id, content=FIRST, reason="Again")
        for given in ({"content": b"nothing", "reason": "Why"}, {"content": SECOND, "reason": " "}):
            with pytest.raises(Invalid):
                replace_index_levels(staff, series_id, **given)  # type: ignore[arg-type]
        with pytest.raises(Invalid):
            add_index_series(staff, name=" ", currency="USD", content=FIRST)
    for other in (world.investor, world.auditor):
        with acting_as(other.tenancy), pytest.raises(Forbidden):
            add_index_series(other, name="Own", currency="USD", content=FIRST)
