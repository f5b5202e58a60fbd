"""Finding thousands of names in a text in one walk through it: a tree of words, as Aho and Corasick's of letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from portal.domain.documents.filing.rules.words import Word, bare_name, split_words, write_out

SHORTEST = 5  # letters of a name of one word: a shorter one is a word of the language as often
MOST_TURNED = 3  # words of a person's name, which is looked for with the last word first too; numbers are not turned


@dataclass(slots=True)
class Branch:
    """A word that names may go on from; whom the names that end here are of, whole and without their legal form."""

    after: dict[str, Branch] = field(default_factory=dict)
    whole: set[UUID] = field(default_factory=set)
    bare: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class NameFound:
    """A name in a text: whose (several where they share it), in which line, whether with its legal form, and whether it
    is but one word, which may as well be a part of another's name."""

    subjects: frozenset[UUID]
    line: int
    whole: bool
    single: bool


def plant(names: Iterable[tuple[UUID, str]]) -> Branch:
    """The tree of these names: each as it is written, without its legal form, and with the last word first."""
    root = Branch()
    for subject, name in names:
        for written in {name, write_out(name)}:
            _plant(root, split_words(written), subject)
    return root


def _plant(root: Branch, words: list[str], subject: UUID) -> None:
    _add(root, words, subject, whole=True)
    bare = bare_name(words)
    if bare != words and len(bare) > 1:
        _add(root, bare, subject, whole=False)
    if 1 < len(bare) <= MOST_TURNED and all(len(word) > 1 and word.isalpha() for word in bare):
        _add(root, [bare[-1], *bare[:-1]], subject, whole=bare == words)


def find_names(root: Branch, words: Sequence[Word]) -> Iterator[NameFound]:
    """The names in a text, first to last. Of names within one another only the longest is one: who writes “Blue Lake
    Trust” does not write of the Lake Trust. Single letters between the words of a name are initials."""
    place = 0
    while place < len(words):
        end, branch = _longest(root, words, place)
        if branch is None:
            place += 1
            continue
        yield NameFound(frozenset(branch.whole or branch.bare), words[place].line, bool(branch.whole), end - place == 1)
        place = end


def _add(root: Branch, words: Sequence[str], subject: UUID, *, whole: bool) -> None:
    if not words or (len(words) == 1 and len(words[0]) < SHORTEST):
        return
    branch = root
    for word in words:
        branch = branch.after.setdefault(word, Branch())
    (branch.whole if whole else branch.bare).add(subject)


def _longest(root: Branch, words: Sequence[Word], place: int) -> tuple[int, Branch | None]:
    """Where the longest name that begins at `place` ends, and its last word in the tree."""
    branch, found, end = root.after.get(words[place].text), None, place
    here = place + 1
    while branch is not None:
        if branch.whole or branch.bare:
            found, end = branch, here
        if here == len(words):
            break
        following = branch.after.get(words[here].text)
        if following is None and len(words[here].text) == 1 and here + 1 < len(words):
            here += 1
            following = branch.after.get(words[here].text)
        branch = following
        here += 1
    return end, found
