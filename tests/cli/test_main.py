"""Commands join the portal that runs beside them."""

import os
from pathlib import Path

import pytest

from portal.cli.main import _join_running_portal
from portal.platform.embedded.data_directory import open_data_directory
from portal.platform.embedded.environment import publish

OURS = "postgresql://portal_web:secret@db.example/portal"


@pytest.mark.parametrize(
    ("named", "joins"), [(None, True), ("", True), (OURS, True), ("postgresql://portal_web@elsewhere/portal", False)]
)
def test_commands_join_unless_another_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None, joins: bool
) -> None:
    data = open_data_directory(tmp_path / "data")
    publish({"DATABASE_URL": OURS, "SECRET_KEY": "theirs", "MAIL_FROM": "portal@localhost"}, data)
    monkeypatch.setattr(os, "environ", {"DATA_DIR": str(data.root), "SECRET_KEY": "mine"})
    if named is not None:
        os.environ["DATABASE_URL"] = named
    _join_running_portal()
    assert os.environ["SECRET_KEY"] == "mine"
    assert os.environ["DATABASE_URL"] == (OURS if joins else named)
    assert ("MAIL_FROM" in os.environ) is joins
