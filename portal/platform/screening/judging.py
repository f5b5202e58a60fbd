"""What runs in the confined process: one file, judged and made harmless."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from portal.platform.screening.images import screen_image
from portal.platform.screening.kinds import require_kind
from portal.platform.screening.office import screen_office
from portal.platform.screening.pdfs import screen_pdf
from portal.platform.screening.texts import screen_csv
from portal.platform.screening.values import MediaKind, ScreeningRefused


def judge_file(source: str, target: str, kind: str) -> dict[str, Any]:
    """Pages and what was removed, or the refusal's code and message, as JSON values."""
    try:
        pages, removed = _judged(Path(source), Path(target), MediaKind(kind))
    except ScreeningRefused as refusal:
        return {"refused": refusal.code, "message": refusal.message}
    return {"pages": pages, "removed": removed}


def _judged(source: Path, target: Path, kind: MediaKind) -> tuple[int | None, list[str]]:
    require_kind(source, kind)
    if kind is MediaKind.PDF:
        return screen_pdf(source, target)
    if kind in {MediaKind.PNG, MediaKind.JPEG}:
        screen_image(source, target, kind)
        return 1, []
    if kind is MediaKind.CSV:
        screen_csv(source, target)
    else:
        screen_office(source, target, kind)
    return None, []
