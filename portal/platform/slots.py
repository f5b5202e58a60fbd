"""Places for heavy work that all processes of a machine share."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def take_slot(folder: Path, name: str, most: int) -> Iterator[bool]:
    """Hold one of `most` places of `name`, or none where all are taken, which the value says; nobody waits.

    A place is a lock on a file in `folder`, so that a process gives it back however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(most):
        with (folder / f"{name}-{number}").open("wb") as place:
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield True
            return
    yield False
