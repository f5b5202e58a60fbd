"""Words as they are compared: without case, accents, hyphens and points."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Letters that no decomposition takes apart, and signs that are words.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "&": " and ", "+": " and "}
)
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_UMLAUT = re.compile("[äöüå]")
_JOINING = re.compile(r"['’ʼ`´\u00ad\u200b-\u200f\u2060]")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?=\W|$)|\b(?:[^\W\d_]\.)+[^\W\d_]\b")
# Scripts without blanks between words are compared sign by sign.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_]+")
LEGAL_FORMS = frozenset({
    "lp", "llp", "lllp", "llc", "plc", "ltd", "limited", "inc", "incorporated", "corp", "corporation", "co",
    "company", "gmbh", "ag", "kg", "sa", "sarl", "sas", "spa", "srl", "bv", "nv", "ab", "oy", "as", "pty", "pte",
    "trust", "trustee", "estate", "fund", "partners", "partnership", "holdings", "ira", "foundation", "the", "of",
    "and", "dated", "dtd", "uad", "fbo",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the line it stands in, from 1."""

    text: str
    line: int


def words_of(text: str) -> list[Word]:
    """The words of a page, in order."""
    return [Word(word, number) for number, line in enumerate(text.split("\n"), 1) for word in split_words(line)]


def split_words(text: str) -> list[str]:
    """The words of a line or a name in the form in which they are compared. “L.P.” is one word, “O'Brien” too, and
    “Jean-Pierre” two."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    bare = "".join(mark for mark in unicodedata.normalize("NFD", folded) if not unicodedata.combining(mark))
    whole = _INITIALS.sub(lambda found: found.group().replace(".", ""), _JOINING.sub("", bare))
    return _WORD.findall(unicodedata.normalize("NFC", whole))


def write_out(text: str) -> str:
    """The text in small letters with its umlauts written out, as “Mueller” is written for “Müller”; the text itself
    where it has none. Its lines stay."""
    small = unicodedata.normalize("NFC", text).casefold()
    return small.translate(_WRITTEN_OUT) if _UMLAUT.search(small) else text


def bare_name(words: list[str]) -> list[str]:
    """A name without articles, legal forms and the year of a deed, in its order."""
    return [word for word in words if word not in LEGAL_FORMS]
