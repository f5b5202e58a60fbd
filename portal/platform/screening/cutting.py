"""Pieces of what is too much for one document: pages of a long PDF, files of an archive. Runs in the confined process.

A piece that comes out of here was judged as any other file.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf

from portal.platform.screening.pdfs import screen_pdf
from portal.platform.screening.values import LARGEST, ScreeningRefused

MOST_FILES = 2_000
_LEFT_BEHIND = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_BLOCK = 256 * 1024


def cut_pages(source: str, folder: str, ranges: list[list[int]]) -> list[dict[str, Any]]:
    """Writes each range of pages (first, last, from 1) as a document of its own, judged, to `folder`/<first page>.pdf;
    for each how many pages it has, or the refusal's code and message."""
    told: list[dict[str, Any]] = []
    with pikepdf.open(source, access_mode=pikepdf.AccessMode.stream) as whole:
        for first, last in ranges:
            raw, target = Path(folder, f"{first}.raw"), Path(folder, f"{first}.pdf")
            with pikepdf.new() as piece:
                piece.pages.extend(whole.pages[first - 1 : last])
                piece.save(raw, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            told.append(_judged(raw, target))
            raw.unlink()
    return told


def _judged(raw: Path, target: Path) -> dict[str, Any]:
    try:
        if raw.stat().st_size > LARGEST:
            raise ScreeningRefused(
                "too_large",
                f"The pages take more than {LARGEST >> 20} MiB. Save the document smaller and send it again.",
            )
        return {"pages": screen_pdf(raw, target)[0]}
    except ScreeningRefused as refusal:
        return {"refused": refusal.code, "message": refusal.message}


def list_files(source: str) -> list[list[Any]]:
    """Number and name of each file in an archive, but for what operating systems leave behind; an error for one that is
    locked, damaged or has more than MOST_FILES."""
    with zipfile.ZipFile(source) as archive:
        found = list(_files(archive))
    if len(found) > MOST_FILES or any(member.flag_bits & 1 for _, member in found):
        raise zipfile.BadZipFile("too many files, or locked ones")
    return [[number, member.filename] for number, member in found]


def unpack_files(source: str, folder: str, numbers: list[int]) -> list[bool]:
    """Writes these files of an archive to `folder`/<number>; for each whether it is there: one that is damaged, or
    larger than a file may be, is not."""
    told = []
    with zipfile.ZipFile(source) as archive:
        members = dict(_files(archive))
        for number in numbers:
            target = Path(folder, str(number))
            try:
                _unpack(archive, members[number], target)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
                target.unlink(missing_ok=True)
            told.append(target.exists())
    return told


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    size = 0
    with archive.open(member) as packed, target.open("wb") as file:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > LARGEST:
                raise zipfile.BadZipFile("too large")
            file.write(block)


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[int, zipfile.ZipInfo]]:
    members: Sequence[zipfile.ZipInfo] = archive.infolist()
    for number, member in enumerate(members, 1):
        if not member.is_dir() and not any(mark in member.filename.lower() for mark in _LEFT_BEHIND):
            yield number, member
