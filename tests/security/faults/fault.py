"""What a fault is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`new` in the place of `old` in the file at `path`; one of `tests` must go red."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]
