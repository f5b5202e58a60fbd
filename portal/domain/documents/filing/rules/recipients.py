"""Whom a document names that its readers should not read of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from portal.domain.documents.filing.values.evidence import EvidenceKind, Hit, Naming
from portal.domain.documents.filing.values.texts import RecipientCheck

BY = {EvidenceKind.NAME: "name", EvidenceKind.TAX_NUMBER: "tax number", EvidenceKind.EMAIL: "e-mail address"}


def find_strangers(hits: Iterable[Hit], readers: frozenset[UUID]) -> list[Naming]:
    """Everybody named who is none of `readers`, once by each kind, in the order of the first places. Who shares a name
    with a reader is not named by it. The numbers of accounts tell nobody who somebody is."""
    found: dict[tuple[EvidenceKind, UUID], Naming] = {}
    for hit in hits:
        if hit.kind is EvidenceKind.NUMBER or hit.subjects & readers:
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
        return ""
    first, more = check.open[0], len(check.open) - 1
    others = f" and {more} more" if more else ""
    return (
        f"It has another investor's {BY[first.kind]} on page {first.place.page}, line {first.place.line}{others}. "
        "Look at who is named in it, and clear each with a reason or upload another version."
    )
