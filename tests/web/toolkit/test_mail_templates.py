"""Every message, as text and as HTML: whole, of the firm, and with nothing of the markup of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template

FOLDER = Path(__file__).parents[3] / "templates" / "mail"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
FIRM, PERSON, OTHER = "Smith & Sons “O'Neil” <Partners>", "Zoë O'Brien & Co <z>", "Gil <b>& Hart"
URL = "https://portal.example/there?a=1&b=2"
SWITCHES = ("is_new", "to_grantor", "corrected", "by_staff", "texts_end", "is_again", "is_back", "late")
STATES = ("waiting", "approved", "in_force", "rejected")
# Without a link, as to who is reached by a new address, and after the removal of a factor can no longer be stopped.
WITHOUT_LINK = {"contact_changed", "recovery"}


def _of_rooms(count: int) -> dict[str, Any]:
    documents = [("1.2", OTHER), ("3", "Second")][:count]
    return {"documents": documents, "more": count - 1, "answers": count - 1, "waiting": count}


def _told(kind: str, *, on: bool) -> str:
    """What a notice tells of, each once."""
    if on:
        return "call" if kind == "email" else "payback"
    return "distribution" if kind == "email" else "call_cancelled"


def _news(name: str, *, on: bool, last: bool) -> dict[str, str]:
    """What happened, each once, and to what."""
    if name == "offering_news":
        news = ("dated", "opened") if on else ("ended", "closed")
        return {"news": news[last], "day": "31 Dec 2026", "later": "31 Jan 2027"}
    news = ("confirmed", "expiring") if on else ("refused", "ended")
    return {
        "news": news[last],
        "what": "tax_form" if on else "identity",
        "day": "31 Dec 2026" if last else "",
        "soon": last,
    }


def _person() -> SimpleNamespace:
    """Whoever is written to, and what of theirs it is about."""
    return SimpleNamespace(
        name=PERSON, firm=FIRM, email="x@example.com", agent="Firefox & co", address="192.0.2.1", title=OTHER,
        sender=OTHER, message="Call me & ask.", room=OTHER, inviter=OTHER, prospect=OTHER, next_step="Call & ask.",
        vehicle=OTHER, number="C3", label="C3", booked=((OTHER, "Second", "C3-A1"),), account=OTHER, offering=OTHER,
    )  # fmt: skip


def _told_person(kind: str, *, on: bool, count: int) -> SimpleNamespace:
    """The same, with what differs from mail to mail."""
    told = {"again": on, "late": on, "given": on, "paid_back": on, "paper": on, "kind": _told(kind, on=on)}
    return SimpleNamespace(**told, netted_call="C3" if count == 2 else "", **vars(_person()))


def contexts(name: str) -> Iterator[dict[str, Any]]:
    """What messages are made from, with each of their branches taken."""
    links = [(OTHER, URL), ("Second account", URL)]
    urls = (URL, None) if name in WITHOUT_LINK else (URL,)
    states = STATES if name == "bank_details" else STATES[:1]
    for on, kind, url, count, state in product((True, False), ("email", "phone"), urls, (1, 2), states):
        period = SimpleNamespace(label="Q3 2026")
        yield (
            dict.fromkeys(SWITCHES, on)
            | _of_rooms(count)
            | {
                "person": _told_person(kind, on=on, count=count),
                "subject": "What it is about",
                "kind": kind,
                **_news(name, on=on, last=count == 2),
                "state": state,
                "url": URL if name == "recovery" else url,
                "stop_url": url,
                "consent": URL,
                "label": "Sign in",
                "portal_url": "https://portal.example",
                "links": links[:count],
                "heading": "New bank details were entered",
                "sentence": "It happened.",
                "reason": "It went to the wrong person.",
                "moment": "23 Nov 2026, 10:00",
                "hold_until": "25 Nov 2026, 10:00",
                **dict.fromkeys(("until", "due"), "31 Dec 2026"),
                "note": OTHER,
                "code": "123456",
                "expires_at": datetime(2026, 11, 30, tzinfo=UTC),
                "destroy_after": date(2033, 12, 31),
                "delegation": SimpleNamespace(grantor=OTHER, called=OTHER),
                "instruction": SimpleNamespace(account=OTHER, number="DE •••• 3000", holder=OTHER, bank=""),
                "announcement": SimpleNamespace(firm=FIRM, name=PERSON, corrected=on, vehicle=OTHER, period=period),
            }
        )


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_say_the_same(app: Flask, name: str) -> None:
    for context in contexts(name):
        text, html = (render_template(f"mail/{name}.{kind}", **context) for kind in ("txt", "html"))
        assert FIRM in text
        assert "Smith &amp; Sons" in html
        assert not re.search(r"&(?:amp|lt|gt|#\d+);|\{\{|\{%|None|Undefined", text), text
        assert "<Partners>" not in html
        assert "<b>" not in html
        assert "\n\n\n\n" not in text, f"a hole in {text}"
        assert text.startswith(("Dear Zoë", "Somebody, probably you")), text
        for link in re.findall(r'<a[^>]+href="([^"]+)"', html):
            assert link.replace("&amp;", "&") in text, f"{link} is in the HTML alone"


def test_there_is_a_text_for_every_page() -> None:
    assert sorted(path.stem for path in FOLDER.glob("[!_]*.html")) == NAMES
