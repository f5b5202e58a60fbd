"""Which account a page is about. A number decides; a name does where it is one account's alone; nothing guesses.

| what the page has | how sure, of 100 |
| --- | --- |
| a number or tax number of one account, and its name | 99 |
| a number or tax number of one account, nobody else's name | 95 |
| the whole name of one account alone | 90 |
| the name of one account alone without its legal form | 80 |
| a person, or their address, who acts for one account alone | 60 |
| one account by number and another by name, or several accounts | 30, and nobody |
| a name that several accounts share | 20, and nobody |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from portal.domain.documents.filing.values.evidence import EvidenceKind, Hit, Match

CONFIDENT = 70  # below it a person has to say so
DECIDING = {EvidenceKind.NUMBER, EvidenceKind.TAX_NUMBER}
SILENT = Match(None, 0, ())
AccountsOf = Mapping[UUID, frozenset[UUID]]


def match_page(hits: Sequence[Hit], accounts_of: AccountsOf) -> Match:
    """The account of a page that has these hits."""
    if not hits:
        return SILENT
    decided = _of(hits, accounts_of, deciding=True)
    named, shared, bare = _named(hits, accounts_of)
    if decided:
        account, sure = _decide(decided, named | shared)
    elif len(named) == 1:
        account, sure = next(iter(named)), 80 if named <= bare else 90
    elif named or shared:
        account, sure = None, 30 if named else 20
    else:
        people = _of(hits, accounts_of, deciding=False)
        account, sure = (next(iter(people)), 60) if len(people) == 1 else (None, 30)
    return Match(account, sure, tuple(_telling(hits, accounts_of, account)))


def _decide(decided: frozenset[UUID], named: frozenset[UUID]) -> tuple[UUID | None, int]:
    """By numbers, which names bear out or contradict."""
    both = decided & named
    if len(both) == 1:
        return next(iter(both)), 99
    if len(decided) == 1 and not named:
        return next(iter(decided)), 95
    return None, 30


def _of(hits: Iterable[Hit], accounts_of: AccountsOf, *, deciding: bool) -> frozenset[UUID]:
    """The accounts of whom the hits are of."""
    found: set[UUID] = set()
    for hit in hits:
        if (hit.kind in DECIDING) is deciding:
            found.update(*(accounts_of.get(subject, frozenset()) for subject in hit.subjects))
    return frozenset(found)


def _named(hits: Iterable[Hit], accounts_of: AccountsOf) -> tuple[frozenset[UUID], frozenset[UUID], frozenset[UUID]]:
    """Accounts that are named by a name of theirs alone, those by one they share, and of the first those whose name
    stands there without its legal form only."""
    alone, shared, whole = set[UUID](), set[UUID](), set[UUID]()
    for hit in hits:
        accounts = _accounts(hit, accounts_of)
        if hit.kind is not EvidenceKind.NAME or not accounts:
            continue
        (alone if len(accounts) == 1 else shared).update(accounts)
        whole.update(accounts if hit.whole else ())
    return frozenset(alone), frozenset(shared), frozenset(alone - whole)


def _accounts(hit: Hit, accounts_of: AccountsOf) -> set[UUID]:
    """Of the subjects of a hit those that are accounts themselves."""
    return {subject for subject in hit.subjects if subject in accounts_of.get(subject, frozenset())}


def _telling(hits: Iterable[Hit], accounts_of: AccountsOf, account: UUID | None) -> Iterable[Hit]:
    """The first hit of each kind that speaks for the account; for nobody the first of each kind and subject."""
    told = set[object]()
    for hit in hits:
        speaks = any(account in accounts_of.get(subject, frozenset()) for subject in hit.subjects)
        key = hit.kind if account is not None else (hit.kind, hit.subjects)
        if key not in told and (speaks or account is None):
            told.add(key)
            yield hit
