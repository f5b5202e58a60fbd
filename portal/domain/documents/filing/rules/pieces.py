"""What pages and files become: pieces with an account where it is sure whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.domain.documents.filing.rules.matching import CONFIDENT, AccountsOf, match_page
from portal.domain.documents.filing.rules.splitting import (
    PageMark,
    find_background,
    split_pages,
    without_background,
)
from portal.domain.documents.filing.values.batches import FoundPiece
from portal.domain.documents.filing.values.evidence import Hit, Match

LONGEST_TITLE = 200
_MOST_EVIDENCE = 6


def pieces_of_pages(
    pages: Sequence[tuple[Sequence[Hit], PageMark | None]], accounts_of: AccountsOf
) -> list[FoundPiece]:
    """The pieces of a long document whose pages have these hits and marks."""
    background = find_background([hits for hits, _ in pages])
    matched = [(match_page(without_background(hits, background), accounts_of), mark) for hits, mark in pages]
    return [_piece(each.first, each.last, "", each.match) for each in split_pages(matched)]


def pieces_of_files(
    files: Sequence[tuple[int, str, Sequence[Hit], str | None]], accounts_of: AccountsOf
) -> list[FoundPiece]:
    """The pieces of an archive: number, name, hits and problem of each file. A file that names several is nobody's."""
    background = find_background([hits for _, _, hits, _ in files])
    return [
        _piece(number, number, name, match_page(without_background(hits, background), accounts_of), problem)
        for number, name, hits, problem in files
    ]


def _piece(first: int, last: int, name: str, match: Match, problem: str | None = None) -> FoundPiece:
    sure = match.confidence >= CONFIDENT and problem is None
    evidence = [
        (hit.kind, hit.place.page, hit.place.line, sorted(hit.subjects)[:3]) for hit in match.evidence[:_MOST_EVIDENCE]
    ]
    return FoundPiece(first, last, name, match.account_id if sure else None, match.confidence, evidence, problem)


def write_title(pattern: str, *, account: str, number: str, period: str) -> str:
    """The title of a piece's document: the pattern with what stands for its own."""
    parts: Mapping[str, str] = {"{account}": account, "{number}": number, "{period}": period}
    for mark, value in parts.items():
        pattern = pattern.replace(mark, value)
    return " ".join(pattern.split())[:LONGEST_TITLE]
