"""Files that come with a request: in the store before anything is said of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.storage.interface import Store

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file in the store that nobody has judged yet: its key, its size in bytes."""

    key: str
    size: int


def keep_files(store: Store, folder: str, files: Sequence[BinaryIO], act: Callable[[list[Arrived]], R]) -> R:
    """What `act` answers to the files, each of which lies in the store by then, under a random key in `folder`; they
    are thrown away again where it refuses them."""
    kept: list[Arrived] = []
    try:
        for each in files:
            key = f"{folder}/{new_id()}"
            kept.append(Arrived(key, store.put_unjudged(key, each, "application/octet-stream")))
        return act(kept)
    except DomainError:  # what else fails may have been kept all the same; the sweep finds what was not
        for arrived in kept:
            store.delete(arrived.key)
        raise
