"""Whom a document names that its readers should not read of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from portal.domain.documents.filing.values.evidence import EvidenceKind, Hit, Naming, Place
from portal.domain.documents.filing.values.texts import RecipientCheck

BY = {EvidenceKind.NAME: "name", EvidenceKind.TAX_NUMBER: "tax number", EvidenceKind.EMAIL: "e-mail address"}


def envelope_of(source: str | None) -> UUID | None:
    """The envelope of which a document is the finished file, by what it was made from; None where it is another's."""
    kind, _, name = (source or "").partition(":")
    return UUID(name) if kind == "envelope" else None


def find_strangers(hits: Iterable[Hit], readers: Sequence[frozenset[UUID]]) -> list[Naming]:
    """Everybody named who is a stranger to one of the circles of `readers` (each: who may be named to it), once by each
    kind, in the order of the first places. Who shares a name with somebody of a circle is not named to it. The numbers
    of accounts tell nobody who somebody is."""
    found: dict[tuple[EvidenceKind, UUID], Naming] = {}
    for hit in hits:
        if hit.kind is EvidenceKind.NUMBER or all(hit.subjects & circle for circle in readers):
            continue
        subject = min(hit.subjects)
        naming = found.get((hit.kind, subject))
        found[hit.kind, subject] = (
            Naming(hit.kind, subject, hit.place, 1) if naming is None else replace(naming, places=naming.places + 1)
        )
    return list(found.values())


def describe_strangers(check: RecipientCheck) -> str:
    """What keeps a version from its readers, without telling who is named; empty where nothing does."""
    if not check.open:
        return _describe_pictures(check)
    first, more = check.open[0], len(check.open) - 1
    others = f" and {more} more" if more else ""
    return (
        f"It has another investor's {BY[first.kind]} {_where(first.place)}{others}. "
        "Look at who is named in it, and clear each with a reason or upload another version."
    )


def _where(place: Place) -> str:
    return f"on page {place.page}, line {place.line}" if place.page else "in its title"


def _describe_pictures(check: RecipientCheck) -> str:
    if not check.unseen:
        return ""
    pages = "1 of its pages is a picture" if check.unseen == 1 else f"{check.unseen} of its pages are pictures"
    return (
        f"{pages} that cannot be read for the names of others. Look at them in the document, and confirm under “Who is "
        "named in it” that nobody else is."
    )
