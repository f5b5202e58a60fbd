"""From a statement's snapshot to what the API says of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.api.v1.investments.figure_ids import BalanceId, derivation_template, line_template
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.statement_schemas import (
    StatedFigures,
    StatementChange,
    StatementCorrection,
    StatementDetail,
    StatementEntry,
    StatementItem,
    StatementLine,
    StatementSide,
)
from portal.domain.investments.returns.values import ratio_text
from portal.domain.investments.statements.values.notes import Note, list_notes
from portal.domain.investments.statements.values.snapshots import Correction, Line, SideName, Snapshot
from portal.domain.investments.statements.values.statements import Statement, StatementSummary


def statement_item(summary: StatementSummary) -> StatementItem:
    """A statement as a line of a list, under today's names."""
    return StatementItem(**_item(summary, summary.account, summary.vehicle))


def statement_detail(statement: Statement, download: str | None) -> StatementDetail:
    """A statement with its frozen figures; `download` is the address of its PDF."""
    snapshot = statement.snapshot
    return StatementDetail(
        **_item(statement.summary, snapshot.account, snapshot.vehicle),
        firm=snapshot.firm,
        prepared_on=snapshot.prepared_on,
        account_lines=_lines(snapshot, snapshot.account_lines),
        commitment_lines=_lines(snapshot, snapshot.commitment_lines),
        general_partner=_side(snapshot, "partner"),
        fund=_side(snapshot, "fund"),
        figures=_figures(statement),
        derivations=line_template(statement.summary.id),
        transactions=_entries(snapshot),
        opening_balances=snapshot.opening_balances,
        correction=_correction(snapshot.correction),
        notes=[_sentence(note) for note in list_notes(snapshot)],
        digest=statement.file.digest if statement.file else None,
        figures_digest=statement.figures_digest,
        download=download,
        replaced_by=statement.successor_id,
    )


def _item(summary: StatementSummary, account: str, vehicle: str) -> dict[str, Any]:
    return {
        "id": summary.id,
        "holding_id": summary.holding_id,
        "account": account,
        "account_id": summary.account_id,
        "vehicle": vehicle,
        "vehicle_id": summary.vehicle_id,
        "currency": summary.currency,
        "period": summary.period.key,
        "frequency": summary.period.frequency,
        "starts_on": summary.period.starts_on,
        "ends_on": summary.period.ends_on,
        "number": summary.number,
        "version": summary.version,
        "state": summary.state,
        "nav": None if summary.nav is None else amount_text(summary.nav, summary.currency),
        "published_at": summary.published_at,
    }


def _side(snapshot: Snapshot, name: SideName) -> StatementSide | None:
    side = snapshot.sides.get(name)
    if side is None:
        return None
    return StatementSide(_lines(snapshot, side.account_lines), _lines(snapshot, side.commitment_lines))


def _lines(snapshot: Snapshot, lines: Sequence[Line]) -> list[StatementLine]:
    code = snapshot.currency
    return [
        StatementLine(
            line.code,
            snapshot.labels[line.code],
            amount_text(line.period, code),
            amount_text(line.year, code),
            amount_text(line.inception, code),
            line.total,
        )
        for line in lines
    ]


def _figures(statement: Statement) -> StatedFigures:
    snapshot, holding_id = statement.snapshot, statement.summary.holding_id
    stated, code = snapshot.performance, snapshot.currency
    return StatedFigures(
        currency=code,
        as_of=stated.as_of,
        commitment=amount_text(stated.commitment, code),
        unfunded=amount_text(snapshot.line("ending_unfunded").period, code),
        paid_in=amount_text(stated.paid_in, code),
        distributed=amount_text(stated.distributed, code),
        nav=amount_text(stated.nav, code),
        dpi=ratio_text(stated.dpi),
        rvpi=ratio_text(stated.rvpi),
        tvpi=ratio_text(stated.tvpi),
        pic=ratio_text(stated.pic),
        irr=ratio_text(stated.irr),
        reasons=dict(stated.reasons),
        nav_on=stated.valued_on,
        nav_adjusted=stated.nav_adjusted,
        irr_annualised=stated.irr_annualised,
        derivations=derivation_template(BalanceId("nav", stated.as_of, holding_id, known=snapshot.prepared_on)),
        first_flow_on=stated.first_flow_on,
    )


def _entries(snapshot: Snapshot) -> list[StatementEntry]:
    return [
        StatementEntry(
            entry.on,
            entry.kind.value,  # type: ignore[arg-type]  # adjustments that keep valuations standing are no transactions
            entry.reference,
            entry.reversal,
            amount_text(entry.account_effect, snapshot.currency),
            amount_text(entry.unfunded_effect, snapshot.currency),
        )
        for entry in snapshot.transactions
    ]


def _correction(correction: Correction | None) -> StatementCorrection | None:
    if correction is None:
        return None
    changes = [
        StatementChange(each.figure, each.column, each.before, each.after, each.side) for each in correction.changes
    ]
    return StatementCorrection(correction.number, correction.version, correction.reason, changes)


def _sentence(note: Note) -> str:
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in note.values.items()}
    return note.text % values
