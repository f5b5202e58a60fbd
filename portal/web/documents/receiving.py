"""Files from a form on their way into quarantine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, TypeVar, cast

from werkzeug.datastructures import FileStorage

from portal.domain.documents.library.values.files import Arrival
from portal.platform.resources import resources
from portal.platform.screening.names import clean_name
from portal.platform.storage.arriving import Arrived, keep_files

R = TypeVar("R")


def received(files: Sequence[FileStorage], act: Callable[[list[Arrival]], R]) -> R:
    """What `act` answers to the files, each of which lies in the store by then; they are thrown away again where it
    refuses them."""

    def arrived(kept: list[Arrived]) -> R:
        names = [clean_name(each.filename or "") for each in files]
        return act([Arrival(each.key, name, each.size) for each, name in zip(kept, names, strict=True)])

    return keep_files(resources().store, "documents", [cast(BinaryIO, each.stream) for each in files], arrived)
