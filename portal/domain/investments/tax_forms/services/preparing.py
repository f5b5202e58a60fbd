"""Allocations entered or imported, looked through, put up for approval, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import TAX_FORMS
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.tax_forms.errors import DoesNotTie, SheetRefused, TaxRunClosed
from portal.domain.investments.tax_forms.models import TaxRunRecord
from portal.domain.investments.tax_forms.policies import can_discard, can_propose
from portal.domain.investments.tax_forms.queries.holders import list_holders
from portal.domain.investments.tax_forms.queries.reviews import get_review, get_run_digest
from portal.domain.investments.tax_forms.queries.runs import get_tax_run, list_current_forms
from portal.domain.investments.tax_forms.rules.choosing import choose_holders
from portal.domain.investments.tax_forms.rules.particulars import find_faults
from portal.domain.investments.tax_forms.rules.sharing import add_up, share_totals
from portal.domain.investments.tax_forms.rules.sheets import ACCOUNT, read_sheet, read_totals
from portal.domain.investments.tax_forms.rules.tying import find_contradictions, find_income_faults
from portal.domain.investments.tax_forms.services.moving import move_tax_run
from portal.domain.investments.tax_forms.values.boxes import LAYOUTS, Layout
from portal.domain.investments.tax_forms.values.forms import Stage
from portal.domain.investments.tax_forms.values.incomes import income_of
from portal.domain.investments.tax_forms.values.runs import (
    PLACES,
    Boxes,
    FormKey,
    Holder,
    NewTaxRun,
    RunState,
    SharedBy,
    SheetProblem,
)
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import name_key

ZERO = Decimal(0)
UNIT = Decimal(1).scaleb(-PLACES)
ALLOCATE = """
INSERT INTO investments.tax_allocations (run_id, firm_id, account_id, income, boxes)
SELECT %(run)s, %(firm)s, account_id, income, boxes
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (account_id uuid, income text, boxes jsonb)
"""


@transactional
def import_tax_run(actor: Actor, given: NewTaxRun, content: bytes) -> UUID:
    """A draft of what a sheet says each account's form has, with a line of the vehicle's totals; its id. Invalid with a
    message per field, SheetRefused with what to mend in which line."""
    given, layout, holders = _begin(actor, given)
    known = {key: each for each in holders for key in (name_key(each.account), name_key(each.number)) if key}
    sheet = read_sheet(content, layout, PLACES, known)
    problems: list[SheetProblem] = []
    rows: dict[FormKey, Boxes] = {}
    for row in sheet.rows:
        key = known[row.name].account_id, income_of(given.kind, row.boxes)
        if key in rows:
            problems.append(
                SheetProblem(row.line, ACCOUNT, "This account has this line above already, named otherwise.")
            )
        rows[key] = row.boxes
        problems += _line_problems(layout, row.line, row.boxes)
    if problems:
        raise SheetRefused(sorted(problems))
    return _write(actor, given, rows, sheet.totals)


@transactional
def share_tax_run(
    actor: Actor, given: NewTaxRun, totals: str, *, shared_by: SharedBy, units: Mapping[UUID, Decimal]
) -> UUID:
    """A draft of the vehicle's totals (a line for each box: its number and what stands in it) shared out among the
    holders who get this form, kind of income by kind of income where forms are apart by that: by commitment or capital
    at the end of the year, or by `units`. Its id. Invalid, SheetRefused, NothingToShareBy."""
    given, layout, holders = _begin(actor, given)
    incomes = read_totals(totals, layout, PLACES)
    if problems := [each for row in incomes for each in _line_problems(layout, row.line, row.boxes)]:
        raise SheetRefused(problems)
    weights = _weights(actor, given, holders, shared_by, units)
    rows = {
        (holder.account_id, income_of(given.kind, row.boxes)): part
        for row in incomes
        for holder, part in zip(holders, share_totals(layout, row.boxes, weights, places=PLACES), strict=True)
    }
    return _write(actor, given, rows, add_up(layout, [row.boxes for row in incomes], places=PLACES))


def _begin(actor: Actor, given: NewTaxRun) -> tuple[NewTaxRun, Layout, list[Holder]]:
    """The particulars tidied, the boxes of the form, and the holders who get it."""
    require(actor, Permission.PREPARE_MONEY)
    tax_class = get_vehicle(actor, given.vehicle_id).tax_class
    current = list_current_forms(actor, given.vehicle_id, given.tax_year, given.kind)
    final_stands = any(each.stage is Stage.FINAL for each in current)
    if faults := find_faults(given, tax_class, final_stands=final_stands):
        raise Invalid(fields=faults)
    holders = choose_holders(list_holders(actor, given.vehicle_id, given.tax_year), tax_class, given.kind)
    if not holders:
        raise Invalid(fields={"vehicle": "Nobody who held this vehicle in that year gets this form."})
    ein = "".join(sign for sign in given.payer_ein if sign.isdigit())
    tidy = replace(
        given,
        payer_ein=f"{ein[:2]}-{ein[2:]}",
        payer_address="\n".join(line.strip() for line in given.payer_address.strip().splitlines()),
        reason=given.reason.strip() if current else "",
    )
    return tidy, LAYOUTS[given.kind, given.tax_year], holders


def _line_problems(layout: Layout, line: int, boxes: Boxes) -> list[SheetProblem]:
    faults = [*find_income_faults(layout.kind, boxes), *find_contradictions(layout.kind, boxes, UNIT)]
    return [SheetProblem(line, code, message) for code, message in faults]


def _weights(
    actor: Actor, given: NewTaxRun, holders: Sequence[Holder], shared_by: SharedBy, units: Mapping[UUID, Decimal]
) -> list[Decimal]:
    if shared_by is SharedBy.UNITS:
        strangers = set(units) - {each.account_id for each in holders}
        if strangers or any(weight < 0 for weight in units.values()):
            raise Invalid(fields={"units": "List accounts that get this form, each with what it has, none below zero."})
        return [units.get(each.account_id, ZERO) for each in holders]
    found = list_holdings(actor, as_of=date(given.tax_year, 12, 31), vehicle_id=given.vehicle_id)
    by_capital = shared_by is SharedBy.CAPITAL
    weights = {each.account_id: max(each.capital if by_capital else each.commitment, ZERO) for each in found}
    return [weights.get(each.account_id, ZERO) for each in holders]


def _write(actor: Actor, given: NewTaxRun, rows: Mapping[FormKey, Boxes], totals: Boxes) -> UUID:
    record = TaxRunRecord(
        firm_id=actor.firm_id,
        vehicle_id=given.vehicle_id,
        tax_year=given.tax_year,
        kind=given.kind.value,
        stage=given.stage.value,
        payer_ein=given.payer_ein,
        payer_address=given.payer_address,
        totals=dict(totals),
        reason=given.reason,
        state=RunState.DRAFT.value,
        created_by=actor.user_id,
    )
    session.add(record)
    session.flush()
    listed = [{"account_id": account, "income": income, "boxes": boxes} for (account, income), boxes in rows.items()]
    execute(ALLOCATE, run=record.id, firm=actor.firm_id, rows=orjson.dumps(listed).decode())
    record_act(actor.user_id, "tax_run.prepare", f"tax_run:{record.id}", accounts=len({account for account, _ in rows}))
    return record.id


@transactional
def propose_tax_run(actor: Actor, run_id: UUID) -> UUID:
    """Ask somebody else to approve a draft; the id of the request. TaxRunClosed, DoesNotTie."""
    require(actor, Permission.PREPARE_MONEY)
    run = get_tax_run(actor, run_id)
    if not can_propose(actor, run.state):
        raise TaxRunClosed
    if not get_review(actor, run).ties:
        raise DoesNotTie
    move_tax_run(actor, run_id, RunState.WAITING, before=RunState.DRAFT)
    content = {"act": "issue", "digest": get_run_digest(actor, run)}
    reason = run.reason or run.name
    return request_approval(actor, TAX_FORMS, subject=f"tax_run:{run_id}", content=content, reason=reason)


@transactional
def discard_tax_run(actor: Actor, run_id: UUID) -> None:
    """Throw a draft away; TaxRunClosed where it is none any more."""
    require(actor, Permission.PREPARE_MONEY)
    if not can_discard(actor, get_tax_run(actor, run_id).state):
        raise TaxRunClosed
    move_tax_run(actor, run_id, RunState.DISCARDED, before=RunState.DRAFT)
    record_act(actor.user_id, "tax_run.discard", f"tax_run:{run_id}")


@transactional
def return_tax_run(actor: Actor, run_id: UUID) -> None:
    """Make a draft again of a run whose approval was refused or taken back."""
    move_tax_run(actor, run_id, RunState.DRAFT, before=RunState.WAITING)
    record_act(actor.user_id, "tax_run.return", f"tax_run:{run_id}")
