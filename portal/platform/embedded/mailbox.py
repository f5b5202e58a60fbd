"""The local mailbox: all that the product sends on a developer's machine, kept as files."""

from __future__ import annotations

import os
import re
import secrets
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from portal.platform.embedded.account import make_private
from portal.platform.embedded.process import Process, ProcessPlan
from portal.platform.errors import NotFound

HOST = "127.0.0.1"
START_SECONDS = 20.0
MOMENT = "%Y%m%dT%H%M%S.%fZ"  # names sort by time of arrival
NAME = re.compile(r"(\d{8}T\d{6}\.\d{6}Z)-[0-9a-f]{8}\.eml")


@dataclass(frozen=True, slots=True)
class MailSummary:
    """One message of the mailbox as a list shows it; `name` is its file's name and its identity."""

    name: str
    received_at: datetime
    sender: str
    recipients: str
    subject: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as a page shows it; `html` is as received and must not be trusted."""

    summary: MailSummary
    text: str
    html: str
    attachments: tuple[str, ...]


def list_messages(directory: Path, limit: int = 100) -> list[MailSummary]:
    """The newest `limit` messages in mailbox `directory`, newest first; none when there is no mailbox."""
    if not directory.is_dir():
        return []
    names = sorted((entry.name for entry in os.scandir(directory) if NAME.fullmatch(entry.name)), reverse=True)
    return [_summary(name, _parse(directory / name)) for name in names[:limit]]


def read_message(directory: Path, name: str) -> Mail:
    """The message called `name` (of a MailSummary); NotFound when there is none."""
    if not NAME.fullmatch(name) or not (directory / name).is_file():
        raise NotFound
    message = _parse(directory / name)
    return Mail(
        summary=_summary(name, message),
        text=_content(message, "plain"),
        html=_content(message, "html"),
        attachments=tuple(part.get_filename() or "unnamed" for part in message.iter_attachments()),
    )


def store_message(directory: Path, content: bytes) -> Path:
    """Keep one received message; its file appears whole or not at all."""
    name = f"{datetime.now(UTC).strftime(MOMENT)}-{secrets.token_hex(4)}.eml"
    partial = directory / f".{name}"
    partial.write_bytes(content)
    return partial.rename(directory / name)


class Mailbox:
    """An SMTP server on the loopback address that writes each message it gets into `directory`."""

    def __init__(
        self, directory: Path, *, port: int = 0, log: Path | None = None, inherited_fds: Sequence[int] = ()
    ) -> None:
        self.directory = make_private(directory.absolute(), None)
        self.port = port or free_port()
        plan = ProcessPlan(
            name="mailbox",
            command=[
                sys.executable,
                "-m",
                "portal.platform.embedded.mailbox_server",
                str(self.directory),
                str(self.port),
            ],
            log=log or self.directory / "mailbox.log",
            directory=Path(__file__).parents[3],
            stop_seconds=5.0,
        )
        self.process = Process(plan, inherited_fds=inherited_fds)

    def start(self) -> None:
        """Start the server and return when it takes mail; StartFailed with the end of its log otherwise."""
        self.process.start()
        try:
            self.process.wait_until(self.answers, START_SECONDS)
        except BaseException:
            self.process.stop()
            raise

    def stop(self) -> None:
        """Stop the server; its messages stay."""
        self.process.stop()

    def url(self) -> str:
        """Its address as SMTP_URL has it."""
        return f"smtp://{HOST}:{self.port}"

    def answers(self) -> bool:
        """Whether the server greets a caller now."""
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as caller:
                return caller.recv(3) == b"220"
        except OSError:
            return False

    def __enter__(self) -> Mailbox:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    """A port of the loopback address that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _parse(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)  # what the default policy makes
    return message


def _summary(name: str, message: EmailMessage) -> MailSummary:
    received = datetime.strptime(name.partition("-")[0], MOMENT).replace(tzinfo=UTC)
    return MailSummary(
        name=name,
        received_at=received,
        sender=str(message.get("From", "")),
        recipients=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
    )


def _content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
