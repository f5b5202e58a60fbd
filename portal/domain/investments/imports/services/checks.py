"""Choosing how a file is read, and checking every row of it against the rules and the books."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.imports.errors import ImportBusy
from portal.domain.investments.imports.policies import can_choose_options, can_stop, require_importer
from portal.domain.investments.imports.queries.findings import Findings, get_findings
from portal.domain.investments.imports.queries.imports import get_import
from portal.domain.investments.imports.rules.mapping import locate_fields
from portal.domain.investments.imports.rules.packing import habits_of, pack_options, pack_summary
from portal.domain.investments.imports.rules.shapes import shape_key
from portal.domain.investments.imports.rules.tables import read_table
from portal.domain.investments.imports.values.owners import with_sealed_owner
from portal.domain.investments.imports.values.records import Import, ImportState
from portal.domain.investments.imports.values.tables import ImportOptions
from portal.platform import clock
from portal.platform.db import copy_rows, execute, transactional
from portal.platform.errors import Invalid
from portal.platform.outbox import enqueue
from portal.platform.progress import report_progress
from portal.platform.resources import resources

CHOOSE = """
UPDATE investments.imports SET kind = %(kind)s, options = %(options)s::jsonb WHERE id = %(id)s
"""
REMEMBER = """
INSERT INTO investments.import_shapes (firm_id, shape_key, options) VALUES (%(firm)s, %(key)s, %(options)s::jsonb)
ON CONFLICT (firm_id, shape_key) DO UPDATE SET options = EXCLUDED.options, used_at = clock_timestamp()
"""
ENTER = """
UPDATE investments.imports SET state = %(state)s, attempt = attempt + 1, changed_at = clock_timestamp(), problem = NULL
WHERE id = %(id)s AND state = %(before)s AND attempt = %(attempt)s
"""
CHECKED = """
UPDATE investments.imports SET state = 'checked', changed_at = clock_timestamp(), summary = %(summary)s::jsonb,
  problem = %(problem)s
WHERE id = %(id)s AND state = %(before)s AND attempt = %(attempt)s
"""
STAGE = """
CREATE TEMPORARY TABLE staged_import_rows (
  "row" integer, state text, business_key text, content_digest text, account text, vehicle text, effective_on date,
  type text, amount numeric, commitment numeric, paid_in numeric, distributed numeric, nav numeric, reference text,
  vintage smallint, strategy text, rounded boolean, given jsonb, problems jsonb
) ON COMMIT DROP
"""
COLUMNS = (
    '"row"', "state", "business_key", "content_digest", "account", "vehicle", "effective_on", "type", "amount",
    "commitment", "paid_in", "distributed", "nav", "reference", "vintage", "strategy", "rounded", "given", "problems",
)  # fmt: skip
KEEP = """
INSERT INTO investments.import_rows (import_id, firm_id, "row", state, business_key, content_digest, account, vehicle,
  effective_on, type, amount, commitment, paid_in, distributed, nav, reference, vintage, strategy, rounded, given,
  problems)
SELECT %(id)s, %(firm)s, staged.* FROM staged_import_rows staged
"""
TOLD_EVERY = 5_000


@transactional
def choose_import_options(actor: Actor, import_id: UUID, options: ImportOptions) -> None:
    """Choose columns, units and stand-ins, remember them for files of this shape, and have every row checked by a job.

    Invalid with a message per field where the choice cannot work; ImportBusy while a job is at it or after posting.
    """
    require_importer(actor)
    found = get_import(actor, import_id)
    if not can_choose_options(actor, found) or found.layout is None:
        raise ImportBusy
    faults = {problem.field: problem.message for problem in locate_fields(found.layout.header, options)[1]}
    if options.owner and find_user_by_email(actor, options.owner) is None:
        faults["owner"] = "Nobody here has this e-mail address. An administrator can add the person first."
    if faults:
        raise Invalid(fields=faults)
    execute(CHOOSE, id=import_id, kind=options.kind.value, options=pack_options(with_sealed_owner(options)))
    record_act(actor.user_id, "import.choose_columns", f"import:{import_id}")
    remember_shape(actor, found.layout.header, options)
    queue_check(actor, found)


@transactional
def remember_shape(actor: Actor, header: Sequence[str], options: ImportOptions) -> None:
    """Begin with these options when a file with this header comes again."""
    kept = pack_options(habits_of(options))
    execute(REMEMBER, firm=actor.firm_id, key=shape_key(header, options.kind), options=kept)


@transactional
def enter_stage(found: Import, state: ImportState) -> int:
    """Move an import on to `state` from the one it was found in, and let jobs of before be void; the number of the
    new attempt. ImportBusy where somebody else moved it first."""
    moved = execute(ENTER, id=found.id, state=state.value, before=found.state.value, attempt=found.attempt)
    if not moved:
        raise ImportBusy
    report_progress(found.id, "waiting", 0, 0)
    return found.attempt + 1


@transactional
def queue_check(_actor: Actor, found: Import) -> None:
    """Have every row checked by a job."""
    attempt = enter_stage(found, ImportState.CHECKING)
    enqueue("imports.check", import_id=str(found.id), attempt=str(attempt))


@transactional
def check_import(actor: Actor, import_id: UUID, *, attempt: int) -> None:
    """Check an import that a job was asked to check; nothing happens where it was stopped or checked meanwhile."""
    found = get_import(actor, import_id)
    if (found.state, found.attempt) == (ImportState.CHECKING, attempt):
        check_again(actor, found, problem=None)


@transactional
def check_again(actor: Actor, found: Import, *, problem: str | None) -> None:
    """Read and check the file anew and keep its rows for the preview, which says `problem` on top."""
    if found.options is None:
        raise ImportBusy
    report_progress(found.id, "reading", 0, 0)
    table = read_table(resources().store.get(found.file_key, found.file_digest), found.file_name)
    report_progress(found.id, "checking", 0, len(table.rows))
    findings = get_findings(actor, table, found.options, today=clock.today())
    summary = pack_summary(findings.summary)
    if execute(CHECKED, id=found.id, summary=summary, problem=problem, before=found.state.value, attempt=found.attempt):
        keep_import_rows(actor, found.id, findings)


@transactional
def keep_import_rows(actor: Actor, import_id: UUID, findings: Findings) -> None:
    """Keep the rows of a check for the preview, in place of those of the check before."""
    execute("DELETE FROM investments.import_rows WHERE import_id = %(id)s", id=import_id)
    execute("DROP TABLE IF EXISTS staged_import_rows")
    execute(STAGE)
    copy_rows("staged_import_rows", COLUMNS, _told(import_id, findings))
    execute(KEEP, id=import_id, firm=actor.firm_id)


def _told(import_id: UUID, findings: Findings) -> Iterator[tuple[Any, ...]]:
    """The rows on their way, each thousand of them reported."""
    total = findings.summary.new + findings.summary.standing + findings.summary.refused
    for count, line in enumerate(findings.lines()):
        if count % TOLD_EVERY == 0:
            report_progress(import_id, "keeping", count, total)
        yield line[:-2] + tuple(None if part is None else json.dumps(part) for part in line[-2:])


@transactional
def stop_import(actor: Actor, import_id: UUID) -> None:
    """Stop a job at its work: an import being checked goes back to its columns, one being posted to its preview.
    ImportBusy where the job was quicker."""
    require_importer(actor)
    found = get_import(actor, import_id)
    if not can_stop(actor, found):
        raise ImportBusy
    enter_stage(found, ImportState.UPLOADED if found.state is ImportState.CHECKING else ImportState.CHECKED)
    record_act(actor.user_id, "import.stop", f"import:{import_id}")
