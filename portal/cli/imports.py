"""`portal import`: history from a spreadsheet into a firm's ledger, all or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
import orjson

from portal.cli.application import application
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import find_firm_by_slug
from portal.domain.investments.imports.errors import UnknownOwner, UnreadableFile
from portal.domain.investments.imports.services.commands import import_file
from portal.domain.investments.imports.values.records import ImportOutcome
from portal.domain.investments.imports.values.tables import (
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    DateFormat,
    ImportKind,
    ImportOptions,
    NumberFormat,
    Problem,
)
from portal.platform.tenancy import acting_as

REFUSED, USAGE = 1, 2
SHOWN = 50
DATES = {each.value.replace("_", "-"): each for each in DateFormat}
NUMBERS = {"auto": NumberFormat.AUTO, "point": NumberFormat.POINT, "comma": NumberFormat.COMMA}


def _read_map(_ctx: click.Context, _param: click.Parameter, value: str) -> Mapping[str, str]:
    """The columns by field; a comma inside a column's name is no end where no `field=` follows it."""
    pairs = [pair.partition("=") for pair in re.split(r",(?=\s*[a-z_]+\s*=)", value)] if value else []
    mapping = {field.strip(): column.strip() for field, _, column in pairs}
    if not all(mapping.values()) or not all(mapping) or len(mapping) < len(pairs):
        raise click.BadParameter(f"{value!r} is not field=column,field=column…, each field once.")
    return mapping


def _read_scale(_ctx: click.Context, _param: click.Parameter, value: str) -> Decimal:
    """The exact number that amounts are multiplied by."""
    try:
        scale = Decimal(value)
    except InvalidOperation as error:
        raise click.BadParameter(f"{value!r} is not a number, such as 1000000 for amounts in millions.") from error
    if not scale.is_finite() or scale <= 0:
        raise click.BadParameter(f"{value!r} is not above zero.")
    return scale


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--firm", "slug", required=True, metavar="SLUG", help="Whose history it is.")
@click.option(
    "--kind", required=True, type=click.Choice([each.value for each in ImportKind]), help="What a row states."
)
@click.option(
    "--map", "mapping", default="", callback=_read_map, metavar="FIELD=COLUMN,…",
    help="Which column holds which field. A field left out is in the column of its own name.",
)  # fmt: skip
@click.option(
    "--scale",
    default="1",
    callback=_read_scale,
    metavar="NUMBER",
    help="Multiply amounts: 1000000 where they are in millions.",
)
@click.option("--currency", default="USD", metavar="CODE", show_default=True, help="Of all amounts.")
@click.option("--account", metavar="NAME", help="The account of all rows, where no column has it.")
@click.option("--vehicle", metavar="NAME", help="The vehicle of all rows, where no column has it.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The date of all rows, where no column has it.")
@click.option("--date-format", type=click.Choice(list(DATES)), default="auto", show_default=True)
@click.option("--number-format", type=click.Choice(list(NUMBERS)), default="auto", show_default=True)
@click.option("--owner", metavar="EMAIL", help="Who acts for accounts that are opened.")
@click.option("--dry-run", is_flag=True, help="Check everything and post nothing; counts what would be posted.")
@click.option("--json", "as_json", is_flag=True, help='Print {"posted", "skipped", "errors"}.')
def import_history(file: Path, slug: str, **given: Any) -> None:
    """Import FILE, a CSV or XLSX spreadsheet, into the ledger of a firm: every row, or none.

    Rows that were posted before are skipped. Accounts and vehicles that are not there yet are opened. Exit 0 when
    posted, 1 when the file is refused for its content, 2 for a wrong command.

    \b
    Positions:    account, vehicle, as_of, commitment, paid_in, distributed, nav [, vintage, strategy]
    Transactions: account, vehicle, date, type, amount [, reference, vintage, strategy]
    """
    options = _options(given)
    with application():
        outcome = _import(file, slug, options, dry_run=given["dry_run"])
    click.echo(_as_json(outcome) if given["as_json"] else _as_text(outcome, dry_run=given["dry_run"]))
    if outcome.problems:
        raise SystemExit(REFUSED)


def _options(given: Mapping[str, Any]) -> ImportOptions:
    kind = ImportKind(given["kind"])
    fields = REQUIRED_FIELDS[kind] + OPTIONAL_FIELDS[kind]
    unknown = [field for field in given["mapping"] if field not in fields]
    if unknown:
        raise click.UsageError(f"{kind.value} have no field {unknown[0]!r}; their fields are {', '.join(fields)}.")
    return ImportOptions(
        kind=kind,
        mapping=given["mapping"],
        scale=given["scale"],
        currency=given["currency"].strip().upper(),
        account=given["account"],
        vehicle=given["vehicle"],
        date=given["date"].date() if given["date"] else None,
        date_format=DATES[given["date_format"]],
        number_format=NUMBERS[given["number_format"]],
        owner=given["owner"],
    )


def _import(file: Path, slug: str, options: ImportOptions, *, dry_run: bool) -> ImportOutcome:
    firm = find_firm_by_slug(slug)
    if firm is None:
        raise click.UsageError(f"There is no firm called {slug!r}.")
    system = Actor.system(firm.id)
    try:
        with acting_as(system.tenancy):
            return import_file(system, name=file.name, content=file.read_bytes(), options=options, dry_run=dry_run)
    except UnknownOwner as error:
        raise click.UsageError(f"{error.message} `portal create-user` adds one.") from error
    except UnreadableFile as error:
        return ImportOutcome(0, 0, (Problem(0, "", error.message),))


def _as_json(outcome: ImportOutcome) -> str:
    errors = [{"row": row, "field": field, "message": message} for row, field, message in outcome.problems]
    return orjson.dumps({"posted": outcome.posted, "skipped": outcome.skipped, "errors": errors}).decode()


def _as_text(outcome: ImportOutcome, *, dry_run: bool) -> str:
    if not outcome.problems:
        return f"{outcome.posted:,} rows {'would be ' if dry_run else ''}posted, {outcome.skipped:,} posted before."
    lines = [
        f"{f'Row {row}' if row else 'The file'}{f', {field}' if field else ''}: {message}"
        for row, field, message in outcome.problems[:SHOWN]
    ]
    more = len(outcome.problems) - SHOWN
    return "\n".join([*lines, *([f"… and {more:,} more."] if more > 0 else []), "Nothing was posted."])
