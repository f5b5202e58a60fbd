"""Consent to get tax forms in the portal alone, and not on paper.

The text says what Rev. Proc. 2012-17 asks to be disclosed: paper without consent, how long and for what it holds, how
to ask for paper, how to withdraw and from when, when forms are no longer offered, how to keep one's address current,
what is needed to read them, and how long they stay. Another text is another version; answers keep the text they were
given to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

VERSION = 1
PARAGRAPHS = (
    "{firm} may give me the tax forms of this account (Schedule K-1, Form 1099 and Form 1042-S) in this portal alone.",
    "If I do not consent, I get them on paper.",
    "My consent holds for the forms of this year and of each later year, until I withdraw it or no longer hold "
    "anything with {firm}.",
    "I may ask {firm} for a paper copy of any form at any time, free of charge. Asking for one does not withdraw "
    "my consent.",
    "I may withdraw my consent on this page at any time. It then holds no longer from that moment on; I get a "
    "confirmation with the date by e-mail. Forms that I was given in the portal before stay given.",
    "{firm} ends this only by telling me, for instance if nobody acts for the account any more or the portal is "
    "closed; I then get my forms on paper.",
    "I keep my e-mail address current under “Security”. {firm} writes to it when a form is there.",
    "To read, print and keep the forms I need a browser and a program that opens PDF files.",
    "Each form stays in the portal until 15 October of the year after the tax year at the least, and as long as I "
    "can sign in. I may have to attach a printed form to a federal, state or local tax return.",
)


def consent_text(firm: str) -> str:
    """The text in force, with the firm's name."""
    return "\n\n".join(PARAGRAPHS).format(firm=firm)


@dataclass(frozen=True, slots=True)
class TaxConsent:
    """Where an account stands: `given` is None until somebody who acts for it answered; `by_you` whether the reader
    did."""

    account_id: UUID
    account: str
    given: bool | None
    version: int | None
    by: str
    at: datetime | None


class ConsentNews(NamedTuple):
    """What a mail about an answer needs."""

    name: str
    email: str
    firm: str
    locale: str
    time_zone: str
    account: str
    given: bool
    at: datetime
