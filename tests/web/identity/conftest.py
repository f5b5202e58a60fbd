"""A mailbox, and the links in what arrives there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal.jobs.drain import drain
from portal.platform.embedded.mailbox import Mailbox, list_messages, read_message
from portal.platform.resources import EXTENSION, Resources

Post = Callable[[], list[str]]


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    with Mailbox(tmp_path_factory.mktemp("mail")) as box:
        yield box


@pytest.fixture
def post(app: Flask, mailbox: Mailbox) -> Iterator[Post]:
    """`post()` does the waiting work and gives the texts of the mail it sent, each under its address and subject."""
    before: Resources = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(before, settings=replace(before.settings, smtp_url=mailbox.url()))

    def deliver() -> list[str]:
        for message in mailbox.directory.glob("*.eml"):
            message.unlink()
        drain()
        arrived = sorted(list_messages(mailbox.directory), key=lambda each: (str(each.recipients), each.subject))
        return [
            f"{each.recipients} {each.subject}\n{read_message(mailbox.directory, each.name).text}" for each in arrived
        ]

    deliver()
    yield deliver
    app.extensions[EXTENSION] = before


def link_in(text: str, place: str) -> str:
    """The address below `place` that a mail leads to, without its host."""
    found = re.search(rf"http://localhost(/{place}/\S+)", text)
    assert found, text
    return found[1]
