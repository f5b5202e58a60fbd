"""Which passwords are good enough: long, not known to everybody, not made of what is known about the person.

What they are composed of is free, as in NIST SP 800-63B.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from itertools import pairwise

from portal.domain.identity.accounts.values import LONGEST, PRODUCT_WORDS, SHORTEST, SHORTEST_WITH_FACTOR

OWN_CHARACTERS = 8  # that a password must have besides words that others know of the person
SHORTEST_WORD = 4
FEWEST_CHARACTERS = 5  # different ones
ORNAMENTS = "0123456789 .,;:!?-_*+#$%&/()=@'\""
WORDS = re.compile(r"[^\W_]+")


def normal_form(password: str) -> str:
    """The password in NFC, so that the same keys on another machine give the same one."""
    return unicodedata.normalize("NFC", password)


def find_password_problem(
    password: str, *, context: Iterable[str], common: Container[str], has_factor: bool = False
) -> str | None:
    """What keeps `password` from being good enough, as a sentence that says how to mend it; None when nothing does.

    `context` are texts that others know of the person (name, e-mail address, firm); `common` holds the passwords that
    are tried first, in lower case; with a second factor (`has_factor`) a shorter one does."""
    text = normal_form(password)
    shortest = SHORTEST_WITH_FACTOR if has_factor else SHORTEST
    if len(text) < shortest:
        return f"Use at least {shortest} characters. Several words that do not belong together are easy to remember."
    if len(text) > LONGEST:
        return f"Use at most {LONGEST} characters."
    folded = text.casefold()
    if _is_common(folded, common):
        return "This password is among the first that anybody tries. Use several words that do not belong together."
    if _own_characters(folded, context) < OWN_CHARACTERS:
        return (
            "This password is made of your name, your address, the firm or the product. Use words others cannot guess."
        )
    return None


def _is_common(folded: str, common: Container[str]) -> bool:
    """Whether it is a common password, one with ornaments at its ends, something short over and over, or a row."""
    unit = _unit(folded)
    return (
        any(each in common for each in _without_ornaments(folded))
        or not folded.strip(ORNAMENTS)
        or (len(unit) < len(folded) and (len(unit) <= SHORTEST_WITH_FACTOR or unit in common))
        or len(set(folded)) < FEWEST_CHARACTERS
        or _runs(folded)
    )


def _without_ornaments(text: str) -> Iterator[str]:
    """The text with none, some or all of the digits and signs taken from its ends."""
    first = len(text) - len(text.lstrip(ORNAMENTS))
    last = len(text.rstrip(ORNAMENTS))
    return (text[start:end] for start in range(first + 1) for end in range(max(last, start), len(text) + 1))


def _unit(text: str) -> str:
    """The shortest text that, over and over (the last time perhaps not to its end), gives `text`."""
    for length in range(1, len(text) // 2 + 1):
        if all(text[i] == text[i - length] for i in range(length, len(text))):
            return text[:length]
    return text


def _runs(text: str) -> bool:
    """Whether nearly every character is the next or the one before of that before it: `abcdefghijklmno`."""
    steps = sum(abs(ord(after) - ord(before)) == 1 for before, after in pairwise(text))
    return steps * 4 >= (len(text) - 1) * 3


def _own_characters(folded: str, context: Iterable[str]) -> int:
    """How many letters and digits are left without the words of `context`, longest first."""
    texts = [*context, *PRODUCT_WORDS]
    words = {word for text in texts for word in WORDS.findall(normal_form(text).casefold())}
    left = "".join(WORDS.findall(folded))
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            left = left.replace(word, "")
    return len(left)
