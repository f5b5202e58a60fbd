"""The demo's import: a history that came in a spreadsheet with mistakes in it, for staff to look at and mend."""

from __future__ import annotations

from pathlib import Path

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.queries.imports import get_import
from portal.domain.investments.imports.services.checks import check_import, choose_import_options
from portal.domain.investments.imports.services.uploads import start_import


def begin_import(associate: Actor, name: str) -> None:
    """Upload the file as the associate would, with the columns as they are found, and have it checked."""
    import_id = start_import(associate, name=name, content=Path(__file__).with_name(name).read_bytes())
    options = get_import(associate, import_id).options
    if options is None:
        raise RuntimeError(f"The columns of {name} were not found.")
    choose_import_options(associate, import_id, options)
    check_import(associate, import_id, attempt=get_import(associate, import_id).attempt)
