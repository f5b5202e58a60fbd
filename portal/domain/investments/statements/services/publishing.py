"""Publishing: from here on investors see the statements, and nobody can change them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.services.filing import file_published_papers
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import STATEMENT_PUBLICATION
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.statements.errors import (
    NothingToPublish,
    RunChanged,
    RunOutdated,
    RunOutOfBalance,
    StatementsNameOthers,
    StillPreparing,
)
from portal.domain.investments.statements.queries.announcements import list_recipients
from portal.domain.investments.statements.queries.funds import get_tie_out
from portal.domain.investments.statements.queries.namings import list_run_namings
from portal.domain.investments.statements.queries.papers import list_published_papers
from portal.domain.investments.statements.queries.runs import get_publication
from portal.domain.investments.statements.services.running import lock_statement_run
from portal.domain.investments.statements.values.runs import Publication, StatementRun, subject_of
from portal.platform import clock
from portal.platform.db import execute, fetch_all, transactional
from portal.platform.outbox import enqueue_many

LONGEST_REASON = 500
SUPERSEDE = """
UPDATE investments.statements old SET state = 'superseded', superseded_at = %(moment)s
FROM investments.statements s
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.state = 'ready' AND old.holding_id = s.holding_id
  AND old.frequency = s.frequency AND old.ends_on = s.ends_on AND old.state = 'published'
"""
PUBLISH = """
UPDATE investments.statements SET state = 'published', published_at = %(moment)s
WHERE firm_id = %(firm)s AND run_id = %(run)s AND state = 'ready'
"""
# Nobody posts to the vehicle's holdings until the operation is over.
LOCK_HOLDINGS = """
SELECT id FROM investments.holdings WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s ORDER BY id FOR SHARE
"""
PUBLISH_RUN = """
UPDATE investments.statement_runs SET published_at = COALESCE(published_at, %(moment)s), published_by = %(actor)s
WHERE id = %(run)s
"""


@transactional
def request_publication(actor: Actor, run_id: UUID, *, tell: bool = True, reason: str = "") -> UUID:
    """Ask for what is ready of a run to be published, and people to be told of it (`tell`). Neither who asks nor who
    started the run can approve it. Statements that name other investors need a `reason`. StillPreparing,
    NothingToPublish, RunOutdated, RunOutOfBalance, StatementsNameOthers, RunOver, AlreadyAsked. The request's id."""
    require(actor, Permission.PREPARE_STATEMENTS)
    run, publication = _ready_to_publish(actor, run_id)
    _refuse_namings(actor, run_id, reason)
    content = {
        "name": f"{run.vehicle}, {run.period.label}",
        "statements": publication.statements,
        "corrections": publication.corrections,
        "digest": publication.digest,
        "tell": tell,
        "reason": reason.strip(),
        "concerned": [str(publication.started_by)] if publication.started_by else [],
    }
    record_act(actor.user_id, "statement_run.ask", subject_of(run_id), statements=publication.statements)
    why = reason.strip() or run.reason or f"Statements of {run.vehicle} for {run.period.label}."
    return request_approval(actor, STATEMENT_PUBLICATION, subject=subject_of(run_id), content=content, reason=why)


@transactional
def publish_statement_run(
    actor: Actor, run_id: UUID, *, digest: str | None = None, tell: bool = True, reason: str = ""
) -> int:
    """Publish every statement of a run that is ready, let it take the place of an earlier version, file it in the
    library, and have each person concerned told once, unless nobody is to be told (`tell`), as of history that
    everybody has had; how many. Those that failed stay behind. Those that name other investors are published with a
    `reason` alone, which is kept. RunChanged where what is ready has another `digest` than was approved, and whatever
    `request_publication` refuses."""
    require(actor, Permission.PUBLISH_STATEMENTS)
    _, publication = _ready_to_publish(actor, run_id)
    if digest is not None and digest != publication.digest:
        raise RunChanged
    moment = clock.now()
    _clear_namings(actor, run_id, reason)
    execute(SUPERSEDE, firm=actor.firm_id, run=run_id, moment=moment)
    published = execute(PUBLISH, firm=actor.firm_id, run=run_id, moment=moment)
    execute(PUBLISH_RUN, actor=actor.user_id, run=run_id, moment=moment)
    papers = list_published_papers(actor, run_id, moment)
    file_published_papers(actor, DocumentType.STATEMENT, papers, moment=moment)
    told = _announce(actor, run_id, moment) if tell else 0
    record_act(actor.user_id, "statement_run.publish", subject_of(run_id), statements=published, told=told)
    return published


def _ready_to_publish(actor: Actor, run_id: UUID) -> tuple[StatementRun, Publication]:
    """The run, locked and its ledger closed to postings, with what is ready of it, where all of it ties out."""
    run = lock_statement_run(actor, run_id)
    if run.counts.preparing:
        raise StillPreparing
    if not run.counts.ready:
        raise NothingToPublish
    fetch_all(LOCK_HOLDINGS, firm=actor.firm_id, vehicle=run.vehicle_id)
    ties = get_tie_out(actor, run_id)
    if ties.outdated:
        raise RunOutdated
    if ties.problems:
        more = f" And {len(ties.problems) - 1} more." if len(ties.problems) > 1 else ""
        raise RunOutOfBalance(f"Nothing is published before the fund ties out. {ties.problems[0]}{more}")
    return run, get_publication(actor, run_id)


def _clear_namings(actor: Actor, run_id: UUID, reason: str) -> None:
    """Note why others are named in statements of the run; StatementsNameOthers where they are and nobody said why."""
    if lines := _refuse_namings(actor, run_id, reason):
        record_act(actor.user_id, "statement_run.clear_naming", subject_of(run_id), lines=lines, reason=reason.strip())


def _refuse_namings(actor: Actor, run_id: UUID, reason: str) -> int:
    """How many lines of the run name others; StatementsNameOthers where some do and nobody said why."""
    found = list_run_namings(actor, run_id)
    if found and not 0 < len(reason.strip()) <= LONGEST_REASON:
        first, more = found[0], f" and {len(found) - 1} more" if len(found) > 1 else ""
        place = f"the transaction of {first.on.isoformat()}" if first.on else "the reason of the correction"
        raise StatementsNameOthers(
            f"Statement {first.number} names another investor in {place}{more}. Post it with another reference and "
            f"retry, or say in at most {LONGEST_REASON} letters why they may be named."
        )
    return len(found)


def _announce(actor: Actor, run_id: UUID, moment: datetime) -> int:
    """Have each person concerned told by mail of what was published at this moment; how many people."""
    at = moment.isoformat()
    works: list[tuple[dict[str, str], str | None]] = [
        ({"run_id": str(run_id), "user_id": str(user_id), "published_at": at}, f"{run_id}:{user_id}:{at}")
        for user_id in list_recipients(actor, run_id, moment)
    ]
    enqueue_many("statements.announce", works)
    return len(works)
