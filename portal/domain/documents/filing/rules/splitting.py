"""Where one account's pages end in a long document and another's begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from portal.domain.documents.filing.values.evidence import EvidenceKind, Hit, Match, Range

UNSURE = 50
_FEWEST = 6  # pages, below which nothing is said of who is named on most of them
_MARK = re.compile(
    r"\b(?:page|p\.)\s*(\d{1,5})\s*(?:of|/)\s*(\d{1,5})\b|^\s*(\d{1,5})\s*/\s*(\d{1,5})\s*$", re.I | re.M
)


@dataclass(frozen=True, slots=True)
class PageMark:
    """What a page says of itself: which of how many it is."""

    number: int
    total: int


def find_mark(text: str) -> PageMark | None:
    """“Page 2 of 3” on a page, or None."""
    found = _MARK.search(text)
    if found is None:
        return None
    number, total = (int(each) for each in found.groups() if each is not None)
    return PageMark(number, total) if 0 < number <= total else None


def find_background(pages: Iterable[Sequence[Hit]]) -> frozenset[UUID]:
    """Who is named on more than half of the pages while others are named too: the sponsor, the administrator."""
    named, count = Counter[UUID](), 0
    for hits in pages:
        count += 1
        named.update({subject for hit in hits if hit.kind is EvidenceKind.NAME for subject in hit.subjects})
    often = frozenset(subject for subject, pages_of in named.items() if 2 * pages_of > count)
    return often if count >= _FEWEST and len(named) - len(often) >= 2 else frozenset()


def without_background(hits: Sequence[Hit], background: frozenset[UUID]) -> list[Hit]:
    """The hits of a page but for who is named everywhere; all of them where nobody else is named."""
    others = [hit for hit in hits if not hit.subjects <= background]
    return others or list(hits)


def split_pages(pages: Sequence[tuple[Match, PageMark | None]]) -> list[Range]:
    """Ranges that follow one another and leave out no page. A page that names nobody goes on from the one before; is it
    not marked as the next of the same document, a person has to agree. One that names several stands alone."""
    ranges: list[Range] = []
    before: PageMark | None = None
    for number, (match, mark) in enumerate(pages, 1):
        if ranges and _goes_on(ranges[-1], match, mark):
            ranges[-1] = _longer(ranges[-1], match, sure=_follows(before, mark))
        else:
            ranges.append(Range(number, number, match))
        before = mark
    return ranges


def _goes_on(current: Range, match: Match, mark: PageMark | None) -> bool:
    if match.silent:
        return mark is None or mark.number > 1
    return match.account_id is not None and match.account_id == current.match.account_id


def _longer(current: Range, match: Match, *, sure: bool) -> Range:
    kept = current.match
    if match.silent:
        confidence = kept.confidence if sure else min(kept.confidence, UNSURE)
    else:  # a doubt stays, however sure a later page is
        confidence = kept.confidence if kept.confidence <= UNSURE else max(kept.confidence, match.confidence)
    told = {hit.kind for hit in kept.evidence}
    more = tuple(hit for hit in match.evidence if hit.kind not in told)
    return replace(current, last=current.last + 1, match=Match(kept.account_id, confidence, (*kept.evidence, *more)))


def _follows(before: PageMark | None, mark: PageMark | None) -> bool:
    return before is not None and mark == PageMark(before.number + 1, before.total)
