"""Whom a page names, by everything the firm knows people and accounts by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portal.domain.documents.filing.rules.names import Branch, find_names, plant
from portal.domain.documents.filing.rules.numbers import find_account_numbers, find_emails, find_tax_numbers
from portal.domain.documents.filing.rules.words import words_of, write_out
from portal.domain.documents.filing.values.evidence import EvidenceKind, Hit, Known, Place

Indexes = Callable[[str], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pages for whom `known` names; `tax_indexes` and `email_indexes` make what the maps there are keyed by."""

    known: Known
    tree: Branch
    tax_indexes: Indexes
    email_indexes: Indexes

    @classmethod
    def of(cls, known: Known, tax_indexes: Indexes, email_indexes: Indexes) -> Reader:
        """A reader with its tree of names planted."""
        return cls(known, plant(known.names), tax_indexes, email_indexes)

    def read(self, page: int, text: str) -> list[Hit]:
        """Everything on a page that names somebody."""
        return [*self._names(page, text), *self._numbers(page, text), *self._emails(page, text)]

    def _names(self, page: int, text: str) -> Iterator[Hit]:
        """Each name once, as it stands there or with its umlauts written out."""
        told = set[Hit]()
        for written in dict.fromkeys((text, write_out(text))):
            hits = [
                Hit(EvidenceKind.NAME, found.subjects, Place(page, found.line), found.whole, found.single)
                for found in find_names(self.tree, words_of(written))
            ]
            yield from (hit for hit in hits if hit not in told)
            told.update(hits)

    def _numbers(self, page: int, text: str) -> Iterator[Hit]:
        if self.known.numbers:
            for each in find_account_numbers(text):
                if (account := self.known.numbers.get(each.text)) is not None:
                    yield Hit(EvidenceKind.NUMBER, frozenset({account}), Place(page, each.line))
        if self.known.tax_numbers:
            for each in find_tax_numbers(text):
                for index in self.tax_indexes(each.text):
                    if subjects := self.known.tax_numbers.get(index):
                        yield Hit(EvidenceKind.TAX_NUMBER, subjects, Place(page, each.line))

    def _emails(self, page: int, text: str) -> Iterator[Hit]:
        for each in find_emails(text):
            for index in self.email_indexes(each.text):
                if (person := self.known.emails.get(index)) is not None:
                    yield Hit(EvidenceKind.EMAIL, frozenset({person}), Place(page, each.line))
