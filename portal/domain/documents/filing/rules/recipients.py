"""Whom a document names that its readers should not read of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from portal.domain.documents.filing.values.evidence import EvidenceKind, Hit, Naming


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
