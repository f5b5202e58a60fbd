"""Files of history coming and going."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.imports.errors import ImportBusy, UnreadableFile
from portal.domain.investments.imports.models import ImportRecord
from portal.domain.investments.imports.policies import can_discard, can_replace_file, require_importer
from portal.domain.investments.imports.queries.imports import get_import, get_starting_options
from portal.domain.investments.imports.rules.packing import layout_of, pack_layout, pack_options
from portal.domain.investments.imports.rules.shapes import fit_mapping
from portal.domain.investments.imports.rules.tables import read_table
from portal.domain.investments.imports.services.checks import queue_check
from portal.domain.investments.imports.values.owners import with_sealed_owner
from portal.domain.investments.imports.values.records import Import, ImportState
from portal.domain.investments.imports.values.tables import Table
from portal.platform.db import after_commit, execute, session, transactional
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.progress import report_progress
from portal.platform.resources import resources

READ_AT_ONCE = 256 * 1024  # bytes; what is larger is read by a job, since a page must not wait for it
TYPES = {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LAY_OUT = """
UPDATE investments.imports SET state = 'uploaded', changed_at = clock_timestamp(), layout = %(layout)s::jsonb,
  kind = %(kind)s, options = %(options)s::jsonb, summary = NULL, problem = NULL
WHERE id = %(id)s
"""
REPLACE = """
UPDATE investments.imports SET state = 'reading', attempt = attempt + 1, changed_at = clock_timestamp(),
  file_key = %(key)s, file_name = %(name)s, file_digest = %(digest)s, file_size = %(size)s, problem = NULL
WHERE id = %(id)s
"""
FAIL = """
UPDATE investments.imports SET state = 'failed', changed_at = clock_timestamp(), problem = %(problem)s
WHERE id = %(id)s AND attempt = %(attempt)s
"""


@transactional
def start_import(actor: Actor, *, name: str, content: bytes) -> UUID:
    """Keep an uploaded file and begin an import of it: a small one is read at once (UnreadableFile says what is wrong
    with it), a large one by a job. The new id."""
    require_importer(actor)
    table = _read_at_once(content, name)
    import_id = record_file(actor, name=name, content=content, state=ImportState.READING)
    record_act(actor.user_id, "import.upload", f"import:{import_id}")
    _go_on(actor, import_id, table)
    return import_id


@transactional
def record_file(actor: Actor, *, name: str, content: bytes, state: ImportState, **known: Any) -> UUID:
    """Keep a file under a random key and make the record of its import, with what else is `known` of it. The new id."""
    record = ImportRecord(
        firm_id=actor.firm_id,
        state=state.value,
        file_key=_keep(content, name),
        file_name=_short(name),
        file_digest=hashlib.sha256(content).hexdigest(),
        file_size=len(content),
        created_by=actor.user_id,
        **known,
    )
    session.add(record)
    session.flush()
    return record.id


@transactional
def replace_import_file(actor: Actor, import_id: UUID, *, name: str, content: bytes) -> None:
    """Put a corrected file in the place of an import's file. Where it has the chosen columns too it is checked as the
    one before, otherwise its columns are to be chosen; ImportBusy where it can no longer be replaced."""
    require_importer(actor)
    found = get_import(actor, import_id)
    if not can_replace_file(actor, found):
        raise ImportBusy
    table = _read_at_once(content, name)
    digest = hashlib.sha256(content).hexdigest()
    execute(REPLACE, id=import_id, key=_keep(content, name), name=_short(name), digest=digest, size=len(content))
    after_commit(lambda: resources().store.delete(found.file_key))
    record_act(actor.user_id, "import.replace_file", f"import:{import_id}")
    _go_on(actor, import_id, table)


@transactional
def read_import(actor: Actor, import_id: UUID, *, attempt: int) -> None:
    """Read the file of an import that a job was asked to read; a file that cannot be read fails it with the reason."""
    found = get_import(actor, import_id)
    if (found.state, found.attempt) != (ImportState.READING, attempt):
        return
    report_progress(import_id, "reading", 0, 0)
    try:
        table = read_table(resources().store.get(found.file_key, found.file_digest), found.file_name)
    except UnreadableFile as error:
        execute(FAIL, id=import_id, attempt=attempt, problem=error.message)
        return
    _lay_out(actor, found, table)


@transactional
def discard_import(actor: Actor, import_id: UUID) -> None:
    """Forget an import that was never posted, with its rows and its file; ImportBusy where it was."""
    require_importer(actor)
    found = get_import(actor, import_id)
    if not can_discard(actor, found):
        raise ImportBusy
    execute("DELETE FROM investments.import_rows WHERE import_id = %(id)s", id=import_id)
    execute("DELETE FROM investments.imports WHERE id = %(id)s", id=import_id)
    after_commit(lambda: resources().store.delete(found.file_key))
    record_act(actor.user_id, "import.discard", f"import:{import_id}")


def _read_at_once(content: bytes, name: str) -> Table | None:
    return read_table(content, name) if len(content) <= READ_AT_ONCE else None


def _keep(content: bytes, name: str) -> str:
    """Keep the file under a random key."""
    key = f"imports/{new_id().hex}"
    resources().store.put(key, content, TYPES.get(PurePath(name).suffix.lower(), "text/csv"))
    return key


def _short(name: str) -> str:
    """The file's own name, without folders and not longer than a page shows."""
    return PurePath(name.replace("\\", "/")).name[-120:]


def _go_on(actor: Actor, import_id: UUID, table: Table | None) -> None:
    found = get_import(actor, import_id)
    if table is None:
        enqueue("imports.read", import_id=str(import_id), attempt=str(found.attempt))
    else:
        _lay_out(actor, found, table)


def _lay_out(actor: Actor, found: Import, table: Table) -> None:
    """Keep what the file looks like; check it at once where all columns chosen before are there again."""
    layout = layout_of(table)
    options = found.options and fit_mapping(layout.header, found.options)
    same = options is not None and found.options is not None and len(options.mapping) == len(found.options.mapping)
    if options is None or not same:
        options = get_starting_options(actor, layout.header)
    kept = pack_options(with_sealed_owner(options))
    execute(LAY_OUT, id=found.id, layout=pack_layout(layout), options=kept, kind=options.kind.value)
    if same and found.summary is not None:
        queue_check(actor, get_import(actor, found.id))
