"""A file of a form on its way into quarantine."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, TypeVar, cast

from werkzeug.datastructures import FileStorage

from portal.domain.documents.library.values.files import Arrival
from portal.platform.resources import resources
from portal.platform.screening.names import clean_name
from portal.platform.storage.arriving import keep_files

R = TypeVar("R")


def kept_file(file: FileStorage, act: Callable[[Arrival], R]) -> R:
    """What `act` answers to the file, which lies in the store by then; it is thrown away again where it refuses it."""
    name, content = clean_name(file.filename or ""), cast(BinaryIO, file.stream)
    return keep_files(
        resources().store, "documents", [content], lambda kept: act(Arrival(kept[0].key, name, kept[0].size))
    )
