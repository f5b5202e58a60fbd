"""Where each field stands in a table, and what the choice of columns and units lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from portal.domain.investments.imports.values.tables import (
    DATE_FIELD,
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    ImportOptions,
    Problem,
)
from portal.platform.ids import name_key
from portal.platform.money import UnknownCurrency, minor_places

LARGEST_SCALE = Decimal(10) ** 12


def locate_fields(header: Sequence[str], options: ImportOptions) -> tuple[dict[str, int], list[Problem]]:
    """The place of each mapped field's column, and a problem for each thing that cannot be as chosen.

    Columns are found by their exact name or else regardless of case and spacing.
    """
    known = REQUIRED_FIELDS[options.kind] + OPTIONAL_FIELDS[options.kind]
    by_name = {name_key(name): place for place, name in reversed(list(enumerate(header)))}
    by_name |= {name: place for place, name in enumerate(header)}
    places: dict[str, int] = {}
    problems = [*_problems_of_units(options)]
    for field, column in options.mapping.items():
        if not column:
            continue
        place = by_name.get(column, by_name.get(name_key(column)))
        other = next((name for name, taken in places.items() if taken == place), None)
        if field not in known:
            message = f"There is no field “{field}” for {options.kind.value}. The fields are {', '.join(known)}."
        elif place is None:
            message = f"The file has no column “{column}”. Its columns are {', '.join(header)}."
        elif other:
            message = f"Column “{column}” is already chosen for {other}. Choose another column for {field}."
        else:
            places[field] = place
            continue
        problems.append(Problem(0, field, message))
    problems += _missing(options, {*places, *(problem.field for problem in problems)})
    return places, problems


def _problems_of_units(options: ImportOptions) -> Iterator[Problem]:
    try:
        minor_places(options.currency)
    except UnknownCurrency as error:
        yield Problem(0, "currency", str(error))
    if not options.scale.is_finite() or not 0 < options.scale <= LARGEST_SCALE:
        yield Problem(0, "scale", "The scale is not a positive number. Use 1, or 1000000 for amounts in millions.")


def _missing(options: ImportOptions, dealt_with: set[str]) -> Iterator[Problem]:
    stand_ins = {
        "account": options.account,
        "vehicle": options.vehicle,
        DATE_FIELD[options.kind]: options.date,
    }
    for field in REQUIRED_FIELDS[options.kind]:
        if field in dealt_with or stand_ins.get(field):
            continue
        instead = f", or give one {field} for all rows" if field in stand_ins else ""
        yield Problem(0, field, f"No column is chosen for {field}. Choose the column that holds it{instead}.")
