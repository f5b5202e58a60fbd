"""The finished file: all pages of the document with what was filled in on them, and the certificate behind."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from portal.domain.documents.signing.values.certificates import Certificate, Filled
from portal.platform.confined import run_confined
from portal.printing.signing.certificates import print_certificate
from portal.printing.signing.overlays import draw_overlay

STAMPING = "portal.printing.signing.stamping"


class SignedFile(NamedTuple):
    """A finished PDF, and how many pages it has."""

    content: bytes
    pages: int


def print_signed_file(original: bytes, filled: Sequence[Filled], certificate: Certificate) -> SignedFile:
    """The PDF that everybody gets. The same content gives the same bytes. Whatever reads the original does so in a
    confined process; Exhausted where that is too much for it."""
    with tempfile.TemporaryDirectory(prefix="signing-") as folder:
        source, overlay, stamped, last, finished = (
            str(Path(folder, name)) for name in ("source", "overlay", "stamped", "certificate", "finished")
        )
        Path(source).write_bytes(original)
        numbers = sorted({each.field.page for each in filled if each.text})
        sizes = run_confined(f"{STAMPING}:measure", source=source, most=max(numbers, default=0))
        caption = f"Signed electronically on {certificate.signed_on.isoformat()} · {certificate.envelope_id}"
        drawn = draw_overlay({number: tuple(sizes[number - 1]) for number in numbers}, filled, caption)
        Path(overlay).write_bytes(drawn)
        run_confined(f"{STAMPING}:stamp", source=source, overlay=overlay, numbers=numbers, target=stamped)
        digest = hashlib.sha256(Path(stamped).read_bytes()).hexdigest()
        Path(last).write_bytes(print_certificate(certificate, digest))
        pages = run_confined(f"{STAMPING}:append", source=stamped, certificate=last, target=finished)
        return SignedFile(Path(finished).read_bytes(), pages)
