"""Archives taken apart and long documents cut up, in confined processes that halve what is too much for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.platform.confined import Exhausted, run_confined
from portal.platform.screening.screening import screen_file
from portal.platform.screening.values import MediaKind, Screened, ScreeningRefused

TOO_MUCH = "Its pages could not be cut out within the time and memory set aside for it. File them by hand."
NOT_UNPACKED = "It cannot be unpacked, or is larger than 25 MiB."
_IN = "portal.platform.screening.cutting"


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece at `path` that passed its check, or why it did not."""

    path: Path
    screened: Screened | None
    problem: str = ""


def cut_document(source: Path, folder: Path, ranges: Sequence[tuple[int, int]]) -> list[Cut]:
    """Each range of pages (first and last, from 1) of a PDF of any length as a harmless document of its own in
    `folder`."""
    given = [list(each) for each in ranges]
    try:
        told = run_confined(f"{_IN}:cut_pages", source=str(source), folder=str(folder), ranges=given)
    except Exhausted:
        if len(ranges) == 1:
            return [Cut(source, None, TOO_MUCH)]
        middle = len(ranges) // 2
        return [*cut_document(source, folder, ranges[:middle]), *cut_document(source, folder, ranges[middle:])]
    return [_cut(folder / f"{first}.pdf", each) for (first, _), each in zip(ranges, told, strict=True)]


def _cut(path: Path, told: dict[str, str | int]) -> Cut:
    if "refused" in told:
        return Cut(path, None, str(told["message"]))
    return Cut(path, Screened("pages.pdf", MediaKind.PDF, path.stat().st_size, int(told["pages"]), ()))


def list_archive(source: Path) -> list[tuple[int, str]]:
    """Number and name of each file in an archive; Exhausted where it is locked, damaged or holds too many."""
    return [(number, name) for number, name in run_confined(f"{_IN}:list_files", source=str(source))]


def unpack_archive(source: Path, folder: Path, numbers: Sequence[int]) -> dict[int, Path]:
    """The files of an archive with these numbers, unpacked into `folder`, as they came; those that cannot be, or are
    too large, are not in it."""
    try:
        there = run_confined(f"{_IN}:unpack_files", source=str(source), folder=str(folder), numbers=list(numbers))
    except Exhausted:
        if len(numbers) == 1:
            return {}
        middle = len(numbers) // 2
        return unpack_archive(source, folder, numbers[:middle]) | unpack_archive(source, folder, numbers[middle:])
    return {number: folder / str(number) for number, is_there in zip(numbers, there, strict=True) if is_there}


def screen_archive(source: Path, folder: Path, files: Sequence[tuple[int, str]], *, scanner: str = "") -> list[Cut]:
    """The files of an archive with these numbers and names, each checked, as harmless copies in `folder`."""
    there = unpack_archive(source, folder, [number for number, _ in files])
    return [_checked(there.get(number), folder / f"{number}.clean", name, scanner) for number, name in files]


def _checked(raw: Path | None, target: Path, name: str, scanner: str) -> Cut:
    if raw is None:
        return Cut(target, None, NOT_UNPACKED)
    try:
        return Cut(target, screen_file(raw, target, name, scanner=scanner))
    except ScreeningRefused as refusal:
        return Cut(target, None, refusal.message)
    finally:
        raw.unlink()
