"""BAI2, the cash management format of banks in the United States (Bank Administration Institute, version 2).

Records 01/99 hold the file, 02/98 a group, 03/49 an account, 16 a transaction, 88 goes on with the record before it.
Amounts are whole minor units. The control totals of 49, 98 and 99 and their counts of records are checked: a file that
does not add up is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal.domain.investments.payments.errors import UnreadableStatement
from portal.domain.investments.payments.values.bank_lines import BankFormat, BankLine, BankStatement
from portal.platform.money import UnknownCurrency, minor_places

_CREDITS, _DEBITS = range(100, 400), range(400, 700)
_ENDS = {"03": "49", "02": "98", "01": "99"}


@dataclass(slots=True)
class _Record:
    """A record with the lines that go on with it; `physical` counts them."""

    code: str
    fields: list[str]
    text: str = ""
    physical: int = 1


@dataclass(slots=True)
class _Tally:
    """What a level should come to at its end."""

    total: int = 0
    records: int = 0
    inner: int = 0


@dataclass(slots=True)
class _Reading:
    """Where the reader stands."""

    currency: str = "USD"
    group_currency: str = "USD"
    account: str = ""
    as_of: date | None = None
    lines: list[BankLine] = field(default_factory=list)
    tallies: dict[str, _Tally] = field(default_factory=dict)


def read_bai2(content: bytes) -> BankStatement:
    """The transactions of a BAI2 file, detail records only; UnreadableStatement."""
    text = content.decode("latin-1")
    reading = _Reading()
    for record in _records(text):
        _READERS.get(record.code, _ignore)(reading, record)
    if reading.tallies:
        raise UnreadableStatement("The file breaks off before its last record. Download it from your bank again.")
    return BankStatement(BankFormat.BAI2, tuple(reading.lines))


def _records(text: str) -> Iterator[_Record]:
    current: _Record | None = None
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        if line.startswith("88,"):
            if current is None:
                raise UnreadableStatement("The file begins with a line that goes on with another.")
            _go_on(current, line[3:])
            continue
        if current is not None:
            yield current
        current = _Record(line[:2], line[3:].rstrip("/").split(","), line[3:])
    if current is not None:
        yield current


def _go_on(record: _Record, line: str) -> None:
    """Append what an 88 record says: fields where a slash ended the line before, text otherwise."""
    if record.text.endswith("/"):
        record.fields += line.rstrip("/").split(",")
    else:
        record.fields[-1] = f"{record.fields[-1]} {line.rstrip('/')}"
    record.text = line
    record.physical += 1


def _begin(reading: _Reading, record: _Record) -> None:
    if record.code in reading.tallies:
        raise _broken(f"A record {record.code} begins before the one before it ended")
    reading.tallies[record.code] = _Tally()
    _count(reading, record)


def _count(reading: _Reading, record: _Record) -> None:
    for tally in reading.tallies.values():
        tally.records += record.physical


def _group(reading: _Reading, record: _Record) -> None:
    _begin(reading, record)
    reading.as_of = _day(_at(record, 3))
    reading.group_currency = _at(record, 5) or "USD"


def _account(reading: _Reading, record: _Record) -> None:
    _begin(reading, record)
    reading.account = _at(record, 0)
    reading.currency = _at(record, 1) or reading.group_currency
    rest = record.fields[2:]
    while len(rest) > 1:  # type, amount, count of items, then what the funds type brings
        _add(reading, _whole(rest[1].strip()))
        _, rest = _funds(rest[3:], _as_of(reading))


def _transaction(reading: _Reading, record: _Record) -> None:
    _count(reading, record)
    kind, amount = _whole(_at(record, 0)), _whole(_at(record, 1))
    _add(reading, amount)
    rest = record.fields[2:]
    value_on, rest = _funds(rest, _as_of(reading))
    sign = 1 if kind in _CREDITS else -1 if kind in _DEBITS else 0
    if not sign:  # memoranda and loans move nothing here
        return
    bank, customer, *text = [*rest, "", ""]
    words = " ".join(" ".join(text).replace("/", " ").split())
    reading.lines.append(
        BankLine(
            number=len(reading.lines) + 1,
            booked_on=_as_of(reading),
            value_on=value_on,
            amount=Decimal(sign * amount).scaleb(-_places(reading.currency)),
            currency=reading.currency,
            payer="",  # the format has no field of its own: the name stands in the text
            reference=" ".join(f"{customer.strip('/ ')} {words}".split()),
            bank_id=bank.strip("/ "),
            account=reading.account,
        )
    )


def _funds(fields: list[str], as_of: date) -> tuple[date, list[str]]:
    """The value date that the funds type gives, and the fields after it."""
    kind = fields[0] if fields else ""
    if kind == "V":
        return (_day(fields[1]) if len(fields) > 1 and fields[1] else as_of), fields[3:]
    if kind == "S":
        return as_of, fields[4:]
    if kind == "D":
        return as_of, fields[2 + 2 * _whole(fields[1] if len(fields) > 1 else "0") :]
    return as_of, fields[1:]


def _end(reading: _Reading, record: _Record) -> None:
    """Check what a level should come to: its total, what it holds, its records."""
    opened = next(code for code, end in _ENDS.items() if end == record.code)
    tally = reading.tallies.pop(opened, None)
    if tally is None or any(_ENDS[code] < record.code for code in reading.tallies):
        raise _broken(f"A record {record.code} ends what never began")
    tally.records += record.physical
    inner = "" if record.code == "49" else _at(record, 1)
    if _whole(_at(record, 0)) != tally.total or (inner and _whole(inner) != tally.inner):
        raise _broken(f"The total of a record {record.code} is not what the records before it come to")
    if _whole(_at(record, 1 if record.code == "49" else 2)) != tally.records:
        raise _broken(f"A record {record.code} counts other records than there are")
    for outer in reading.tallies.values():
        outer.records += record.physical
    _pass_on(reading, opened, tally)


def _pass_on(reading: _Reading, opened: str, tally: _Tally) -> None:
    """Let the level around know what this one came to; levels nest 01 > 02 > 03."""
    around = {"03": "02", "02": "01"}.get(opened)
    if around in reading.tallies:
        reading.tallies[around].total += tally.total
        reading.tallies[around].inner += 1


def _add(reading: _Reading, amount: int) -> None:
    if "03" not in reading.tallies:
        raise _broken("A transaction stands outside of an account")
    reading.tallies["03"].total += amount


def _ignore(_reading: _Reading, record: _Record) -> None:
    raise UnreadableStatement(f"A record {record.code[:2]!r} is not known in BAI2. Is this another format?")


def _at(record: _Record, place: int) -> str:
    return record.fields[place].strip().rstrip("/") if place < len(record.fields) else ""


def _whole(text: str) -> int:
    try:
        return int(text or "0")
    except ValueError:
        raise UnreadableStatement(f"“{text[:40]}” stands where a number belongs.") from None


def _day(text: str) -> date:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        raise UnreadableStatement(f"“{text[:40]}” stands where a date (YYMMDD) belongs.") from None


def _as_of(reading: _Reading) -> date:
    if reading.as_of is None:
        raise _broken("A transaction stands outside of a group")
    return reading.as_of


def _places(currency: str) -> int:
    try:
        return minor_places(currency)
    except UnknownCurrency as error:
        raise UnreadableStatement(error.message) from error


def _broken(what: str) -> UnreadableStatement:
    return UnreadableStatement(f"{what}. Nothing was taken; download the file from your bank again.")


_READERS = {
    "01": _begin,
    "02": _group,
    "03": _account,
    "16": _transaction,
    "49": _end,
    "98": _end,
    "99": _end,
}
