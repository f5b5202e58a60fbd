"""Sends mail through the SMTP server that SMTP_URL names."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from portal.platform.delivery import NotSent

DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class MailNotSent(NotSent):
    """The mail server did not take the message."""


@dataclass(frozen=True, slots=True)
class _Server:
    scheme: str
    host: str
    port: int
    user: str
    password: str


def send(smtp_url: str, message: EmailMessage, *, seconds: float = 10.0) -> None:
    """Give `message` to the server at `smtp_url` (smtp://, smtps:// or smtp+starttls://, user:password@).

    Each step with the server has `seconds`. Raises MailNotSent; a return means every recipient was accepted.
    """
    server = _parse(smtp_url)
    try:
        with _connect(server, seconds) as connection:
            if server.user:
                connection.login(server.user, server.password)
            refused = connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(error.recipients)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode(errors="replace")
        raise MailNotSent(
            f"The mail server {server.host} answered {error.smtp_code} {said}".strip(),
            permanent=500 <= error.smtp_code < 600 and not isinstance(error, smtplib.SMTPAuthenticationError),
        )
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSent(f"The mail server {server.host}:{server.port} failed: {error}", permanent=False)
    if refused:
        raise _refused(refused)


def _connect(server: _Server, seconds: float) -> smtplib.SMTP:
    if server.scheme == "smtps":
        trust = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=trust)
    connection = smtplib.SMTP(server.host, server.port, timeout=seconds)
    if server.scheme == "smtp+starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection


def _refused(recipients: dict[str, tuple[int, bytes]]) -> MailNotSent:
    answers = [
        f"{address}: {code} {bytes(said).decode(errors='replace')}" for address, (code, said) in recipients.items()
    ]
    permanent = all(500 <= code < 600 for code, _ in recipients.values())
    return MailNotSent("The mail server refused " + "; ".join(answers), permanent=permanent)


def _parse(smtp_url: str) -> _Server:
    parts = urlsplit(smtp_url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError("SMTP_URL must look like smtp://host:port, smtps://… or smtp+starttls://….")
    return _Server(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
