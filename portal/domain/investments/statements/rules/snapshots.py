"""Snapshots as JSON: what is stored, what its digest is taken of, and back."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from portal.domain.investments.ledger.values import EntryKind
from portal.domain.investments.returns.values import ratio_text
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.snapshots import (
    Change,
    Correction,
    FundSides,
    Line,
    Performance,
    Side,
    Snapshot,
    StatedTransaction,
)

Json = dict[str, Any]
AMOUNTS = ("commitment", "paid_in", "distributed", "nav")
RATIOS = ("dpi", "rvpi", "tvpi", "pic", "irr")


def write_snapshot(snapshot: Snapshot) -> Json:
    """A snapshot as JSON values: amounts as strings in the currency's places, ratios as strings with ten."""
    stored = {
        "number": snapshot.number,
        "version": snapshot.version,
        "prepared_on": snapshot.prepared_on.isoformat(),
        "firm": snapshot.firm,
        "account": snapshot.account,
        "vehicle": snapshot.vehicle,
        "currency": snapshot.currency,
        "period": {
            "frequency": snapshot.period.frequency.value,
            "starts_on": snapshot.period.starts_on.isoformat(),
            "ends_on": snapshot.period.ends_on.isoformat(),
        },
        **_write_side(snapshot.own),
        "performance": _write_performance(snapshot.performance),
        "transactions": [_write_transaction(each) for each in snapshot.transactions],
        "opening_balances": snapshot.opening_balances,
        "correction": None if snapshot.correction is None else _write_correction(snapshot.correction),
    }
    return stored if snapshot.beside is None else stored | {"beside": write_sides(snapshot.beside)}


def write_sides(sides: FundSides) -> Json:
    """The fund's columns as JSON values, the way a snapshot has them."""
    return {"fund": _write_side(sides.fund), "partner": None if sides.partner is None else _write_side(sides.partner)}


def read_sides(stored: Json) -> FundSides:
    """The fund's columns that `write_sides` wrote."""
    return FundSides(_read_side(stored["fund"]), None if stored["partner"] is None else _read_side(stored["partner"]))


def read_snapshot(stored: Json) -> Snapshot:
    """The snapshot that `write_snapshot` wrote."""
    period = Period(date.fromisoformat(stored["period"]["ends_on"]), Frequency(stored["period"]["frequency"]))
    return Snapshot(
        number=stored["number"],
        version=stored["version"],
        prepared_on=date.fromisoformat(stored["prepared_on"]),
        firm=stored["firm"],
        account=stored["account"],
        vehicle=stored["vehicle"],
        currency=stored["currency"],
        period=period,
        account_lines=tuple(_read_line(line) for line in stored["account_lines"]),
        commitment_lines=tuple(_read_line(line) for line in stored["commitment_lines"]),
        performance=_read_performance(stored["performance"]),
        transactions=tuple(_read_transaction(each) for each in stored["transactions"]),
        opening_balances=stored["opening_balances"],
        correction=None if stored["correction"] is None else _read_correction(stored["correction"]),
        beside=read_sides(stored["beside"]) if "beside" in stored else None,
    )


def canonical_json(stored: Json) -> bytes:
    """A snapshot's canonical JSON: keys sorted, no white space, UTF-8."""
    return orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)


def figures_digest(stored: Json) -> str:
    """SHA-256, in hex, of a snapshot's canonical JSON."""
    return hashlib.sha256(canonical_json(stored)).hexdigest()


def _write_side(side: Side) -> Json:
    return {
        "account_lines": [_write_line(line) for line in side.account_lines],
        "commitment_lines": [_write_line(line) for line in side.commitment_lines],
    }


def _read_side(stored: Json) -> Side:
    return Side(
        tuple(_read_line(line) for line in stored["account_lines"]),
        tuple(_read_line(line) for line in stored["commitment_lines"]),
    )


def _write_line(line: Line) -> Json:
    amounts = {"period": f"{line.period:f}", "year": f"{line.year:f}", "inception": f"{line.inception:f}"}
    return {"code": line.code, "total": line.total, **amounts}


def _read_line(stored: Json) -> Line:
    period, year, inception = (Decimal(stored[column]) for column in ("period", "year", "inception"))
    return Line(stored["code"], period, year, inception, stored["total"])


def _write_performance(performance: Performance) -> Json:
    return {
        "as_of": performance.as_of.isoformat(),
        **{name: f"{getattr(performance, name):f}" for name in AMOUNTS},
        **{name: ratio_text(getattr(performance, name)) for name in RATIOS},
        "reasons": dict(performance.reasons),
        "valued_on": _day_text(performance.valued_on),
        "nav_adjusted": performance.nav_adjusted,
        "irr_annualised": performance.irr_annualised,
        "first_flow_on": _day_text(performance.first_flow_on),
    }


def _read_performance(stored: Json) -> Performance:
    ratios = {name: None if stored[name] is None else Decimal(stored[name]) for name in RATIOS}
    return Performance(
        as_of=date.fromisoformat(stored["as_of"]),
        **{name: Decimal(stored[name]) for name in AMOUNTS},
        dpi=ratios["dpi"],
        rvpi=ratios["rvpi"],
        tvpi=ratios["tvpi"],
        pic=ratios["pic"],
        irr=ratios["irr"],
        reasons=stored["reasons"],
        valued_on=_day(stored["valued_on"]),
        nav_adjusted=stored["nav_adjusted"],
        irr_annualised=stored["irr_annualised"],
        first_flow_on=_day(stored["first_flow_on"]),
    )


def _write_transaction(each: StatedTransaction) -> Json:
    return {
        "on": each.on.isoformat(),
        "kind": each.kind.value,
        "reference": each.reference,
        "reversal": each.reversal,
        "account_effect": f"{each.account_effect:f}",
        "unfunded_effect": f"{each.unfunded_effect:f}",
    }


def _read_transaction(stored: Json) -> StatedTransaction:
    return StatedTransaction(
        date.fromisoformat(stored["on"]),
        EntryKind(stored["kind"]),
        stored["reference"],
        stored["reversal"],
        Decimal(stored["account_effect"]),
        Decimal(stored["unfunded_effect"]),
    )


def _write_correction(correction: Correction) -> Json:
    changes = [[each.figure, each.column, each.before, each.after, each.side] for each in correction.changes]
    return {
        "number": correction.number,
        "version": correction.version,
        "reason": correction.reason,
        "changes": changes,
    }


def _read_correction(stored: Json) -> Correction:
    changes = tuple(Change(*each) for each in stored["changes"])
    return Correction(stored["number"], stored["version"], stored["reason"], changes)


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
