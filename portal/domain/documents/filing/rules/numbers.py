"""What in a text may be a tax number, an address or the number of an account: whether it is one, its index says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SHORTEST_TAX_NUMBER = 6
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# Signs of a number with what parts its groups, and nothing less than the whole of it; amounts have commas within and
# are none.
_RUN = re.compile(r"(?<!\w)(?<!\d,)[0-9A-Z](?:[0-9A-Z./-]|[\u2010-\u2015])*+(?!\w|,\d)")
_DASHES = re.compile("[\u2010-\u2015]")
_MOST_GROUPS = 4
_LONGEST_PREFIX = 3  # of letters alone: a country's, a cantonal one's


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a number, and its line."""

    text: str
    line: int


def find_emails(text: str) -> Iterator[Candidate]:
    """What looks like an address, in small letters."""
    for number, line in enumerate(text.split("\n"), 1):
        if "@" in line:
            for found in _EMAIL.finditer(line):
                yield Candidate(found.group().rstrip(".").lower(), number)


def find_account_numbers(text: str) -> Iterator[Candidate]:
    """What may be the number of an account, in capitals."""
    for number, line in enumerate(text.split("\n"), 1):
        for run in _runs(line):
            if _has_digit(run):
                yield Candidate(run.strip("./-"), number)


def find_tax_numbers(text: str) -> Iterator[Candidate]:
    """What may be a tax number: letters and digits alone. Neighbours are joined, since `12 345 678 901` is one, and so
    is `DE 136 695 976`."""
    for number, line in enumerate(text.split("\n"), 1):
        runs = [re.sub(r"[^0-9A-Z]", "", run) for run in _runs(line)]
        for first in range(len(runs)):
            joined = ""
            for run in runs[first : first + _MOST_GROUPS]:
                joined += run
                if SHORTEST_TAX_NUMBER <= len(joined) <= 30 and _has_digit(joined):
                    yield Candidate(joined, number)


def _runs(line: str) -> list[str]:
    """The runs of a line that have a digit, and the letters that may stand before one, as they stand there."""
    if not _has_digit(line):
        return []
    runs = _RUN.findall(_DASHES.sub("-", line.upper()))
    return [run for run in runs if len(run) <= _LONGEST_PREFIX or _has_digit(run)]


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)
