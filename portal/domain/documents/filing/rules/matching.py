"""Which account a page is about. A number decides; a name does where it is one account's alone; nothing guesses.

| what the page has | how sure, of 100 |
| --- | --- |
| a number or tax number of one account, and its name | 99 |
| a number or tax number of one account, nobody else's name | 95 |
| the whole name of one account alone | 90 |
| the name of one account alone without its legal form | 80 |
| a name of one word (“Smith”, as in “Smith-Jones”), and of one account alone | 60 |
| a person, or their address, who acts for one account alone | 60 |
| one account by number and another by name, or several accounts | 30, and nobody |
| a name that several accounts share | 20, and nobody |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
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
    named, shared = _named(hits, accounts_of)
    if decided:
        account, sure = _decide(decided, named.keys() | shared)
    elif len(named) == 1:
        account = next(iter(named))
        sure = named[account]
    elif named or shared:
        account, sure = None, 30 if named else 20
    else:
        people = _of(hits, accounts_of, deciding=False)
        account, sure = (next(iter(people)), 60) if len(people) == 1 else (None, 30)
    return Match(account, sure, tuple(_telling(hits, accounts_of, account)))


def _decide(decided: frozenset[UUID], named: Set[UUID]) -> tuple[UUID | None, int]:
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


def _named(hits: Iterable[Hit], accounts_of: AccountsOf) -> tuple[dict[UUID, int], frozenset[UUID]]:
    """Accounts that are named by a name of theirs alone, each with how sure the best of its namings is; and those that
    are named by one they share."""
    alone, shared = dict[UUID, int](), set[UUID]()
    for hit in hits:
        accounts = _accounts(hit, accounts_of)
        if hit.kind is not EvidenceKind.NAME or not accounts:
            continue
        if len(accounts) > 1:
            shared |= accounts
            continue
        (account,) = accounts
        alone[account] = max(alone.get(account, 0), _sure(hit))
    return alone, frozenset(shared)


def _sure(hit: Hit) -> int:
    if hit.single:
        return 60
    return 90 if hit.whole else 80


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
