"""What a figure's derivation is found by: an id that says which figure it is, of what, and of which day, so that its
address stays as long as the figure can be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeVar
from uuid import UUID

from flask import url_for

from portal.domain.investments.performance.queries import Asked
from portal.domain.investments.performance.values import MEASURES, Basis, Measure, Period
from portal.domain.investments.returns.values import AMOUNTS, RATIOS, FigureName
from portal.domain.investments.statements.values.snapshots import COLUMNS, LINE_LABELS, SIDE_LABELS, Column, SideName
from portal.platform.errors import NotFound

DAY, CURRENCY = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"[A-Z]{3}")
NAMES = frozenset({"holding", "account", "vehicle", "index", "since", "known"})
T = TypeVar("T", bound=str)
FIGURES: tuple[FigureName, ...] = (*AMOUNTS, *RATIOS)


@dataclass(frozen=True, slots=True)
class BalanceId:
    """A figure of the portfolio: of a holding, or of a total in a currency, narrowed or not; as it was `known` at the
    end of a day where that is told."""

    figure: FigureName
    as_of: date
    holding: UUID | None = None
    currency: str | None = None
    account: UUID | None = None
    vehicle: UUID | None = None
    known: date | None = None

    @property
    def known_on(self) -> datetime | None:
        """The moment whose knowledge counts, the day's end in UTC; None for all that is known."""
        return None if self.known is None else datetime.combine(self.known, time.max, UTC)

    def __str__(self) -> str:
        narrowing = {"holding": self.holding, "account": self.account, "vehicle": self.vehicle}
        return _joined("balance", self.figure, self.as_of, self.currency, **narrowing, known=self.known)


@dataclass(frozen=True, slots=True)
class ReturnId:
    """A return over a period, on a basis, in a currency, perhaps beside an index."""

    measure: Measure
    basis: Basis
    currency: str
    asked: Asked

    def __str__(self) -> str:
        own = self.asked
        narrowing = {"account": own.account_id, "vehicle": own.vehicle_id, "index": own.index_id}
        parts = (self.measure, self.basis.value, own.period.value, own.as_of, self.currency)
        return _joined("return", *parts, **narrowing, since=own.starts_on)


@dataclass(frozen=True, slots=True)
class LineId:
    """A line of a statement, in one of its columns, of the account or of what stands beside it."""

    statement: UUID
    side: SideName
    code: str
    column: Column

    def __str__(self) -> str:
        return _joined("statement", self.statement, self.side, self.code, self.column)


FigureId = BalanceId | ReturnId | LineId


def read_figure_id(text: str) -> FigureId:
    """The figure that an id is of; NotFound for what is no id."""
    kind, *parts = text.split(".")
    plain = [part for part in parts if ":" not in part]
    try:
        named = dict(_named(part) for part in parts if ":" in part)
        return _READERS[kind](plain, named)
    except (KeyError, ValueError, TypeError):
        raise NotFound from None


def derivation_url(figure: FigureId) -> str:
    """The address of a figure's derivation."""
    return url_for("api.show_figure", figure_id=str(figure))


def line_template(statement_id: UUID) -> str:
    """The address of the derivations of all lines of a statement, a template for whose, which, and the column."""
    line = LineId(statement_id, "account", "ending_nav", "period")
    return derivation_url(line).replace("account.ending_nav.period", "{side}.{line}.{column}")


def derivation_template(figures: BalanceId) -> str:
    """The address of the derivations of all figures of a holding or a total, a template (RFC 6570) for their name."""
    return derivation_url(figures).replace(f"balance.{figures.figure}.", "balance.{figure}.", 1)


def _joined(*parts: object, **named: object) -> str:
    told: Iterator[str] = (f"{name}:{value}" for name, value in named.items() if value is not None)
    return ".".join([*(str(part) for part in parts if part is not None), *told])


def _named(part: str) -> tuple[str, str]:
    name, _, value = part.partition(":")
    if name not in NAMES:
        raise ValueError(name)
    return name, value


def _balance(parts: Sequence[str], named: Mapping[str, str]) -> BalanceId:
    figure, as_of, *code = parts
    holding, account, vehicle = (_id(named.get(name)) for name in ("holding", "account", "vehicle"))
    currency = _currency(code[0]) if code else None
    if len(code) > 1 or (holding is None) == (currency is None):
        raise ValueError(parts)
    known = _day(named["known"]) if "known" in named else None
    return BalanceId(_one_of(figure, FIGURES), _day(as_of), holding, currency, account, vehicle, known)


def _return(parts: Sequence[str], named: Mapping[str, str]) -> ReturnId:
    measure, basis, period, as_of, code = parts
    asked = Asked(
        as_of=_day(as_of), period=Period(period), account_id=_id(named.get("account")),
        vehicle_id=_id(named.get("vehicle")), index_id=_id(named.get("index")),
        starts_on=_day(named["since"]) if "since" in named else None,
    )  # fmt: skip
    _ = asked.span  # ValueError where it is none
    return ReturnId(_one_of(measure, MEASURES), Basis(basis), _currency(code), asked)


def _line(parts: Sequence[str], named: Mapping[str, str]) -> LineId:
    statement, side, code, column = parts
    if named:
        raise ValueError(named)
    return LineId(
        UUID(statement), _one_of(side, tuple(SIDE_LABELS)), _one_of(code, tuple(LINE_LABELS)), _one_of(column, COLUMNS)
    )


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _day(text: str) -> date:
    if not DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _currency(text: str) -> str:
    if not CURRENCY.fullmatch(text):
        raise ValueError(text)
    return text


def _one_of(text: str, known: Sequence[T]) -> T:
    return known[known.index(text)]  # ValueError where it is none of them


_READERS: Mapping[str, Callable[[Sequence[str], Mapping[str, str]], FigureId]] = {
    "balance": _balance,
    "return": _return,
    "statement": _line,
}
