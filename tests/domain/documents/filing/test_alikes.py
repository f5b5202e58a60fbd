"""Names and numbers that are alike: whoever is only like the one who is meant is never chosen, and nobody is missed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.domain.documents.filing.rules.matching import CONFIDENT, match_page
from portal.domain.documents.filing.rules.reading import Reader
from portal.domain.documents.filing.values.evidence import EvidenceKind, Known, Match

MINE, THEIRS = UUID(int=1), UUID(int=2)
FIRST_NAMES = ("John", "Jane", "Jean-Luc", "Łukasz", "Zoë", "Ann Marie")
SURNAMES = ("Smith", "Smithson", "Smith-Jones", "Müller", "O'Brien", "Ångström", "van der Berg", "Weiß")
NAMES = st.builds("{} {}".format, st.sampled_from(FIRST_NAMES), st.sampled_from(SURNAMES))
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"})
BARE = str.maketrans("äöüåëÄÖÜÅ", "aouaeAOUA")
WRITINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda name: name.replace("-", " "),
    lambda name: name.replace("-", "\u2010"),
    lambda name: name.replace("'", "’"),
    lambda name: name.translate(UMLAUTS),
    lambda name: name.translate(BARE),
)


def reader_of(*accounts: tuple[UUID, str], numbers: dict[str, UUID] | None = None, tax: bytes = b"") -> Reader:
    known = Known(
        accounts,
        numbers or {},
        {tax: frozenset({MINE})} if tax else {},
        {},
        {account: frozenset({account}) for account in (MINE, THEIRS)},
    )
    return Reader.of(known, lambda text: [text.encode()], lambda text: [])


def matched(reader: Reader, text: str) -> Match:
    return match_page(reader.read(1, text), reader.known.accounts_of)


@given(NAMES, NAMES, st.sampled_from(WRITINGS))
def test_of_two_who_share_a_surname_the_one_who_is_written_is_chosen(
    mine: str, theirs: str, write: Callable[[str], str]
) -> None:
    assume(mine != theirs)
    reader = reader_of((MINE, mine), (THEIRS, theirs))
    found = matched(reader, f"Statement for {write(mine)}, Q4")
    assert (found.account_id, found.confidence) == (MINE, 90)


@given(NAMES, st.sampled_from(WRITINGS), st.sampled_from(WRITINGS))
def test_a_name_is_found_however_both_are_written(
    name: str, kept: Callable[[str], str], written: Callable[[str], str]
) -> None:
    """“Mueller” in the paper is the firm's “Müller”, and the other way round; “Muller” need not be “Mueller”."""
    assume({kept, written} != {WRITINGS[-1], WRITINGS[-2]})
    assert matched(reader_of((MINE, kept(name))), f"To {written(name)}").account_id == MINE


def test_accounts_that_differ_by_an_umlaut_alone_are_alike() -> None:
    found = matched(reader_of((MINE, "Karl Müller"), (THEIRS, "Karl Mueller")), "An Karl Mueller")
    assert (found.account_id, found.confidence) == (None, 20)


@pytest.mark.parametrize("other", ["Smithson", "Blacksmith", "Smith-Jones", "Mary Smith", "Smith's Yard"])
def test_one_word_in_another_s_name_is_not_enough(other: str) -> None:
    found = matched(reader_of((MINE, "Smith")), f"Statement for {other}")
    assert found.account_id is None or found.confidence < CONFIDENT
    assert matched(reader_of((MINE, "Smith"), (THEIRS, other)), f"For {other}").account_id in {THEIRS, None}


def test_one_word_with_its_number_is() -> None:
    found = matched(reader_of((MINE, "Smith"), numbers={"A-4711": MINE}), "Smith, account A-4711")
    assert (found.account_id, found.confidence) == (MINE, 99)


TAX_WRITINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda number: f"{number[:2]}-{number[2:]}",
    lambda number: f"{number[:3]}-{number[3:5]}-{number[5:]}",
    lambda number: f"{number[:3]} {number[3:5]} {number[5:]}",
    lambda number: f"{number[:3]}\u2011{number[3:5]}\u2013{number[5:]}",
    lambda number: f"{number[:2]}.{number[2:5]}.{number[5:]}",
)
NUMBERS = st.text("0123456789", min_size=9, max_size=9)


@given(NUMBERS, st.sampled_from(TAX_WRITINGS))
def test_a_tax_number_is_found_with_its_dashes_and_without(number: str, write: Callable[[str], str]) -> None:
    reader = reader_of(tax=number.encode())
    (hit,) = {(hit.kind, hit.subjects) for hit in reader.read(1, f"EIN: {write(number)}, please check")}
    assert hit == (EvidenceKind.TAX_NUMBER, frozenset({MINE}))


@given(NUMBERS, st.sampled_from(TAX_WRITINGS), st.text("0123456789", max_size=3), st.text("0123456789", max_size=3))
def test_a_part_of_a_longer_number_is_no_tax_number(
    number: str, write: Callable[[str], str], before: str, after: str
) -> None:
    assume(before or after)
    longer = before + write(number) + after
    assume(number not in "".join(longer.split())[:9] or before)
    bare = "".join(sign for sign in longer if sign.isdigit())
    groups = ["".join(filter(str.isdigit, each)) for each in longer.split()]
    joined = {"".join(groups[first:last]) for first in range(4) for last in range(first + 1, 5)}
    assume(number not in joined and bare != number)
    assert reader_of(tax=number.encode()).read(1, f"Reference {longer} of today") == []


ACCOUNT_NUMBERS = st.from_regex(r"[A-Z]{1,2}-[0-9]{3,5}", fullmatch=True)


@given(ACCOUNT_NUMBERS, st.sampled_from(["", "(", "no. ", "#", "„"]), st.sampled_from(["", ".", ",", ")", ";", ":"]))
def test_the_number_of_an_account_is_found_beside_marks(number: str, before: str, after: str) -> None:
    found = matched(reader_of(numbers={number: MINE}), f"Account {before}{number}{after} in May")
    assert (found.account_id, found.confidence) == (MINE, 95)


@given(ACCOUNT_NUMBERS, st.sampled_from(["", "1", "X", "7-", "2/"]), st.sampled_from(["", "0", "B", "-2", "/3", ".5"]))
def test_the_number_of_an_account_in_a_longer_one_is_not(number: str, before: str, after: str) -> None:
    assume(before or after)
    assert matched(reader_of(numbers={number: MINE}), f"Account {before}{number}{after} in May").account_id is None
