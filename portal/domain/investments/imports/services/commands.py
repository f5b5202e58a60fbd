"""An import from its file to the ledger in one step, as a command asks for it."""

from __future__ import annotations

import json

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.investments.imports.errors import UnknownOwner
from portal.domain.investments.imports.policies import require_importer
from portal.domain.investments.imports.queries.findings import Findings, get_findings
from portal.domain.investments.imports.queries.imports import get_import
from portal.domain.investments.imports.rules.packing import layout_of, pack_layout, pack_options, pack_summary
from portal.domain.investments.imports.rules.shapes import complete_mapping
from portal.domain.investments.imports.rules.tables import read_table
from portal.domain.investments.imports.services.checks import remember_shape
from portal.domain.investments.imports.services.postings import ONE_AT_A_TIME, post_rows
from portal.domain.investments.imports.services.uploads import record_file
from portal.domain.investments.imports.values.owners import with_sealed_owner
from portal.domain.investments.imports.values.records import ImportOutcome, ImportState
from portal.domain.investments.imports.values.tables import ImportOptions
from portal.platform import clock
from portal.platform.db import fetch_value, transactional


@transactional
def import_file(
    actor: Actor, *, name: str, content: bytes, options: ImportOptions, dry_run: bool = False
) -> ImportOutcome:
    """Check a file and post it, or neither: with problems nothing is posted or kept. Columns that `options` leave out
    are completed by name. A dry run counts what would be posted. Raises UnreadableFile and UnknownOwner."""
    require_importer(actor)
    if options.owner and find_user_by_email(actor, options.owner) is None:
        raise UnknownOwner(f"Nobody of this firm has the e-mail address {options.owner}.")
    table = read_table(content, name)
    options = complete_mapping(table.header, options)
    fetch_value(ONE_AT_A_TIME, firm=actor.firm_id)
    findings = get_findings(actor, table, options, today=clock.today())
    summary = findings.summary
    if findings.problems:
        return ImportOutcome(0, summary.standing, tuple(findings.problems))
    if summary.new and not dry_run:
        _post(actor, name, content, options, findings)
    return ImportOutcome(summary.new, summary.standing)


def _post(actor: Actor, name: str, content: bytes, options: ImportOptions, findings: Findings) -> None:
    import_id = record_file(
        actor,
        name=name,
        content=content,
        state=ImportState.POSTED,
        kind=options.kind.value,
        layout=json.loads(pack_layout(layout_of(findings.table))),
        options=json.loads(pack_options(with_sealed_owner(options))),
        summary=json.loads(pack_summary(findings.summary)),
        posted=findings.summary.new,
        skipped=findings.summary.standing,
        posted_by=actor.user_id,
        posted_at=clock.now(),
    )
    remember_shape(actor, findings.table.header, options)
    post_rows(actor, get_import(actor, import_id), findings.rows, findings.identities, findings.states, findings.ground)
