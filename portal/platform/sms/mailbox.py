"""The local mailbox of text messages: all that the product sends on a developer's machine, kept as files."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from portal.platform import clock


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One text message of the mailbox."""

    received_at: datetime
    to: str
    text: str


class MailboxSender:
    """Keeps messages in `directory` instead of sending them; one that is sent again takes its own place."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(self, to: str, text: str, *, key: UUID) -> None:
        """Keep the message; its file appears whole or not at all."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self._directory / f".{key}"
        partial.write_text(json.dumps({"received_at": clock.now().isoformat(), "to": to, "text": text}))
        partial.rename(self._directory / f"{key}.json")


def list_texts(directory: Path, limit: int = 50) -> list[TextMessage]:
    """The newest `limit` messages in mailbox `directory`, newest first; none when there is no mailbox."""
    if not directory.is_dir():
        return []
    files = sorted(directory.glob("*.json"), key=os.path.getmtime, reverse=True)[:limit]
    return sorted((_read(path) for path in files), key=lambda each: each.received_at, reverse=True)


def _read(path: Path) -> TextMessage:
    kept = json.loads(path.read_text())
    return TextMessage(datetime.fromisoformat(kept["received_at"]), kept["to"], kept["text"])
