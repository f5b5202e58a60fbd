"""Publishing: from here on investors see the statements, and nobody can change them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.services.filing import file_published_papers
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.statements.errors import NothingToPublish, StatementsNameOthers, StillPreparing
from portal.domain.investments.statements.queries.announcements import list_recipients
from portal.domain.investments.statements.queries.namings import list_run_namings
from portal.domain.investments.statements.queries.papers import list_published_papers
from portal.domain.investments.statements.services.running import lock_statement_run
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.outbox import enqueue_many

LONGEST_REASON = 500
# Prepared from a ledger that was changed since.
SET_ASIDE = """
UPDATE investments.statements s SET state = 'failed',
  problem = 'The ledger was changed after this statement was prepared. Retry, and it is prepared from what stands now.'
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.state = 'ready' AND s.journals_read <> (
  SELECT count(*) FROM investments.journals j WHERE j.holding_id = s.holding_id AND j.effective_on <= s.ends_on)
"""
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
PUBLISH_RUN = """
UPDATE investments.statement_runs SET published_at = COALESCE(published_at, %(moment)s), published_by = %(actor)s
WHERE id = %(run)s
"""


@transactional
def publish_statement_run(actor: Actor, run_id: UUID, *, tell: bool = True, reason: str = "") -> int:
    """Publish every statement of a run that is ready, let it take the place of an earlier version, file it in the
    library, and have each person concerned told once, unless nobody is to be told (`tell`), as of history that
    everybody has had; how many. Those that failed stay behind, and so do those whose ledger was changed meanwhile.
    Those that name other investors are published with a `reason` alone, which is kept. StillPreparing,
    NothingToPublish, StatementsNameOthers, RunOver."""
    require(actor, Permission.PUBLISH_STATEMENTS)
    if lock_statement_run(actor, run_id).counts.preparing:
        raise StillPreparing
    moment = clock.now()
    execute(SET_ASIDE, firm=actor.firm_id, run=run_id)
    _clear_namings(actor, run_id, reason)
    execute(SUPERSEDE, firm=actor.firm_id, run=run_id, moment=moment)
    published = execute(PUBLISH, firm=actor.firm_id, run=run_id, moment=moment)
    if not published:
        raise NothingToPublish
    execute(PUBLISH_RUN, actor=actor.user_id, run=run_id, moment=moment)
    papers = list_published_papers(actor, run_id, moment)
    file_published_papers(actor, DocumentType.STATEMENT, papers, moment=moment)
    told = _announce(actor, run_id, moment) if tell else 0
    record_act(actor.user_id, "statement_run.publish", f"statement_run:{run_id}", statements=published, told=told)
    return published


def _clear_namings(actor: Actor, run_id: UUID, reason: str) -> None:
    """Note why others are named in statements of the run; StatementsNameOthers where they are and nobody said why."""
    found = list_run_namings(actor, run_id)
    if not found:
        return
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        first, more = found[0], f" and {len(found) - 1} more" if len(found) > 1 else ""
        place = f"the transaction of {first.on.isoformat()}" if first.on else "the reason of the correction"
        raise StatementsNameOthers(
            f"Statement {first.number} names another investor in {place}{more}. Post it with another reference and "
            f"retry, or say in at most {LONGEST_REASON} letters why they may be named."
        )
    subject = f"statement_run:{run_id}"
    record_act(actor.user_id, "statement_run.clear_naming", subject, lines=len(found), reason=reason.strip())


def _announce(actor: Actor, run_id: UUID, moment: datetime) -> int:
    """Have each person concerned told by mail of what was published at this moment; how many people."""
    at = moment.isoformat()
    works: list[tuple[dict[str, str], str | None]] = [
        ({"run_id": str(run_id), "user_id": str(user_id), "published_at": at}, f"{run_id}:{user_id}:{at}")
        for user_id in list_recipients(actor, run_id, moment)
    ]
    enqueue_many("statements.announce", works)
    return len(works)
