"""A process that works as a worker does, in forks of itself: each line it reads names the trouble that one of them has
with its store, and each that it writes says how that one ended."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask

from portal.app import create_app
from portal.jobs.drain import drain
from portal.platform.resources import resources
from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import StoredObject

ENDED = "ended"
ENDLESS = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
Put = Callable[..., StoredObject]


def killed(store: FileStore, put: Put, key: str, *given: Any) -> StoredObject:
    """Die between an object and its row, once for each."""
    is_new = not store.exists(key)
    stored = put(key, *given)
    if is_new:
        os.kill(os.getpid(), signal.SIGKILL)
    return stored


def full(_store: FileStore, put: Put, key: str, *given: Any) -> StoredObject:
    """Have no room for more than sixteen bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, ENDLESS[1]))
    try:
        return put(key, *given)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, ENDLESS)


def away(store: FileStore, put: Put, key: str, *given: Any) -> StoredObject:
    """Lose the directory from under one's feet."""
    if store.root.exists():
        store.root.rename(store.root.with_name("away"))
    return put(key, *given)


TROUBLES: dict[str, Callable[..., StoredObject]] = {"killed": killed, "full": full, "away": away}


def work(app: Flask, trouble: str, path: str = "", cookie: str = "") -> None:
    """Do what is due, or ask for a page, while the store is in this trouble."""
    store = resources().store
    assert isinstance(store, FileStore)
    put, act = store.put, TROUBLES[trouble]
    store.put = lambda *given: act(store, put, *given)  # type: ignore[method-assign]  # the trouble
    if path:
        client = app.test_client()
        client.set_cookie("sid", cookie)
        client.get(path)
    else:
        drain()


def main() -> None:
    """Fork for each line."""
    app = create_app()
    with app.app_context():
        for line in sys.stdin:
            child = os.fork()
            if child == 0:
                work(app, *line.split())
                os._exit(0)
            print(ENDED, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
