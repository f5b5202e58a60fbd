"""Which account a page is about, and whom it names."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents.filing.rules.matching import CONFIDENT, match_page
from portal.domain.documents.filing.rules.reading import Reader
from portal.domain.documents.filing.rules.recipients import find_strangers
from portal.domain.documents.filing.rules.words import split_words
from portal.domain.documents.filing.values.evidence import EvidenceKind, Known, Match

SPACE = UUID(int=7)


def subject(name: str) -> UUID:
    return uuid5(SPACE, name)


LAKE, BLUE, ONE, OTHER, PIERRE = (subject(name) for name in ("lake", "blue", "smith one", "smith other", "pierre"))
ANN, BEN = subject("ann"), subject("ben")
KNOWN = Known(
    names=(
        (LAKE, "Lake Trust"),
        (BLUE, "Blue Lake Holdings, L.P."),
        (ONE, "John Smith"),
        (OTHER, "John  SMITH"),
        (PIERRE, "Jean-Pierre Łukasik-Ångström"),
        (ANN, "Ann Byron"),
        (BEN, "Ben Carver"),
    ),
    numbers={"A-4711": LAKE, "A-4712": ONE},
    tax_numbers={b"123456789": frozenset({LAKE}), b"987654321": frozenset({OTHER}), b"DE136695976": frozenset({BLUE})},
    emails={b"ann@example.com": ANN},
    accounts_of={
        **{account: frozenset({account}) for account in (LAKE, BLUE, ONE, OTHER, PIERRE)},
        ANN: frozenset({LAKE}),
        BEN: frozenset({LAKE, BLUE}),
    },
)
READER = Reader.of(KNOWN, lambda text: [text.encode()], lambda text: [text.encode()])


def matched(text: str) -> Match:
    return match_page(READER.read(1, text), KNOWN.accounts_of)


@pytest.mark.parametrize(
    ("text", "account", "confidence"),
    [
        ("Statement of the Lake Trust\nAccount A-4711", LAKE, 99),
        ("LAKE   TRUST, EIN 12-3456789", LAKE, 99),
        ("Tax number 123 45 6789", LAKE, 95),
        ("USt-IdNr. DE 136 695 976", BLUE, 95),
        ("To: Lake Trust", LAKE, 90),
        ("Lake\u00a0Trust’s capital account", None, 0),
        ("To Blue Lake Holdings LP", BLUE, 90),
        ("To BLUE-LAKE HOLDINGS, L.P., and nobody else", BLUE, 90),
        ("blue lake", BLUE, 80),
        ("Lukasik Angstrom, Jean Pierre", None, 0),
        ("JEAN PIERRE LUKASIK-ANGSTROM", PIERRE, 90),
        ("Dear Ann Byron", LAKE, 60),
        ("Byron, Ann M.", LAKE, 60),
        ("Dear Ann M. Byron", LAKE, 60),
        ("write to ann@example.com.", LAKE, 60),
        ("Dear Ben Carver", None, 30),
        ("To John Smith", None, 20),
        ("To John Smith, account A-4712", ONE, 99),
        ("To John Smith, SSN 987-65-4321", OTHER, 99),
        ("Lake Trust and Blue Lake Holdings LP", None, 30),
        ("Blue Lake Holdings LP, account A-4711", None, 30),
        ("Account A-4711 and account A-4712", None, 30),
        ("Lake, account A-47115, 1,123456789.00", None, 0),
        ("", None, 0),
    ],
)
def test_what_a_page_says_decides_and_nothing_guesses(text: str, account: UUID | None, confidence: int) -> None:
    found = matched(text)
    assert (found.account_id, found.confidence) == (account, confidence)


def test_the_place_that_speaks_is_told() -> None:
    (name, number) = matched("Northgate Administration\n\nLake Trust\nNumber: a-4711").evidence
    assert (name.kind, name.place.line) == (EvidenceKind.NAME, 3)
    assert (number.kind, number.place.line) == (EvidenceKind.NUMBER, 4)


NAMES = st.lists(
    st.text("abcdefgh äöüßéÅ-'.", min_size=3, max_size=24).filter(lambda name: len(split_words(name)) >= 2),
    min_size=1,
    max_size=8,
)


@given(NAMES, st.data())
def test_a_shared_name_alone_is_never_enough(names: Sequence[str], data: st.DataObject) -> None:
    """Every name is that of two accounts: whatever stands on the page, nobody is chosen with confidence."""
    pairs = [(subject(f"{name}{twin}{place}"), name) for place, name in enumerate(names) for twin in "ab"]
    known = Known(tuple(pairs), {}, {}, {}, {account: frozenset({account}) for account, _ in pairs})
    reader = Reader.of(known, lambda text: [], lambda text: [])
    text = "\n".join(data.draw(st.lists(st.sampled_from(names), max_size=5)))
    match = match_page(reader.read(1, text), known.accounts_of)
    assert match.account_id is None
    assert match.confidence < CONFIDENT


@given(NAMES, st.data())
def test_a_name_is_found_however_it_is_written(names: Sequence[str], data: st.DataObject) -> None:
    known = Known(tuple((subject(name), name) for name in names), {}, {}, {}, {})
    reader = Reader.of(known, lambda text: [], lambda text: [])
    name = data.draw(st.sampled_from(names))
    written = data.draw(st.sampled_from([str.upper, str.lower, lambda text: text.replace(" ", "  \t")]))(name)
    hits = reader.read(1, f"12 , {written} ; 34")
    same = {subject(each) for each in names if split_words(each) == split_words(name)}
    longer = [each for each in names if len(split_words(each)) > len(split_words(name))]
    assert any(same & hit.subjects for hit in hits) or longer


@given(st.text(max_size=300))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    for hit in READER.read(1, text):
        assert 1 <= hit.place.line <= text.count("\n") + 1


TEXT = """Distribution notice
Dear Lake Trust
Copied in error: Blue Lake Holdings LP
and Blue Lake Holdings, L.P.
and john smith, SSN 987-65-4321
ann@example.com"""


def test_whoever_is_not_a_reader_is_told_with_the_first_place() -> None:
    strangers = find_strangers(READER.read(3, TEXT), [frozenset({LAKE, ANN})])
    assert [(each.kind, each.subject_id, each.place.line, each.places) for each in strangers] == [
        (EvidenceKind.NAME, BLUE, 3, 2),
        (EvidenceKind.NAME, min(ONE, OTHER), 5, 1),
        (EvidenceKind.TAX_NUMBER, OTHER, 5, 1),
    ]
    assert {each.place.page for each in strangers} == {3}


def test_who_shares_a_name_with_a_reader_is_not_named_by_it() -> None:
    strangers = find_strangers(READER.read(1, "To John Smith"), [frozenset({OTHER})])
    assert strangers == []


def test_a_paper_for_the_whole_firm_names_nobody() -> None:
    strangers = find_strangers(READER.read(1, TEXT), [frozenset()])
    assert {LAKE, BLUE, ANN} <= {each.subject_id for each in strangers}


def test_who_may_be_named_to_one_circle_is_a_stranger_to_the_other() -> None:
    strangers = find_strangers(
        READER.read(1, "To Lake Trust and John Smith"), [frozenset({LAKE, ONE}), frozenset({ONE})]
    )
    assert [each.subject_id for each in strangers] == [LAKE]


@given(st.sets(st.sampled_from([LAKE, BLUE, ONE, OTHER, PIERRE, ANN, BEN])))
def test_a_reader_is_never_a_stranger(readers: set[UUID]) -> None:
    strangers = find_strangers(READER.read(1, TEXT), [frozenset(readers)])
    assert not {each.subject_id for each in strangers} & readers


def test_five_thousand_investors_and_a_hundred_pages_are_read_in_one_walk() -> None:
    """What is looked at grows with the pages, not with pages times investors: each word is looked up once."""
    names = tuple((subject(str(number)), f"Investor Number {number} Trust") for number in range(5_000))
    reader = Reader.of(Known(names, {}, {}, {}, {}), lambda text: [], lambda text: [])
    page = "\n".join(
        f"Investor of number {number}: capital account of Investor Number {number} Trust" for number in range(50)
    )
    found = [hit for number in range(1, 101) for hit in reader.read(number, page)]
    assert len(found) == 5_000


def test_a_number_before_a_name_is_not_part_of_it() -> None:
    """“K-1, Account 12” is of Account 12, and not of an Account 1 whose name is turned round."""
    accounts = {number: subject(f"account {number}") for number in (1, 12)}
    names = tuple((account, f"Account {number}") for number, account in accounts.items())
    known = Known(names, {}, {}, {}, {account: frozenset({account}) for account in accounts.values()})
    reader = Reader.of(known, lambda text: [], lambda text: [])
    assert match_page(reader.read(1, "Schedule K-1, Account 12"), known.accounts_of).account_id == accounts[12]
