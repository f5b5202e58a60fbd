"""How the publication of statements is told to those who decide it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import STATEMENT_PUBLICATION, Approval, ApprovalState
from portal.domain.investments.statements.queries.runs import find_run_names, get_release
from portal.web.identity.approval_view import ApprovalView, subject_of


def _publication(actor: Actor, approval: Approval) -> Sequence[tuple[str, str, str]]:
    content = approval.content
    rows = [
        ("Statements that investors see", "–", str(content["statements"])),
        ("Of these, corrections of earlier ones", "–", str(content["corrections"])),
        ("People told", "–", _told(actor, approval)),
        ("Digest of all figures and files", "–", content["digest"][:16]),
    ]
    return [*rows, ("Why others may be named", "–", content["reason"])] if content["reason"] else rows


def _told(actor: Actor, approval: Approval) -> str:
    """Who hears of it; how many they are is known only while the statements wait."""
    if not approval.content["tell"]:
        return "nobody"
    if approval.state is not ApprovalState.OPEN:
        return "by mail, each one once"
    return f"{get_release(actor, subject_of(approval)).people} by mail"


VIEWS_OF_STATEMENTS: dict[str, ApprovalView] = {
    STATEMENT_PUBLICATION.name: ApprovalView(
        thing=subject_of,
        names=find_run_names,
        link=lambda approval: url_for("statement_runs.show", run_id=subject_of(approval)),
        changes=_publication,
        deciders="A manager decides it who neither started the run nor sent it.",
    )
}
