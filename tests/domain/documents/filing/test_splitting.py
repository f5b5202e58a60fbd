"""Where one account's pages end and another's begin."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents.filing.rules.matching import CONFIDENT, SILENT
from portal.domain.documents.filing.rules.splitting import (
    UNSURE,
    PageMark,
    find_background,
    find_mark,
    split_pages,
    without_background,
)
from portal.domain.documents.filing.values.evidence import EvidenceKind, Hit, Match, Place

A, B, C, SPONSOR = (UUID(int=number) for number in range(1, 5))


def hit(account: UUID) -> Hit:
    return Hit(EvidenceKind.NAME, frozenset({account}), Place(1, 1))


def of(account: UUID | None, confidence: int = 90) -> Match:
    return Match(account, confidence, (hit(account or A),))


def ranges(*pages: tuple[Match, PageMark | None] | Match) -> list[tuple[int, int, UUID | None, int]]:
    given_pages = [page if isinstance(page, tuple) else (page, None) for page in pages]
    return [(each.first, each.last, each.match.account_id, each.match.confidence) for each in split_pages(given_pages)]


def test_a_document_ends_where_the_account_changes() -> None:
    assert ranges(of(A), of(A), of(B), of(C), of(C)) == [(1, 2, A, 90), (3, 3, B, 90), (4, 5, C, 90)]


def test_a_page_that_names_nobody_goes_on_but_a_person_has_to_agree() -> None:
    assert ranges(of(A), SILENT, of(B)) == [(1, 2, A, UNSURE), (3, 3, B, 90)]
    assert UNSURE < CONFIDENT


def test_a_page_marked_as_the_next_goes_on_without_asking() -> None:
    pages = [(of(A), PageMark(1, 3)), (SILENT, PageMark(2, 3)), (SILENT, PageMark(3, 3)), (of(B), PageMark(1, 1))]
    assert ranges(*pages) == [(1, 3, A, 90), (4, 4, B, 90)]


def test_a_first_page_that_names_nobody_is_nobody_s() -> None:
    assert ranges((of(A), PageMark(1, 1)), (SILENT, PageMark(1, 2)), (SILENT, PageMark(2, 2))) == [
        (1, 1, A, 90),
        (2, 3, None, 0),
    ]
    assert ranges(SILENT, of(A)) == [(1, 1, None, 0), (2, 2, A, 90)]


def test_a_page_that_names_several_stands_alone() -> None:
    assert ranges(of(A), of(None, 30), of(A)) == [(1, 1, A, 90), (2, 2, None, 30), (3, 3, A, 90)]


def test_doubt_stays_until_a_person_agrees() -> None:
    assert ranges(of(A), SILENT, of(A)) == [(1, 3, A, UNSURE)]
    assert ranges(of(A, 60), SILENT, of(A)) == [(1, 3, A, UNSURE)]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Page 2 of 3", PageMark(2, 3)),
        ("Lake Trust\npage 12/14\n", PageMark(12, 14)),
        ("\n 1 / 2 \n", PageMark(1, 2)),
        ("p. 4 of 4", PageMark(4, 4)),
        ("Page 4 of 3", None),
        ("the ratio was 1/2 in May", None),
        ("page 3", None),
    ],
)
def test_what_a_page_says_of_itself(text: str, mark: PageMark | None) -> None:
    assert find_mark(text) == mark


def test_who_is_named_everywhere_is_not_whom_a_page_is_about() -> None:
    pages = [[hit(SPONSOR), hit(account)] for account in (A, A, B, B, C, C)] + [[hit(SPONSOR)]]
    background = find_background(pages)
    assert background == {SPONSOR}
    assert without_background(pages[0], background) == [hit(A)]
    assert without_background(pages[-1], background) == [hit(SPONSOR)], "of whom nobody else is named it is"
    assert find_background(pages[:3]) == frozenset(), "too few to tell"


MATCHES = st.one_of(
    st.just(SILENT),
    st.builds(of, st.sampled_from([A, B, C]), st.sampled_from([60, 80, 95])),
    st.just(of(None, 30)),
)
MARKS = st.one_of(st.none(), st.builds(PageMark, st.integers(1, 3), st.integers(3, 4)))


@given(st.lists(st.tuples(MATCHES, MARKS), min_size=1, max_size=30))
def test_no_page_is_lost_and_none_goes_to_another(pages: list[tuple[Match, PageMark | None]]) -> None:
    found = split_pages(pages)
    assert [number for each in found for number in range(each.first, each.last + 1)] == list(range(1, len(pages) + 1))
    for each in found:
        within = pages[each.first - 1 : each.last]
        named = {match.account_id for match, _ in within if not match.silent}
        assert named <= {each.match.account_id}
        silent_inside = [place for place, (match, _) in enumerate(within) if match.silent]
        if each.match.confidence >= CONFIDENT:
            assert all(within[place][1] is not None for place in silent_inside), "only what is marked goes on unasked"
