"""Files from a form on their way into quarantine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from werkzeug.datastructures import FileStorage

from portal.domain.documents.library.values.files import Arrival
from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.screening.names import clean_name

R = TypeVar("R")


def received(files: Sequence[FileStorage], act: Callable[[list[Arrival]], R]) -> R:
    """What `act` answers to the files, each of which lies in the store by then; they are thrown away again where it
    refuses them."""
    arrivals: list[Arrival] = []
    try:
        arrivals.extend(_put(file) for file in files)
        return act(arrivals)
    except DomainError:  # what else fails may have been kept all the same; the sweep finds what was not
        for arrival in arrivals:
            resources().store.delete(arrival.key)
        raise


def _put(file: FileStorage) -> Arrival:
    stored = resources().store.put(f"documents/{new_id()}", file.stream, "application/octet-stream")  # type: ignore[arg-type]  # werkzeug says IO[bytes]
    return Arrival(stored.key, clean_name(file.filename or ""), stored.size)
