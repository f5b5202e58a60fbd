"""What becomes of a statement once its figures are known."""

from __future__ import annotations

from typing import NamedTuple

from portal.domain.investments.statements.rules.checks import find_problems
from portal.domain.investments.statements.rules.corrections import corrected
from portal.domain.investments.statements.values.snapshots import Snapshot
from portal.domain.investments.statements.values.statements import StatementState


class Judgement(NamedTuple):
    """Where a statement goes, with the snapshot to keep and why it goes no further."""

    state: StatementState
    snapshot: Snapshot
    problem: str | None = None


def judge(snapshot: Snapshot, *, previous: Snapshot | None, published: Snapshot | None, reason: str) -> Judgement:
    """Ready when it ties out, failed with every problem (a line each) when not; unchanged when it would correct nothing
    in the one `published` for the same period. `previous` is the last one published before the period."""
    if published is not None:
        correction = corrected(snapshot, published, reason)
        if correction is None:
            problem = f"Nothing changed since {published.number} was published, so it stands."
            return Judgement(StatementState.UNCHANGED, snapshot, problem)
        snapshot = correction
    problems = find_problems(snapshot, previous)
    if problems:
        return Judgement(StatementState.FAILED, snapshot, "\n".join(problems))
    return Judgement(StatementState.READY, snapshot)
