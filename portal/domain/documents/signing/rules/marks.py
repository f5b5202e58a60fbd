"""Signatures that are one: typed with letters that can be printed, or drawn with strokes that can be seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from portal.domain.documents.signing.errors import BadMark
from portal.domain.documents.signing.values.certificates import Filled
from portal.domain.documents.signing.values.fields import ASKED_FOR, LONGEST_TEXT, Field, FieldKind
from portal.domain.documents.signing.values.marks import CANVAS, Mark, MarkKind, Strokes
from portal.platform.errors import Invalid

LONGEST_PATH = 32_000
MOST_POINTS = 4_000
LEAST_EXTENT = 40
LONGEST_NAME = 100
LONGEST_INITIALS = 6
# Latin and Latin Extended with their punctuation: what the typeface of printed pages has.
PRINTABLE = re.compile(
    r"[ -~\u00a1-\u00ac\u00ae-\u0148\u014a-\u017f\u0218-\u021b\u1e80-\u1e85\u1ef2\u1ef3"
    r"\u2013\u2014\u2018-\u201a\u201c-\u201e\u20ac]*"
)
_PATH = re.compile(r"(M\d{1,3} \d{1,3}(L\d{1,3} \d{1,3})*)+", re.ASCII)
_POINT = re.compile(r"([ML])(\d{1,3}) (\d{1,3})")
UNPRINTABLE = "Only Latin letters can be printed here. Write it in those, or draw your signature."


def read_strokes(path: str) -> Strokes:
    """What was drawn, from moves and lines on a canvas of CANVAS (`M10 20L30 40M…`); BadMark where it is none of ours,
    leaves the canvas, or is too long or too small to be a signature."""
    if len(path) > LONGEST_PATH or not _PATH.fullmatch(path):
        raise BadMark("What was drawn could not be read. Draw it again, or type your name.")
    strokes: list[list[tuple[int, int]]] = []
    for act, x, y in _POINT.findall(path):
        if act == "M":
            strokes.append([])
        strokes[-1].append((int(x), int(y)))
    points = [point for stroke in strokes for point in stroke]
    if len(points) > MOST_POINTS or any(x > CANVAS[0] or y > CANVAS[1] for x, y in points):
        raise BadMark("What was drawn is larger than a signature. Draw it again, or type your name.")
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(xs) - min(xs) + max(ys) - min(ys) < LEAST_EXTENT:
        raise BadMark("What was drawn is too small to be a signature. Draw it again, or type your name.")
    return tuple(tuple(stroke) for stroke in strokes)


def draw_path(strokes: Strokes) -> str:
    """The one way to write strokes as moves and lines."""
    return "".join("M" + "L".join(f"{x} {y}" for x, y in stroke) for stroke in strokes)


def initials_of(name: str) -> str:
    """The first letters of a name's words, four at the most."""
    return "".join(word[0] for word in name.split() if word[0].isalpha())[:4].upper()


def read_mark(name: str, initials: str, path: str) -> Mark:
    """The signature of somebody who typed `name` and, where `path` is not empty, drew. Invalid names the field with
    what is wrong with it."""
    typed, short = _compact(name), _compact(initials) or initials_of(name)
    faults = {}
    if not typed or len(typed) > LONGEST_NAME:
        faults["name"] = "Type your name as you sign, with 100 characters at the most."
    elif not PRINTABLE.fullmatch(typed):
        faults["name"] = UNPRINTABLE
    if len(short) > LONGEST_INITIALS or not PRINTABLE.fullmatch(short):
        faults["initials"] = "Type your initials in Latin letters, six at the most."
    if faults:
        raise Invalid(fields=faults)
    if not path:
        return Mark(MarkKind.TYPED, typed, short)
    return Mark(MarkKind.DRAWN, typed, short, read_strokes(path))


def read_answers(fields: Sequence[Field], given: Mapping[UUID, str]) -> dict[UUID, str]:
    """What was filled in, by field that asks for something; a ticked box is "yes". Invalid names each field (by its id)
    that is wanting, or says too much or what cannot be printed. What is given for no field is left out."""
    answers, faults = {}, {}
    for field in fields:
        if field.kind not in ASKED_FOR:
            continue
        text = _compact(given.get(field.id, ""))
        if field.kind is FieldKind.CHECKBOX:
            text = "yes" if text else ""
        if field.required and not text:
            faults[str(field.id)] = "Tick this to go on." if field.kind is FieldKind.CHECKBOX else "Fill this in."
        elif len(text) > LONGEST_TEXT:
            faults[str(field.id)] = f"Write {LONGEST_TEXT} characters at the most."
        elif not PRINTABLE.fullmatch(text):
            faults[str(field.id)] = "Only Latin letters can be printed here. Write it in those."
        answers[field.id] = text
    if faults:
        raise Invalid(fields=faults)
    return answers


def fill(field: Field, mark: Mark, answers: Mapping[UUID, str], day: date) -> Filled:
    """What stands in a field of somebody who signed with `mark` on `day` (in UTC)."""
    texts = {
        FieldKind.SIGNATURE: mark.name,
        FieldKind.NAME: mark.name,
        FieldKind.INITIALS: mark.initials,
        FieldKind.DATE: day.isoformat(),
    }
    return Filled(field, texts.get(field.kind) or answers.get(field.id, ""), mark)


def _compact(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
