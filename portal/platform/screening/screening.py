"""Files from people, before anybody else gets them: what they are, what they do, and a copy that does nothing."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from portal.platform.confined import SECONDS, Exhausted, run_confined
from portal.platform.screening.names import clean_name, kind_by_name
from portal.platform.screening.values import LARGEST, Screened, ScreeningRefused

_SCAN_SECONDS = 60


class ScannerUnavailable(Exception):
    """The virus scanner that is set up does not answer; the same file may be screened later."""


def screen_file(source: Path, target: Path, name: str, *, scanner: str | None = None) -> Screened:
    """Writes a harmless copy of `source`, called `name` by who sent it, to `target`.

    At most LARGEST bytes in, 512 MiB and 10 s of work. `scanner`: a command that is given the path and ends with 0 for
    clean and 1 for infected (clamdscan's ways). ScreeningRefused for what may not be kept, ScannerUnavailable.
    """
    cleaned = clean_name(name)
    kind = kind_by_name(cleaned)
    if source.stat().st_size > LARGEST:
        raise ScreeningRefused(
            "too_large", f"The file is larger than {LARGEST >> 20} MiB. Split it or save it smaller."
        )
    if scanner:
        scan_file(scanner, source)
    try:
        answer = run_confined(
            "portal.platform.screening.judging:judge_file", source=str(source), target=str(target), kind=kind.value
        )
    except Exhausted as error:
        raise ScreeningRefused(
            "too_demanding",
            f"The file could not be checked within {SECONDS} seconds and the memory set aside for it. "
            "Print it to a new PDF or save it smaller, and upload that.",
        ) from error
    if "refused" in answer:
        raise ScreeningRefused(answer["refused"], answer["message"])
    return Screened(cleaned, kind, target.stat().st_size, answer["pages"], tuple(answer["removed"]))


def scan_file(scanner: str, source: Path) -> None:
    """Nothing when the virus scanner finds nothing; ScreeningRefused, ScannerUnavailable."""
    try:
        ended = subprocess.run(
            [*shlex.split(scanner), str(source)], capture_output=True, timeout=_SCAN_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScannerUnavailable("The virus scanner does not answer.") from error
    if ended.returncode == 1:
        raise ScreeningRefused(
            "infected", "The virus scanner found something in this file. It was not kept. Check your computer."
        )
    if ended.returncode != 0:
        raise ScannerUnavailable(f"The virus scanner ended with {ended.returncode}.")
