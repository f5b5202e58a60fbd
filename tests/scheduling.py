"""Which process of a run does which tests."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

# What the tests of these share takes longest to set up: one process does all of them, first.
WHOLE = ("tests/journeys/", "tests/security/")


class ByFile(LoadScopeScheduling):
    """A process takes the tests of a file together, so that what they share is set up once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((place for place in WHOLE if file.startswith(place)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """The scheduler of every run with several processes, which keeps to the order of the tests."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first."""
    items.sort(key=lambda item: not item.nodeid.startswith(WHOLE))
