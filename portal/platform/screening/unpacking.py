"""How much the streams of a PDF unpack to, counted without keeping it."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from portal.platform.screening.values import ScreeningRefused

MOST_UNPACKED = 200 * 1024 * 1024
MOST_PIXELS = 60_000_000
_MOST_FILTERS = 4
_PIECE = 1024 * 1024
_TEXTUAL = {"/ASCIIHexDecode", "/ASCII85Decode"}
_COUNTED = {"/LZWDecode", "/RunLengthDecode"}  # stand last: whoever packs twice, packs with one that is better
_PACKED = {"/FlateDecode", *_TEXTUAL, *_COUNTED}
_BLANK = re.compile(rb"[\x00\t\n\f\r ]+")
_CLEAR, _END, _WIDEST = 256, 257, 12


def unpacked_size(stream: pikepdf.Stream, most: int) -> int:
    """Bytes of the stream once unpacked; pictures by their pixels too. ScreeningRefused when they are more than `most`,
    or packed in a way that no program packs."""
    filters = _filters(stream)
    width, height = (stream.get(key, 0) for key in ("/Width", "/Height"))
    if isinstance(width, int) and isinstance(height, int) and width * height > MOST_PIXELS:
        raise _bomb()
    size = 0
    for length in _lengths(stream.read_raw_bytes(), list(takewhile(_PACKED.__contains__, filters))):
        size += length
        if size > most:
            raise _bomb()
    return size


def _filters(stream: pikepdf.Stream) -> list[str]:
    given: Any = stream.get("/Filter", Array())
    filters = [str(given)] if isinstance(given, Name) else [str(name) for name in given]
    odd = [name for name in takewhile(_PACKED.__contains__, filters) if name in _COUNTED]
    if filters.count("/FlateDecode") > 2 or len(filters) > _MOST_FILTERS or len(odd) > 1 or _changes_late(stream):
        raise _bomb()
    return filters


def _changes_late(stream: pikepdf.Stream) -> bool:
    """LZW as no program for documents writes it: its widths change one code later than is counted here."""
    given: Any = stream.get("/DecodeParms", Array())
    parameters = [given] if isinstance(given, Dictionary) else list(given)
    return any(isinstance(each, Dictionary) and each.get("/EarlyChange", 1) != 1 for each in parameters)


def _lengths(content: bytes, filters: list[str]) -> Iterator[int]:
    """The lengths of the pieces that `content` unpacks to."""
    blocks: Iterator[bytes] = iter([content])
    for place, name in enumerate(filters):
        if name in _COUNTED:
            if place + 1 < len(filters):
                raise _bomb()
            count = _lzw_lengths if name == "/LZWDecode" else _run_lengths
            yield from count(b"".join(blocks))
            return
        blocks = _inflating(blocks) if name == "/FlateDecode" else iter([_spelled(b"".join(blocks), name)])
    yield from map(len, blocks)


def _spelled(text: bytes, name: str) -> bytes:
    """The bytes that were spelled in letters."""
    text = _BLANK.sub(b"", text)
    try:
        if name == "/ASCIIHexDecode":
            digits = text.partition(b">")[0]
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
        return base64.a85decode(text.removeprefix(b"<~").partition(b"~")[0])
    except (ValueError, binascii.Error, UnicodeDecodeError) as error:
        raise ScreeningRefused(
            "damaged", "The document is damaged. Open it, print it to a new PDF and upload that."
        ) from error


def _inflating(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """What `blocks` inflate to, a piece at a time; a damaged stream ends where it is damaged, and shows no more."""
    machine = zlib.decompressobj()
    for block in blocks:
        while block:
            try:
                yield machine.decompress(block, _PIECE)
            except zlib.error:
                return
            block = machine.unconsumed_tail


def _run_lengths(content: bytes) -> Iterator[int]:
    place = 0
    while place < len(content) and (mark := content[place]) != 128:
        copied = mark < 128
        yield mark + 1 if copied else 257 - mark
        place += mark + 2 if copied else 2


def _lzw_lengths(content: bytes) -> Iterator[int]:
    """Each of LZW's codes says what the one before it said, and one byte more; widths as in ISO 32000-1, 7.4.4."""
    width, held, bits, lengths, before = 9, 0, 0, [1] * 256 + [0, 0], 0
    for byte in content:
        held, bits = held << 8 | byte, bits + 8
        if bits < width:
            continue
        bits -= width
        code, held = held >> bits, held & ((1 << bits) - 1)
        if code == _END:
            return
        if code == _CLEAR:
            width, lengths, before = 9, [1] * 256 + [0, 0], 0
            continue
        if before and len(lengths) < 1 << _WIDEST:
            lengths.append(before + 1)
        if code >= len(lengths):
            return  # damaged here: nothing more is shown
        before = lengths[code]
        yield before
        width = min(_WIDEST, max(9, (len(lengths) + 1).bit_length()))


def _bomb() -> ScreeningRefused:
    return ScreeningRefused(
        "too_large",
        f"The document unpacks to more than {MOST_UNPACKED >> 20} MiB. Save it with smaller pictures and upload that.",
    )
