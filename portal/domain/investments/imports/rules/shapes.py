"""The shape of a file: what its columns probably mean, and a key under which the choice is remembered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from portal.domain.investments.imports.values.tables import (
    AMOUNT_FIELDS,
    DATE_FIELD,
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    ImportKind,
    ImportOptions,
)
from portal.platform.ids import name_key

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SCALES = {
    Decimal(1_000): "k thousand thousands 000 000s",
    Decimal(1_000_000): "m mm mn mio mil million millions",
    Decimal(1_000_000_000): "bn billion billions",
}
_SCALE_OF_WORD = {word: scale for scale, words in _SCALES.items() for word in words.split()}
_UNITS = {"in", "us", "usd", "eur", "gbp", "chf", "jpy", "cad", "aud", "s", *_SCALE_OF_WORD}
_FILLERS = {"total", "cumulative", "cum", "itd", "since", "inception", "net", "amount", "amt", "lp"}

# Most telling first: where two columns could be one field, the earlier name wins.
_NAMES = {
    "account": (
        "account, account name, investor account, investor, investor name, limited partner, limited partner "
        "name, lp name, lp, pension fund name, pension fund, plan, plan name, client, client name, holder, "
        "entity, legal entity, legal name, subscriber, partner"
    ),
    "vehicle": (
        "vehicle, vehicle name, fund, fund name, partnership, partnership name, investment, investment name, "
        "portfolio fund, fund legal name, product, deal"
    ),
    "as_of": (
        "as of, as of date, asof, valuation date, nav date, report date, reporting date, position date, "
        "period end, quarter end, date"
    ),
    "date": (
        "date, transaction date, effective date, value date, flow date, cash flow date, payment date, "
        "settlement date, due date, posting date, trade date, activity date"
    ),
    "commitment": "commitment, commitments, committed, committed capital, capital committed",
    "paid_in": (
        "paid in, paid in capital, capital paid in, contributed, contributions, contribution, contributed "
        "capital, capital contributed, capital contributions, capital called, called, called capital, drawn, "
        "drawdowns, invested, invested capital, cash in"
    ),
    "distributed": (
        "distributed, distributions, distribution, capital distributed, distributed capital, cash "
        "distributed, proceeds, cash out, realized value, realised value, distributions received"
    ),
    "nav": (
        "nav, net asset value, remaining value, market value, fair value, fmv, current value, ending value, "
        "valuation, unrealized value, unrealised value, residual value, capital balance, ending balance, "
        "value"
    ),
    "type": "type, transaction type, flow type, cash flow type, activity, activity type, transaction",
    "amount": "amount, cash flow, cashflow, flow, value, transaction amount, payment, sum",
    "reference": "reference, ref, reference number, transaction id, id, notice number, notice, external id",
    "vintage": "vintage, vintage year, year of vintage",
    "strategy": "strategy, investment strategy, asset class, sub strategy, substrategy, style",
}
# What only positions have is a paid-in beside a NAV; what only transactions have is a type with an amount.
_TELLING = {
    ImportKind.POSITIONS: AMOUNT_FIELDS[ImportKind.POSITIONS],
    ImportKind.TRANSACTIONS: ("type", "amount", "date"),
}


def shape_key(header: Sequence[str], kind: ImportKind) -> str:
    """The key of files with the same columns in the same order, for one kind of import (64 hex digits)."""
    names = "\x1f".join((kind.value, *(name_key(name) for name in header)))
    return hashlib.sha256(names.encode()).hexdigest()


def suggest_mapping(header: Sequence[str], kind: ImportKind) -> dict[str, str]:
    """The column that each field probably is in, for those that can be told; no column serves two fields."""
    columns = {
        " ".join(word for word in _spaced(name).split() if word not in unsaid): name
        for unsaid in (_UNITS | _FILLERS, _UNITS, set())  # the fuller name wins
        for name in reversed(header)  # and then the earlier column
    }
    mapping: dict[str, str] = {}
    for field in REQUIRED_FIELDS[kind] + OPTIONAL_FIELDS[kind]:
        found = (columns.get(name) for name in _NAMES[field].split(", "))
        column = next((column for column in found if column and column not in mapping.values()), None)
        if column:
            mapping[field] = column
    return mapping


def suggest_scale(mapping: Mapping[str, str], kind: ImportKind) -> Decimal:
    """The unit that the names of the mapped amount columns state ("commitment_mm" → 1000000), or 1.

    1 too where they state different units: one file has one scale.
    """
    columns = [mapping[field] for field in AMOUNT_FIELDS[kind] if field in mapping]
    scales = {_scale(column) for column in columns}
    return scales.pop() if len(scales) == 1 else Decimal(1)


def suggest_options(header: Sequence[str], kinds: Sequence[ImportKind]) -> ImportOptions:
    """The kind of import that the columns fit best, its columns and its scale."""
    mappings = {kind: suggest_mapping(header, kind) for kind in kinds}
    kind = max(kinds, key=lambda each: sum(field in mappings[each] for field in _TELLING[each]) / len(_TELLING[each]))
    return ImportOptions(kind, mappings[kind], scale=suggest_scale(mappings[kind], kind))


def fit_mapping(header: Sequence[str], options: ImportOptions) -> ImportOptions:
    """The options with the columns spelled as in this file; those that it does not have are left out."""
    spelled = {name_key(name): name for name in reversed(header)} | {name: name for name in header}
    mapping = {
        field: spelled.get(column) or spelled[name_key(column)]
        for field, column in options.mapping.items()
        if column in spelled or name_key(column) in spelled
    }
    return replace(options, mapping=mapping)


def complete_mapping(header: Sequence[str], options: ImportOptions) -> ImportOptions:
    """The options as a command gives them, completed: without any column those that the names suggest, otherwise each
    field that is not given takes the column of the very same name, where there is one and nothing stands in for it."""
    if not options.mapping:
        mapping = suggest_mapping(header, options.kind)
    else:
        spelled = {name_key(name).replace(" ", "_"): name for name in reversed(header)}
        known = REQUIRED_FIELDS[options.kind] + OPTIONAL_FIELDS[options.kind]
        taken = {name_key(column) for column in options.mapping.values()}
        same = {field: spelled[field] for field in known if field in spelled and name_key(spelled[field]) not in taken}
        mapping = same | dict(options.mapping)
    stood_in = {"account": options.account, "vehicle": options.vehicle, DATE_FIELD[options.kind]: options.date}
    given = options.mapping
    return replace(
        options,
        mapping={field: column for field, column in mapping.items() if field in given or not stood_in.get(field)},
    )


def _scale(name: str) -> Decimal:
    stated = {_SCALE_OF_WORD[word] for word in _spaced(name).split() if word in _SCALE_OF_WORD}
    return stated.pop() if len(stated) == 1 else Decimal(1)


def _spaced(name: str) -> str:
    """A column's name as lower-case words: "CapitalCalled_MM ($)" → "capital called mm"."""
    return " ".join(re.sub(r"[\W_]+", " ", name_key(_CAMEL.sub(" ", name))).split())
