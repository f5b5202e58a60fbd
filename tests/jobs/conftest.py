"""Mail that jobs send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.platform.embedded.mailbox import Mailbox
from portal.platform.resources import EXTENSION, Resources


@pytest.fixture
def mailing(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory into which the mail of this test goes."""
    before: Resources = app.extensions[EXTENSION]
    with Mailbox(tmp_path_factory.mktemp("mail")) as mailbox:
        app.extensions[EXTENSION] = replace(before, settings=replace(before.settings, smtp_url=mailbox.url()))
        yield mailbox.directory
        app.extensions[EXTENSION] = before
