"""Files that come with a request: in the store before anything is said of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, TypeVar

from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.storage.interface import Store, StoredObject

R = TypeVar("R")


def keep_files(store: Store, folder: str, files: Sequence[BinaryIO], act: Callable[[list[StoredObject]], R]) -> R:
    """What `act` answers to the files, each of which lies in the store by then, under a random key in `folder`; they
    are thrown away again where it refuses them."""
    kept: list[StoredObject] = []
    try:
        kept.extend(store.put(f"{folder}/{new_id()}", each, "application/octet-stream") for each in files)
        return act(kept)
    except DomainError:  # what else fails may have been kept all the same; the sweep finds what was not
        for each in kept:
            store.delete(each.key)
        raise
