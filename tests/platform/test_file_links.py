"""Links to files: good for a minute, made here, and for one person in one session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.platform.errors import Unauthenticated
from portal.platform.file_links import FileLink, FileLinks, LinkRefused, Thing
from portal.platform.ids import new_id

BASE = "https://portal.example/files/"
LINKS = FileLinks("s" * 32, BASE)
LINK = FileLink(Thing.DOCUMENT, new_id(), new_id(), new_id(), 3)


def made(links: FileLinks = LINKS) -> str:
    return links.link_to(LINK.thing, LINK.thing_id, LINK.user_id, LINK.session_id, LINK.version).removeprefix(BASE)


def test_a_link_says_what_it_is_to_until_it_expires() -> None:
    start = datetime(2026, 1, 31, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        token = made()
        assert "/" not in token
        clock.move_to(start + timedelta(seconds=59))
        assert LINKS.read(token) == LINK
        clock.move_to(start + timedelta(seconds=60))
        with pytest.raises(LinkRefused, match="expired"):
            LINKS.read(token)


def test_a_changed_or_foreign_token_opens_nothing() -> None:
    token = made()
    flipped = ("A" if token[0] != "A" else "B") + token[1:]
    for forged in ("", "x", flipped, token[:-2], token.partition(".")[0], made(FileLinks("another secret", BASE))):
        with pytest.raises(LinkRefused, match="not made by this portal"):
            LINKS.read(forged)


def test_who_is_nobody_or_in_no_session_gets_none() -> None:
    for user_id, session_id in ((None, new_id()), (new_id(), None)):
        with pytest.raises(Unauthenticated):
            LINKS.link_to(Thing.EXPORT, new_id(), user_id, session_id)
