"""Whether the fields of a row, and the rows of a file, make sense together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from portal.domain.investments.imports.rules.fields import Fields
from portal.domain.investments.imports.rules.signs import INVESTOR_VIEW, judge_signs
from portal.domain.investments.imports.values.tables import Problem, TransactionType
from portal.platform.ids import name_key


def judge_positions(fields: Fields) -> tuple[list[Problem], list[str]]:
    """Problems of positions that cannot be, or that state the same holding and date again; no notes.

    Distributed and NAV may be negative: distributions are sometimes taken back, and debts can exceed assets.
    """
    return [*_negative(fields, "commitment"), *_negative(fields, "paid_in"), *_repeated(fields)], []


def _negative(fields: Fields, name: str) -> Iterator[Problem]:
    column = fields.amounts.get(name)
    if column is None:
        return
    for place, amount in enumerate(column.values):
        if place not in column.failures and amount < 0:
            yield Problem(
                fields.numbers[place],
                name,
                f"{amount:,f} is negative. Write {name} as a positive amount, or 0 if there is none.",
            )


def _repeated(fields: Fields) -> Iterator[Problem]:
    account, vehicle, date = fields.account, fields.vehicle, fields.date
    if account is None or vehicle is None or date is None:
        return
    unread = account.failures.keys() | vehicle.failures.keys() | date.failures.keys()
    first: dict[tuple[str, str, dt.date], int] = {}
    for place, number in enumerate(fields.numbers):
        if place not in unread:
            holding = name_key(account.values[place]), name_key(vehicle.values[place]), date.values[place]
            if first.setdefault(holding, number) != number:
                yield Problem(
                    number,
                    "vehicle",
                    f"Row {first[holding]} already states this account's position in this vehicle at this "
                    "date. Delete one of them, or add them up in one row.",
                )


def judge_transactions(fields: Fields, today: dt.date) -> tuple[list[Problem], list[str]]:
    """Problems of signs that cannot be and of valuations after `today`; a note where signs were turned."""
    kinds, amounts = fields.type, fields.amounts.get("amount")
    problems = list(_early_valuations(fields, today))
    if kinds is None or amounts is None:
        return problems, []
    unread = kinds.failures.keys() | amounts.failures.keys()
    places = [place for place in range(len(fields.numbers)) if place not in unread]
    signs = judge_signs(places, kinds.values, amounts.values)
    problems += [Problem(fields.numbers[place], "amount", message) for place, message in signs.failures.items()]
    return problems, [INVESTOR_VIEW] if signs.investor_view else []


def _early_valuations(fields: Fields, today: dt.date) -> Iterator[Problem]:
    kinds, date = fields.type, fields.date
    if kinds is None or date is None:
        return
    for place, (kind, day) in enumerate(zip(kinds.values, date.values, strict=True)):
        if kind is TransactionType.VALUATION and place not in date.failures and day > today:
            yield Problem(
                fields.numbers[place],
                "date",
                f"A valuation on {day.isoformat()} is in the future (today is {today.isoformat()}). Correct the date.",
            )
