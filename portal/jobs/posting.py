"""Sending a mail that a piece of work asks for."""

from __future__ import annotations

from typing import Protocol

from portal.platform import mail
from portal.platform.mail_rendering import Envelope, render_mail
from portal.platform.outbox import Work
from portal.platform.resources import resources


class Addressee(Protocol):
    """To whom a mail goes, and of which firm."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def firm(self) -> str: ...


def post(
    work: Work, person: Addressee, subject: str, template: str, *, address: str | None = None, **said: object
) -> None:
    """Write to a person, at their address or at `address`. `template` is the text (`mail/erased.txt`), the page lies
    beside it; both are given `person`, `portal_url` and `said`. It is the same mail however often the work is done."""
    settings = resources().settings
    envelope = Envelope(settings.mail_from, person.firm, person.name, address or person.email, subject, work.id)
    context = {"person": person, "portal_url": settings.public_url, **said}
    message = render_mail(template.replace(".txt", ".html"), template, envelope, **context)
    mail.send(settings.smtp_url, message)


def address_of(path: str) -> str:
    """The address of a page of the portal."""
    return f"{resources().settings.public_url}/{path}"
