"""Signatures, and the proof that goes with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

CANVAS = (600, 200)  # what a signature is drawn on
Strokes = tuple[tuple[tuple[int, int], ...], ...]


class MarkKind(StrEnum):
    """How a signature was made."""

    TYPED = "typed"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Mark:
    """A signature: the name that was typed, and the strokes where it was drawn instead of set in type."""

    kind: MarkKind
    name: str
    initials: str
    strokes: Strokes = ()


@dataclass(frozen=True, slots=True)
class Signing:
    """What a signer sends: their mark, what they filled in by field, and the digest of what they were shown. `path` is
    what was drawn, as moves and lines; empty where the name is to be set in type."""

    shown: str
    consent: str
    name: str
    initials: str
    path: str
    answers: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How somebody acted: what they had proven themselves by (`pwd`, `mfa`, `passkey`) and when, from which address,
    with which browser or app."""

    proven_by: str
    proven_at: datetime
    address: str
    agent: str


# What a signer agrees to. A text is never changed: another one gets another version.
CONSENT_VERSION = "2026-11"
CONSENT_TEXTS: Mapping[str, str] = {
    "2026-11": (
        "I have read the document. I agree to sign it electronically, and that my electronic signature has the same"
        " effect as one by hand. I know that my name, e-mail address, network address and the time are recorded with"
        " it and shown to the others who sign. I can ask the firm for paper instead."
    ),
}
